package loader_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestTheRulesInTypeScript runs test/vectors.test.ts in Node: the vectors and stories of app/consent, and random cases
// with the results of Go. It does so for each build whose rules differ: without earlier versions, a site has neither
// equivalents nor purposes that could be refused.
func TestTheRulesInTypeScript(t *testing.T) {
	for _, build := range []struct {
		name           string
		options        []string
		hasEquivalents bool
		tests          int // at least
	}{
		{"with earlier versions", []string{"hold", "equivalents"}, true, 190},
		{"without earlier versions", nil, false, 160},
	} {
		t.Run(build.name, func(t *testing.T) {
			runVectors(t, build.options, randomCases(t, 2000, build.hasEquivalents), build.tests)
		})
	}
}

func runVectors(t *testing.T, options []string, random []randomCase, tests int) {
	t.Helper()
	vectors, err := filepath.Abs("../../app/consent/testdata")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cases := writeJSON(t, filepath.Join(dir, "random.json"), random)
	stories := writeJSON(t, filepath.Join(dir, "stories.json"), readStories(t))
	runInNode(t, nodeTests{
		entries: []string{"test/vectors.test.ts"},
		options: options,
		env:     []string{"NOD_VECTORS=" + vectors, "NOD_RANDOM=" + cases, "NOD_STORIES=" + stories},
		least:   tests,
	})
}

func writeJSON(t *testing.T, file string, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
