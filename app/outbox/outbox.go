// Package outbox notifies systems of the company of what happened: webhooks as Standard Webhooks 1.0 writes them
// (https://www.standardwebhooks.com).
//
// A message is stored in the transaction of what it is about, so it is neither lost nor sent for nothing:
//
//	transaction: state + leaf + message ─→ outbox ─→ POST ─→ 2xx: deleted
//	                                         ↑        └─→ else: again later, for three days; then dead
//	                                         └── nod outbox replay ──────┘ for 30 days; then deleted
//
// A message has ids only. Its receiver asks the API for the rest. A message can come more than once, with the
// same webhook-id.
package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

// timeFormat is how the table has a time: in UTC, to the millisecond, in the order of time.
const timeFormat = "2006-01-02T15:04:05.000Z"

// Message is what happened.
type Message struct {
	ID   uuid.UUID // of the event: the header webhook-id
	Type string    // one of policy.WebhookEvents
	At   time.Time
	Data any // ids only
}

// Box stores messages. It knows the webhooks of the sites that are served now.
type Box struct {
	now   func() time.Time
	hooks atomic.Pointer[map[string][]policy.Webhook]
}

// NewBox returns a box for the webhooks of these sites.
func NewBox(now func() time.Time, sites []*policy.Site) *Box {
	b := &Box{now: now}
	b.SetSites(sites)
	return b
}

// SetSites replaces the sites. What waits for a webhook that a site does not have any more, waits until it has it
// again, for 30 days.
func (b *Box) SetSites(sites []*policy.Site) {
	hooks := map[string][]policy.Webhook{}
	for _, s := range sites {
		hooks[s.ID] = s.Webhooks
	}
	b.hooks.Store(&hooks)
}

// find returns the webhook of a site.
func (b *Box) find(site, target string) (policy.Webhook, bool) {
	list := (*b.hooks.Load())[site]
	i := slices.IndexFunc(list, func(h policy.Webhook) bool { return h.ID == target })
	if i < 0 {
		return policy.Webhook{}, false
	}
	return list[i], true
}

// Add stores a message for each webhook of the site that wants it, in the transaction of what it is about.
func (b *Box) Add(ctx context.Context, q ledger.Queries, site string, m Message) error {
	for _, hook := range (*b.hooks.Load())[site] {
		if len(hook.Events) > 0 && !slices.Contains(hook.Events, m.Type) {
			continue
		}
		payload, err := json.Marshal(struct {
			Type      string    `json:"type"`
			Timestamp time.Time `json:"timestamp"`
			Data      any       `json:"data"`
		}{m.Type, m.At.UTC(), m.Data})
		if err != nil {
			return fmt.Errorf("encode message %s: %w", m.ID, err)
		}
		now := b.now().UTC().Format(timeFormat)
		_, err = q.Exec(ctx, `INSERT INTO outbox (id, site, target, type, payload, created_at, next_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id, target) DO NOTHING`,
			m.ID[:], site, hook.ID, m.Type, string(payload), now, now)
		if err != nil {
			return fmt.Errorf("store message %s: %w", m.ID, err)
		}
	}
	return nil
}

// decisionData is the data of decision.recorded and subject.erased.
type decisionData struct {
	Site     string         `json:"site"`
	Subject  uuid.UUID      `json:"subject"`
	Decision *uuid.UUID     `json:"decision,omitempty"`
	Action   consent.Action `json:"action,omitempty"`
}

// Hooks are for ledger.Options: decisions and erasures become messages.
func (b *Box) Hooks() ledger.Hooks {
	return ledger.Hooks{
		Recorded: func(ctx context.Context, q ledger.Queries, site string, d consent.Decision) error {
			return b.Add(ctx, q, site, Message{
				d.ID, "decision.recorded", b.now(), decisionData{site, d.Subject, &d.ID, d.Action},
			})
		},
		Erased: func(ctx context.Context, q ledger.Queries, site string, subject uuid.UUID) error {
			// What was not delivered of the subject yet is erased, too.
			if err := deleteWith(ctx, q, site, "decision.recorded", "subject", subject); err != nil {
				return err
			}
			id, err := uuid.NewV7()
			if err != nil {
				return err
			}
			return b.Add(ctx, q, site, Message{id, "subject.erased", b.now(), decisionData{Site: site, Subject: subject}})
		},
		Expired: func(ctx context.Context, q ledger.Queries, site string, decision uuid.UUID) error {
			_, err := q.Exec(ctx, `DELETE FROM outbox WHERE site = $1 AND id = $2`, site, decision[:])
			return err
		},
	}
}
