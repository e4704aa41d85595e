package proof

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Rotation says that one signing key of a server replaced another. Both signed it, so anyone who trusts the old key can
// trust the new one. As text it is a signed note (https://c2sp.org/signed-note) of four lines:
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

// maxRotation is the length of the longest rotation that is read, in bytes.
const maxRotation = 4 << 10

// ParseRotation reads a rotation and checks both signatures. The caller decides whether the old key can be trusted.
func ParseRotation(signed []byte) (Rotation, error) {
	r, err := parseRotation(signed)
	if err != nil {
		return Rotation{}, fmt.Errorf("key rotation: %w", err)
	}
	return r, nil
}

func parseRotation(signed []byte) (Rotation, error) {
	if len(signed) > maxRotation {
		return Rotation{}, fmt.Errorf("it has %d bytes, more than the limit of %d", len(signed), maxRotation)
	}
	var unverified *note.UnverifiedNoteError
	if _, err := note.Open(signed, nil); !errors.As(err, &unverified) {
		return Rotation{}, fmt.Errorf("it is not a signed note: %w", err)
	}
	lines := strings.Split(unverified.Note.Text, "\n")
	if len(lines) != 5 || lines[0] != rotationTitle || lines[4] != "" {
		return Rotation{}, fmt.Errorf("it does not have the lines %q, old key, new key and time", rotationTitle)
	}
	at, err := time.Parse(time.RFC3339, lines[3])
	if err != nil {
		return Rotation{}, err
	}
	for _, key := range lines[1:3] {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return Rotation{}, fmt.Errorf("key %q: %w", key, err)
		}
		if _, err := note.Open(signed, note.VerifierList(verifier)); err != nil {
			return Rotation{}, fmt.Errorf("it is not signed by %q: %w", key, err)
		}
	}
	r := Rotation{Old: lines[1], New: lines[2], At: at}
	if cutKeyName(r.Old) != cutKeyName(r.New) {
		return Rotation{}, fmt.Errorf("a key of %q cannot replace one of %q", cutKeyName(r.New), cutKeyName(r.Old))
	}
	return r, nil
}

// SignRotation returns the signed text of a rotation.
func SignRotation(old, new *Key, at time.Time) (string, error) {
	var signers []note.Signer
	for _, key := range []*Key{old, new} {
		signer, err := note.NewSigner(key.private)
		if err != nil {
			return "", fmt.Errorf("signer %q: %w", key.Name(), err)
		}
		signers = append(signers, signer)
	}
	text := fmt.Sprintf("%s\n%s\n%s\n%s\n", rotationTitle, old.Verifier(), new.Verifier(), at.UTC().Format(time.RFC3339))
	signed, err := note.Sign(&note.Note{Text: text}, signers...)
	if err != nil {
		return "", fmt.Errorf("sign the rotation: %w", err)
	}
	return string(signed), nil
}

// cutKeyName returns the name in a verifier key.
func cutKeyName(verifier string) string {
	name, _, _ := strings.Cut(verifier, "+")
	return name
}
