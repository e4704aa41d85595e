package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
)

// deskSuffix ends the name of a tree of requests. No site's name has a "/".
const deskSuffix = "/desk"

// DeskTree names the second tree of a site: that of the requests of persons. It is apart from the tree of decisions,
// whose readers know decisions only.
func DeskTree(site string) string { return site + deskSuffix }

// SiteOfTree returns the site that a tree belongs to.
func SiteOfTree(tree string) string { return strings.TrimSuffix(tree, deskSuffix) }

// isDeskTree says whether a tree is one of requests.
func isDeskTree(tree string) bool {
	site, ok := strings.CutSuffix(tree, deskSuffix)
	return ok && policy.ValidID(site)
}

// DeskTx is a transaction on the requests of one site. What it changes in tables and what it adds to the tree is
// written together, or not at all. No other server changes the site's requests meanwhile.
type DeskTx struct {
	Queries
	tx     *sql.Tx
	site   string // of the tree
	number int64
	leaves proof.TreeAppend
	events []deskRow
}

// deskRow is an event with its leaf.
type deskRow struct {
	event   DeskEvent
	content []byte
	salt    proof.Hash
	leaf    proof.Hash
	nodes   []byte
}

// WriteDesk runs a transaction on the requests of a site. An error of run undoes everything, and is returned as it is.
func (s *Store) WriteDesk(ctx context.Context, site string, run func(context.Context, *DeskTx) error) error {
	limited, cancel := s.limitTx(ctx)
	defer cancel()
	return blameStore(ctx, s.writeDesk(limited, site, run))
}

func (s *Store) writeDesk(ctx context.Context, site string, run func(context.Context, *DeskTx) error) error {
	sqlTx, err := s.write.db.BeginTx(ctx, nil)
	if err != nil {
		return wrapUnavailable("begin", err)
	}
	defer sqlTx.Rollback()
	err = s.checkLastKey(func(last *string) error { return sqlTx.QueryRowContext(ctx, selectLastKey).Scan(last) })
	if err != nil {
		return wrapUnavailable("look up the signing key", err)
	}
	tx := &DeskTx{Queries: Queries{sqlTx}, tx: sqlTx, site: DeskTree(site)}
	if err := s.lockDesk(ctx, tx); err != nil {
		return wrapUnavailable("lock the tree of requests", err)
	}
	if err := run(ctx, tx); err != nil {
		return err
	}
	if err := s.signDesk(ctx, tx); err != nil {
		return wrapUnavailable("write the tree of requests", err)
	}
	if err := sqlTx.Commit(); err != nil {
		return wrapUnavailable("commit", err)
	}
	return nil
}

// lockDesk locks the tree, which it creates if it is missing, and reads its state.
func (s *Store) lockDesk(ctx context.Context, tx *DeskTx) error {
	var size int64
	selectTree := func() error {
		return tx.tx.QueryRowContext(ctx, s.selectTreeLock, tx.site).Scan(&tx.number, &size)
	}
	err := selectTree()
	for i := 0; errors.Is(err, sql.ErrNoRows) && i < insertTries; i++ {
		if _, err := tx.tx.ExecContext(ctx, insertTree, tx.site); err != nil {
			return err
		}
		err = selectTree()
	}
	if err != nil {
		return err
	}
	tx.leaves.Before, err = proof.ReadTreeState(size, leafReader(func(leaves []int64) (map[int64]leafRow, error) {
		return readLeaves(tx.number, leaves, func(statement string, args []any) (*sql.Rows, error) {
			return tx.tx.QueryContext(ctx, statement, args...)
		})
	}))
	if err != nil {
		return err
	}
	return s.checkSigned(tx.site, tx.number, tx.leaves.Before, func(query string, args []any, dest ...any) error {
		return tx.tx.QueryRowContext(ctx, query, args...).Scan(dest...)
	})
}

// AddEvent adds a leaf that commits to the event.
func (tx *DeskTx) AddEvent(e DeskEvent) error {
	e.Site = tx.site
	content, err := e.canonical()
	if err != nil {
		return err
	}
	row := deskRow{event: e, content: content}
	rand.Read(row.salt[:]) // never fails
	row.leaf = proof.CommitRecord(content, row.salt)
	nodes, err := tx.leaves.AddLeaf(proof.HashLeaf(row.leaf))
	if err != nil {
		return fmt.Errorf("append to the tree of %s: %w", tx.site, err)
	}
	for _, h := range nodes {
		row.nodes = append(row.nodes, h[:]...)
	}
	tx.events = append(tx.events, row)
	return nil
}

// signDesk writes the new leaves and the checkpoint that their receipts hold.
func (s *Store) signDesk(ctx context.Context, tx *DeskTx) error {
	if len(tx.events) == 0 {
		return nil
	}
	signer, verifier, err := s.key.SiteSigner(tx.site)
	if err != nil {
		return err
	}
	size := tx.leaves.Size()
	signed, err := proof.SignCheckpoint(signer, size, &tx.leaves)
	if err != nil {
		return err
	}
	if _, err := tx.tx.ExecContext(ctx, updateTree, size, tx.number); err != nil {
		return err
	}
	if _, err := tx.tx.ExecContext(ctx, insertCheckpoint, tx.number, size, string(signed), verifier); err != nil {
		return err
	}
	for i, row := range tx.events {
		index := tx.leaves.Before.Size + int64(i)
		nodes := row.nodes
		if nodes == nil {
			nodes = []byte{}
		}
		_, err := tx.tx.ExecContext(ctx, insertRecords[0], tx.number, index, size, row.event.ID[:], row.leaf[:], nodes,
			index, nil, nil, nil, row.salt[:], string(row.content))
		if err != nil {
			return err
		}
	}
	return nil
}

// EraseEvents drops the contents of events with their salts. Their leaves stay, and every proof still holds.
func (tx *DeskTx) EraseEvents(ctx context.Context, ids ...[]byte) error {
	for _, id := range ids {
		if _, err := tx.Exec(ctx, erase+`tree = $1 AND id = $2`, tx.number, id); err != nil {
			return err
		}
	}
	return nil
}

// PurgeDesk removes from the database's files what a transaction on requests erased.
func (s *Store) PurgeDesk() { s.purgeErased(1) }

// ReadDesk reads what transactions on requests have written.
func (s *Store) ReadDesk() Queries { return Queries{s.read.db} }

// Queries reads and writes tables. Its errors are ErrUnavailable, or ErrNotFound for a row that does not exist.
type Queries struct{ run sqlRunner }

// sqlRunner is a transaction or a pool of connections.
type sqlRunner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Exec runs a statement, and returns the number of rows that it changed.
func (q Queries) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := q.run.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, wrapUnavailable("change requests", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return 0, wrapUnavailable("change requests", err)
	}
	return n, nil
}

// Each calls scan for each row of a query.
func (q Queries) Each(ctx context.Context, scan func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := q.run.QueryContext(ctx, query, args...)
	if err != nil {
		return wrapUnavailable("read requests", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows.Scan); err != nil {
			return wrapUnavailable("read requests", err)
		}
	}
	if err := rows.Err(); err != nil {
		return wrapUnavailable("read requests", err)
	}
	return nil
}

// One reads the first row of a query. Without one the error is ErrNotFound.
func (q Queries) One(ctx context.Context, dest []any, query string, args ...any) error {
	isFound := false
	err := q.Each(ctx, func(scan func(...any) error) error {
		if isFound {
			return nil
		}
		isFound = true
		return scan(dest...)
	}, query, args...)
	if err == nil && !isFound {
		return ErrNotFound
	}
	return err
}
