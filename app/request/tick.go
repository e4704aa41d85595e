package request

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/calendar"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

const (
	// maxQuiet is how far the clock can be ahead of the newest decision or request. A clock that is years ahead must not
	// erase anything.
	maxQuiet = 35 * 24 * time.Hour

	// pageSize is the number of cases that are read at once.
	pageSize = 100
)

// Tick counts what a Tick did.
type Tick struct{ Lapsed, Overdue, Recounted, Soon, Erased int }

// Tick does what time brings: items lapse or become overdue, the calendar gets a new year, and what was stored long
// enough is erased. Call it every hour or so; a second server may do the same.
//
// Cases that were changed in the database stay as they are, and the error is ledger.ErrChanged after all others are
// done.
func (d *Desk) Tick(ctx context.Context, s *policy.Site) (done Tick, err error) {
	if !s.Desk.IsOn() {
		return Tick{}, nil
	}
	cases, err := d.ListOpen(ctx, s.ID)
	if err != nil {
		return Tick{}, err
	}
	var changed error
	for _, c := range cases {
		err := d.tickCase(ctx, s, c, &done)
		switch {
		case errors.Is(err, ledger.ErrChanged):
			changed = errors.Join(changed, err)
		case err != nil:
			return done, err
		}
	}
	return done, errors.Join(changed, d.eraseDue(ctx, s, &done))
}

// tickCase does what is due in one open case, in one transaction. Most often nothing is.
func (d *Desk) tickCase(ctx context.Context, s *policy.Site, c Case, done *Tick) error {
	terms, err := readTerms(s, c.Policy)
	if err != nil {
		return err
	}
	now := d.clock()
	if len(c.findSteps(terms, now)) == 0 && len(c.findDueSoon(terms, now)) == 0 {
		return nil
	}
	_, err = d.change(ctx, s.ID, c.ID, 0, func(tx *ledger.DeskTx, c *Case) error {
		steps := c.findSteps(terms, now)
		for _, event := range []string{EventLapsed, EventOverdue, EventRecounted} {
			items := steps[event]
			if len(items) == 0 {
				continue
			}
			for _, number := range items {
				if err := c.Items[number-1].takeTime(event, terms, now); err != nil {
					return err
				}
			}
			if err := c.record(ctx, tx, event, now, items); err != nil {
				return err
			}
			done.add(event, len(items))
		}
		soon := c.findDueSoon(terms, now)
		done.Soon += len(soon)
		return d.remind(ctx, tx, c, soon, now)
	})
	return err
}

// findDueSoon lists the items of which a reminder is due.
func (c Case) findDueSoon(t terms, now time.Time) (items []int) {
	for _, i := range c.Items {
		if i.SoonAt.IsZero() && t.isDueSoon(i, now) {
			items = append(items, i.Item)
		}
	}
	return items
}

// remind notifies the company's systems of items that are due soon, once for each. That is no step of the request: it
// has no leaf, and nobody who answers at the moment is disturbed.
func (d *Desk) remind(ctx context.Context, tx *ledger.DeskTx, c *Case, items []int, now time.Time) error {
	if len(items) == 0 {
		return nil
	}
	for _, number := range items {
		c.Items[number-1].SoonAt = now
	}
	if err := c.update(ctx, tx); err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	return d.send(ctx, tx, c, Event{id, eventDueSoon, now})
}

func (t *Tick) add(event string, n int) {
	switch event {
	case EventLapsed:
		t.Lapsed += n
	case EventOverdue:
		t.Overdue += n
	case EventRecounted:
		t.Recounted += n
	}
}

// findSteps lists the items for which time has brought something, by the event.
func (c Case) findSteps(t terms, now time.Time) map[string][]int {
	steps := map[string][]int{}
	for _, i := range c.Items {
		recounted := i
		switch {
		case t.lapses(i, c.ReceivedAt, now):
			steps[EventLapsed] = append(steps[EventLapsed], i.Item)
		case t.isOverdue(i, now) && i.OverdueAt.IsZero():
			steps[EventOverdue] = append(steps[EventOverdue], i.Item)
		case t.recount(&recounted):
			steps[EventRecounted] = append(steps[EventRecounted], i.Item)
		}
	}
	return steps
}

func (i *Item) takeTime(event string, t terms, now time.Time) error {
	switch event {
	case EventLapsed:
		return i.take(stepLapse, now)
	case EventOverdue:
		i.OverdueAt = now
	case EventRecounted:
		t.recount(i)
	}
	return nil
}

// eraseDue erases contact and text of the cases that were closed long enough ago, and later the letters.
func (d *Desk) eraseDue(ctx context.Context, s *policy.Site, done *Tick) error {
	now, err := d.trustedNow(ctx, s)
	if err != nil {
		return err
	}
	today := calendar.DateOf(now, s.Zone())
	contact := today.AddDays(-s.Desk.KeepDays - 1).End(s.Zone())
	letters := today.AddDays(-daysPerYear*s.Evidence.Years - 1).End(s.Zone())
	var changed error
	for _, stage := range []eraseStage{{0, contact, eraseContact}, {1, letters, eraseLetters}} {
		err := d.eraseStage(ctx, s.ID, stage, done)
		if err != nil && !errors.Is(err, ledger.ErrChanged) {
			return err
		}
		changed = errors.Join(changed, err)
	}
	if done.Erased > 0 {
		d.store.PurgeDesk()
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
func (d *Desk) eraseStage(ctx context.Context, site string, stage eraseStage, done *Tick) (changed error) {
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
			_, err := d.change(ctx, site, c.ID, c.Version, func(tx *ledger.DeskTx, c *Case) error {
				return stage.erase(ctx, tx, c, d.clock())
			})
			switch {
			case errors.Is(err, ledger.ErrChanged):
				changed = errors.Join(changed, err)
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

// daysPerYear is enough for any year.
const daysPerYear = 366

// trustedNow returns the time, but not more than some weeks after the newest leaf of the site.
func (d *Desk) trustedNow(ctx context.Context, s *policy.Site) (time.Time, error) {
	newest, err := d.store.NewestLeaf(ctx, s.ID)
	if err != nil {
		return time.Time{}, err
	}
	now := d.clock()
	if limit := newest.Add(maxQuiet); now.After(limit) {
		return limit, nil
	}
	return now, nil
}

func eraseContact(ctx context.Context, tx *ledger.DeskTx, c *Case, at time.Time) error {
	c.Contact, c.Text, c.Tenant, c.Account, c.Fee = "", "", "", "", ""
	c.Subject, c.textSalt = [16]byte{}, nil
	c.Erased = 1
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
	var ids [][]byte
	for _, e := range c.Events {
		ids = append(ids, e.ID[:])
	}
	return tx.EraseEvents(ctx, ids...)
}
