//go:build !js

package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

// logServer is a server whose answers a test can change: to nil for one that it does not have.
type logServer struct {
	*httptest.Server
	store   *ledger.Store
	handler http.Handler
	change  func(path string, body []byte) []byte
}

func startLog(t *testing.T, dsn string, key *proof.Key, change ...func(*web.Options)) *logServer {
	t.Helper()
	store, err := ledger.Open(t.Context(), ledger.Options{DSN: dsn, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	sites, err := loadSites("")
	if err != nil {
		t.Fatal(err)
	}
	// One language is enough: rendering the pages of all takes long.
	i := slices.IndexFunc(sites, func(s *policy.Site) bool { return s.ID == "yunzhijia" })
	sites[i].Languages, sites[i].Interface = sites[i].Languages[:1], nil
	options := web.Options{Sites: sites[i : i+1], Ledger: store, BrotliQuality: 4}
	for _, f := range change {
		f(&options)
	}
	handler, err := web.New(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	s := &logServer{store: store, handler: handler}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.change == nil {
			handler.ServeHTTP(w, r)
			return
		}
		recorded := httptest.NewRecorder()
		handler.ServeHTTP(recorded, r)
		body := s.change(r.URL.Path, recorded.Body.Bytes())
		if body == nil {
			recorded.Code = http.StatusNotFound
		}
		w.WriteHeader(recorded.Code)
		w.Write(body)
	}))
	t.Cleanup(func() {
		s.Close()
		store.Close()
	})
	return s
}

func (s *logServer) appendRecords(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		if _, _, err := s.store.Append(t.Context(), entry(byte(i))); err != nil {
			t.Fatal(err)
		}
	}
}

// rotate replaces the key of the server's database, and starts the server with the new one.
func (s *logServer) rotate(t *testing.T, dsn string, old, next *proof.Key) *logServer {
	t.Helper()
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := ledger.Rotate(t.Context(), ledger.Options{DSN: dsn}, old, next); err != nil {
		t.Fatal(err)
	}
	return startLog(t, dsn, next)
}

func newDSN(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "nod.db") }

func wantMessage(t *testing.T, name string, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: error %v; want %q", name, err, want)
	}
}

func newKey(t *testing.T) *proof.Key {
	t.Helper()
	key, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// audit audits the log of the server against the last audit in the directory.
func (s *logServer) audit(t *testing.T, dir string, keys ...string) (auditResult, error) {
	t.Helper()
	a, err := newAudit(s.URL+"/yunzhijia", dir)
	if err != nil {
		t.Fatal(err)
	}
	return a.run(t.Context(), keys)
}

// C-58
func TestALogIsAuditedAgainstTheLastAudit(t *testing.T) {
	key := newKey(t)
	s := startLog(t, newDSN(t), key)
	dir := t.TempDir()
	s.appendRecords(t, 300)
	_, err := s.audit(t, dir, newKey(t).Verifier())
	wantMessage(t, "with another server's key", err, "no trusted key")
	r, err := s.audit(t, dir)
	if err != nil || !r.IsFirst || !r.IsFirstUse || r.Leaves != 300 || r.Grown != 300 {
		t.Fatalf("the first time: %+v, error %v", r, err)
	}
	s.appendRecords(t, 20)
	r, err = s.audit(t, dir)
	if err != nil || r.IsFirst || r.IsFirstUse || r.Leaves != 320 || r.Grown != 20 || r.Since != 300 {
		t.Fatalf("after 20 more: %+v, error %v", r, err)
	}
	if r, err = s.audit(t, dir, key.Verifier()); err != nil || r.Grown != 0 {
		t.Fatalf("with the server's key: %+v, error %v", r, err)
	}
	siteKey, err := proof.SiteVerifier(key.Verifier(), "yunzhijia")
	if err != nil {
		t.Fatal(err)
	}
	if r, err = s.audit(t, dir, siteKey); err != nil || r.SignedBy != key.Verifier() {
		t.Fatalf("with the key of the site, as receipts carry it: %+v, error %v", r, err)
	}

	// A leaf is rewritten together with its hash, and the root stays. Only the stored leaves show which one it is.
	s.change = func(path string, body []byte) []byte {
		if strings.HasSuffix(path, "/tile/entries/000") {
			body[34*17+2] ^= 1
		}
		return body
	}
	var failed *proof.AuditError
	if _, err = s.audit(t, dir); !errors.As(err, &failed) || failed.Leaf != 17 {
		t.Errorf("a rewritten leaf: error %v", err)
	}
	s.change = nil
	if r, err = s.audit(t, dir); err != nil || r.Grown != 0 || r.Since != 320 {
		t.Errorf("the failed audit was stored as the last one: %+v, error %v", r, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 2 {
		t.Errorf("files %q, error %v: want one with the result and one with the leaves", files, err)
	}
}

func TestAnAuditFollowsTheRotationOfAKey(t *testing.T) {
	key, next, dsn, dir := newKey(t), newKey(t), newDSN(t), t.TempDir()
	s := startLog(t, dsn, key)
	s.appendRecords(t, 20)
	if _, err := s.audit(t, dir); err != nil {
		t.Fatal(err)
	}
	s = s.rotate(t, dsn, key, next)
	r, err := s.audit(t, dir, key.Verifier())
	if err != nil || r.SignedBy != next.Verifier() || !r.IsReplaced {
		t.Errorf("an auditor who trusts the old key: %+v, error %v", r, err)
	}
	var printed strings.Builder
	if r.print(&printed); !strings.Contains(printed.String(), "The key was replaced: ") {
		t.Errorf("the auditor is not told that the key was replaced: %s", printed.String())
	}
	if r, err := s.audit(t, dir, next.Verifier()); err != nil || r.IsReplaced {
		t.Errorf("an auditor who gives the new key: %+v, error %v", r, err)
	}
	s.change = func(path string, body []byte) []byte {
		if strings.HasSuffix(path, "/log/keys") {
			body, _ = json.Marshal(map[string]any{"keys": []ledger.KnownKey{{Verifier: newKey(t).Verifier()}}})
		}
		return body
	}
	r, err = s.audit(t, dir)
	if err != nil || r.IsFirstUse || !slices.Equal(r.Keys, []string{next.Verifier()}) {
		t.Errorf("the server publishes another key, and signs with the trusted one: %+v, error %v", r, err)
	}
}

// A thief of the old key can continue the log with it, or with a successor of the thief's own. The trusted successor
// has signed already, so an audit fails.
func TestAnAuditFindsTheLogOfAStolenKey(t *testing.T) {
	key, next, thief, dsn, dir := newKey(t), newKey(t), newKey(t), newDSN(t), t.TempDir()
	s := startLog(t, dsn, key)
	s.appendRecords(t, 20)
	s = s.rotate(t, dsn, key, next)
	a, err := newAudit(s.URL+"/yunzhijia", dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, keys := range [][]string{{key.Verifier()}, nil} { // from the second audit on, only the new key is trusted
		if _, err := a.run(t.Context(), keys); err != nil {
			t.Fatal(err)
		}
	}
	stolen := startLog(t, newDSN(t), key) // another history
	stolen.appendRecords(t, 40)
	a.log.base = stolen.URL + "/v1/yunzhijia/log/"
	_, err = a.run(t.Context(), nil)
	wantMessage(t, "the old key signs again", err, "no trusted key")

	forgedDSN := newDSN(t)
	forged := startLog(t, forgedDSN, key).rotate(t, forgedDSN, key, thief)
	a.log.base = forged.URL + "/v1/yunzhijia/log/"
	_, err = a.run(t.Context(), nil)
	wantMessage(t, "a second successor signs", err, "no trusted key")
	known, err := forged.store.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = addSuccessors([]string{key.Verifier(), next.Verifier()}, known)
	wantMessage(t, "an auditor who still trusts the old key", err, "claims to have replaced it")
}

// An older copy of a log, put behind another address, has the keys of the one that was audited.
func TestALogIsFoundByItsKeysAtAnotherAddress(t *testing.T) {
	key := newKey(t)
	dir := t.TempDir()
	s := startLog(t, newDSN(t), key)
	s.appendRecords(t, 20)
	if r, err := s.audit(t, dir, key.Verifier()); err != nil || !r.IsFirst || r.IsFirstUse {
		t.Fatalf("%+v, error %v", r, err)
	}
	older := startLog(t, newDSN(t), key)
	older.appendRecords(t, 7)
	var failed *proof.AuditError
	if _, err := older.audit(t, dir); !errors.As(err, &failed) || failed.Step != proof.AuditHistory {
		t.Errorf("a shorter log at another address: error %v", err)
	}
	another := startLog(t, newDSN(t), newKey(t))
	another.appendRecords(t, 3)
	if r, err := another.audit(t, dir); err != nil || !r.IsFirst {
		t.Errorf("a log of another key: %+v, error %v", r, err)
	}
}

func TestAnAuditReportsADamagedState(t *testing.T) {
	s := startLog(t, newDSN(t), newKey(t))
	s.appendRecords(t, 3)
	dir := t.TempDir()
	a, err := newAudit(s.URL+"/yunzhijia", dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(a.state.file("leaves"), 40); err != nil {
		t.Fatal(err)
	}
	if r, err := a.run(t.Context(), nil); err != nil || r.Since != 3 {
		t.Errorf("without all leaves: %+v, error %v", r, err)
	}
	if err := os.WriteFile(a.state.file("json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	damaged := a.state.file("json") + ": unexpected end of JSON input. To start over, remove the file"
	if _, err := a.run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), damaged) {
		t.Errorf("damaged: %v", err)
	}
}

func TestAnAuditNeedsTheAddressOfASite(t *testing.T) {
	for address, want := range map[string]string{
		"https://consent.example":            "the site is missing",
		"https://consent.example/":           "the site is missing",
		"https:///portal":                    "is not the address of a site",
		"https://consent.example/portal?x=1": "is not the address of a site",
		"http://[::1/portal":                 "is not the address of a site",
	} {
		if _, err := newAudit(address, t.TempDir()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v; want %q", address, err, want)
		}
	}
	a, err := newAudit("https://user:word@consent.example/under/portal/", t.TempDir())
	if err != nil || a.log.base != "https://consent.example/under/v1/portal/log/" {
		t.Errorf("an address with a user and a path: error %v, log at %s", err, a.log.base)
	}
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	ofOtherServer, err := newAudit(s.URL+"/portal", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	_, err = ofOtherServer.run(t.Context(), nil)
	wantMessage(t, "a server that is not Nod", err, "Check that this is the address of a Nod site")
}
