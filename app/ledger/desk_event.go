package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
)

// DeskEvent is one step of a request, as a leaf of a DeskTree commits to it. It has ids, times, kinds and hashes only:
// never a name, a contact or a text.
type DeskEvent struct {
	Site     string     `json:"site"` // the tree
	ID       uuid.UUID  `json:"id"`
	Type     string     `json:"type"` // "request.received" and the like
	Case     uuid.UUID  `json:"case"`
	At       time.Time  `json:"at,format:'2006-01-02T15:04:05.000Z07:00'"`
	Policy   string     `json:"policy"`             // version that holds for the request
	Identity string     `json:"identity,omitempty"` // how it was shown who asks
	Text     string     `json:"text,omitempty"`     // hash of the person's text
	Items    []DeskItem `json:"items"`              // what the step concerns
}

// DeskItem is the state of one item of a request after a step.
type DeskItem struct {
	Item    int    `json:"item"` // from 1
	Kind    string `json:"kind"`
	State   string `json:"state"`
	Due     string `json:"due,omitempty"` // promised date, YYYY-MM-DD
	Outcome string `json:"outcome,omitempty"`
	Ground  string `json:"ground,omitempty"` // of a refusal: its id in the policy
	Letter  string `json:"letter,omitempty"` // hash of the answer
}

// canonical returns the bytes that the leaf commits to.
func (e DeskEvent) canonical() ([]byte, error) {
	e.At = e.At.UTC().Truncate(time.Millisecond)
	text, err := json.Marshal(e)
	var canonical []byte
	if err == nil {
		canonical, err = canonicalize(text)
	}
	if err != nil {
		return nil, fmt.Errorf("encode event %s: %w", e.ID, err)
	}
	if len(canonical) > MaxRecord {
		return nil, fmt.Errorf("event %s has %d bytes, more than the limit of %d", e.ID, len(canonical), MaxRecord)
	}
	return canonical, nil
}

func parseDeskEvent(text []byte) (DeskEvent, error) {
	var e DeskEvent
	if err := json.Unmarshal(text, &e); err != nil {
		return DeskEvent{}, fmt.Errorf("read an event: %w", err)
	}
	return e, nil
}

// NewestRecord returns when the newest decision of a site was stored; the zero time if none is. A clock that is years
// ahead is found by it.
func (s *Store) NewestRecord(ctx context.Context, site string) (time.Time, error) {
	var content string
	err := s.read.queryRow(ctx, `SELECT r.content FROM trees t JOIN records r ON r.tree = t.tree
		WHERE t.site = $1 AND r.content IS NOT NULL ORDER BY r.leaf_index DESC LIMIT 1`, []any{site}, &content)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, wrapUnavailable("read the newest decision", err)
	}
	record, err := parseRecord([]byte(content))
	return record.ReceivedAt, err
}
