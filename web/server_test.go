package web_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web"
)

// What every request of these tests comes with, and no log may hold (C-47).
const (
	testHost  = "consent.example"
	ownOrigin = "http://" + testHost
	testPeer  = "192.0.2.77"
	testAgent = "Particular/9.9 (of one person)"
)

// server is a Server over a real store and real sites.
type server struct {
	testing.TB
	*web.Server
	store *ledger.Store
	key   *proof.Key
	path  string // of the database
	log   *log
}

// in is the server in a part of its test.
func (s *server) in(t testing.TB) *server {
	part := *s
	part.TB = t
	return &part
}

// log is what a server wrote into its log, and what must not be there.
type log struct {
	mu       sync.Mutex
	written  bytes.Buffer
	personal map[string]bool
}

// Write takes a line of the log.
func (l *log) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.written.Write(line)
}

// clear begins anew.
func (l *log) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.written.Reset()
	l.personal = map[string]bool{testPeer: true, testAgent: true}
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.written.String()
}

// check wants a log that leads to nobody.
func (l *log) check(t testing.TB) {
	t.Helper()
	for line := range strings.Lines(l.String()) {
		for text := range l.personal {
			if strings.Contains(line, text) {
				t.Errorf("the log holds %q, which leads to a person: %s", text, line)
			}
		}
	}
}

// common is the server of shared.
var common *server

func TestMain(m *testing.M) {
	status := m.Run()
	if common != nil {
		if err := common.store.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			status = 1
		}
		os.RemoveAll(filepath.Dir(common.path))
	}
	os.Exit(status)
}

// shared gives a server of all sites, behind proxy, that many tests use one after the other: to make all pages takes
// time. When the test ends, the log must hold nothing that leads to a person.
func shared(t testing.TB) *server {
	t.Helper()
	if common == nil {
		dir, err := os.MkdirTemp("", "nod")
		if err != nil {
			t.Fatal(err)
		}
		common = open(t, dir, ledger.Options{}, sites(t, "yunzhijia", "example", "acme", "hostile", "native"), proxy)
	}
	s := common.in(t)
	s.log.clear()
	t.Cleanup(func() { s.log.check(t) })
	return s
}

// start makes a server of site acme, unless sites says otherwise, for a test that shared is not good enough for.
func start(t testing.TB, change ...func(*web.Options)) *server {
	t.Helper()
	return startWith(t, ledger.Options{}, change...)
}

func startWith(t testing.TB, store ledger.Options, change ...func(*web.Options)) *server {
	t.Helper()
	s := open(t, t.TempDir(), store, change...)
	t.Cleanup(func() {
		if err := s.store.Close(); err != nil {
			t.Error(err)
		}
		s.log.check(t)
	})
	return s
}

func open(t testing.TB, dir string, store ledger.Options, change ...func(*web.Options)) *server {
	t.Helper()
	s := &server{TB: t, path: filepath.Join(dir, "nod.db"), log: &log{}}
	s.log.clear()
	log := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	if s.key, err = proof.NewKey("ledger.example"); err != nil {
		t.Fatal(err)
	}
	store.DSN, store.Key, store.Log = "sqlite:"+s.path, s.key, log
	if s.store, err = ledger.Open(context.Background(), store); err != nil {
		t.Fatal(err)
	}
	o := web.Options{Ledger: s.store, Log: log, BrotliQuality: 4}
	sites(t, "acme")(&o)
	for _, f := range change {
		f(&o)
	}
	if s.Server, err = web.New(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	return s
}

// private notes a text that must not come into the log.
func (s *server) private(text string) string {
	if len(text) > 4 { // shorter ones are in anything
		s.log.mu.Lock()
		defer s.log.mu.Unlock()
		s.log.personal[text] = true
	}
	return text
}

// answer is what came back.
type answer struct {
	testing.TB
	*http.Response
	body []byte
}

// send sends a request with the headers, each as "Name: value". What leads to a person among them is noted as private.
func (s *server) send(method, target, body string, headers ...string) answer {
	s.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.RemoteAddr = testPeer + ":40000"
	r.Host = testHost
	r.Header.Set("User-Agent", testAgent)
	for _, h := range headers {
		name, value, ok := strings.Cut(h, ":")
		if !ok {
			s.Fatalf("header %q", h)
		}
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "Host":
			r.Host = value
		case "From": // the address of the connection
			r.RemoteAddr = s.private(value) + ":40000"
		case "Origin", "Authorization", "Cookie", "X-Forwarded-For":
			s.private(value)
			r.Header.Add(name, value)
		default:
			r.Header.Add(name, value)
		}
	}
	return s.serve(r)
}

func (s *server) serve(r *http.Request) answer {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return answer{s.TB, w.Result(), w.Body.Bytes()}
}

func (s *server) get(target string, headers ...string) answer {
	s.Helper()
	return s.send("GET", target, "", headers...)
}

// is wants a status.
func (a answer) is(status int) answer {
	a.Helper()
	if a.StatusCode != status {
		a.Fatalf("status %d, body %.500q; want %d", a.StatusCode, a.body, status)
	}
	return a
}

// has wants exactly these values of a header; none for "".
func (a answer) has(name string, want ...string) answer {
	a.Helper()
	if got := a.Header.Values(name); strings.Join(got, "\n") != strings.Join(want, "\n") {
		a.Errorf("%s is %q; want %q", name, got, want)
	}
	return a
}

// lacks wants no header of these names.
func (a answer) lacks(names ...string) answer {
	a.Helper()
	for _, name := range names {
		a.has(name)
	}
	return a
}

// problem wants a whole problem document of RFC 9457, of this kind.
func (a answer) problem(status int, kind string) answer {
	a.Helper()
	a.is(status).has("Content-Type", "application/problem+json").has("Cache-Control", "no-store")
	var got struct {
		Type, Title, Detail string
		Status              int
	}
	d := json.NewDecoder(bytes.NewReader(a.body))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		a.Fatalf("body %q is no problem document: %v", a.body, err)
	}
	if got.Type != "urn:nod:problem:"+kind || got.Status != status || got.Title != http.StatusText(status) || got.Detail == "" {
		a.Errorf("problem %+v; want %s with status, title and detail", got, kind)
	}
	return a
}

// json reads the body, strictly, into v.
func (a answer) json(v any) answer {
	a.Helper()
	a.has("Content-Type", "application/json").has("Cache-Control", "no-store").has("X-Content-Type-Options", "nosniff")
	d := json.NewDecoder(bytes.NewReader(a.body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		a.Fatalf("body %.500q: %v", a.body, err)
	}
	return a
}

// decision is the body of a POST to /v1/{site}/decisions. Unlike consent.Decision it can be wrong.
type decision map[string]any

// decision makes one that refuses everything of site acme, with an id, a subject and a secret of its own, and changes
// it: keys and values, in turn. A value of nil takes the key out.
func (s *server) decision(change ...any) decision {
	id, err := uuid.NewV7()
	if err != nil {
		s.Fatal(err)
	}
	d := decision{
		"id": id.String(), "previous": (*string)(nil), "subject": uuid.NewString(), "secret": newSecret(),
		"policy": acmeVersion, "language": "en", "platform": "web", "action": "reject_all",
		"answers":    map[string]string{"analytics": "denied", "beacons": "denied", "transfer": "denied"},
		"decided_at": "2026-05-04T03:02:01.000Z", "presentation": "custom", "gpc": false,
	}
	for i := 0; i < len(change); i += 2 {
		if name := change[i].(string); change[i+1] == nil {
			delete(d, name)
		} else {
			d[name] = change[i+1]
		}
	}
	for _, name := range []string{"id", "subject", "secret", "previous"} {
		if text, ok := d[name].(string); ok {
			s.private(text)
		}
	}
	return d
}

// after makes a decision of the same subject that knows of this one.
func (s *server) after(d decision, change ...any) decision {
	return s.decision(append([]any{"subject", d["subject"], "secret", nil, "previous", d["id"]}, change...)...)
}

func (d decision) String() string {
	body, err := json.Marshal(map[string]any(d))
	if err != nil {
		panic(err)
	}
	return string(body)
}

func (d decision) bearer() string { return fmt.Sprintf("Authorization: Bearer %s", d["secret"]) }

const jsonType = "Content-Type: application/json"

// decide posts a decision to site acme.
func (s *server) decide(d decision, headers ...string) answer {
	s.Helper()
	return s.send("POST", "/v1/acme/decisions", d.String(), append([]string{jsonType}, headers...)...)
}

func newSecret() string {
	secret := make([]byte, 32)
	rand.Read(secret)
	return base64.RawURLEncoding.EncodeToString(secret)
}

// states reads what the server says of a subject to whoever has its secret.
func (s *server) states(subject, secret string, headers ...string) (all map[string]string) {
	s.Helper()
	var got struct {
		Subject, Decision, Policy string
		DecidedAt                 time.Time `json:"decided_at"`
		Answers, Services         map[string]string
	}
	s.get("/v1/acme/subjects/"+subject, append(headers, "Authorization: Bearer "+secret)...).is(http.StatusOK).json(&got)
	all = got.Answers
	for id, state := range got.Services {
		all[id] = state
	}
	return all
}

// troubled is a ledger that fails to append.
type troubled struct {
	*ledger.Store
	err error
}

// trouble puts a troubled ledger in place of the real one.
func trouble(l *troubled) func(*web.Options) {
	return func(o *web.Options) { l.Store, o.Ledger = o.Ledger.(*ledger.Store), l }
}

func (l *troubled) Append(context.Context, ledger.Entry) (ledger.Receipt, bool, error) {
	return ledger.Receipt{}, false, l.err
}

// builtIn loads a site that the program carries.
func builtIn(t testing.TB, id string) *policy.Site {
	t.Helper()
	files, err := fs.Sub(assets.Files, "sites")
	if err != nil {
		t.Fatal(err)
	}
	site, err := load.Site(files, id)
	if err != nil {
		t.Fatal(err)
	}
	return site
}
