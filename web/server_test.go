package web_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/sdk/js"
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

// clear empties the log.
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

// check checks that the log leads to nobody.
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
	if status == 0 && isWholeRun() {
		for _, missing := range describedAPI().listUnseen() {
			fmt.Fprintf(os.Stderr, "assets/openapi.yaml: no request of a test is answered so: %s\n", missing)
			status = 1
		}
	}
	if common != nil {
		if err := common.store.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			status = 1
		}
		os.RemoveAll(filepath.Dir(common.path))
	}
	os.Exit(status)
}

// shared returns a server of all sites, behind proxy, that many tests use one after the other: to make all pages takes
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

// clientAddress is where a version of the npm package is.
func (s *server) clientAddress() string {
	s.Helper()
	version, err := js.ReadVersion()
	if err != nil {
		s.Fatal(err)
	}
	return "/sdk/client-" + version + ".tgz"
}
