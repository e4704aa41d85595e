package proof

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
)

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
	old, new := first.Verifier(), second.Verifier()
	const at = "2026-01-02T03:04:05Z"
	other, err := NewKey("other.example")
	if err != nil {
		t.Fatal(err)
	}
	good := statement(rotationTitle, old, new, at, first, second)
	for name, test := range map[string]struct{ text, want string }{
		"as written":            {good, ""},
		"without the old key":   {statement(rotationTitle, old, new, at, second), "not signed by"},
		"without the new key":   {statement(rotationTitle, old, new, at, first), "not signed by"},
		"by a stranger":         {statement(rotationTitle, old, new, at, stranger, second), "not signed by"},
		"of another server":     {statement(rotationTitle, old, other.Verifier(), at, first, other), "cannot replace"},
		"of another kind":       {statement("nod key rotation v2", old, new, at, first, second), "does not have the lines"},
		"without a time":        {statement(rotationTitle, old, new, "today", first, second), "cannot parse"},
		"with a changed key":    {strings.Replace(good, new, stranger.Verifier(), 1), "not signed by"},
		"without signatures":    {rotationTitle + "\n", "not a signed note"},
		"that never ends":       {strings.Repeat("x", maxRotation+1), "more than the limit"},
		"that is a checkpoint":  {statement("consent.example/portal", "1", emptyRoot, "", first), "does not have the lines"},
		"with a key that isn't": {statement(rotationTitle, old, "key", at, first, second), `key "key"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseRotation([]byte(test.text))
			checkError(t, err, test.want)
		})
	}
}

func FuzzRotation(f *testing.F) {
	key, _ := NewKey("consent.example")
	next, _ := NewKey("consent.example")
	signed, err := SignRotation(key, next, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(signed))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ParseRotation(text)
		if err == nil && (!strings.HasPrefix(string(text), rotationTitle) || cutKeyName(r.Old) != cutKeyName(r.New)) {
			t.Errorf("read as %v", r)
		}
	})
}
