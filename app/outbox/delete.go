package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
)

const (
	// keepUndelivered is how long a message stays that is dead, or whose webhook no site has any more: enough to mend a
	// receiver and replay, and no longer, because its ids lead to a person. It runs from the death, or from when the
	// message was last due.
	keepUndelivered = 30 * 24 * time.Hour

	// deleteEvery is how often the sender looks for such messages.
	deleteEvery = time.Hour

	// deleteRows is how many messages one statement deletes: decisions wait for it.
	deleteRows = 500
)

// deleteOld deletes the messages that nobody will deliver any more. One that waits for a webhook that a site has stays,
// however late it is: the server may have been off for long.
func (s *Sender) deleteOld(ctx context.Context) error {
	before := s.Box.now().UTC().Add(-keepUndelivered).Format(timeFormat)
	type group struct {
		queue
		state string
	}
	var old []group
	err := s.Store.ReadDesk().Each(ctx, func(scan func(...any) error) error {
		var g group
		if err := scan(&g.site, &g.target, &g.state); err != nil {
			return err
		}
		if _, isKnown := s.Box.find(g.site, g.target); !isKnown || g.state == "dead" {
			old = append(old, g)
		}
		return nil
	}, `SELECT DISTINCT site, target, state FROM outbox WHERE next_at < $1`, before)
	if err != nil {
		return fmt.Errorf("find old webhooks: %w", err)
	}
	for _, g := range old {
		deleted, err := s.deleteGroup(ctx, g.queue, g.state, before)
		if err != nil {
			return fmt.Errorf("delete old webhooks: %w", err)
		}
		if deleted > 0 { // no other server was faster
			s.Log.Warn("webhooks were deleted undelivered", "site", g.site, "webhook", g.target, "state", g.state,
				"messages", deleted)
		}
	}
	return nil
}

func (s *Sender) deleteGroup(ctx context.Context, q queue, state, before string) (deleted int64, err error) {
	for n := int64(deleteRows); n == deleteRows; deleted += n {
		n, err = s.Store.WriteTables().Exec(ctx, `DELETE FROM outbox WHERE (id, target) IN (
				SELECT id, target FROM outbox WHERE site = $1 AND target = $2 AND state = $3 AND next_at < $4 LIMIT $5)`,
			q.site, q.target, state, before, deleteRows)
		if err != nil {
			return deleted, err
		}
	}
	return deleted, nil
}

// DeleteOfRequest deletes what was not delivered of a person's request, in the transaction that erases the request.
func DeleteOfRequest(ctx context.Context, q ledger.Queries, site string, id uuid.UUID) error {
	return deleteWith(ctx, q, site, "request.%", "request", id)
}

// deleteWith deletes the messages of some types whose data have an id in a field.
func deleteWith(ctx context.Context, q ledger.Queries, site, types, field string, id uuid.UUID) error {
	_, err := q.Exec(ctx, `DELETE FROM outbox WHERE site = $1 AND type LIKE $2 AND payload LIKE $3`,
		site, types, `%"`+field+`":"`+id.String()+`"%`)
	if err != nil {
		return fmt.Errorf("delete webhooks: %w", err)
	}
	return nil
}
