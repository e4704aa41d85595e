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

const script = "/example/consent.js"

// followedSite is a site whose files a test changes while the program serves it.
type followedSite struct {
	*program
	files string // directory
}

func serveSite(t *testing.T) *followedSite {
	t.Helper()
	dir := t.TempDir()
	files := filepath.Join(dir, "sites", "example")
	if err := os.CopyFS(files, os.DirFS("../../assets/sites/example")); err != nil {
		t.Fatal(err)
	}
	return &followedSite{serveIn(t, dir, "--sites", "sites"), files}
}

// edit replaces a text in a file of the site.
func (s *followedSite) edit(t *testing.T, file, from, to string) {
	t.Helper()
	path := filepath.Join(s.files, file)
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), from) {
		t.Fatalf("%s has no %q, error %v", file, from, err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), from, to, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// announceVersion adds a version of the policy that holds from 2099 on.
func (s *followedSite) announceVersion(t *testing.T) {
	t.Helper()
	date := strings.NewReplacer(
		`version: "2026-09-01"`, `version: "2099-01-01"`, `effective: "2026-09-01"`, `effective: "2099-01-01"`,
	)
	for _, ending := range []string{".yaml", ".en.md"} {
		text, err := os.ReadFile(filepath.Join(s.files, "policy", "2026-09-01"+ending))
		if err == nil {
			later := filepath.Join(s.files, "policy", "2099-01-01"+ending)
			err = os.WriteFile(later, []byte(date.Replace(string(text))), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s.edit(t, "site.yaml", `policy: "2026-09-01"`, `time_zone: Europe/London`)
}

// waitUntil reads the script again and again, until it has what the test waits for.
func (s *followedSite) waitUntil(t *testing.T, what string, isSo func(script string) bool) {
	t.Helper()
	for s.ProcessState == nil {
		if isSo(s.get(t, script)) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the program ended before %s", what)
}

func hasText(text string) func(string) bool {
	return func(s string) bool { return strings.Contains(s, text) }
}

func TestAServerFollowsItsSitesFiles(t *testing.T) {
	s := serveSite(t)
	if !hasText("Your privacy choices")(s.get(t, script)) {
		t.Fatal("the banner has other words")
	}
	const policy = "policy/2026-09-01.yaml"
	s.edit(t, policy, "en: Your privacy choices", "en: Your choice of cookies")
	s.waitUntil(t, "the new words were served", hasText("Your choice of cookies"))

	// A mistake is logged, and the last valid sites are still served.
	s.edit(t, policy, "en: Your choice of cookies", "fr: Vos choix")
	s.waitUntil(t, "the mistake was logged", func(script string) bool {
		if !hasText("Your choice of cookies")(script) {
			t.Fatal("the last valid banner is gone")
		}
		return strings.Contains(s.logged(), "serving the last valid ones")
	})
	s.edit(t, policy, "fr: Vos choix", "en: Your choice again")
	s.waitUntil(t, "the correction was served", hasText("Your choice again"))

	// A new site, and a version that is announced.
	if err := os.CopyFS(filepath.Join(filepath.Dir(s.files), "second"), os.DirFS(s.files)); err != nil {
		t.Fatal(err)
	}
	s.announceVersion(t)
	s.waitUntil(t, "the second site and the announced version were served", func(string) bool {
		return strings.Contains(s.logged(), "site=second") && strings.Contains(s.logged(), "announced=2099-01-01")
	})
	if s.get(t, "/second/consent.js") == "" {
		t.Error("the second site has no script")
	}
	for path, version := range map[string]string{"": "2026-09-01", "/2099-01-01": "2099-01-01"} {
		if !hasText(version)(s.get(t, "/v1/example/policy"+path)) {
			t.Errorf("the API serves another policy than %s", version)
		}
	}
	s.endAfterReload(t)
	for _, want := range []string{"example/policy/2026-09-01.yaml:", "notice.title: has no text in en"} {
		if !strings.Contains(s.log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, s.log)
		}
	}
}

// endAfterReload ends the program while it may be reading its files again. The log has an error by now, so this is not
// program.stop.
func (s *followedSite) endAfterReload(t *testing.T) {
	t.Helper()
	for _, signal := range []os.Signal{syscall.SIGHUP, syscall.SIGTERM} {
		if err := s.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
	}
	<-s.read
	if err := s.Wait(); err != nil {
		t.Error(err)
	}
}
