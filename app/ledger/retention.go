package ledger

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Term says how long evidence is stored.
type Term struct {
	Granted time.Duration // that a grant holds at most
	Keep    time.Duration // after the end of the consent; most laws of evidence ask for three years
}

const (
	// expireRows is the number of records that one transaction reads at most.
	expireRows = 200

	// expireTime is how long one transaction lasts: appends wait for it.
	expireTime = 50 * time.Millisecond

	// clockLeeway is how far the clock may be ahead of the newest record. A clock that is years ahead must not erase
	// everything.
	clockLeeway = 35 * 24 * time.Hour
)

// Expire erases each record whose consent ended longer ago than the term. A grant ends when the subject answers the
// same question again, or when it expires; a denial ends at once. A record stays if its removal would turn a denial
// into a grant, and the subject's later records stay with the secret. The result is the number of erased records.
//
// If no decision has come for five weeks, nothing more expires until one does: the clock may be wrong then.
// Records that were changed in the database stay, and the error is ErrChanged after all others are done.
func (s *Store) Expire(ctx context.Context, site string, term Term) (erased int, err error) {
	return s.expire(ctx, site, term, expireTime)
}

func (s *Store) expire(ctx context.Context, site string, term Term, txTime time.Duration) (erased int, err error) {
	e := expiry{site: site, term: term, now: s.now(), txTime: txTime, segmentLength: s.segmentLength, hooks: s.hooks}
	defer func() { s.purgeErased(e.erased) }() // also if a later transaction fails: the earlier ones are done
	for hasMore := true; hasMore; {
		hasMore = false // also if the site has no tree
		err := s.withTree(ctx, site, func(ctx context.Context, tx treeTx) (err error) {
			t := expiryTx{expiry: &e, treeTx: tx, subjects: map[uuid.UUID][]storedRecord{}}
			hasMore, err = t.eraseDue(ctx)
			return err
		})
		if err != nil {
			return e.erased, fmt.Errorf("erase records past their term: %w", err)
		}
	}
	if e.changed > 0 {
		return e.erased, fmt.Errorf("erase records past their term: %d records stay: %w", e.changed, ErrChanged)
	}
	return e.erased, nil
}
