//go:build !js

package ledger

import (
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

func TestARotatedKeyTakesOverAndWhatTheOldOneSignedStillVerifies(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		dsn := e.dsn(t)
		first, second, stranger := testKey(t), testKey(t), testKey(t)
		open := func(key *Key) (*Store, error) { return Open(t.Context(), Options{DSN: dsn, Key: key}) }
		s, err := open(first)
		if err != nil {
			t.Fatal(err)
		}
		old := mustAppend(t, s, grant())
		if err := Rotate(t.Context(), Options{DSN: dsn}, stranger, second); err == nil || !strings.Contains(err.Error(), "does not know") {
			t.Errorf("a stranger's key was replaced: %v", err)
		}
		other, _ := NewKey("other.example")
		if err := Rotate(t.Context(), Options{DSN: dsn}, first, other); err == nil || !strings.Contains(err.Error(), "same name") {
			t.Errorf("a key of another name took over: %v", err)
		}
		if err := Rotate(t.Context(), Options{DSN: dsn}, first, second); err != nil {
			t.Fatal(err)
		}
		mustAppend(t, s, grant()) // a server that runs goes on
		s.Close()

		_, err = open(first)
		wantError(t, err, ErrKey)
		if !strings.Contains(err.Error(), "replaced") {
			t.Errorf("error %v", err)
		}
		_, err = open(stranger)
		wantError(t, err, ErrKey)
		s = openTest(t, e, Options{DSN: dsn, Key: second})
		checkTree(t, s, testSite, 2) // whose checkpoint the new key signs, though nothing was appended
		new := mustAppend(t, s, grant())

		if _, err := Verify(old, pin(t, first, testSite)); err != nil {
			t.Error(err)
		}
		if _, err := Verify(new, pin(t, second, testSite)); err != nil {
			t.Error(err)
		}
		if _, err := Verify(new, pin(t, first, testSite)); err == nil {
			t.Error("the old key passes for the new one")
		}
		checkTree(t, s, testSite, 3)

		keys, err := s.Keys(t.Context())
		if err != nil || len(keys) != 2 || keys[0].Verifier != first.Verifier() || keys[0].Statement != "" || keys[1].Verifier != second.Verifier() {
			t.Fatalf("keys %v, error %v", keys, err)
		}
		r, err := ParseRotation([]byte(keys[1].Statement))
		if err != nil || r.Old != first.Verifier() || r.New != second.Verifier() || !r.At.Equal(keys[1].AddedAt) {
			t.Errorf("rotation %v, error %v", r, err)
		}
	})
}

func TestAStatementOfRotationNeedsBothSignatures(t *testing.T) {
	first, second, stranger := testKey(t), testKey(t), testKey(t)
	statement := func(title, old, new, at string, by ...*Key) string {
		n := &note.Note{Text: title + "\n" + old + "\n" + new + "\n" + at + "\n"}
		var signers []note.Signer
		for _, key := range by {
			signer, err := note.NewSigner(key.private)
			if err != nil {
				t.Fatal(err)
			}
			signers = append(signers, signer)
		}
		signed, err := note.Sign(n, signers...)
		if err != nil {
			t.Fatal(err)
		}
		return string(signed)
	}
	const at = "2026-01-02T03:04:05Z"
	other, err := NewKey("other.example")
	if err != nil {
		t.Fatal(err)
	}
	good := statement(rotationTitle, first.Verifier(), second.Verifier(), at, first, second)
	for name, test := range map[string]struct{ text, want string }{
		"as written":            {good, ""},
		"without the old key":   {statement(rotationTitle, first.Verifier(), second.Verifier(), at, second), "not signed by"},
		"without the new key":   {statement(rotationTitle, first.Verifier(), second.Verifier(), at, first), "not signed by"},
		"by a stranger":         {statement(rotationTitle, first.Verifier(), second.Verifier(), at, stranger, second), "not signed by"},
		"of another server":     {statement(rotationTitle, first.Verifier(), other.Verifier(), at, first, other), "can't replace"},
		"of another kind":       {statement("nod key rotation v2", first.Verifier(), second.Verifier(), at, first, second), "want the lines"},
		"without a time":        {statement(rotationTitle, first.Verifier(), second.Verifier(), "today", first, second), "cannot parse"},
		"with a changed key":    {strings.Replace(good, second.Verifier(), stranger.Verifier(), 1), "not signed by"},
		"without signatures":    {rotationTitle + "\n", "no signed note"},
		"that never ends":       {strings.Repeat("x", maxRotation+1), "want at most"},
		"that is a checkpoint":  {statement("consent.example/portal", "1", emptyRoot, "", first), "want the lines"},
		"with a key that isn't": {statement(rotationTitle, first.Verifier(), "key", at, first, second), `key "key"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseRotation([]byte(test.text))
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("error %v: want %q", err, test.want)
			}
		})
	}
}

func FuzzRotation(f *testing.F) {
	key, _ := NewKey("consent.example")
	next, _ := NewKey("consent.example")
	signed, err := signRotation(key, next, "2026-01-02T03:04:05Z")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(signed))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ParseRotation(text)
		if err == nil && (!strings.HasPrefix(string(text), rotationTitle) || keyName(r.Old) != keyName(r.New)) {
			t.Errorf("read as %v", r)
		}
	})
}
