//go:build !js

package ledger

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// testEngine is one kind of database that every scenario runs over.
type testEngine struct {
	name string
	// dsn names a new, empty database.
	dsn func(t testing.TB) string
	// lock keeps writers out of the store's database, as another program would, until unlock.
	lock func(t testing.TB, dsn string) (unlock func())
	// fill makes every write fail for want of space, until unfill.
	fill func(t testing.TB, s *Store) (unfill func())
}

var testEngines = []testEngine{sqliteEngine}

// scenario runs a test over every engine.
func scenario(t *testing.T, run func(t *testing.T, e testEngine)) {
	t.Helper()
	for _, e := range testEngines {
		t.Run(e.name, func(t *testing.T) { run(t, e) })
	}
}

const testSite = "portal"

func testKey(t testing.TB) *Key {
	t.Helper()
	key, err := NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// openTest opens a store that the test closes. What opts leaves out is filled in.
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

// grant makes the entry of a new subject who grants one purpose.
func grant() Entry {
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

// later makes the entry of a later decision of the same subject, with the secret as bearer token.
func later(e Entry, state consent.State) Entry {
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
		t.Fatal("a new decision is said to be a repeated one")
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

func pin(t testing.TB, key *Key, site string) note.Verifier {
	t.Helper()
	verifierKey, err := SiteVerifier(key.Verifier(), site)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(verifierKey)
	if err != nil {
		t.Fatal(err)
	}
	return verifier
}

// C-35, C-58
func TestAnAppendedDecisionHasAReceiptThatVerifies(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		key := testKey(t)
		clock := time.Date(2026, 3, 4, 5, 6, 7, 890_000_000, time.UTC)
		s := openTest(t, e, Options{Key: key, Now: func() time.Time { return clock }})
		entry := grant()
		receipt := mustAppend(t, s, entry)

		verified, err := Verify(receipt, pin(t, key, testSite))
		if err != nil {
			t.Fatal(err)
		}
		record := verified.Record
		if !verified.Pinned || verified.KeyName != "consent.example/portal" {
			t.Errorf("verified by %q, pinned %v", verified.KeyName, verified.Pinned)
		}
		if record.Site != testSite || record.Subject != entry.Decision.Subject || !record.ReceivedAt.Equal(clock) {
			t.Errorf("record of %s, %s at %s", record.Site, record.Subject, record.ReceivedAt)
		}
		if diff := cmp.Diff(entry.Decision.Answers, record.Answers); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(entry.Covered, record.Covered); diff != "" {
			t.Error(diff)
		}
		if unpinned, err := Verify(receipt); err != nil || unpinned.Pinned {
			t.Errorf("without a pinned key: %v, pinned %v", err, unpinned.Pinned)
		}
	})
}

// C-47
func TestTheSecretIsNeitherInTheReceiptNorInTheDatabase(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := grant()
		receipt := mustAppend(t, s, entry)
		if bytes.Contains(receipt, []byte(entry.Secret)) {
			t.Error("the receipt holds the secret")
		}
		var stored []byte
		if err := s.read.db.QueryRow(`SELECT secret_hash FROM records`).Scan(&stored); err != nil {
			t.Fatal(err)
		}
		raw, _ := base64.RawURLEncoding.DecodeString(entry.Secret)
		if want := sha256.Sum256(raw); !bytes.Equal(stored, want[:]) {
			t.Error("the database holds something else than the SHA-256 of the secret's bytes")
		}
	})
}

func TestTheSameDecisionAgainGetsTheSameReceipt(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := grant()
		first := mustAppend(t, s, entry)
		for range 5 {
			mustAppend(t, s, grant())
		}
		again, repeated, err := s.Append(t.Context(), entry)
		if err != nil || !repeated {
			t.Fatalf("repeated %v, error %v", repeated, err)
		}
		if !bytes.Equal(first, encode(t, again)) {
			t.Error("the receipt has other bytes than the first time")
		}
		fetched, err := s.Receipt(t.Context(), testSite, entry.Decision.ID)
		if err != nil || !bytes.Equal(first, encode(t, fetched)) {
			t.Errorf("the fetched receipt has other bytes than the first time, error %v", err)
		}
		checkTree(t, s, testSite, 6)
	})
}

func TestTheSameDecisionSentManyTimesAtOnceIsKeptOnce(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := grant()
		var wg sync.WaitGroup
		receipts := make([][]byte, 20)
		var fresh sync.Map
		for i := range receipts {
			wg.Go(func() {
				receipt, repeated, err := s.Append(t.Context(), entry)
				if err != nil {
					t.Error(err)
					return
				}
				if !repeated {
					fresh.Store(i, true)
				}
				receipts[i], _ = receipt.Encode()
			})
		}
		wg.Wait()
		count := 0
		fresh.Range(func(any, any) bool { count++; return true })
		if count != 1 {
			t.Errorf("%d callers were told that theirs was the first: want 1", count)
		}
		for _, r := range receipts {
			if !bytes.Equal(r, receipts[0]) {
				t.Fatal("receipts differ")
			}
		}
		checkTree(t, s, testSite, 1)
	})
}

func TestTheSameIdWithAnotherBodyIsAConflict(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := grant()
		mustAppend(t, s, entry)
		entry.Body[0] ^= 1
		_, _, err := s.Append(t.Context(), entry)
		wantError(t, err, ErrConflict)

		entry.Site = "elsewhere" // ids count within a site
		mustAppend(t, s, entry)
	})
}

func TestAnErasedRecordIsSaidToBeErasedAndItsProofHolds(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := grant()
		mustAppend(t, s, entry)
		mustAppend(t, s, grant())
		_, err := s.write.db.Exec(`UPDATE records SET subject_key = NULL, subject = NULL, secret_hash = NULL, body_hash = NULL, salt = NULL, content = NULL WHERE id = $1`,
			entry.Decision.ID[:])
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = s.Append(t.Context(), entry)
		wantError(t, err, ErrErased)
		_, err = s.Record(t.Context(), testSite, entry.Decision.ID)
		wantError(t, err, ErrErased)
		_, err = s.Receipt(t.Context(), testSite, entry.Decision.ID)
		wantError(t, err, ErrErased)
		if records, err := s.Records(t.Context(), testSite, entry.Decision.Subject); err != nil || len(records) != 0 {
			t.Errorf("%d records are left of the subject, error %v", len(records), err)
		}
		if _, err := s.Proof(t.Context(), testSite, entry.Decision.ID); err != nil {
			t.Error(err)
		}
		checkTree(t, s, testSite, 2)
	})
}

// C-26: nobody but the subject can turn a refusal into a grant.
func TestWhoLacksTheSecretMayDenyAndNeverGrant(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		first := grant()
		mustAppend(t, s, first)
		cases := []struct {
			name   string
			secret string
			state  consent.State
			want   error
		}{
			{"the right secret grants", first.Secret, consent.Granted, nil},
			{"the right secret denies", first.Secret, consent.Denied, nil},
			{"no secret denies", "", consent.Denied, nil},
			{"a wrong secret denies", newSecret(), consent.Denied, nil},
			{"no secret does not grant", "", consent.Granted, ErrSecret},
			{"a wrong secret does not grant", newSecret(), consent.Granted, ErrSecret},
			{"what is no secret does not grant", "AAAA", consent.Granted, ErrSecret},
			{"the secret with a line break does not grant", first.Secret + "\n", consent.Granted, ErrSecret},
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				entry := later(first, c.state)
				entry.Secret = c.secret
				_, _, err := s.Append(t.Context(), entry)
				wantError(t, err, c.want)
			})
		}
	})
}

func TestGrantingForANewSubjectNeedsASecret(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := grant()
		entry.Secret = ""
		_, _, err := s.Append(t.Context(), entry)
		wantError(t, err, ErrSecretMissing)
		entry.Secret = "too short"
		_, _, err = s.Append(t.Context(), entry)
		wantError(t, err, ErrSecretMissing)
		checkTree(t, s, testSite, 0)
	})
}

// A refusal may be the first that this database hears of its subject, though the subject is older: it is kept, and
// nobody who comes later with a secret becomes the subject by that.
func TestARefusalOfANewSubjectWithoutASecretIsKeptAndLeavesTheSubjectWithoutOne(t *testing.T) {
	for _, test := range []struct {
		name   string
		secret string
		answer map[string]consent.State
	}{
		{"a refusal", "", map[string]consent.State{"analytics": consent.Denied}},
		{"a refusal with what is no secret", "AAAA", map[string]consent.State{"analytics": consent.Denied}},
		{"no answer at all", "", map[string]consent.State{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			scenario(t, func(t *testing.T, e testEngine) {
				opts := Options{DSN: e.dsn(t), Key: testKey(t)}
				s := openTest(t, e, opts)
				first := later(grant(), consent.Denied)
				first.Decision.Answers, first.Secret = test.answer, test.secret
				receipt := mustAppend(t, s, first)
				if _, err := Verify(receipt, pin(t, opts.Key, testSite)); err != nil {
					t.Fatal(err)
				}

				taken := grant()
				taken.Decision.Subject = first.Decision.Subject
				_, _, err := s.Append(t.Context(), taken)
				wantError(t, err, ErrSecret)
				again := openTest(t, e, opts) // which knows nothing but what the database says
				_, _, err = again.Append(t.Context(), taken)
				wantError(t, err, ErrSecret)
				refusal := later(first, consent.Denied)
				refusal.Secret = taken.Secret
				mustAppend(t, again, refusal)

				for _, secret := range []string{taken.Secret, first.Secret, base64.RawURLEncoding.EncodeToString(make([]byte, consent.SecretLen))} {
					if ok, err := again.Authorized(t.Context(), testSite, first.Decision.Subject, secret); ok || err != nil {
						t.Errorf("authorized %v, error %v: want nobody to be", ok, err)
					}
				}
				records, err := again.Records(t.Context(), testSite, first.Decision.Subject)
				if err != nil || len(records) != 2 {
					t.Errorf("%d records, error %v: want both refusals", len(records), err)
				}
				checkTree(t, again, testSite, 2)
			})
		})
	}
}

func TestOnlyTheSubjectsSecretAuthorizes(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := grant()
		mustAppend(t, s, entry)
		cases := []struct {
			name    string
			site    string
			subject uuid.UUID
			secret  string
			want    bool
		}{
			{"the secret", testSite, entry.Decision.Subject, entry.Secret, true},
			{"another secret", testSite, entry.Decision.Subject, newSecret(), false},
			{"no secret", testSite, entry.Decision.Subject, "", false},
			{"an unknown subject", testSite, uuid.New(), entry.Secret, false},
			{"another site", "elsewhere", entry.Decision.Subject, entry.Secret, false},
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				got, err := s.Authorized(t.Context(), c.site, c.subject, c.secret)
				if err != nil || got != c.want {
					t.Errorf("authorized %v, error %v: want %v", got, err, c.want)
				}
			})
		}
	})
}

// C-37
func TestARecordLeadsToThePresentationThatWasShown(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		presentation := Presentation{Site: testSite, Kind: Banner, Language: "zh-CN", Policy: "2024-01", HTML: "<p>同意？</p>", Texts: "{}"}
		presentation.Hash = PresentationHash(presentation)
		if len(presentation.Hash) != consent.PresentationLen {
			t.Fatalf("hash of %d characters", len(presentation.Hash))
		}
		entry := grant()
		entry.Decision.Presentation = presentation.Hash
		_, _, err := s.Append(t.Context(), entry)
		wantError(t, err, ErrPresentation)
		for range 2 {
			if err := s.PutPresentation(t.Context(), presentation); err != nil {
				t.Fatal(err)
			}
		}
		mustAppend(t, s, entry)
		record, err := s.Record(t.Context(), testSite, entry.Decision.ID)
		if err != nil {
			t.Fatal(err)
		}
		stored, err := s.Presentation(t.Context(), testSite, record.Presentation)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(presentation, stored); diff != "" {
			t.Error(diff)
		}
		elsewhere := grant()
		elsewhere.Site, elsewhere.Decision.Presentation = "elsewhere", presentation.Hash
		_, _, err = s.Append(t.Context(), elsewhere)
		wantError(t, err, ErrPresentation)
		_, err = s.Presentation(t.Context(), "elsewhere", presentation.Hash)
		wantError(t, err, ErrNotFound)
		presentation.HTML = "<p>同意！</p>"
		if err := s.PutPresentation(t.Context(), presentation); err == nil {
			t.Error("a presentation under the hash of another was stored")
		}
	})
}

func TestATextIsKeptOnceForAllPresentationsThatLeadToIt(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		var all []Presentation
		for _, l := range []Presentation{{HTML: "<p>a</p>", Texts: "<h1>é 全文</h1>"}, {HTML: "<p>b</p>", Texts: "<h1>é 全文</h1>"}, {HTML: "<p>b</p>", Texts: "<h1>other</h1>"}, {HTML: "<p>b</p>"}} {
			l.Site, l.Kind, l.Language, l.Policy = testSite, Banner, "en", "2024-01"
			l.Hash = PresentationHash(l)
			if err := s.PutPresentation(t.Context(), l); err != nil {
				t.Fatal(err)
			}
			all = append(all, l)
		}
		for _, want := range all {
			if got, err := s.Presentation(t.Context(), testSite, want.Hash); err != nil || got != want {
				t.Errorf("presentation %+v, want %+v, error %v", got, want, err)
			}
		}
		if _, err := s.write.db.ExecContext(t.Context(), `DELETE FROM texts WHERE text = '<h1>other</h1>'`); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Presentation(t.Context(), testSite, all[2].Hash); err == nil || !strings.Contains(err.Error(), "lost its text") {
			t.Errorf("a presentation whose text is gone: %v", err)
		}
		var texts int
		if err := s.read.db.QueryRowContext(t.Context(), `SELECT count(*) FROM texts`).Scan(&texts); err != nil || texts != 1 {
			t.Errorf("%d texts, want 1, error %v", texts, err)
		}
	})
}

func TestTheRecordsOfASubjectComeInTheOrderOfTheLog(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		first := grant()
		entries := []Entry{first, later(first, consent.Denied), later(first, consent.Granted)}
		for _, entry := range entries {
			mustAppend(t, s, entry)
			mustAppend(t, s, grant())
		}
		records, err := s.Records(t.Context(), testSite, first.Decision.Subject)
		if err != nil || len(records) != len(entries) {
			t.Fatalf("%d records, error %v", len(records), err)
		}
		for i, r := range records {
			if r.ID != entries[i].Decision.ID {
				t.Errorf("record %d is %s: want %s", i, r.ID, entries[i].Decision.ID)
			}
		}
		if records, err := s.Records(t.Context(), testSite, uuid.New()); err != nil || len(records) != 0 {
			t.Errorf("%d records of an unknown subject, error %v", len(records), err)
		}
		_, err = s.Record(t.Context(), testSite, uuid.New())
		wantError(t, err, ErrNotFound)
		_, err = s.Proof(t.Context(), testSite, uuid.New())
		wantError(t, err, ErrNotFound)
	})
}

func TestABadEntryLeavesTheOthersOfItsBatchAlone(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		first := grant()
		noPresentation, noSecret, wrongSecret, conflict := grant(), grant(), later(first, consent.Granted), first
		refusal := later(grant(), consent.Denied)
		refusal.Secret = ""
		taken := grant() // of a subject that the same batch leaves without a secret
		taken.Decision.Subject = refusal.Decision.Subject
		noPresentation.Decision.Presentation = PresentationHash(Presentation{})
		noSecret.Secret = ""
		wrongSecret.Secret = newSecret()
		conflict.Body[5] ^= 1
		last := later(first, consent.Granted) // of a subject that came with the same batch

		var waiting []*pending
		for _, entry := range []Entry{noPresentation, first, noSecret, wrongSecret, conflict, first, last, refusal, taken} {
			p, err := s.prepare(entry)
			if err != nil {
				t.Fatal(err)
			}
			waiting = append(waiting, p)
		}
		outcomes := s.commit(waiting)
		for i, want := range []error{ErrPresentation, nil, ErrSecretMissing, ErrSecret, ErrConflict, nil, nil, nil, ErrSecret} {
			if !errors.Is(outcomes[i].err, want) {
				t.Errorf("entry %d: error %v: want %v", i, outcomes[i].err, want)
			}
		}
		if !outcomes[5].repeated {
			t.Error("the same decision twice in a batch is not said to be repeated")
		}
		for _, i := range []int{1, 6, 7} {
			receipt, err := outcomes[i].tree.receipt(outcomes[i].index)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Verify(encode(t, receipt)); err != nil {
				t.Error(err)
			}
		}
		checkTree(t, s, testSite, 3)
	})
}

func TestAMalformedDecisionIsNotQueued(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := grant()
		entry.Decision.ID = uuid.New() // version 4
		_, _, err := s.Append(t.Context(), entry)
		wantError(t, err, consent.ErrMalformed)
		entry = grant()
		entry.Covered = make([]consent.Covered, 5000)
		_, _, err = s.Append(t.Context(), entry)
		wantError(t, err, consent.ErrMalformed)
		entry = grant()
		entry.Site = "../portal"
		if _, _, err := s.Append(t.Context(), entry); err == nil {
			t.Error("a site of a strange name was taken")
		}
	})
}

func TestManyAtOnceShareCommitsAndAllReceiptsVerify(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		key := testKey(t)
		s := openTest(t, e, Options{Key: key})
		sites := []string{testSite, "shop"}
		const each = 100
		receipts := make([][]byte, each*len(sites))
		var wg sync.WaitGroup
		for i := range receipts {
			wg.Go(func() {
				entry := grant()
				entry.Site = sites[i%len(sites)]
				receipt, _, err := s.Append(t.Context(), entry)
				if err != nil {
					t.Error(err)
					return
				}
				receipts[i], _ = receipt.Encode()
			})
		}
		wg.Wait()
		for i, r := range receipts {
			if _, err := Verify(r, pin(t, key, sites[i%len(sites)])); err != nil {
				t.Fatal(err)
			}
			if _, err := Verify(r, pin(t, key, sites[(i+1)%len(sites)])); err == nil {
				t.Fatal("the receipt of one site passes for another's")
			}
		}
		stats := s.Stats()
		if stats.Appended != int64(len(receipts)) || stats.Commits >= stats.Appended {
			t.Errorf("%d appends in %d commits: want fewer commits", stats.Appended, stats.Commits)
		}
		for _, site := range sites {
			checkTree(t, s, site, each)
		}
	})
}

func TestTwoStoresGrowOneTree(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		opts := Options{DSN: e.dsn(t), Key: testKey(t)}
		stores := []*Store{openTest(t, e, opts), openTest(t, e, opts)}
		both := grant() // reaches both
		var wg sync.WaitGroup
		var fresh atomic.Int64
		const each = 50
		for _, s := range stores {
			for i := range each {
				wg.Go(func() {
					entry := grant()
					if i == 0 {
						entry = both
					}
					receipt, repeated, err := s.Append(t.Context(), entry)
					if err != nil {
						t.Error(err)
						return
					}
					if !repeated {
						fresh.Add(1)
					}
					encoded, _ := receipt.Encode()
					if _, err := Verify(encoded, pin(t, opts.Key, testSite)); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		if fresh.Load() != each*2-1 {
			t.Errorf("%d decisions were new: want %d", fresh.Load(), each*2-1)
		}
		checkTree(t, stores[0], testSite, each*2-1)
	})
}

// C-58
func TestAnyRecordIsProvenAgainstTheLatestCheckpoint(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		key := testKey(t)
		s := openTest(t, e, Options{Key: key})
		empty, err := s.Checkpoint(t.Context(), testSite)
		if err != nil {
			t.Fatal(err)
		}
		// The root of no leaves is the hash of nothing (RFC 6962, 2.1).
		if want := "consent.example/portal\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"; !strings.HasPrefix(string(empty), want) {
			t.Errorf("empty checkpoint:\n%s", empty)
		}
		var receipts [][]byte
		for range 13 {
			receipts = append(receipts, mustAppend(t, s, grant()))
		}
		for _, r := range receipts {
			receipt, err := ParseReceipt(r)
			if err != nil {
				t.Fatal(err)
			}
			record, err := parseRecord(receipt.Record)
			if err != nil {
				t.Fatal(err)
			}
			proof, err := s.Proof(t.Context(), testSite, record.ID)
			if err != nil {
				t.Fatal(err)
			}
			// With the newer proof, the receipt is one against the latest checkpoint.
			receipt.LeafIndex, receipt.TreeSize = proof.LeafIndex, proof.TreeSize
			receipt.Proof, receipt.Checkpoint = proof.Proof, proof.Checkpoint
			if v, err := Verify(encode(t, receipt), pin(t, key, testSite)); err != nil || v.TreeSize != 13 {
				t.Errorf("tree of %d, error %v", v.TreeSize, err)
			}
		}
	})
}

func TestTheStoreIsTheSameAfterReopening(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		opts := Options{DSN: e.dsn(t), Key: testKey(t)}
		entry := grant()
		s, err := Open(t.Context(), opts)
		if err != nil {
			t.Fatal(err)
		}
		first := mustAppend(t, s, entry)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openTest(t, e, opts)
		mustAppend(t, s, grant())
		again, repeated, err := s.Append(t.Context(), entry)
		if err != nil || !repeated || !bytes.Equal(first, encode(t, again)) {
			t.Errorf("repeated %v, error %v, same bytes %v", repeated, err, bytes.Equal(first, encode(t, again)))
		}
		checkTree(t, s, testSite, 2)
	})
}

func TestADatabaseRefusesAKeyThatItDoesNotKnow(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		dsn := e.dsn(t)
		open := func(key *Key) (*Store, error) { return Open(t.Context(), Options{DSN: dsn, Key: key}) }
		first := testKey(t)
		for range 2 { // while it is empty, and then
			s, err := open(first)
			if err != nil {
				t.Fatal(err)
			}
			_, err = open(testKey(t))
			wantError(t, err, ErrKey)
			mustAppend(t, s, grant())
			s.Close()
		}
	})
}

func TestALockedDatabaseIsUnavailableAndWorksAgainLater(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		opts := Options{DSN: e.dsn(t), LockTimeout: 50 * time.Millisecond}
		s := openTest(t, e, opts)
		mustAppend(t, s, grant())
		unlock := e.lock(t, opts.DSN)
		entry := grant()
		_, _, err := s.Append(t.Context(), entry)
		wantError(t, err, ErrUnavailable)
		t.Log(err)
		if err := s.Ping(t.Context()); err != nil {
			t.Errorf("reading goes on while another writes: %v", err)
		}
		unlock()
		mustAppend(t, s, entry)
		checkTree(t, s, testSite, 2)
	})
}

func TestAFullDiskIsUnavailableAndWorksAgainLater(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		kept := 0
		for ; kept < 5; kept++ {
			mustAppend(t, s, grant())
		}
		unfill := e.fill(t, s)
		var failed []Entry
		for range 200 {
			entry := grant()
			_, _, err := s.Append(t.Context(), entry)
			if err == nil { // there is room left in pages that were there before
				kept++
				continue
			}
			wantError(t, err, ErrUnavailable)
			failed = append(failed, entry)
			if len(failed) == 3 {
				t.Log(err)
				break
			}
		}
		if len(failed) == 0 {
			t.Fatal("the disk never got full")
		}
		checkTree(t, s, testSite, kept)
		unfill()
		for _, entry := range failed {
			mustAppend(t, s, entry)
		}
		checkTree(t, s, testSite, kept+len(failed))
	})
}

func TestAFullQueueIsBusy(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		opts := Options{DSN: e.dsn(t), Queue: 2, LockTimeout: 10 * time.Second}
		s := openTest(t, e, opts)
		unlock := e.lock(t, opts.DSN)
		var wg sync.WaitGroup
		results := make(chan error, 50)
		for range cap(results) {
			wg.Go(func() {
				_, _, err := s.Append(t.Context(), grant())
				results <- err
			})
		}
		err := <-results
		wantError(t, err, ErrBusy)
		unlock()
		wg.Wait()
		close(results)
		kept := 0
		for err := range results {
			if err == nil {
				kept++
			} else if !errors.Is(err, ErrBusy) {
				t.Error(err)
			}
		}
		checkTree(t, s, testSite, kept)
	})
}

func TestACallerWhoGivesUpCanAskAgain(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		opts := Options{DSN: e.dsn(t), LockTimeout: 10 * time.Second}
		s := openTest(t, e, opts)
		unlock := e.lock(t, opts.DSN)
		entry := grant()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		_, _, err := s.Append(ctx, entry)
		wantError(t, err, context.DeadlineExceeded)
		unlock()
		receipt, _, err := s.Append(t.Context(), entry)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(encode(t, receipt)); err != nil {
			t.Error(err)
		}
		checkTree(t, s, testSite, 1)
	})
}

func TestCloseStoresWhatWaits(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		opts := Options{DSN: e.dsn(t), Key: testKey(t), Batch: 1, LockTimeout: 10 * time.Second}
		s := openTest(t, e, opts)
		unlock := e.lock(t, opts.DSN)
		const waiting = 20
		results := make(chan error, waiting)
		for range waiting {
			go func() {
				_, _, err := s.Append(t.Context(), grant())
				results <- err
			}()
		}
		for s.Stats().Queued < waiting-1 { // one is with the writer
			time.Sleep(time.Millisecond)
		}
		closed := make(chan error)
		go func() { closed <- s.Close() }()
		unlock()
		if err := <-closed; err != nil {
			t.Fatal(err)
		}
		for range waiting {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		_, _, err := s.Append(t.Context(), grant())
		wantError(t, err, ErrClosed)
		checkTree(t, openTest(t, e, opts), testSite, waiting)
	})
}

func TestAnUnknownKindOfDatabaseIsRefusedByName(t *testing.T) {
	for dsn, want := range map[string]string{
		"postgres://user:hunter2@db:port/nod":     "want postgres://USER:PASSWORD@HOST",
		"postgres://user:hunter2@127.0.0.1:1/nod": "connection refused",
		"mysql:nod:hunter2":                       "want sqlite:PATH",
		"nod.db":                                  "want sqlite:PATH",
		"sqlite:":                                 "path of a file",
		"sqlite::memory:":                         "path of a file",
		"":                                        "want sqlite:PATH",
		"sqlite:/no/such/directory/x.db":          "no such file or directory",
	} {
		t.Run(fmt.Sprintf("%q", dsn), func(t *testing.T) {
			_, err := Open(t.Context(), Options{DSN: dsn, Key: testKey(t)})
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error %v: want %q", err, want)
			}
		})
	}
}

func TestADatabaseFromBeforeTheFirstReleaseIsRefusedWithTheReason(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		dsn, key := e.dsn(t), testKey(t)
		s := openTest(t, e, Options{DSN: dsn, Key: key})
		if _, err := s.write.db.Exec(`CREATE TABLE layouts (site TEXT)`); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), Options{DSN: dsn, Key: key}); err == nil || !strings.Contains(err.Error(), "from before the first release") {
			t.Errorf("error %v", err)
		}
	})
}
