//go:build !js

package ledger

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/consent"
)

// C-35, C-58
func TestAnErasedSubjectIsGoneAndEveryProofHolds(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		key := testKey(t)
		s := openTest(t, e, Options{Key: key})
		gone, stays := grant(), grant()
		receipts := [][]byte{mustAppend(t, s, gone), mustAppend(t, s, stays), mustAppend(t, s, later(gone, consent.Denied))}
		before, err := s.Checkpoint(t.Context(), testSite)
		if err != nil {
			t.Fatal(err)
		}

		n, err := s.Erase(t.Context(), testSite, gone.Decision.Subject)
		if err != nil || n != 2 {
			t.Fatalf("%d records erased, error %v: want 2", n, err)
		}
		if n, err := s.Erase(t.Context(), testSite, gone.Decision.Subject); err != nil || n != 0 {
			t.Errorf("once more: %d records erased, error %v", n, err)
		}
		if n, err := s.Erase(t.Context(), "elsewhere", stays.Decision.Subject); err != nil || n != 0 {
			t.Errorf("on another site: %d records erased, error %v", n, err)
		}

		records, err := s.Records(t.Context(), testSite, gone.Decision.Subject)
		if err != nil || len(records) != 0 {
			t.Errorf("%d records are left, error %v", len(records), err)
		}
		if ok, err := s.Authorized(t.Context(), testSite, gone.Decision.Subject, gone.Secret); err != nil || ok {
			t.Errorf("the secret still opens something: %v, error %v", ok, err)
		}
		_, err = s.Record(t.Context(), testSite, gone.Decision.ID)
		wantError(t, err, ErrErased)
		_, _, err = s.Append(t.Context(), gone) // a client that sends it again
		wantError(t, err, ErrErased)

		// What was given away keeps its worth, and the tree is what it was.
		for _, r := range receipts {
			if _, err := Verify(r, pin(t, key, testSite)); err != nil {
				t.Error(err)
			}
		}
		after, err := s.Checkpoint(t.Context(), testSite)
		if err != nil || !bytes.Equal(before, after) {
			t.Errorf("the checkpoint changed to %s, error %v", after, err)
		}
		if _, err := s.Proof(t.Context(), testSite, gone.Decision.ID); err != nil {
			t.Error(err)
		}
		checkTree(t, s, testSite, 3)
		// The subject may begin anew, with a secret of its own choice.
		again := grant()
		again.Decision.Subject = gone.Decision.Subject
		mustAppend(t, s, again)
		checkTree(t, s, testSite, 4)
	})
}

// Whoever guesses a record rightly, to the last character, cannot find out that it was there: the leaf is no function of
// the record alone.
func TestWhatIsLeftOfAnErasedSubjectConfirmsNoGuess(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := grant()
		var receipt Receipt
		if err := json.Unmarshal(mustAppend(t, s, entry), &receipt); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Erase(t.Context(), testSite, entry.Decision.Subject); err != nil {
			t.Fatal(err)
		}
		tile, err := s.Tile(t.Context(), testSite, tlog.Tile{H: TileHeight, L: -1, N: 0, W: 1})
		if err != nil {
			t.Fatal(err)
		}
		record := []byte(receipt.Record)
		if leafOf(record, receipt.Salt) != Hash(tile[2:]) {
			t.Fatal("with the salt, which the receipt has, the leaf follows from the record")
		}
		for _, salt := range []Hash{{}, hashOf(record), hashOf(entry.Decision.Subject[:]), hashOf(entry.Decision.ID[:]), Hash(entry.Body)} {
			if leafOf(record, salt) == Hash(tile[2:]) {
				t.Errorf("the leaf follows from the record and %s", salt)
			}
		}
		// Nothing else of the row but the id and the tree's own is there.
		var left int
		err = s.read.db.QueryRow(`SELECT count(*) FROM records WHERE subject IS NOT NULL OR secret_hash IS NOT NULL OR body_hash IS NOT NULL OR salt IS NOT NULL OR content IS NOT NULL`).Scan(&left)
		if err != nil || left != 0 {
			t.Errorf("%d rows with more, error %v", left, err)
		}
	})
}

func hashOf(b []byte) Hash { return Hash(tlog.RecordHash(b)) }

func TestSQLiteOverwritesWhatWasErased(t *testing.T) {
	dsn := sqliteEngine.dsn(t)
	s := openTest(t, sqliteEngine, Options{DSN: dsn})
	var gone []Entry
	for i := range 1000 { // enough for pages to be split
		entry := grant()
		mustAppend(t, s, entry)
		if i%3 == 0 {
			gone = append(gone, entry)
		}
	}
	path := strings.TrimPrefix(dsn, "sqlite:")
	found := func(e Entry) (in []string) {
		for _, file := range []string{path, path + "-wal"} {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for name, needle := range map[string][]byte{"subject key": binary.BigEndian.AppendUint64(nil, uint64(s.subjectKey(e.Decision.Subject)))[2:], "subject": e.Decision.Subject[:], "subject in text": []byte(e.Decision.Subject.String())} {
				if bytes.Contains(data, needle) {
					in = append(in, name+" in "+file)
				}
			}
		}
		return in
	}
	if len(found(gone[0])) == 0 {
		t.Fatal("nothing is found to begin with")
	}
	for _, e := range gone {
		if _, err := s.Erase(t.Context(), testSite, e.Decision.Subject); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, e := range gone {
		if in := found(e); len(in) > 0 {
			t.Errorf("after it was erased there is the %s", strings.Join(in, ", "))
		}
	}
	checkTree(t, s, testSite, 1000)
}

// C-36
func TestARestrictedSubjectIsEvidenceOnly(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := grant()
		mustAppend(t, s, entry)
		mustAppend(t, s, later(entry, consent.Granted))
		n, err := s.Restrict(t.Context(), testSite, entry.Decision.Subject)
		if err != nil || n != 2 {
			t.Fatalf("%d records restricted, error %v: want 2", n, err)
		}
		if records, err := s.Records(t.Context(), testSite, entry.Decision.Subject); err != nil || len(records) != 0 {
			t.Errorf("%d records still count, error %v", len(records), err)
		}
		if ok, err := s.Authorized(t.Context(), testSite, entry.Decision.Subject, entry.Secret); err != nil || ok {
			t.Errorf("the secret still opens something: %v, error %v", ok, err)
		}
		if _, err := s.Record(t.Context(), testSite, entry.Decision.ID); err != nil {
			t.Errorf("the evidence is gone: %v", err)
		}
		// The same subject decides again: as a new one.
		again := grant()
		again.Decision.Subject = entry.Decision.Subject
		mustAppend(t, s, again)
		if records, err := s.Records(t.Context(), testSite, entry.Decision.Subject); err != nil || len(records) != 1 {
			t.Errorf("%d records count, error %v: want the new one", len(records), err)
		}
		if n, err := s.Erase(t.Context(), testSite, entry.Decision.Subject); err != nil || n != 3 {
			t.Errorf("%d records erased, error %v: want all 3", n, err)
		}
		checkTree(t, s, testSite, 3)
	})
}

// C-36
func TestEvidenceIsKeptUntilItsTermAfterTheEndOfTheConsent(t *testing.T) {
	const day = 24 * time.Hour
	const year = 365 * day
	term := Term{Granted: year, Keep: 3 * year}
	scenario(t, func(t *testing.T, e testEngine) {
		now := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		began := now
		s := openTest(t, e, Options{Now: func() time.Time { return now }})
		kept := map[string]uuid.UUID{}
		keep := func(name string, entry Entry) Entry {
			mustAppend(t, s, entry)
			kept[name] = entry.Decision.ID
			return entry
		}
		refusing := grant()
		refusing.Decision.Answers = map[string]consent.State{"analytics": consent.Denied, "ads": consent.Denied}
		refusing.Grants = false
		keep("a refusal", refusing)
		keep("a grant", grant())
		withdrawn := keep("a grant that was withdrawn", grant())
		renewed := keep("a grant that was renewed", grant())
		now = began.Add(100 * day)
		keep("the withdrawal", later(withdrawn, consent.Denied))
		now = began.Add(360 * day)
		renewal := keep("the renewal", later(renewed, consent.Granted))

		left := func() (names []string) {
			for _, name := range []string{"a refusal", "a grant", "a grant that was withdrawn", "the withdrawal", "a grant that was renewed", "the renewal"} {
				if _, err := s.Record(t.Context(), testSite, kept[name]); err == nil {
					names = append(names, name)
				}
			}
			return names
		}
		for _, step := range []struct {
			after  time.Duration
			erased int
			want   string
		}{
			{3*year - day, 0, "a refusal, a grant, a grant that was withdrawn, the withdrawal, a grant that was renewed, the renewal"},
			{3*year + day, 1, "a grant, a grant that was withdrawn, the withdrawal, a grant that was renewed, the renewal"},
			{3*year + 99*day, 0, "a grant, a grant that was withdrawn, the withdrawal, a grant that was renewed, the renewal"},
			{3*year + 101*day, 2, "a grant, a grant that was renewed, the renewal"},
			{3*year + 361*day, 1, "a grant, the renewal"},
			{4*year + day, 1, "the renewal"},
			{4*year + 359*day, 0, "the renewal"},
		} {
			now = began.Add(step.after)
			mustAppend(t, s, grant()) // the clock is right: decisions come
			erased, err := s.Expire(t.Context(), testSite, term)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(left(), ", "); got != step.want || erased != step.erased {
				t.Errorf("after %d days %d are erased, and left are: %s\nwant %d, and: %s", step.after/day, erased, got, step.erased, step.want)
			}
		}
		// The subject whose first record is gone is still the one with the secret.
		if ok, err := s.Authorized(t.Context(), testSite, renewed.Decision.Subject, renewed.Secret); err != nil || !ok {
			t.Errorf("the secret went with the first record: %v, error %v", ok, err)
		}
		mustAppend(t, s, later(renewal, consent.Granted))
		now = began.Add(6 * year)
		mustAppend(t, s, grant())
		if _, err := s.Expire(t.Context(), testSite, term); err != nil {
			t.Fatal(err)
		}
		checkTree(t, s, testSite, 15)
	})
}

func TestExpiryGoesOnHoweverLittleTimeItHas(t *testing.T) {
	const year = 365 * 24 * time.Hour
	scenario(t, func(t *testing.T, e testEngine) {
		now := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		s := openTest(t, e, Options{Now: func() time.Time { return now }})
		for range 3 {
			mustAppend(t, s, grant())
		}
		now = now.Add(5 * year)
		mustAppend(t, s, grant())
		if n, err := s.expire(t.Context(), testSite, Term{Granted: year, Keep: 3 * year}, 0); err != nil || n != 3 {
			t.Errorf("%d records erased, error %v; want 3", n, err)
		}
	})
}

// C-26: the refusal of what is required some day must not go by the passing of time.
func TestARefusalStaysAsLongAsItsSubjectGoesOn(t *testing.T) {
	const year = 365 * 24 * time.Hour
	scenario(t, func(t *testing.T, e testEngine) {
		now := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		s := openTest(t, e, Options{Now: func() time.Time { return now }})
		refusal := grant()
		refusal.Decision.Answers, refusal.Grants = map[string]consent.State{"analytics": consent.Denied}, false
		mustAppend(t, s, refusal)
		now = now.Add(4 * year)
		other := later(refusal, consent.Denied)
		other.Decision.Answers, other.Covered = map[string]consent.State{"ads": consent.Denied}, other.Covered[1:]
		mustAppend(t, s, other)
		mustAppend(t, s, grant())
		for range 2 {
			if n, err := s.Expire(t.Context(), testSite, Term{Granted: year, Keep: 3 * year}); err != nil || n != 0 {
				t.Errorf("%d records went, error %v", n, err)
			}
		}
		now = now.Add(4 * year) // nothing came any more
		mustAppend(t, s, grant())
		if n, err := s.Expire(t.Context(), testSite, Term{Granted: year, Keep: 3 * year}); err != nil || n != 3 {
			t.Errorf("%d records went, error %v: want all that are old", n, err)
		}
	})
}
