package ledger

import (
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/ledger/proof"
)

func TestAReceiptOfARotatedKeyStillVerifies(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		dsn := e.dsn(t)
		first, second, stranger := testKey(t), testKey(t), testKey(t)
		open := func(key *proof.Key) (*Store, error) { return Open(t.Context(), Options{DSN: dsn, Key: key}) }
		s, err := open(first)
		if err != nil {
			t.Fatal(err)
		}
		old := mustAppend(t, s, newGrant())
		err = Rotate(t.Context(), Options{DSN: dsn}, stranger, second)
		if err == nil || !strings.Contains(err.Error(), "does not know") {
			t.Errorf("an unknown key was replaced: %v", err)
		}
		other, _ := proof.NewKey("other.example")
		err = Rotate(t.Context(), Options{DSN: dsn}, first, other)
		if err == nil || !strings.Contains(err.Error(), "same name") {
			t.Errorf("a key with a different name replaced it: %v", err)
		}
		if err := Rotate(t.Context(), Options{DSN: dsn}, first, second); err != nil {
			t.Fatal(err)
		}
		mustAppend(t, s, newGrant()) // a running server continues
		s.Close()

		_, err = open(first)
		wantError(t, err, ErrKey)
		if !strings.Contains(err.Error(), "replaced") {
			t.Errorf("error %v", err)
		}
		_, err = open(stranger)
		wantError(t, err, ErrKey)
		s = openTest(t, e, Options{DSN: dsn, Key: second})
		checkTree(t, s, testSite, 2) // the new key signs its checkpoint, although nothing was appended
		new := mustAppend(t, s, newGrant())

		if _, err := Verify(old, pin(t, first, testSite)); err != nil {
			t.Error(err)
		}
		if _, err := Verify(new, pin(t, second, testSite)); err != nil {
			t.Error(err)
		}
		if _, err := Verify(new, pin(t, first, testSite)); err == nil {
			t.Error("the old key verifies what the new one signed")
		}
		checkTree(t, s, testSite, 3)

		keys, err := s.Keys(t.Context())
		if err != nil || len(keys) != 2 || keys[0].Verifier != first.Verifier() || keys[0].Statement != "" ||
			keys[1].Verifier != second.Verifier() {
			t.Fatalf("keys %v, error %v", keys, err)
		}
		r, err := proof.ParseRotation([]byte(keys[1].Statement))
		if err != nil || r.Old != first.Verifier() || r.New != second.Verifier() || !r.At.Equal(keys[1].AddedAt) {
			t.Errorf("rotation %v, error %v", r, err)
		}
	})
}
