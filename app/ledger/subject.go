//go:build !js

package ledger

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/base64"
	"errors"

	"github.com/google/uuid"
	"github.com/nod-consent/nod/app/consent"
)

// secretHash is the SHA-256 of a subject's secret: all that the server keeps of it. The secret is random and as long
// as the hash, so a slow hash would add nothing.
type secretHash [sha256.Size]byte

// hashSecret hashes the bytes that the text stands for. ok is false for a text that is no secret.
func hashSecret(secret string) (hash secretHash, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	// The decoder passes over line breaks, so the length of the text counts too.
	ok = err == nil && len(raw) == consent.SecretLen && len(secret) == base64.RawURLEncoding.EncodedLen(consent.SecretLen)
	return sha256.Sum256(raw), ok
}

// matches compares in a time that tells nothing about stored.
func (h secretHash) matches(stored []byte) bool { return subtle.ConstantTimeCompare(h[:], stored) == 1 }

// checkSecret applies the rules of Append for the entry's subject, and notes whether the subject is new.
//
// A refusal is never turned away. Where it is the first that is heard of its subject and has no secret, the subject stays
// without one: whoever brought one later could be anybody.
func (g *growth) checkSecret(p *pending) error {
	stored, found := g.secrets[p.Decision.Subject]
	switch {
	case !found && !p.hasSecret && p.Grants:
		return ErrSecretMissing
	case !found:
		p.first = true
		g.secrets[p.Decision.Subject] = p.keptSecret()
	case p.Grants && !(p.hasSecret && p.secret.matches(stored)):
		return ErrSecret
	}
	return nil
}

// keptSecret is what the database keeps of the secret: its hash, or nil for none.
func (p *pending) keptSecret() []byte {
	if !p.hasSecret {
		return nil
	}
	return p.secret[:]
}

const readSecret = `SELECT r.secret_hash FROM trees t JOIN records r ON r.tree + 0 = t.tree
	WHERE t.site = $1 AND r.subject_key = $2 AND r.subject = $3 AND r.ordinal = 0 AND r.restricted = 0`

// Authorized says whether secret is the subject's. An unknown subject and one without a secret are the same as a wrong
// secret, and do the same work.
func (s *Store) Authorized(ctx context.Context, site string, subject uuid.UUID, secret string) (bool, error) {
	given, ok := hashSecret(secret)
	var stored []byte
	err := s.read.queryRow(ctx, readSecret, []any{site, s.subjectKey(subject), subject[:]}, &stored)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, unavailable("look up a subject", err)
	}
	known := len(stored) == sha256.Size
	if !known {
		stored = make([]byte, sha256.Size) // the hash of nothing that anybody knows
	}
	return given.matches(stored) && ok && known, nil
}
