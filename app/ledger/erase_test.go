package ledger

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/consent"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// C-35, C-58
func TestAnErasedSubjectIsGoneAndEveryProofHolds(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		key := testKey(t)
		s := openTest(t, e, Options{Key: key})
		erased, other := newGrant(), newGrant()
		receipts := [][]byte{
			mustAppend(t, s, erased), mustAppend(t, s, other), mustAppend(t, s, newLater(erased, consent.Denied)),
		}
		before, err := s.Checkpoint(t.Context(), testSite)
		if err != nil {
			t.Fatal(err)
		}

		n, err := s.Erase(t.Context(), testSite, erased.Decision.Subject)
		if err != nil || n != 2 {
			t.Fatalf("%d records erased, error %v: want 2", n, err)
		}
		if n, err := s.Erase(t.Context(), testSite, erased.Decision.Subject); err != nil || n != 0 {
			t.Errorf("again: %d records erased, error %v", n, err)
		}
		if n, err := s.Erase(t.Context(), "elsewhere", other.Decision.Subject); err != nil || n != 0 {
			t.Errorf("on another site: %d records erased, error %v", n, err)
		}

		records, err := s.Records(t.Context(), testSite, erased.Decision.Subject)
		if err != nil || len(records) != 0 {
			t.Errorf("%d records are left, error %v", len(records), err)
		}
		if ok, err := s.Authorized(t.Context(), testSite, erased.Decision.Subject, erased.Secret); err != nil || ok {
			t.Errorf("the secret still opens something: %v, error %v", ok, err)
		}
		_, err = s.Record(t.Context(), testSite, erased.Decision.ID)
		wantError(t, err, ErrErased)
		_, _, err = s.Append(t.Context(), erased) // a client that sends it again
		wantError(t, err, ErrErased)

		// Receipts are still valid, and the tree is the same.
		for _, r := range receipts {
			if _, err := Verify(r, pin(t, key, testSite)); err != nil {
				t.Error(err)
			}
		}
		after, err := s.Checkpoint(t.Context(), testSite)
		if err != nil || !bytes.Equal(before, after) {
			t.Errorf("the checkpoint changed to %s, error %v", after, err)
		}
		if _, err := s.Proof(t.Context(), testSite, erased.Decision.ID); err != nil {
			t.Error(err)
		}
		checkTree(t, s, testSite, 3)
		// The subject can start again, with a secret of its own choice.
		again := newGrant()
		again.Decision.Subject = erased.Decision.Subject
		mustAppend(t, s, again)
		checkTree(t, s, testSite, 4)
	})
}

// Even someone who guesses a record exactly cannot find out that it was there: the leaf depends on more than the
// record.
func TestWhatIsLeftOfAnErasedSubjectConfirmsNoGuess(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := newGrant()
		var receipt Receipt
		if err := json.Unmarshal(mustAppend(t, s, entry), &receipt); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Erase(t.Context(), testSite, entry.Decision.Subject); err != nil {
			t.Fatal(err)
		}
		tile, err := s.Tile(t.Context(), testSite, tlog.Tile{H: proof.TileHeight, L: -1, N: 0, W: 1})
		if err != nil {
			t.Fatal(err)
		}
		record := []byte(receipt.Record)
		if proof.CommitRecord(record, receipt.Salt) != proof.Hash(tile[2:]) {
			t.Fatal("with the salt, which the receipt has, the leaf follows from the record")
		}
		guesses := []proof.Hash{
			{}, hashOf(record), hashOf(entry.Decision.Subject[:]), hashOf(entry.Decision.ID[:]), proof.Hash(entry.Body),
		}
		for _, salt := range guesses {
			if proof.CommitRecord(record, salt) == proof.Hash(tile[2:]) {
				t.Errorf("the leaf follows from the record and %s", salt)
			}
		}
		// Only the id and the nodes of the tree are left in the row.
		var left int
		err = s.read.db.QueryRow(`SELECT count(*) FROM records WHERE subject IS NOT NULL OR secret_hash IS NOT NULL
			OR body_hash IS NOT NULL OR salt IS NOT NULL OR content IS NOT NULL`).Scan(&left)
		if err != nil || left != 0 {
			t.Errorf("%d rows with more, error %v", left, err)
		}
	})
}

func hashOf(b []byte) proof.Hash { return proof.Hash(tlog.RecordHash(b)) }

func TestSQLiteOverwritesWhatWasErased(t *testing.T) {
	dsn := sqliteEngine.dsn(t)
	s := openTest(t, sqliteEngine, Options{DSN: dsn})
	const clients, each = 20, 50 // enough for pages to be split
	var erased []Entry
	var appending sync.WaitGroup
	for range clients {
		entries := make([]Entry, each)
		for i := range entries {
			entries[i] = newGrant()
			if i%3 == 0 {
				erased = append(erased, entries[i])
			}
		}
		appending.Go(func() {
			for _, entry := range entries {
				if _, _, err := s.Append(t.Context(), entry); err != nil {
					t.Error(err)
				}
			}
		})
	}
	appending.Wait()
	path := strings.TrimPrefix(dsn, "sqlite:")
	found := func(e Entry) (in []string) {
		for _, file := range []string{path, path + "-wal"} {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			subject := e.Decision.Subject
			for name, needle := range map[string][]byte{
				"subject":         subject[:],
				"subject in text": []byte(subject.String()),
			} {
				if bytes.Contains(data, needle) {
					in = append(in, name+" in "+file)
				}
			}
		}
		return in
	}
	if len(found(erased[0])) == 0 {
		t.Fatal("nothing is found to begin with")
	}
	for _, e := range erased {
		if _, err := s.Erase(t.Context(), testSite, e.Decision.Subject); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, e := range erased {
		if in := found(e); len(in) > 0 {
			t.Errorf("after it was erased there is the %s", strings.Join(in, ", "))
		}
	}
	checkTree(t, s, testSite, clients*each)
}

// C-36
func TestARestrictedSubjectIsEvidenceOnly(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := newGrant()
		mustAppend(t, s, entry)
		mustAppend(t, s, newLater(entry, consent.Granted))
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
		again := newGrant()
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
