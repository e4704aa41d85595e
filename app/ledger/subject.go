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
func (g *growth) checkSecret(p *pending) error {
	stored, found := g.secrets[p.Decision.Subject]
	switch {
	case !found && !p.hasSecret:
		return ErrSecretMissing
	case !found:
		p.first = true
		g.secrets[p.Decision.Subject] = p.secret
	case p.Grants && !(p.hasSecret && p.secret.matches(stored[:])):
		return ErrSecret
	}
	return nil
}

const readSecret = `SELECT r.secret FROM trees t JOIN records r ON r.tree = t.tree
	WHERE t.site = $1 AND r.subject = $2 AND r.later = 0`

// Authorized says whether secret is the subject's. An unknown subject is the same as a wrong secret, and does the same
// work.
func (s *Store) Authorized(ctx context.Context, site string, subject uuid.UUID, secret string) (bool, error) {
	given, ok := hashSecret(secret)
	stored := make([]byte, sha256.Size) // the hash of nothing that anybody knows
	err := s.read.queryRow(ctx, readSecret, []any{site, subject[:]}, &stored)
	unknown := errors.Is(err, sql.ErrNoRows)
	if err != nil && !unknown {
		return false, unavailable("look up a subject", err)
	}
	return given.matches(stored) && ok && !unknown, nil
}
