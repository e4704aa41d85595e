package request

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

const (
	// maxQuiet is how far the clock can be ahead of what a person did last at the site. A clock that is years ahead must
	// neither end a term nor erase anything.
	maxQuiet = 35 * 24 * time.Hour

	// pageSize is the number of cases that are read at once.
	pageSize = 100
)

// Tick counts what a Tick did.
type Tick struct{ Lapsed, Overdue, Recounted, Soon, Erased int }

// Tick does what time brings: items lapse or become overdue, the calendar gets a new year, and what was stored long
// enough is erased. Call it every hour or so; a second server may do the same. A site that takes no requests any more
// still erases those that it took.
//
// Cases that were changed in the database stay as they are, and the error is ledger.ErrChanged after all others are
// done.
func (d *Desk) Tick(ctx context.Context, s *policy.Site) (done Tick, err error) {
	now, err := d.trustedNow(ctx, s) // before the first step, whose time nobody has confirmed
	if err != nil {
		return Tick{}, err
	}
	var changed error
	if s.Desk.IsOn() {
		changed = d.tickOpen(ctx, s, now, &done)
		if changed != nil && !errors.Is(changed, ledger.ErrChanged) {
			return done, changed
		}
	}
	return done, errors.Join(changed, d.eraseDue(ctx, s, now, &done))
}

// tickOpen does what is due in the open cases, page by page. The error is ledger.ErrChanged if some were changed in the
// database.
func (d *Desk) tickOpen(ctx context.Context, s *policy.Site, now time.Time, done *Tick) error {
	var changed error
	last := []byte{}
	for {
		cases, err := readCases(ctx, d.store.ReadDesk(),
			`WHERE site = $1 AND closed_at = '' AND id > $2 ORDER BY id LIMIT $3`, s.ID, last, pageSize)
		if err != nil {
			return fmt.Errorf("list requests: %w", err)
		}
		for _, c := range cases {
			err := d.tickCase(ctx, s, c, now, done)
			switch {
			case errors.Is(err, ledger.ErrChanged):
				changed = errors.Join(changed, err)
			case err != nil:
				return err
			}
			last = c.ID[:]
		}
		if len(cases) < pageSize {
			return changed
		}
	}
}

// tickCase does what is due in one open case, in one transaction. Most often nothing is.
func (d *Desk) tickCase(ctx context.Context, s *policy.Site, c Case, now time.Time, done *Tick) error {
	terms, err := readTerms(s, c.Policy)
	if err != nil {
		return err
	}
	if len(c.findSteps(terms, now)) == 0 && len(c.findDueSoon(terms, now)) == 0 {
		return nil
	}
	_, err = d.change(ctx, s.ID, c.ID, 0, func(ctx context.Context, tx *ledger.DeskTx, c *Case) error {
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

// trustedNow returns the time, but not more than some weeks after what a person did last at the site: decided, wrote,
// or as staff took a step of a request. A step that time alone brought does not confirm the clock.
func (d *Desk) trustedNow(ctx context.Context, s *policy.Site) (time.Time, error) {
	newest, err := d.store.NewestRecord(ctx, s.ID)
	if err != nil {
		return time.Time{}, err
	}
	step, err := d.readNewestStep(ctx, s.ID)
	if err != nil {
		return time.Time{}, err
	}
	if step.After(newest) {
		newest = step
	}
	now := d.clock()
	if limit := newest.Add(maxQuiet); now.After(limit) {
		return limit, nil
	}
	return now, nil
}

// readNewestStep returns when a person took the newest step of any request of the site; the zero time without one.
func (d *Desk) readNewestStep(ctx context.Context, site string) (time.Time, error) {
	var newest string
	err := d.store.ReadDesk().One(ctx, []any{&newest}, `SELECT COALESCE(MAX(e.at), '')
		FROM case_events e JOIN cases c ON c.id = e.case_id WHERE c.site = $1 AND e.type IN ($2, $3, $4, $5, $6)`,
		site, EventReceived, EventVerified, EventAnswered, EventWithdrawn, EventFee)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the newest step of a request: %w", err)
	}
	return parseTime(newest), nil
}
