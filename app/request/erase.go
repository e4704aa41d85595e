package request

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/calendar"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/outbox"
	"github.com/nod-consent/nod/app/policy"
)

// eraseDue erases contact and text of the cases that were closed long enough ago, and later the letters.
func (d *Desk) eraseDue(ctx context.Context, s *policy.Site, now time.Time, done *Tick) error {
	today := calendar.DateOf(now, s.Zone())
	contact := today.AddDays(-cmp.Or(s.Desk.KeepDays, policy.DefaultKeepDays) - 1).End(s.Zone())
	letters := calendar.DateOf(s.Evidence.EndedBefore(now.In(s.Zone())), s.Zone()).End(s.Zone())
	defer func() {
		if done.Erased > 0 { // also if a later case fails
			d.store.PurgeDesk()
		}
	}()
	var changed error
	for _, stage := range []eraseStage{{0, contact, eraseContact}, {1, letters, eraseLetters}} {
		err := d.eraseStage(ctx, s.ID, stage, now, done)
		if err != nil && !errors.Is(err, ledger.ErrChanged) {
			return err
		}
		changed = errors.Join(changed, err)
	}
	return changed
}

// eraseStage is what is erased of the cases that were closed before some time.
type eraseStage struct {
	erased int // what is erased already
	before time.Time
	erase  func(context.Context, *ledger.DeskTx, *Case, time.Time) error
}

// eraseStage erases what is due of a site's cases, but for those that were changed in the database.
func (d *Desk) eraseStage(
	ctx context.Context, site string, stage eraseStage, now time.Time, done *Tick,
) (changed error) {
	var after uuid.UUID // no case has this id
	for {
		cases, err := readCases(ctx, d.store.ReadDesk(),
			`WHERE site = $1 AND closed_at <> '' AND closed_at < $2 AND erased = $3 AND id > $4 ORDER BY id LIMIT $5`,
			site, formatTime(stage.before), stage.erased, after[:], pageSize)
		if err != nil {
			return fmt.Errorf("erase old requests: %w", err)
		}
		for _, c := range cases {
			after = c.ID
			_, err := d.change(ctx, site, c.ID, c.Version, func(ctx context.Context, tx *ledger.DeskTx, c *Case) error {
				return stage.erase(ctx, tx, c, now)
			})
			switch {
			case errors.Is(err, ledger.ErrChanged):
				changed = errors.Join(changed, err)
			case errors.Is(err, ErrVersion): // another server was faster, or the case is open again
			case err != nil:
				return err
			default:
				done.Erased++
			}
		}
		if len(cases) < pageSize {
			return changed
		}
	}
}

func eraseContact(ctx context.Context, tx *ledger.DeskTx, c *Case, at time.Time) error {
	c.Contact, c.Text, c.Tenant, c.Account, c.Fee = "", "", "", "", ""
	c.Subject, c.textSalt = [16]byte{}, nil
	c.Erased = 1
	if err := outbox.DeleteOfRequest(ctx, tx.Queries, c.Site, c.ID); err != nil {
		return err
	}
	return c.record(ctx, tx, EventErased, at, nil)
}

// eraseLetters erases the letters and the contents of the events. The leaves stay.
func eraseLetters(ctx context.Context, tx *ledger.DeskTx, c *Case, _ time.Time) error {
	c.letterSalt, c.Erased = nil, 2
	for n := range c.Items {
		c.Items[n].Letter = ""
	}
	c.Version++
	if err := c.update(ctx, tx); err != nil {
		return err
	}
	if err := outbox.DeleteOfRequest(ctx, tx.Queries, c.Site, c.ID); err != nil {
		return err
	}
	var ids [][]byte
	for _, e := range c.Events {
		ids = append(ids, e.ID[:])
	}
	return tx.EraseEvents(ctx, ids...)
}
