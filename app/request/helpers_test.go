package request

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"os"
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
	if dsn := os.Getenv(crashDSN); dsn != "" {
		receiveEndlessly(dsn)
	}
	os.Exit(ledgertest.Run(m, startEngines))
}

// bench is a desk with a clock that the test sets, and one site.
type bench struct {
	*Desk
	t     *testing.T
	store *ledger.Store
	key   *proof.Key
	dsn   string
	now   time.Time
	site  *policy.Site
	host  ed25519.PrivateKey
}

// onEngines runs a test over every engine.
func onEngines(t *testing.T, run func(t *testing.T, b *bench)) {
	t.Helper()
	for name, dsn := range testEngines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, newBench(t, dsn(t)))
		})
	}
}

func newBench(t *testing.T, dsn string) *bench {
	t.Helper()
	key, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, key: key, dsn: dsn, now: beijing(t, "2026-09-18 10:00:00")}
	b.store, err = ledger.Open(t.Context(), ledger.Options{DSN: dsn, Key: key, Now: func() time.Time { return b.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.store.Close() })
	b.Desk = New(b.store, func() time.Time { return b.now })
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b.host = private
	b.site = testSite(t, public)
	return b
}

// testSite is a site with a desk, whose host signs with the key.
func testSite(t testing.TB, public ed25519.PublicKey) *policy.Site {
	t.Helper()
	encoded, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	text := func(s string) policy.Text { return policy.Text{"en": s} }
	p := &policy.Policy{
		Version: "1", Effective: "2026-01-01",
		Requests: policy.Requests{
			AnswerDays: 15, ContactDays: 15, Fee: text("Free, but for repetitions."),
			Grounds: []policy.Ground{{ID: "repeated", Text: text("Repeated")}, {ID: "harm", Text: text("Harms others")}},
		},
	}
	return &policy.Site{
		ID: "portal", Languages: []string{"en"}, TimeZone: "Asia/Shanghai", Current: "1",
		Policies: []*policy.Policy{p}, Evidence: policy.Evidence{Years: 3},
		Desk: policy.Desk{
			Calendar: "CN", KeepDays: 180,
			Assertion: policy.Issuer{Issuer: "https://host.example", Keys: []policy.IssuerKey{{
				ID: "a", Algorithm: "EdDSA",
				Key: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: encoded})),
			}}},
		},
	}
}

// beijing reads a time in the site's zone.
func beijing(t testing.TB, text string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation(time.DateTime, text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func newSecret() string {
	var secret [32]byte
	rand.Read(secret[:])
	return base64.RawURLEncoding.EncodeToString(secret[:])
}

func newSubmission(kinds ...Kind) Submission {
	return Submission{
		ID: uuid.Must(uuid.NewV7()), Secret: newSecret(), Language: "en", Platform: "web", Kinds: kinds,
		Text: "Please send me what you have of me.", Contact: "person@mail.example", Tenant: "acme",
	}
}

func (b *bench) receive(sent Submission) Case {
	b.t.Helper()
	c, repeated, err := b.Receive(b.t.Context(), b.site, sent)
	if err != nil || repeated {
		b.t.Fatalf("repeated %v, error %v", repeated, err)
	}
	return c
}

func (b *bench) verifyByStaff(c Case) Case {
	b.t.Helper()
	c, err := b.VerifyByStaff(b.t.Context(), b.site, c.ID, c.Version, ByWriting, b.now)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func (b *bench) tick() Tick {
	b.t.Helper()
	done, err := b.Tick(b.t.Context(), b.site)
	if err != nil {
		b.t.Fatal(err)
	}
	return done
}

func (b *bench) read(id uuid.UUID) Case {
	b.t.Helper()
	c, err := b.Read(b.t.Context(), b.site.ID, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// checkTree checks that every event of the cases is a leaf, that nothing else is, and that the database is as it was
// written.
func (b *bench) checkTree(want int) {
	b.t.Helper()
	checked, err := b.store.CheckAll(b.t.Context(), ledger.CheckOptions{})
	if err != nil || len(checked.Faults) > 0 {
		b.t.Fatalf("faults %v, error %v", checked.Faults, err)
	}
	for _, tree := range checked.Trees {
		if tree.Site == ledger.DeskTree(b.site.ID) && int(tree.Leaves) == want {
			return
		}
	}
	b.t.Errorf("trees %+v: want %d leaves of requests", checked.Trees, want)
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v: want %v", err, want)
	}
}

// letter is long enough for an answer.
const letter = "We looked at everything that we have of you."

var doneAll = []string{
	"data", "purposes", "recipients", "retention", "source", "format", "fields", "systems", "retained", "backups",
	"explained", "examined", "consent-or-contract", "feasible", "others", "recipient",
}
