package loader_test

import "testing"

func storySteps(t *testing.T) []int { t.Helper(); return nil }
