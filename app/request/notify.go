package request

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/outbox"
	"github.com/nod-consent/nod/app/policy"
)

const (
	eventCreated = "request.created"  // what webhooks call EventReceived
	eventDueSoon = "request.due_soon" // a reminder, for webhooks only
)

// requestData is what a webhook learns of a request: ids, kinds and dates. Contact, text and letters are never in it.
type requestData struct {
	Site      string     `json:"site"`
	Request   uuid.UUID  `json:"request"`
	Reference string     `json:"reference"`
	Language  string     `json:"language"`
	Due       string     `json:"due"`
	Items     []itemData `json:"items"`
}

type itemData struct {
	Item    int     `json:"item"`
	Kind    Kind    `json:"kind"`
	State   State   `json:"state"`
	Due     string  `json:"due"`
	Outcome Outcome `json:"outcome"`
}

// Notify sends webhooks of this desk's events. Without a box nothing is sent.
func (d *Desk) Notify(box *outbox.Box) *Desk {
	d.box = box
	return d
}

// notify stores the webhooks of a case's new events, in the transaction of the events.
func (d *Desk) notify(ctx context.Context, tx *ledger.DeskTx, c *Case, events []Event) error {
	for _, e := range events {
		if e.Type == EventReceived {
			e.Type = eventCreated
		}
		if err := d.send(ctx, tx, c, e); err != nil {
			return err
		}
	}
	return nil
}

// send stores a webhook, if there are any of its type.
func (d *Desk) send(ctx context.Context, tx *ledger.DeskTx, c *Case, e Event) error {
	if d.box == nil || !slices.Contains(policy.WebhookEvents, e.Type) {
		return nil
	}
	data := requestData{
		Site: c.Site, Request: c.ID, Reference: c.Reference, Language: c.Language, Due: string(c.Due()),
	}
	for _, i := range c.Items {
		data.Items = append(data.Items, itemData{i.Item, i.Kind, i.State, string(i.Due()), i.Outcome})
	}
	return d.box.Add(ctx, tx.Queries, c.Site, outbox.Message{ID: e.ID, Type: e.Type, At: e.At, Data: data})
}
