package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// C-35, C-58
func TestAnAppendedDecisionHasAReceiptThatVerifies(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		key := testKey(t)
		clock := time.Date(2026, 3, 4, 5, 6, 7, 890_000_000, time.UTC)
		s := openTest(t, e, Options{Key: key, Now: func() time.Time { return clock }})
		entry := newGrant()
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
		entry := newGrant()
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
			t.Error("the database does not hold the SHA-256 of the secret's bytes")
		}
	})
}

func TestTheSameDecisionAgainGetsTheSameReceipt(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := newGrant()
		first := mustAppend(t, s, entry)
		for range 5 {
			mustAppend(t, s, newGrant())
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

func TestTheSameIdWithAnotherBodyIsAConflict(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := newGrant()
		mustAppend(t, s, entry)
		entry.Body[0] ^= 1
		_, _, err := s.Append(t.Context(), entry)
		wantError(t, err, ErrConflict)

		entry.Site = "shop" // ids belong to a site
		mustAppend(t, s, entry)
	})
}

func TestAnErasedRecordIsReportedAndItsProofHolds(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := newGrant()
		mustAppend(t, s, entry)
		mustAppend(t, s, newGrant())
		_, err := s.write.db.Exec(erase+`id = $1`, entry.Decision.ID[:])
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

func TestTheRecordsOfASubjectComeInTheOrderOfTheLog(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		first := newGrant()
		entries := []Entry{first, newLater(first, consent.Denied), newLater(first, consent.Granted)}
		for _, entry := range entries {
			mustAppend(t, s, entry)
			mustAppend(t, s, newGrant())
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
		first := newGrant()
		noPresentation, noSecret, wrongSecret, conflict := newGrant(), newGrant(), newLater(first, consent.Granted), first
		refusal := newLater(newGrant(), consent.Denied)
		refusal.Secret = ""
		taken := newGrant() // of a subject that the same batch leaves without a secret
		taken.Decision.Subject = refusal.Decision.Subject
		noPresentation.Decision.Presentation = PresentationHash(Presentation{})
		noSecret.Secret = ""
		wrongSecret.Secret = newSecret()
		conflict.Body[5] ^= 1
		last := newLater(first, consent.Granted) // of a subject that came with the same batch

		var pending []*pendingEntry
		for _, entry := range []Entry{
			noPresentation, first, noSecret, wrongSecret, conflict, first, last, refusal, taken,
		} {
			p, err := s.prepareEntry(entry)
			if err != nil {
				t.Fatal(err)
			}
			pending = append(pending, p)
		}
		results := s.commit(pending)
		for i, want := range []error{
			ErrPresentation, nil, ErrSecretMissing, ErrSecret, ErrConflict, nil, nil, nil, ErrSecret,
		} {
			if !errors.Is(results[i].err, want) {
				t.Errorf("entry %d: error %v: want %v", i, results[i].err, want)
			}
		}
		if !results[5].isRepeated {
			t.Error("the same decision twice in a batch is not reported as repeated")
		}
		for _, i := range []int{1, 6, 7} {
			receipt, err := results[i].tree.makeReceipt(results[i].index)
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
		entry := newGrant()
		entry.Decision.ID = uuid.New() // version 4
		_, _, err := s.Append(t.Context(), entry)
		wantError(t, err, consent.ErrMalformed)
		entry = newGrant()
		entry.Covered = make([]consent.Covered, 5000)
		_, _, err = s.Append(t.Context(), entry)
		wantError(t, err, consent.ErrMalformed)
		entry = newGrant()
		entry.Site = "../portal"
		if _, _, err := s.Append(t.Context(), entry); err == nil {
			t.Error("a site with an invalid name was accepted")
		}
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
		// The root without leaves is the hash of the empty string (RFC 6962, 2.1).
		want := "consent.example/portal\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
		if !strings.HasPrefix(string(empty), want) {
			t.Errorf("empty checkpoint:\n%s", empty)
		}
		var receipts [][]byte
		for range 13 {
			receipts = append(receipts, mustAppend(t, s, newGrant()))
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
			p, err := s.Proof(t.Context(), testSite, record.ID)
			if err != nil {
				t.Fatal(err)
			}
			// With the newer proof, the receipt is one against the latest checkpoint.
			receipt.LeafIndex, receipt.TreeSize = p.LeafIndex, p.TreeSize
			receipt.Proof, receipt.Checkpoint = p.Proof, p.Checkpoint
			if v, err := Verify(encode(t, receipt), pin(t, key, testSite)); err != nil || v.TreeSize != 13 {
				t.Errorf("tree of %d, error %v", v.TreeSize, err)
			}
		}
	})
}
