package proof

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The browser checks receipts with this package, so it must stay free of databases, servers and JSON.
func TestTheBrowserLinksNoDatabase(t *testing.T) {
	list := exec.Command("go", "list", "-deps", ".")
	list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.FieldsSeq(string(out)) {
		for _, heavy := range []string{"database/sql", "net/http", "encoding/json", "github.com/go-json-experiment/json"} {
			if name == heavy || strings.HasPrefix(name, heavy+"/") {
				t.Errorf("the package links %s", name)
			}
		}
	}
}
