package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
)

// Undelivered is a message that is not delivered.
type Undelivered struct {
	ID         uuid.UUID `json:"id"`
	Site       string    `json:"site"`
	Webhook    string    `json:"webhook"`
	Type       string    `json:"type"`
	CreatedAt  string    `json:"created_at"`
	NextAt     string    `json:"next_at"`
	Attempts   int       `json:"attempts"`
	LastStatus int       `json:"last_status"`
	State      string    `json:"state"` // waiting or dead
}

// List lists what is not delivered, the oldest first.
func List(ctx context.Context, q ledger.Queries) (undelivered []Undelivered, err error) {
	err = q.Each(ctx, func(scan func(...any) error) error {
		var u Undelivered
		var id []byte
		if err := scan(&id, &u.Site, &u.Webhook, &u.Type, &u.CreatedAt, &u.NextAt, &u.Attempts, &u.LastStatus,
			&u.State); err != nil {
			return err
		}
		copy(u.ID[:], id)
		undelivered = append(undelivered, u)
		return nil
	}, `SELECT id, site, target, type, created_at, next_at, attempts, last_status, state FROM outbox
		ORDER BY created_at, id, target`)
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	return undelivered, nil
}

// Replay has dead messages tried again from now on: one, or all for uuid.Nil. It returns how many.
func Replay(ctx context.Context, q ledger.Queries, id uuid.UUID, now time.Time) (int64, error) {
	n, err := q.Exec(ctx, `UPDATE outbox SET state = 'waiting', attempts = 0, lease_until = '', next_at = $1
		WHERE state = 'dead' AND (id = $2 OR $3 = 1)`, now.UTC().Format(timeFormat), id[:], isAll(id))
	if err != nil {
		return 0, fmt.Errorf("replay webhooks: %w", err)
	}
	return n, nil
}

func isAll(id uuid.UUID) int {
	if id == uuid.Nil {
		return 1
	}
	return 0
}
