//go:build !js

package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/web"
	nodconsent "github.com/nod-consent/nod/web/sdk/backends/golang"
)

// What an earlier version has written is read by this one: its database, key, site, export, receipt and cookie.
func TestTheDataOfEarlierVersionsAreRead(t *testing.T) {
	if *release != "" {
		writeDataOfRelease(t)
	}
	versions, err := filepath.Glob("testdata/v*")
	if err != nil || len(versions) == 0 {
		t.Fatalf("%d versions, error %v", len(versions), err)
	}
	for _, data := range versions {
		t.Run(filepath.Base(data), func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(data)); err != nil {
				t.Fatal(err)
			}
			o := oldData{T: t, dir: dir}
			o.read("made.json", &o.made)
			o.run(0, "verify", "--db", "sqlite:nod.db").has("The database is valid", "leaves      3", "erased      1")
			o.verifyReceipt()
			o.serve()
			o.run(0, "verify", "--db", "sqlite:nod.db").has("The database is valid", "leaves      4")
		})
	}
}

func TestAChangedReceiptOfAnEarlierVersionIsFound(t *testing.T) {
	text, err := os.ReadFile("testdata/v0.9.0/receipt.json")
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), `"statistics":"denied"`, `"statistics":"granted"`, 1)
	if _, err := ledger.Verify([]byte(changed)); err == nil || changed == string(text) {
		t.Errorf("error %v", err)
	}
}

// oldData are the data of one version, in a directory of the test's own.
type oldData struct {
	*testing.T
	dir  string
	made releaseData
}

func (o *oldData) read(name string, into any) {
	o.Helper()
	text, err := os.ReadFile(filepath.Join(o.dir, name))
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		o.Fatal(err)
	}
}

// printed is what a command printed.
type printed struct {
	*testing.T
	text string
}

func (p printed) has(parts ...string) {
	p.Helper()
	for _, part := range parts {
		if !strings.Contains(p.text, part) {
			p.Errorf("it does not print %q, but\n%s", part, p.text)
		}
	}
}

// run runs the program, and checks its exit status.
func (o *oldData) run(status int, args ...string) printed {
	o.Helper()
	c := exec.Command("nod", args...)
	c.Dir, c.Env = o.dir, slicesWithout(os.Environ(), "NOD_")
	text, err := c.CombinedOutput()
	if got := c.ProcessState.ExitCode(); got != status {
		o.Fatalf("nod %v exits with %d (%v)\n%s", args, got, err, text)
	}
	return printed{o.T, string(text)}
}

func (o *oldData) key() *proof.Key {
	o.Helper()
	key, err := proof.ReadKey(filepath.Join(o.dir, "nod.key"))
	if err != nil {
		o.Fatal(err)
	}
	return key
}

func (o *oldData) verifyReceipt() {
	o.Helper()
	file := filepath.Join(o.dir, "server.key")
	if err := os.WriteFile(file, []byte(o.key().Verifier()), 0o600); err != nil {
		o.Fatal(err)
	}
	o.run(0, "verify", "--verifier", "server.key", "receipt.json").has(
		"The receipt is valid", "statistics: denied", "media: granted")
	o.run(0, "verify", "--verifier", "server.key", "export.json").has("The export is valid", "records   2")
}

// serve serves the database and the site an hour after they were written: the answers hold, and decisions go on.
func (o *oldData) serve() {
	o.Helper()
	now := func() time.Time { return o.made.MadeAt.Add(time.Hour) }
	sites, err := load.Sites(load.Dir(filepath.Join(o.dir, "sites")))
	if err != nil {
		o.Fatal(err)
	}
	store, err := ledger.Open(o.Context(), ledger.Options{
		DSN: "sqlite:" + filepath.Join(o.dir, "nod.db"), Key: o.key(), Existing: true, Now: now,
	})
	if err != nil {
		o.Fatal(err)
	}
	defer store.Close()
	server, err := web.New(o.Context(), web.Options{Sites: sites, Ledger: store, Now: now})
	if err != nil {
		o.Fatal(err)
	}
	listening := httptest.NewServer(server)
	defer listening.Close()

	var policy nodconsent.Policy
	o.get(listening.URL+"/v1/shop/policy", &policy)
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	request.Header.Set("Cookie", "nod="+o.made.Cookie)
	stored, ok := nodconsent.Read(request, now())
	if !ok || stored.Subject != o.made.Subject || !policy.IsGranted(stored, "statistics", false, now()) ||
		policy.IsGranted(stored, "media", false, now()) {
		o.Errorf("the cookie is read as %+v, %t", stored, ok)
	}
	var state struct {
		Decision string
		Answers  map[string]string
	}
	o.get(listening.URL+"/v1/shop/subjects/"+o.made.Subject, &state)
	if state.Decision != o.made.Decision || state.Answers["statistics"] != "granted" ||
		state.Answers["media"] != "denied" {
		o.Errorf("the state is %+v", state)
	}
	decideForShop(o.T, listening.URL, o.made.Policy, "0f2504e0-4f89-41d3-9a0c-0305e82c3301", now())
}

// get reads JSON as the visitor.
func (o *oldData) get(address string, into any) {
	o.Helper()
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		o.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+o.made.Secret)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		o.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(into); err != nil || response.StatusCode != http.StatusOK {
		o.Errorf("%s: %s, error %v", address, response.Status, err)
	}
}
