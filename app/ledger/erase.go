package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

const (
	// The leaf, its nodes and the decision's id stay: the tree needs the leaf and the nodes, and a repetition of the
	// decision is recognised by the id.
	erase = `UPDATE records SET subject = NULL, secret_hash = NULL, body_hash = NULL, salt = NULL, content = NULL
		WHERE `

	eraseSubject = erase + ofSubject
	eraseLeaf    = erase + `tree = $1 AND leaf_index = $2`

	// The secret stays: the person can still read the records, and nobody else can take the subject over.
	restrictSubject = `UPDATE records SET restricted = 1 WHERE ` + ofSubject + ` AND restricted = 0`
)

// Erase drops the contents of all records of a subject, restricted ones too, with their salts and the subject's secret.
// Every proof still holds. What is left reveals nothing about the subject, and cannot confirm a guess, because nobody
// knows the salt. The result is the number of records.
//
// Scrub removes what the database's files still hold of it. Backups keep everything: see assets/docs/ledger.md.
func (s *Store) Erase(ctx context.Context, site string, subject uuid.UUID) (records int, err error) {
	records, err = s.updateSubject(ctx, site, subject, func(ctx context.Context, tx treeTx) (sql.Result, error) {
		if _, err := tx.ExecContext(ctx, deleteSegmentsOf, tx.tree, s.segmentLength, subject[:]); err != nil {
			return nil, err
		}
		result, err := tx.ExecContext(ctx, eraseSubject, tx.tree, subject[:])
		if err != nil {
			return nil, err
		}
		return result, s.hooks.erased(ctx, tx.Tx, result, site, subject)
	})
	if err != nil {
		return 0, fmt.Errorf("erase a subject: %w", err)
	}
	s.purgeErased(records)
	return records, nil
}

// purgeErased starts to remove from the database's files what was just erased.
func (s *Store) purgeErased(records int) {
	if records > 0 {
		s.unscrubbed.Store(true)
		s.engine.PurgeErased()
	}
}

// Scrub removes from the database's files what was erased since the last time. SQLite keeps ids in the gaps of its
// indexes, so it rebuilds them. PostgreSQL keeps old versions of rows, so it vacuums them away. SQLite accepts no
// appends meanwhile: some seconds for a million records. Scrub does nothing if nothing was erased through this store.
func (s *Store) Scrub(ctx context.Context) error {
	if !s.unscrubbed.Swap(false) {
		return nil
	}
	if err := s.engine.Scrub(ctx); err != nil {
		s.unscrubbed.Store(true)
		return wrapUnavailable("scrub the database", err)
	}
	return nil
}

// Restrict keeps the records of a subject as evidence only (GDPR, articles 18 and 17(3)(e)). They no longer count for
// what is granted. The holder of the subject's secret can still read them. Erase, Expire and Export find them, too. The
// result is the number of records that were not restricted before.
func (s *Store) Restrict(ctx context.Context, site string, subject uuid.UUID) (records int, err error) {
	records, err = s.updateSubject(ctx, site, subject, func(ctx context.Context, tx treeTx) (sql.Result, error) {
		return tx.ExecContext(ctx, restrictSubject, tx.tree, subject[:])
	})
	if err != nil {
		return 0, fmt.Errorf("restrict a subject: %w", err)
	}
	return records, nil
}

// updateSubject changes the records of a subject in the site's tree, while no decision is being appended.
func (s *Store) updateSubject(
	ctx context.Context, site string, subject uuid.UUID, update func(context.Context, treeTx) (sql.Result, error),
) (records int, err error) {
	defer s.states.drop(stateKey{site, subject})
	err = s.withTree(ctx, site, func(ctx context.Context, tx treeTx) error {
		result, err := update(ctx, tx)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		records = int(n)
		return err
	})
	return records, err
}

// treeTx is a transaction that has locked the tree of this number.
type treeTx struct {
	*sql.Tx
	tree int64
}

// withTree runs a transaction that locks a site's tree, so that no append comes between. It does nothing if the site
// has no tree.
func (s *Store) withTree(ctx context.Context, site string, run func(context.Context, treeTx) error) error {
	limited, cancel := s.limitTx(ctx)
	defer cancel()
	return blameStore(ctx, s.changeTree(limited, site, run))
}

func (s *Store) changeTree(ctx context.Context, site string, run func(context.Context, treeTx) error) error {
	tx, err := s.write.db.BeginTx(ctx, nil)
	if err != nil {
		return wrapUnavailable("begin", err)
	}
	defer tx.Rollback()
	var tree, size int64
	err = tx.QueryRowContext(ctx, s.selectTreeLock, site).Scan(&tree, &size)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return wrapUnavailable("lock a tree", err)
	}
	if err := run(ctx, treeTx{tx, tree}); err != nil {
		return wrapUnavailable("change records", err)
	}
	if err := tx.Commit(); err != nil {
		return wrapUnavailable("commit", err)
	}
	return nil
}
