package ledger

import (
	"context"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/ledger/proof"
)

func TestAReceiptOfARotatedKeyStillVerifies(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		dsn, first, second := e.dsn(t), testKey(t), testKey(t)
		s, err := Open(t.Context(), Options{DSN: dsn, Key: first})
		if err != nil {
			t.Fatal(err)
		}
		before := mustAppend(t, s, newGrant())
		if err := Rotate(t.Context(), Options{DSN: dsn}, first, second); err != nil {
			t.Fatal(err)
		}
		s.Close()

		_, err = Open(t.Context(), Options{DSN: dsn, Key: first})
		wantError(t, err, ErrKey)
		if !strings.Contains(err.Error(), "replaced") {
			t.Errorf("error %v", err)
		}
		s = openTest(t, e, Options{DSN: dsn, Key: second})
		checkTree(t, s, testSite, 1) // the new key signs its checkpoint, although nothing was appended
		after := mustAppend(t, s, newGrant())
		for name, test := range map[string]struct {
			receipt []byte
			key     *proof.Key
			isValid bool
		}{
			"old receipt, old key": {before, first, true},
			"new receipt, new key": {after, second, true},
			"new receipt, old key": {after, first, false},
		} {
			if _, err := Verify(test.receipt, pin(t, test.key, testSite)); (err == nil) != test.isValid {
				t.Errorf("%s: error %v", name, err)
			}
		}
		checkTree(t, s, testSite, 2)
		checkRotation(t, s, first, second)
	})
}

// checkRotation checks that the database knows both keys, and the statement that one replaced the other.
func checkRotation(t *testing.T, s *Store, first, second *proof.Key) {
	t.Helper()
	keys, err := s.Keys(t.Context())
	if err != nil || len(keys) != 2 || keys[0].Verifier != first.Verifier() || keys[0].Statement != "" ||
		keys[1].Verifier != second.Verifier() {
		t.Fatalf("keys %v, error %v", keys, err)
	}
	r, err := proof.ParseRotation([]byte(keys[1].Statement))
	if err != nil || r.Old != first.Verifier() || r.New != second.Verifier() || !r.At.Equal(keys[1].AddedAt) {
		t.Errorf("rotation %v, error %v", r, err)
	}
}

func TestARunningServerStoresNothingMoreWithAReplacedKey(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		dsn, first, second := e.dsn(t), testKey(t), testKey(t)
		s := openTest(t, e, Options{DSN: dsn, Key: first})
		mustAppend(t, s, newGrant())
		if err := Rotate(t.Context(), Options{DSN: dsn}, first, second); err != nil {
			t.Fatal(err)
		}
		waiting := newGrant()
		_, _, err := s.Append(t.Context(), waiting)
		wantError(t, err, ErrUnavailable) // the browser keeps the decision, and sends it again
		wantError(t, err, ErrKey)
		wantError(t, s.CheckWriting(t.Context()), ErrUnavailable)
		err = s.WriteDesk(t.Context(), testSite, func(_ context.Context, tx *DeskTx) error { return tx.AddEvent(newEvent()) })
		wantError(t, err, ErrKey)

		restarted := openTest(t, e, Options{DSN: dsn, Key: second})
		checkTree(t, restarted, testSite, 1)
		mustAppend(t, restarted, waiting)
		_, _, err = s.Append(t.Context(), newGrant()) // although the tree is one that the new key signed
		wantError(t, err, ErrKey)
		if err := restarted.CheckWriting(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestARotationNeedsTheOldKeyAndItsName(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		dsn, first, stranger := e.dsn(t), testKey(t), testKey(t)
		openTest(t, e, Options{DSN: dsn, Key: first})
		err := Rotate(t.Context(), Options{DSN: dsn}, stranger, testKey(t))
		if err == nil || !strings.Contains(err.Error(), "does not know") {
			t.Errorf("an unknown key was replaced: error %v", err)
		}
		other, err := proof.NewKey("other.example")
		if err != nil {
			t.Fatal(err)
		}
		err = Rotate(t.Context(), Options{DSN: dsn}, first, other)
		if err == nil || !strings.Contains(err.Error(), "same name") {
			t.Errorf("a key with a different name replaced it: error %v", err)
		}
		_, err = Open(t.Context(), Options{DSN: dsn, Key: stranger})
		wantError(t, err, ErrKey)
	})
}
