package request

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

const (
	// maxAssertion is the length of the longest assertion that is read, in bytes.
	maxAssertion = 4 << 10

	// maxAssertionLife is how long an assertion can hold: the host makes it for one use.
	maxAssertionLife = 5 * time.Minute

	// clockLeeway is how far the host's clock can be from ours.
	clockLeeway = 30 * time.Second

	maxAccount = 200 // bytes
)

// assertion is what the host says of an account.
type assertion struct {
	account string
	hash    []byte // of issuer and id
	expires time.Time
}

// Audience names the site in the claim "aud" of an assertion: as its tree, so that no other server takes it.
func (d *Desk) Audience(site string) string { return d.store.KeyName() + "/" + site }

// VerifyByAccount takes a signed assertion of the host that knows the account: a JWT whose algorithm is that of the
// key, which lives five minutes at most, and which was not used before.
func (d *Desk) VerifyByAccount(ctx context.Context, s *policy.Site, id uuid.UUID, token string) (Case, error) {
	a, err := readAssertion(s.Desk.Assertion, d.Audience(s.ID), token, d.clock())
	if err != nil {
		return Case{}, fmt.Errorf("verify request %s: %w: %w", id, ErrIdentity, err)
	}
	return d.verify(ctx, s, id, 0, ByAccount, d.clock(), func(ctx context.Context, tx *ledger.DeskTx, c *Case) error {
		if err := d.useOnce(ctx, tx, s.ID, a); err != nil {
			return err
		}
		c.Account = a.account
		return nil
	})
}

// useOnce notes that an assertion was used. The error is ErrIdentity if it was used before.
func (d *Desk) useOnce(ctx context.Context, tx *ledger.DeskTx, site string, a assertion) error {
	_, err := tx.Exec(ctx, `DELETE FROM used_assertions WHERE site = $1 AND expires_at < $2`,
		site, formatTime(d.clock().Add(-2*clockLeeway)))
	if err != nil {
		return err
	}
	added, err := tx.Exec(ctx, `INSERT INTO used_assertions (site, hash, expires_at) VALUES ($1, $2, $3)
		ON CONFLICT (site, hash) DO NOTHING`, site, a.hash, formatTime(a.expires))
	if err == nil && added == 0 {
		err = fmt.Errorf("%w: the assertion was used before", ErrIdentity)
	}
	return err
}

// readAssertion checks an assertion. Its errors quote nothing of it.
func readAssertion(issuer policy.Issuer, audience, token string, now time.Time) (assertion, error) {
	if len(issuer.Keys) == 0 {
		return assertion{}, fmt.Errorf("the site takes no assertions")
	}
	if len(token) > maxAssertion {
		return assertion{}, fmt.Errorf("the assertion is longer than %d bytes", maxAssertion)
	}
	var allowed []jose.SignatureAlgorithm
	for _, name := range policy.IssuerAlgorithms {
		allowed = append(allowed, jose.SignatureAlgorithm(name))
	}
	parsed, err := jwt.ParseSigned(token, allowed)
	if err != nil || len(parsed.Headers) != 1 {
		return assertion{}, fmt.Errorf("it is not a JWT that is signed with one of %s",
			strings.Join(policy.IssuerAlgorithms, ", "))
	}
	key, err := findKey(issuer, parsed.Headers[0])
	if err != nil {
		return assertion{}, err
	}
	var claims jwt.Claims
	if err := parsed.Claims(key, &claims); err != nil {
		return assertion{}, fmt.Errorf("the signature is not that of the host")
	}
	expected := jwt.Expected{Issuer: issuer.Issuer, AnyAudience: jwt.Audience{audience}, Time: now}
	if err := claims.ValidateWithLeeway(expected, clockLeeway); err != nil {
		return assertion{}, fmt.Errorf("it is not valid here and now: %w", err)
	}
	switch {
	case claims.Expiry == nil || claims.IssuedAt == nil:
		return assertion{}, fmt.Errorf("exp or iat is missing")
	case claims.Expiry.Time().Sub(claims.IssuedAt.Time()) > maxAssertionLife:
		return assertion{}, fmt.Errorf("it lives longer than %s", maxAssertionLife)
	case claims.ID == "":
		return assertion{}, fmt.Errorf("jti is missing")
	case claims.Subject == "" || len(claims.Subject) > maxAccount || !isPlainText(claims.Subject, ""):
		return assertion{}, fmt.Errorf("sub is missing, longer than %d bytes, or has control characters", maxAccount)
	}
	hash := sha256.Sum256([]byte(claims.Issuer + "\n" + claims.ID))
	return assertion{claims.Subject, hash[:], claims.Expiry.Time()}, nil
}

// findKey finds the host's key that the header names. Its algorithm must be the key's own: no header decides how a key
// is used.
func findKey(issuer policy.Issuer, header jose.Header) (crypto.PublicKey, error) {
	for _, k := range issuer.Keys {
		if k.ID != header.KeyID {
			continue
		}
		if k.Algorithm != header.Algorithm {
			return nil, fmt.Errorf("the key is not one for %q", header.Algorithm)
		}
		block, _ := pem.Decode([]byte(k.Key))
		if block == nil {
			return nil, fmt.Errorf("the host's key cannot be read")
		}
		return x509.ParsePKIXPublicKey(block.Bytes)
	}
	return nil, fmt.Errorf("kid names none of the host's keys")
}
