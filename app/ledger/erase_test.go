package ledger

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
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

		checkIsErased(t, s, erased)

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

// checkIsErased checks that nothing finds an erased subject.
func checkIsErased(t *testing.T, s *Store, erased Entry) {
	t.Helper()
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

// appendAtOnce has clients append. It returns each third entry.
func appendAtOnce(t *testing.T, s *Store, clients, each int) (third []Entry) {
	t.Helper()
	var appending sync.WaitGroup
	for range clients {
		entries := make([]Entry, each)
		for i := range entries {
			entries[i] = newGrant()
			if i%3 == 0 {
				third = append(third, entries[i])
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
	return third
}

// findSubject says what the files of a SQLite database have of a subject.
func findSubject(t *testing.T, path string, subject uuid.UUID) (found []string) {
	t.Helper()
	for _, file := range []string{path, path + "-wal"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, needle := range map[string][]byte{"id": subject[:], "id in text": []byte(subject.String())} {
			if bytes.Contains(data, needle) {
				found = append(found, name+" in "+file)
			}
		}
	}
	return found
}

func TestSQLiteOverwritesWhatWasErased(t *testing.T) {
	dsn := sqliteEngine.dsn(t)
	path := strings.TrimPrefix(dsn, "sqlite:")
	s := openTest(t, sqliteEngine, Options{DSN: dsn})
	const clients, each = 20, 50 // enough for pages to be split
	erased := appendAtOnce(t, s, clients, each)
	if len(findSubject(t, path, erased[0].Decision.Subject)) == 0 {
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
		if found := findSubject(t, path, e.Decision.Subject); len(found) > 0 {
			t.Errorf("after the erasure the files have the %s", strings.Join(found, ", "))
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
		if ok, err := s.Authorized(t.Context(), testSite, entry.Decision.Subject, entry.Secret); err != nil || !ok {
			t.Errorf("the person cannot read the records any more: %v, error %v", ok, err)
		}
		if records, _, err := s.RecordsFrom(t.Context(), testSite, entry.Decision.Subject, 0); err != nil ||
			len(records) != 2 {
			t.Errorf("the person reads %d records, error %v: want both", len(records), err)
		}
		if _, err := s.Record(t.Context(), testSite, entry.Decision.ID); err != nil {
			t.Errorf("the evidence is gone: %v", err)
		}
		// The same subject decides again. Nobody else can, and so nobody else reads what is restricted.
		again := newGrant()
		again.Decision.Subject = entry.Decision.Subject
		_, _, err = s.Append(t.Context(), again)
		wantError(t, err, ErrSecret)
		if ok, err := s.Authorized(t.Context(), testSite, entry.Decision.Subject, again.Secret); err != nil || ok {
			t.Errorf("another secret opens the subject: %v, error %v", ok, err)
		}
		again.Secret = entry.Secret
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
