package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// SnapshotDesk lets read see what transactions on requests have written, as it is at one moment. An error of read is
// returned as it is.
func (s *Store) SnapshotDesk(ctx context.Context, read func(Queries) error) error {
	tx, err := s.read.db.BeginTx(ctx, s.engine.SnapshotTx())
	if err != nil {
		return wrapUnavailable("read requests", err)
	}
	defer tx.Rollback()
	return read(Queries{tx})
}

// Event returns an event of a site's tree of requests, checked against its leaf, and the index of that leaf. The error
// is ErrNotFound if the tree has no such event, ErrErased if its content was erased, and ErrChanged if its leaf commits
// to another one. The index is right except after ErrNotFound.
func (q Queries) Event(ctx context.Context, site string, id uuid.UUID) (e DeskEvent, leaf int64, err error) {
	var row storedContent
	var content sql.NullString
	err = q.One(ctx, []any{&leaf, &row.leaf, &row.salt, &content}, `SELECT r.leaf_index, r.leaf, r.salt, r.content
		FROM trees t JOIN records r ON r.tree = t.tree WHERE t.site = $1 AND r.id = $2`, DeskTree(site), id[:])
	switch {
	case err != nil && !errors.Is(err, ErrNotFound):
		return DeskEvent{}, 0, err
	case err == nil && !content.Valid:
		err = ErrErased
	case err == nil:
		row.content = []byte(content.String)
		if err = row.check(); err == nil {
			e, err = parseDeskEvent(row.content)
		}
		if err == nil && (e.ID != id || e.Site != DeskTree(site)) {
			err = ErrChanged
		}
	}
	if err != nil {
		return DeskEvent{}, leaf, fmt.Errorf("event %s: %w", id, err)
	}
	return e, leaf, nil
}

// LostEvents lists the events in a site's tree of requests that no row of case_events of the site's cases names.
func (q Queries) LostEvents(ctx context.Context, site string) (ids []uuid.UUID, err error) {
	err = q.Each(ctx, func(scan func(...any) error) error {
		var id []byte
		if err := scan(&id); err != nil {
			return err
		}
		parsed, err := uuid.FromBytes(id)
		ids = append(ids, parsed)
		return err
	}, `SELECT r.id FROM trees t JOIN records r ON r.tree = t.tree WHERE t.site = $1 AND r.id NOT IN (
			SELECT e.event FROM case_events e JOIN cases c ON c.id = e.case_id WHERE c.site = $2)
		ORDER BY r.leaf_index`, DeskTree(site), site)
	return ids, err
}
