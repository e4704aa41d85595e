package backends_test

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nod-consent/nod/web/docstest"
)

// examplePolicy is what the examples read. Its purpose is under the signal.
const examplePolicy = `{"purposes": [{"id": "statistics", "hash": "AAAAAA", "gpc": true}], "granted_days": 365}`

// programs makes programs of the examples: they print whether "statistics" is granted to the cookies and the signal of
// their arguments.
var programs = map[string]struct{ before, after string }{
	"js": {"", `
const [, , cookie, signal] = process.argv;
console.log(hasConsent({ headers: { cookie, 'sec-gpc': signal } }, 'statistics'));
`},
	"go": {`package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	nodconsent "github.com/nod-consent/nod/web/sdk/backends/golang"
)

`, `
func main() {
	policy, err := FetchPolicy(http.DefaultClient, "http://localhost:8080")
	r := &http.Request{Header: http.Header{"Cookie": {os.Args[1]}, "Sec-Gpc": {os.Args[2]}}}
	fmt.Println(err == nil && HasConsent(policy, r, "statistics"))
}
`},
	"java": {`import java.time.Instant;
import java.util.List;
import nodconsent.NodConsent;

class Example {
`, `
  public static void main(String[] args) {
    var purpose = new NodConsent.Purpose("statistics", "AAAAAA", false, false, true, false, null);
    var policy = new NodConsent.Policy(List.of(purpose), 365, null);
    System.out.println(hasConsent(policy, args[0], args[1], "statistics"));
  }
}
`},
}

func TestTheExamplesOfTheDocumentationReadTheCookie(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/shop/policy" {
			fmt.Fprint(w, examplePolicy)
		}
	}))
	defer server.Close()
	cookie := "nod=1." + packID(0x70) + "." + packID(0x40)
	blocks, err := docstest.Read("../../..", "assets/docs/cookie.md")
	if err != nil {
		t.Fatal(err)
	}
	tested := map[string]bool{}
	for _, b := range blocks {
		p, isExample := programs[b.Language]
		if !isExample {
			continue
		}
		tested[b.Language] = true
		t.Run(b.Language, func(t *testing.T) {
			command := build(t, b.Language, strings.ReplaceAll(p.before+b.Text+p.after, "http://localhost:8080", server.URL))
			for _, test := range []struct{ name, cookie, signal, want string }{
				{"a grant", "a=b; " + cookie + ".gAAAAAA", "", "true"},
				{"a refusal", cookie + ".dAAAAAA", "", "false"},
				{"no cookie", "a=b", "", "false"},
				{"a signal after the grant", cookie + ".gAAAAAA", "1", "false"},
				{"a grant after the signal", cookie + ".GAAAAAA", "1", "true"},
			} {
				printed := run(t, command[0], append(command[1:], test.cookie, test.signal)...)
				if got := strings.TrimSpace(printed); got != test.want {
					t.Errorf("%s: %s; want %s", test.name, got, test.want)
				}
			}
		})
	}
	if len(tested) != len(programs) {
		t.Errorf("the documentation has examples for %v", tested)
	}
}

// build makes a program, and returns the command that runs it.
func build(t *testing.T, language, text string) []string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	switch language {
	case "go":
		out := filepath.Join(dir, "example")
		run(t, "go", "build", "-o", out, write("main.go", text))
		return []string{out}
	case "java":
		run(t, "javac", "-d", dir, "java/NodConsent.java", write("Example.java", text))
		return []string{"java", "-cp", dir, "Example"}
	}
	reader, err := os.ReadFile("node/nod-consent.mjs")
	if err != nil {
		t.Fatal(err)
	}
	write("nod-consent.mjs", string(reader))
	return []string{"node", write("example.mjs", text)}
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	printed, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, printed)
	}
	return string(printed)
}

// packID is a UUID of now as the cookie has it.
func packID(version byte) string {
	id := make([]byte, 16)
	binary.BigEndian.PutUint64(id, uint64(time.Now().UnixMilli())<<16)
	id[6], id[8] = version, 0x80
	return base64.RawURLEncoding.EncodeToString(id)
}
