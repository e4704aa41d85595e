package postgres

import (
	"context"
	"database/sql"
	"time"
)

// Writer returns the one connection of this server that writes.
func (e *Engine) Writer() *sql.DB { return e.writer }

// Reader returns the connections that read.
func (e *Engine) Reader() *sql.DB { return e.reader }

// IsShared returns true: other servers can write, and a replica can replace the database.
func (e *Engine) IsShared() bool { return true }

// TreeCondition hides the tree from the planner. It knows little of a young table, and would read the whole tree by the
// index on it instead of looking for a few ids.
func (e *Engine) TreeCondition() string { return "tree + 0 = $1" }

// LockRows locks the rows that a SELECT finds.
func (e *Engine) LockRows() string { return " FOR UPDATE" }

// LockKeys locks the table of signing keys.
func (e *Engine) LockKeys() string { return "LOCK TABLE signing_keys IN EXCLUSIVE MODE" }

// SnapshotTx returns the options of a transaction that reads a snapshot.
func (e *Engine) SnapshotTx() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

// TxTimeout limits a transaction, because other servers wait for it.
func (e *Engine) TxTimeout() time.Duration { return e.txTimeout }

// PurgeErased does nothing: PostgreSQL has no quick way to remove old versions of rows. Scrub does it.
func (e *Engine) PurgeErased() {}

// Scrub removes the old versions of rows.
func (e *Engine) Scrub(ctx context.Context) error {
	_, err := e.writer.ExecContext(ctx, `VACUUM records, cases, case_items, outbox`)
	return err
}

// Close closes all connections.
func (e *Engine) Close() error {
	err := e.reader.Close()
	if writerErr := e.writer.Close(); err == nil {
		err = writerErr
	}
	return err
}
