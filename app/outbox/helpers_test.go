package outbox

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/ledgertest"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
)

// testEngines are those that each test runs over.
var testEngines, startEngines = ledgertest.Start()

func TestMain(m *testing.M) {
	os.Exit(ledgertest.Run(m, startEngines))
}

// whsec is the secret of the tests' webhooks: 32 bytes.
const whsec = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0123456789A="

// target is a server that takes webhooks.
type target struct {
	*httptest.Server
	mu       sync.Mutex
	answer   http.HandlerFunc // guarded by mu
	requests []received       // guarded by mu
}

type received struct {
	header http.Header
	body   []byte
}

func startTarget(t *testing.T) *target {
	to := &target{answer: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }}
	to.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		body.ReadFrom(r.Body)
		to.mu.Lock()
		to.requests = append(to.requests, received{r.Header, body.Bytes()})
		answer := to.answer
		to.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(to.Close)
	return to
}

func (to *target) answerWith(answer http.HandlerFunc) {
	to.mu.Lock()
	defer to.mu.Unlock()
	to.answer = answer
}

func (to *target) all() []received {
	to.mu.Lock()
	defer to.mu.Unlock()
	return append([]received(nil), to.requests...)
}

// bench is a sender with a clock that the test sets, and one site with one webhook.
type bench struct {
	*Sender
	t     *testing.T
	store *ledger.Store
	now   time.Time
	to    *target
	site  *policy.Site
}

func onEngines(t *testing.T, run func(t *testing.T, b *bench)) {
	t.Helper()
	for name, dsn := range testEngines {
		t.Run(name, func(t *testing.T) { run(t, newBench(t, dsn(t))) })
	}
}

func newBench(t *testing.T, dsn string) *bench {
	t.Helper()
	key, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, now: time.Now().UTC(), to: startTarget(t)}
	now := func() time.Time { return b.now }
	b.site = &policy.Site{ID: "shop", Webhooks: []policy.Webhook{{ID: "mailer", URL: b.to.URL + "/hook?x=1"}}}
	secrets, err := ParseSecrets([]byte("# comment\n\nshop/mailer " + whsec + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	b.Sender = &Sender{
		Box: NewBox(now, []*policy.Site{b.site}), Secrets: secrets, Log: slog.New(slog.DiscardHandler),
		Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}
	b.store, err = ledger.Open(t.Context(), ledger.Options{DSN: dsn, Key: key, Now: now, Hooks: b.Box.Hooks()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.store.Close() })
	b.Store = b.store
	return b
}

// add stores a message, as a transaction on requests does.
func (b *bench) add(kind string) uuid.UUID {
	b.t.Helper()
	id := uuid.Must(uuid.NewV7())
	err := b.store.WriteDesk(b.t.Context(), "shop", func(_ context.Context, tx *ledger.DeskTx) error {
		return b.Box.Add(b.t.Context(), tx.Queries, "shop", Message{id, kind, b.now, map[string]string{"request": "x"}})
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return id
}

func (b *bench) deliver(want int) {
	b.t.Helper()
	if n, err := b.DeliverDue(b.t.Context()); err != nil || n != want {
		b.t.Fatalf("%d delivered, error %v; want %d", n, err, want)
	}
}

func (b *bench) list() []Undelivered {
	b.t.Helper()
	undelivered, err := List(b.t.Context(), b.store.ReadDesk())
	if err != nil {
		b.t.Fatal(err)
	}
	return undelivered
}
