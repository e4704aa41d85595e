package request

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
)

// The types of events.
const (
	EventReceived  = "request.received"
	EventVerified  = "request.verified"
	EventAnswered  = "request.answered"
	EventLapsed    = "request.lapsed"
	EventWithdrawn = "request.withdrawn"
	EventOverdue   = "request.overdue"
	EventFee       = "request.fee_offered"
	EventRecounted = "request.recounted" // the calendar changed, and with it a due date
	EventErased    = "request.erased"    // contact and text
)

// allItems lists the numbers of all items.
func (c *Case) allItems() (numbers []int) {
	for _, i := range c.Items {
		numbers = append(numbers, i.Item)
	}
	return numbers
}

// record stores what a step changed, with the leaf that proves it.
func (c *Case) record(ctx context.Context, tx *ledger.DeskTx, event string, at time.Time, items []int) error {
	c.closeIfDone(at)
	c.Version++
	if err := c.update(ctx, tx); err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	leaf := ledger.DeskEvent{
		ID: id, Type: event, Case: c.ID, At: at, Policy: c.Policy, Identity: string(c.Identity),
		Items: make([]ledger.DeskItem, 0, len(items)),
	}
	if event == EventReceived && c.Text != "" {
		leaf.Text = hashText(c.textSalt, c.Text)
	}
	for _, number := range items {
		i := c.Items[number-1]
		item := ledger.DeskItem{
			Item: i.Item, Kind: string(i.Kind), State: string(i.State), Due: string(i.Due()),
			Outcome: string(i.Outcome), Ground: i.Ground,
		}
		if i.Letter != "" {
			item.Letter = hashText(c.letterSalt, i.Letter)
		}
		leaf.Items = append(leaf.Items, item)
	}
	if err := tx.AddEvent(leaf); err != nil {
		return err
	}
	c.Events = append(c.Events, Event{id, event, at})
	_, err = tx.Exec(ctx, `INSERT INTO case_events (case_id, number, event, type, at) VALUES ($1, $2, $3, $4, $5)`,
		c.ID[:], len(c.Events), id[:], event, formatTime(at))
	return err
}
