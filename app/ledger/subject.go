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

// secretHash is the SHA-256 of a subject's secret. The server stores nothing else of it. The secret is random and as
// long as the hash, so a slow hash would add nothing.
type secretHash [sha256.Size]byte

// hashSecret hashes the bytes that the text encodes. ok is false for a text that is not a secret.
func hashSecret(secret string) (hash secretHash, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	// The decoder ignores line breaks, so the length of the text is checked too.
	textLen := base64.RawURLEncoding.EncodedLen(consent.SecretLen)
	ok = err == nil && len(raw) == consent.SecretLen && len(secret) == textLen
	return sha256.Sum256(raw), ok
}

// matches compares in a time that does not depend on stored.
func (h secretHash) matches(stored []byte) bool { return subtle.ConstantTimeCompare(h[:], stored) == 1 }

// checkSecret applies the rules of Append for the entry's subject, and sets whether the entry is the subject's first.
//
// A denial is never rejected. If it is the first decision of its subject and has no secret, the subject never gets one:
// anybody could send one later.
func (tree *siteAppend) checkSecret(p *pendingEntry) error {
	stored, found := tree.secrets[p.Decision.Subject]
	switch {
	case !found && !p.hasSecret && p.Grants:
		return ErrSecretMissing
	case !found:
		p.isFirst = true
		tree.secrets[p.Decision.Subject] = p.storedSecret()
	case p.Grants && !(p.hasSecret && p.secret.matches(stored)):
		return ErrSecret
	}
	return nil
}

// storedSecret is what the database stores of the secret: its hash, or nil without a secret.
func (p *pendingEntry) storedSecret() []byte {
	if !p.hasSecret {
		return nil
	}
	return p.secret[:]
}

// ofSubject is the condition that a row is of tree $1 and of subject $2. "tree + 0" keeps every planner from reading
// the whole tree by the index on tree.
const ofSubject = `tree + 0 = $1 AND subject = $2`

const selectSecret = `SELECT r.secret_hash FROM trees t JOIN records r ON r.tree + 0 = t.tree
	WHERE t.site = $1 AND r.subject = $2 AND r.ordinal = 0`

// Authorized says whether secret is the subject's. For an unknown subject, and for one without a secret, it returns
// false and takes the same time as for a wrong secret.
func (s *Store) Authorized(ctx context.Context, site string, subject uuid.UUID, secret string) (bool, error) {
	given, ok := hashSecret(secret)
	var stored []byte
	err := s.read.queryRow(ctx, selectSecret, []any{site, subject[:]}, &stored)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, wrapUnavailable("look up a subject", err)
	}
	isKnown := len(stored) == sha256.Size
	if !isKnown {
		stored = make([]byte, sha256.Size) // which is not the hash of any known secret
	}
	return given.matches(stored) && ok && isKnown, nil
}
