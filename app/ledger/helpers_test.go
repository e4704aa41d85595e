package ledger

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
)

// testEngine is one kind of database that every scenario runs over.
type testEngine struct {
	name string
	// dsn names a new, empty database.
	dsn func(t testing.TB) string
	// lock keeps writers out of the store's database, as a different program could, until unlock.
	lock func(t testing.TB, dsn string) (unlock func())
	// fill makes every write fail because there is no space, until unfill.
	fill func(t testing.TB, s *Store) (unfill func())
}

var testEngines = []testEngine{sqliteEngine}

// scenario runs a test over every engine, over all of them at once.
func scenario(t *testing.T, run func(t *testing.T, e testEngine)) {
	t.Helper()
	for _, e := range testEngines {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			run(t, e)
		})
	}
}

const testSite = "portal"

func testKey(t testing.TB) *proof.Key {
	t.Helper()
	key, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// openTest opens a store that the test closes. A DSN and a key are added if opts has none.
func openTest(t testing.TB, e testEngine, opts Options) *Store {
	t.Helper()
	if opts.DSN == "" {
		opts.DSN = e.dsn(t)
	}
	if opts.Key == nil {
		opts.Key = testKey(t)
	}
	s, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func newSecret() string {
	var secret [consent.SecretLen]byte
	rand.Read(secret[:])
	return base64.RawURLEncoding.EncodeToString(secret[:])
}

// newGrant returns the entry of a new subject who grants one purpose.
func newGrant() Entry {
	d := consent.Decision{
		ID: uuid.Must(uuid.NewV7()), Subject: uuid.New(), Secret: newSecret(),
		Policy: "2024-01", Language: "zh-CN", Platform: policy.Web, Action: consent.Save,
		Answers:   map[string]consent.State{"analytics": consent.Granted, "ads": consent.Denied},
		DecidedAt: time.Now(), Presentation: consent.CustomPresentation,
	}
	return Entry{
		Site: testSite, Decision: d, Secret: d.Secret, Grants: true, Body: sha256.Sum256(d.ID[:]),
		Covered: []consent.Covered{{ID: "analytics", Hash: "AAAAAA"}, {ID: "ads", Hash: "BBBBBB"}},
	}
}

// newLater returns the entry of a later decision of the same subject, with the secret as bearer token.
func newLater(e Entry, state consent.State) Entry {
	previous := e.Decision.ID
	e.Decision.ID = uuid.Must(uuid.NewV7())
	e.Decision.Previous = &previous
	e.Decision.Secret = ""
	e.Decision.Answers = map[string]consent.State{"analytics": state}
	e.Covered = e.Covered[:1]
	e.Grants = state == consent.Granted
	e.Body = sha256.Sum256(e.Decision.ID[:])
	return e
}

func mustAppend(t testing.TB, s *Store, e Entry) []byte {
	t.Helper()
	receipt, repeated, err := s.Append(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	if repeated {
		t.Fatal("a new decision is reported as repeated")
	}
	return encode(t, receipt)
}

func encode(t testing.TB, r Receipt) []byte {
	t.Helper()
	encoded, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v: want %v", err, want)
	}
}

func pin(t testing.TB, key *proof.Key, site string) note.Verifier {
	t.Helper()
	verifierKey, err := proof.SiteVerifier(key.Verifier(), site)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(verifierKey)
	if err != nil {
		t.Fatal(err)
	}
	return verifier
}
