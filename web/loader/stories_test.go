package loader_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/nod-consent/nod/app/consent/consenttest"
)

// readStories reads the stories of app/consent, which Go tests there, for the TypeScript.
func readStories(t *testing.T) (stories []consenttest.Story) {
	t.Helper()
	files, err := filepath.Glob("../../app/consent/testdata/*.rules")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		made, err := consenttest.Parse(f)
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		stories = append(stories, made...)
	}
	if len(stories) < 20 {
		t.Fatalf("there are %d stories; want 20 at least", len(stories))
	}
	return stories
}
