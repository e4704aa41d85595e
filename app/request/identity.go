package request

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

// Identity is how it was shown who asks. No document is ever stored, only the way and the time.
type Identity string

// The ways to show who asks.
const (
	ByBrowser  Identity = "browser"         // the secret of a browser: proves that browser's records only
	ByAccount  Identity = "account"         // an assertion of the host that knows the account
	ByWriting  Identity = "staff:written"   // staff checked a written request
	ByCallback Identity = "staff:callback"  // staff called back the number that the controller had before
	InPerson   Identity = "staff:in-person" // the person came
)

// StaffWays lists how staff can check an identity.
var StaffWays = []Identity{ByWriting, ByCallback, InPerson}

// isEnough says whether a way of showing the identity is enough for a kind.
func (w Identity) isEnough(k Kind) bool {
	rule, _ := k.rule()
	return w != ByBrowser || rule.takesBrowser
}

// VerifyByBrowser takes the secret of the browser that made the subject's decisions.
func (d *Desk) VerifyByBrowser(
	ctx context.Context, s *policy.Site, id, subject uuid.UUID, secret string,
) (Case, error) {
	isOwner, err := d.store.Authorized(ctx, s.ID, subject, secret)
	if err != nil {
		return Case{}, fmt.Errorf("verify request %s: %w", id, err)
	}
	if !isOwner {
		return Case{}, fmt.Errorf("verify request %s: %w: the secret is not that of the subject", id, ErrIdentity)
	}
	return d.verify(ctx, s, id, 0, ByBrowser, d.clock(), func(_ context.Context, _ *ledger.DeskTx, c *Case) error {
		c.Subject = subject
		return nil
	})
}

// VerifyByStaff notes how staff checked the identity, and when.
func (d *Desk) VerifyByStaff(
	ctx context.Context, s *policy.Site, id uuid.UUID, version int64, way Identity, at time.Time,
) (Case, error) {
	if !slices.Contains(StaffWays, way) {
		return Case{}, fmt.Errorf("verify request %s: %w: %q is not a way to check an identity", id, ErrMalformed, way)
	}
	at = at.UTC().Truncate(time.Millisecond)
	now := d.clock()
	return d.verify(ctx, s, id, version, way, at, func(_ context.Context, _ *ledger.DeskTx, c *Case) error {
		if at.After(now) || at.Before(c.ReceivedAt.Truncate(time.Minute)) {
			return fmt.Errorf("%w: the check was not between the receipt and now", ErrMalformed)
		}
		return nil
	})
}

// verify starts the terms of the items for which the proof is enough. The error is ErrIdentity if it is enough for
// none.
func (d *Desk) verify(
	ctx context.Context, s *policy.Site, id uuid.UUID, version int64, way Identity, at time.Time,
	check func(context.Context, *ledger.DeskTx, *Case) error,
) (Case, error) {
	return d.change(ctx, s.ID, id, version, func(ctx context.Context, tx *ledger.DeskTx, c *Case) error {
		if c.Erased > 0 {
			return fmt.Errorf("contact and text are erased: %w", ErrState)
		}
		if err := check(ctx, tx, c); err != nil {
			return err
		}
		if at.Before(c.ReceivedAt) { // a form writes minutes
			at = c.ReceivedAt
		}
		terms, err := readTerms(s, c.Policy)
		if err != nil {
			return err
		}
		var verified []int
		isWaiting := false
		for n := range c.Items {
			item := &c.Items[n]
			wasLapsed := item.State == Lapsed
			if item.State != Received && !wasLapsed {
				continue
			}
			isWaiting = true
			if !way.isEnough(item.Kind) {
				continue
			}
			if err := item.take(stepVerify, at); err != nil {
				return err
			}
			terms.startAnswer(item, at)
			if wasLapsed { // a new term, as if it was received now
				terms.startOuter(item, at)
				item.OverdueAt, item.SoonAt = time.Time{}, time.Time{}
			}
			verified = append(verified, item.Item)
		}
		switch {
		case !isWaiting:
			return fmt.Errorf("nothing waits for a proof: %w", ErrState)
		case len(verified) == 0:
			return fmt.Errorf("%w: this proof is not enough for what is asked", ErrIdentity)
		}
		c.Identity, c.IdentityAt = way, at
		return c.record(ctx, tx, EventVerified, d.clock(), verified)
	})
}
