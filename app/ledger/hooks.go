package ledger

import (
	"context"
	"database/sql"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// Hooks are called within the transaction that stores or erases something. What they write is stored with it, or not at
// all; their errors undo it. Each may be nil.
type Hooks struct {
	// Recorded is called for each decision that is new.
	Recorded func(ctx context.Context, q Queries, site string, d consent.Decision) error

	// Erased is called when records of a subject were erased.
	Erased func(ctx context.Context, q Queries, site string, subject uuid.UUID) error

	// Expired is called for each decision whose record was erased because its term is over.
	Expired func(ctx context.Context, q Queries, site string, decision uuid.UUID) error
}

func (h Hooks) recorded(ctx context.Context, tx *sql.Tx, trees []*siteAppend) error {
	if h.Recorded == nil {
		return nil
	}
	for _, tree := range trees {
		for _, p := range tree.added {
			if err := h.Recorded(ctx, Queries{tx}, tree.site, p.Decision); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h Hooks) erased(ctx context.Context, tx *sql.Tx, result sql.Result, site string, subject uuid.UUID) error {
	n, err := result.RowsAffected()
	if err != nil || n == 0 || h.Erased == nil {
		return err
	}
	return h.Erased(ctx, Queries{tx}, site, subject)
}

func (h Hooks) expired(ctx context.Context, tx *sql.Tx, site string, decision uuid.UUID) error {
	if h.Expired == nil {
		return nil
	}
	return h.Expired(ctx, Queries{tx}, site, decision)
}

// WriteTables writes tables that belong to no tree, one statement at a time.
func (s *Store) WriteTables() Queries { return Queries{s.write.db} }
