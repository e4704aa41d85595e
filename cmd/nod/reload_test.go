//go:build !js

package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// get returns the body of a response.
func (p *program) get(t *testing.T, path string) string {
	t.Helper()
	r, err := http.Get(p.address + path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, error %v", path, r.Status, err)
	}
	return string(body)
}

func TestAServerFollowsItsSitesFiles(t *testing.T) {
	dir := t.TempDir()
	at := filepath.Join(dir, "sites", "example")
	if err := os.CopyFS(at, os.DirFS("../../assets/sites/example")); err != nil {
		t.Fatal(err)
	}
	p := serveIn(t, dir, "--sites", "sites")
	until := func(what, path string, holds func(string) bool) {
		t.Helper()
		for p.ProcessState == nil {
			if holds(p.get(t, path)) {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Fatal("the program ended before", what)
	}
	has := func(text string) func(string) bool {
		return func(s string) bool { return strings.Contains(s, text) }
	}
	edit := func(file, old, new string) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(at, file))
		if err != nil || !strings.Contains(string(text), old) {
			t.Fatalf("%s has no %q, error %v", file, old, err)
		}
		text = []byte(strings.Replace(string(text), old, new, 1))
		if err := os.WriteFile(filepath.Join(at, file), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const script = "/example/consent.js"
	if !has("Your privacy choices")(p.get(t, script)) {
		t.Fatal("the banner has other words")
	}
	edit("policy/2026-09-01.yaml", "en: Your privacy choices", "en: Your choice of cookies")
	until("the new words were served", script, has("Your choice of cookies"))

	// A mistake is logged, and the last valid sites are still served.
	edit("policy/2026-09-01.yaml", "en: Your choice of cookies", "fr: Vos choix")
	until("the mistake was logged", script, func(s string) bool {
		if !has("Your choice of cookies")(s) {
			t.Fatal("the last valid banner is gone")
		}
		return strings.Contains(p.logged(), "serving the last valid ones")
	})
	edit("policy/2026-09-01.yaml", "fr: Vos choix", "en: Your choice again")
	until("it was corrected", script, has("Your choice again"))

	// A new site, and a version that is announced.
	if err := os.CopyFS(filepath.Join(dir, "sites", "second"), os.DirFS(at)); err != nil {
		t.Fatal(err)
	}
	for _, ending := range []string{".yaml", ".en.md"} {
		text, err := os.ReadFile(filepath.Join(at, "policy", "2026-09-01"+ending))
		if err != nil {
			t.Fatal(err)
		}
		later := strings.NewReplacer(
			`version: "2026-09-01"`, `version: "2099-01-01"`, `effective: "2026-09-01"`, `effective: "2099-01-01"`,
		).Replace(string(text))
		if err := os.WriteFile(filepath.Join(at, "policy", "2099-01-01"+ending), []byte(later), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	edit("site.yaml", `policy: "2026-09-01"`, `time_zone: Europe/London`)
	until("they were served", script, func(string) bool {
		return strings.Contains(p.logged(), "site=second") && strings.Contains(p.logged(), "announced=2099-01-01")
	})
	if p.get(t, "/second/consent.js") == "" {
		t.Error("the second site has no script")
	}
	for path, version := range map[string]string{"": "2026-09-01", "/2099-01-01": "2099-01-01"} {
		if !has(version)(p.get(t, "/v1/example/policy"+path)) {
			t.Errorf("the API serves another policy than %s", version)
		}
	}
	if err := p.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-p.read
	if err := p.Wait(); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"example/policy/2026-09-01.yaml:", "notice.title: has no text in en"} {
		if !strings.Contains(p.log.String(), want) {
			t.Errorf("the log does not say %q:\n%s", want, p.log)
		}
	}
}
