package ledger

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Rotation says that one signing key of a server replaced another. Both signed it, so whoever trusts the old key may trust
// the new one. As text it is a signed note (https://c2sp.org/signed-note) of four lines:
//
//	nod key rotation v1
//	<verifier key that was replaced>
//	<verifier key that signs from then on>
//	<time, RFC 3339 in UTC>
type Rotation struct {
	Old, New string // the server's verifier keys, see SiteVerifier
	At       time.Time
}

const rotationTitle = "nod key rotation v1"

// maxRotation is the length of the longest statement that is read, in bytes.
const maxRotation = 4 << 10

// ParseRotation reads a statement, and checks both signatures. Whether the old key is to be trusted is for the caller to
// say.
func ParseRotation(signed []byte) (Rotation, error) {
	fail := func(format string, args ...any) (Rotation, error) {
		return Rotation{}, fmt.Errorf("statement of a key's rotation: "+format, args...)
	}
	if len(signed) > maxRotation {
		return fail("%d bytes: want at most %d", len(signed), maxRotation)
	}
	var unverified *note.UnverifiedNoteError
	if _, err := note.Open(signed, nil); !errors.As(err, &unverified) {
		return fail("no signed note: %w", err)
	}
	lines := strings.Split(unverified.Note.Text, "\n")
	if len(lines) != 5 || lines[0] != rotationTitle || lines[4] != "" {
		return fail("want the lines %q, old key, new key and time", rotationTitle)
	}
	at, err := time.Parse(time.RFC3339, lines[3])
	if err != nil {
		return fail("%w", err)
	}
	for _, key := range lines[1:3] {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return fail("key %q: %w", key, err)
		}
		if _, err := note.Open(signed, note.VerifierList(verifier)); err != nil {
			return fail("not signed by %q: %w", key, err)
		}
	}
	r := Rotation{Old: lines[1], New: lines[2], At: at}
	if keyName(r.Old) != keyName(r.New) {
		return fail("a key of %q can't replace one of %q", keyName(r.New), keyName(r.Old))
	}
	return r, nil
}

// keyName is the name in a verifier key.
func keyName(verifier string) string {
	name, _, _ := strings.Cut(verifier, "+")
	return name
}
