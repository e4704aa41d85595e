package ledger

import (
	"context"
	"time"
)

// AdminAction is one thing that an administrator did with people's records: a line of the audit trail. It does not say
// whose records they were. So erasing a person leaves nothing of the person here.
type AdminAction struct {
	At      time.Time `json:"at"`
	What    string    `json:"action"` // search, show, count, state, export, erase, restrict, backup
	Site    string    `json:"site"`
	Records int       `json:"records"`
}

// actionTimeFormat is how times are stored. They sort as text.
const actionTimeFormat = "2006-01-02T15:04:05.000000Z07:00"

// maxActions is the number of actions that are read at most.
const maxActions = 1000

// NoteAdmin adds an action to the audit trail, with the current time.
func (s *Store) NoteAdmin(ctx context.Context, what, site string, records int) error {
	_, err := s.write.db.ExecContext(ctx,
		`INSERT INTO admin_actions (at, action, site, records) VALUES ($1, $2, $3, $4)`,
		s.now().UTC().Format(actionTimeFormat), what, site, records)
	if err != nil {
		return wrapUnavailable("store an action", err)
	}
	return nil
}

// AdminActions returns the audit trail from since on, the newest first: at most the last thousand actions.
func (s *Store) AdminActions(ctx context.Context, since time.Time) ([]AdminAction, error) {
	rows, err := s.read.db.QueryContext(ctx,
		`SELECT at, action, site, records FROM admin_actions WHERE at >= $1 ORDER BY at DESC LIMIT $2`,
		since.UTC().Format(actionTimeFormat), maxActions)
	if err != nil {
		return nil, wrapUnavailable("read the audit trail", err)
	}
	defer rows.Close()
	all := []AdminAction{} // in JSON a list, though it is empty
	for rows.Next() {
		var a AdminAction
		var at string
		if err := rows.Scan(&at, &a.What, &a.Site, &a.Records); err != nil {
			return nil, wrapUnavailable("read the audit trail", err)
		}
		if a.At, err = time.Parse(actionTimeFormat, at); err != nil {
			return nil, wrapUnavailable("read the audit trail", err)
		}
		all = append(all, a)
	}
	if err := rows.Err(); err != nil {
		return nil, wrapUnavailable("read the audit trail", err)
	}
	return all, nil
}
