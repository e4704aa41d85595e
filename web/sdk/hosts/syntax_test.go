package hosts

import (
	"bytes"
	"io/fs"
	"os/exec"
	"path"
	"strings"
	"testing"
)

// syntaxChecks print the mistakes in a host's syntax. Neither Swift's nor ArkTS's compiler runs here with the libraries
// of its platform, so types and calls remain unchecked.
var syntaxChecks = map[string]string{".swift": "check_swift.cjs", ".ets": "check_arkts.cjs"}

// checkSyntax returns the mistakes that the check finds.
func checkSyntax(t *testing.T, check string, source []byte) string {
	t.Helper()
	// Without the flag, Node spends seconds on making WebAssembly fast that runs for one.
	run := exec.Command("node", "--liftoff-only", "testdata/"+check)
	run.Stdin = bytes.NewReader(source)
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v. Run make deps first.\n%s", check, err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestTheHostsInSwiftAndArkTSHaveNoMistakeInTheirSyntax(t *testing.T) {
	count := 0
	err := fs.WalkDir(Files, ".", func(name string, _ fs.DirEntry, err error) error {
		check := syntaxChecks[path.Ext(name)]
		if err != nil || check == "" {
			return err
		}
		source, err := fs.ReadFile(Files, name)
		if err != nil {
			return err
		}
		count++
		if mistakes := checkSyntax(t, check, source); mistakes != "" {
			t.Errorf("%s:\n%s", name, mistakes)
		}
		// The same file without its last bracket: the check sees that something is missing.
		end := bytes.LastIndexByte(source, '}')
		if checkSyntax(t, check, source[:end]) == "" {
			t.Errorf("%s without its end has no mistake either", name)
		}
		return nil
	})
	if err != nil || count != 5 {
		t.Errorf("%d hosts checked, error %v", count, err)
	}
}
