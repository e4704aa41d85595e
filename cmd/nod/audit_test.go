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

// logServer is a server with a log that a test may lead astray.
type logServer struct {
	*httptest.Server
	store   *ledger.Store
	handler http.Handler
	change  func(path string, body []byte) []byte
}

func startLog(t *testing.T, dsn string, key *proof.Key) *logServer {
	t.Helper()
	store, err := ledger.Open(t.Context(), ledger.Options{DSN: dsn, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	sites, err := loadSites("")
	if err != nil {
		t.Fatal(err)
	}
	// In one language: to make the pages of all takes long.
	i := slices.IndexFunc(sites, func(s *policy.Site) bool { return s.ID == "yunzhijia" })
	sites[i].Languages, sites[i].Interface = sites[i].Languages[:1], nil
	handler, err := web.New(t.Context(), web.Options{Sites: sites[i : i+1], Ledger: store, BrotliQuality: 4})
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
		w.WriteHeader(recorded.Code)
		w.Write(s.change(r.URL.Path, recorded.Body.Bytes()))
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

func newKey(t *testing.T) *proof.Key {
	t.Helper()
	key, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// C-58
func TestALogIsAuditedAgainstTheLastAudit(t *testing.T) {
	key := newKey(t)
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "nod.db")
	s := startLog(t, dsn, key)
	dir := t.TempDir()
	check := func(keys ...string) (auditResult, error) {
		t.Helper()
		a, err := newAudit(s.URL+"/yunzhijia", dir)
		if err != nil {
			t.Fatal(err)
		}
		return a.run(t.Context(), keys)
	}
	s.appendRecords(t, 300)
	if _, err := check(newKey(t).Verifier()); err == nil || !strings.Contains(err.Error(), "no trusted key") {
		t.Errorf("another key: %v", err)
	}
	r, err := check()
	if err != nil || !r.IsFirst || !r.IsFirstUse || r.Leaves != 300 || r.Grown != 300 {
		t.Fatalf("the first time: %+v, error %v", r, err)
	}
	s.appendRecords(t, 20)
	if r, err = check(); err != nil || r.IsFirst || r.IsFirstUse || r.Leaves != 320 || r.Grown != 20 || r.Since != 300 {
		t.Fatalf("grown: %+v, error %v", r, err)
	}
	if r, err = check(key.Verifier()); err != nil || r.Grown != 0 {
		t.Fatalf("with the key from otherServer: %+v, error %v", r, err)
	}
	ofSite, err := proof.SiteVerifier(key.Verifier(), "yunzhijia")
	if err != nil {
		t.Fatal(err)
	}
	if r, err = check(ofSite); err != nil || r.SignedBy != key.Verifier() {
		t.Fatalf("with the key of the site, as receipts have it: %+v, error %v", r, err)
	}

	// A leaf and its hash are rewritten, and the root is what it was: only the remembered leaf tells which.
	s.change = func(path string, body []byte) []byte {
		if strings.HasSuffix(path, "/tile/entries/000") {
			body[34*17+2] ^= 1
		}
		return body
	}
	var failed *proof.AuditError
	if _, err = check(); !errors.As(err, &failed) || failed.Leaf != 17 {
		t.Errorf("a rewritten leaf: %v", err)
	}
	s.change = nil
	if r, err = check(); err != nil || r.Grown != 0 || r.Since != 320 {
		t.Errorf("what failed was remembered: %+v, error %v", r, err)
	}

	// The key is rotated: who trusted the old one is led to the new one.
	next := newKey(t)
	s.store.Close()
	if err := ledger.Rotate(t.Context(), ledger.Options{DSN: dsn}, key, next); err != nil {
		t.Fatal(err)
	}
	s = startLog(t, dsn, next)
	a, err := newAudit(s.URL+"/yunzhijia/", dir)
	if err != nil {
		t.Fatal(err)
	}
	if r, err = a.run(t.Context(), []string{key.Verifier()}); err != nil || r.SignedBy != next.Verifier() {
		t.Errorf("after the rotation: %+v, error %v", r, err)
	}
	// Who has the old key goes on with the log, and is found out: the new one had signed already.
	thief, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	published := func(keys ...ledger.KnownKey) func(string, []byte) []byte {
		return func(path string, body []byte) []byte {
			if strings.HasSuffix(path, "/log/keys") {
				body, _ = json.Marshal(map[string]any{"keys": keys})
			}
			return body
		}
	}
	s.change = published(ledger.KnownKey{Verifier: thief.Verifier()})
	if r, err = a.run(t.Context(), nil); err != nil || r.IsFirstUse || slices.Contains(r.Keys, thief.Verifier()) {
		t.Errorf("the server names another key, and signs with the remembered one: %+v, error %v", r, err)
	}
	stolen := startLog(t, "sqlite:"+filepath.Join(t.TempDir(), "nod.db"), key) // another history, under the old key
	stolen.appendRecords(t, 400)
	a.log.base = stolen.URL + "/v1/yunzhijia/log/"
	if _, err = a.run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "no trusted key") {
		t.Errorf("the old key signs again: %v", err)
	}
	otherServer := filepath.Join(t.TempDir(), "nod.db")
	startLog(t, "sqlite:"+otherServer, key).store.Close()
	if err := ledger.Rotate(t.Context(), ledger.Options{DSN: "sqlite:" + otherServer}, key, thief); err != nil {
		t.Fatal(err)
	}
	forged := startLog(t, "sqlite:"+otherServer, thief)
	a.log.base = forged.URL + "/v1/yunzhijia/log/"
	if _, err = a.run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "no trusted key") {
		t.Errorf("the old key has a second successor: %v", err)
	}
	known, err := forged.store.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = addSuccessors([]string{key.Verifier(), next.Verifier()}, known)
	if err == nil || !strings.Contains(err.Error(), "claims to have replaced it") {
		t.Errorf("who still trusts the old key: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 4 { // two addresses, two files each
		t.Errorf("left behind: %v, error %v", left, err)
	}
}

// An older copy of a log, put behind another address, has the keys of the one that was audited.
func TestALogIsFoundByItsKeysAtAnotherAddress(t *testing.T) {
	key := newKey(t)
	dir := t.TempDir()
	at := func(s *logServer, keys ...string) (auditResult, error) {
		t.Helper()
		a, err := newAudit(s.URL+"/yunzhijia", dir)
		if err != nil {
			t.Fatal(err)
		}
		return a.run(t.Context(), keys)
	}
	s := startLog(t, "sqlite:"+filepath.Join(t.TempDir(), "nod.db"), key)
	s.appendRecords(t, 20)
	if r, err := at(s, key.Verifier()); err != nil || !r.IsFirst || r.IsFirstUse {
		t.Fatalf("%+v, error %v", r, err)
	}
	older := startLog(t, "sqlite:"+filepath.Join(t.TempDir(), "nod.db"), key)
	older.appendRecords(t, 7)
	var failed *proof.AuditError
	if _, err := at(older); !errors.As(err, &failed) || failed.Step != proof.AuditHistory {
		t.Errorf("a shorter log otherServer: %v", err)
	}
	another := startLog(t, "sqlite:"+filepath.Join(t.TempDir(), "nod.db"), newKey(t))
	another.appendRecords(t, 3)
	if r, err := at(another); err != nil || !r.IsFirst {
		t.Errorf("a log of another key: %+v, error %v", r, err)
	}
}

func TestAuditStateThatIsLostOrDamaged(t *testing.T) {
	s := startLog(t, "sqlite:"+filepath.Join(t.TempDir(), "nod.db"), newKey(t))
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
		t.Errorf("%v reads %s", err, a.log.base)
	}
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	otherServer, err := newAudit(s.URL+"/portal", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	_, err = otherServer.run(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "Check that this is the address of a Nod site") {
		t.Errorf("another server: %v", err)
	}
}
