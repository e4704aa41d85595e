package sqlite

import (
	"context"
	"database/sql"
	"time"
)

// Writer returns the one connection that writes.
func (e *Engine) Writer() *sql.DB { return e.writer }

// Reader returns the connections that read.
func (e *Engine) Reader() *sql.DB { return e.reader }

// IsShared returns false: one server has the file.
func (e *Engine) IsShared() bool { return false }

// TreeCondition compares the tree plainly. SQLite's planner then looks for ids by the index on (tree, id).
func (e *Engine) TreeCondition() string { return "tree = $1" }

// LockRows returns nothing: a transaction of the writer locks the whole database.
func (e *Engine) LockRows() string { return "" }

// LockKeys returns nothing, for the same reason.
func (e *Engine) LockKeys() string { return "" }

// SnapshotTx returns the options of a read transaction. In SQLite each of them reads a snapshot.
func (e *Engine) SnapshotTx() *sql.TxOptions { return &sql.TxOptions{ReadOnly: true} }

// TxTimeout returns 0: nobody else waits for the writer.
func (e *Engine) TxTimeout() time.Duration { return 0 }

// PurgeErased empties the log, which can still hold what was erased, beside the writer.
func (e *Engine) PurgeErased() { e.emptier.startEmptying() }

// Scrub rebuilds the indexes of the records and empties the log. A page of an index that was split keeps copies of what
// was moved, between its entries. secure_delete does not overwrite those.
func (e *Engine) Scrub(ctx context.Context) error {
	if _, err := e.writer.ExecContext(ctx, `REINDEX records`); err != nil {
		return err
	}
	return e.emptier.empty(ctx)
}

// Close closes all connections. The writer is the last, so that SQLite finds no reader and can move the whole log into
// the database.
func (e *Engine) Close() error {
	e.checkpointer.wait()
	e.emptier.close()
	err := e.reader.Close()
	if writerErr := e.writer.Close(); err == nil {
		err = writerErr
	}
	return err
}
