package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nod-consent/nod/app/ledger/postgres"
	"github.com/nod-consent/nod/app/ledger/sqlite"
)

// Engine is an open database whose tables are up to date. It has all that differs between kinds of databases. The
// statements of this package are in the SQL that all engines share, with parameters $1, $2, … in the order of their
// first use.
type Engine interface {
	// Writer has one connection. So the transactions of one server never wait for each other inside the database.
	Writer() *sql.DB

	// Reader has the connections for all that only reads. It may be the same as Writer.
	Reader() *sql.DB

	// IsShared says whether other servers may write, and whether a replica may replace the database. Then the writer
	// remembers nothing of the trees from one transaction to the next.
	IsShared() bool

	// TreeCondition is an SQL condition: the row is of the tree $1. See findIDs.
	TreeCondition() string

	// LockRows ends a SELECT and locks its rows until the transaction ends. It is empty if every transaction of Writer
	// locks the database.
	LockRows() string

	// LockKeys is a statement that keeps others from adding a signing key until the transaction ends. It can be empty.
	LockKeys() string

	// SnapshotTx returns the options of a transaction that reads everything as it is when it begins.
	SnapshotTx() *sql.TxOptions

	// TxTimeout is how long one transaction of Writer may take. 0 means no limit.
	TxTimeout() time.Duration

	// PurgeErased removes, in the background, what the database's files still hold of erased data, as far as that is
	// quick.
	PurgeErased()

	// Scrub removes all of it. It can take seconds, and appends can wait for it.
	Scrub(context.Context) error

	// Close waits for background work and closes the connections.
	Close() error
}

var (
	_ Engine = (*sqlite.Engine)(nil)
	_ Engine = (*postgres.Engine)(nil)
)

const dsnForms = "Write sqlite:PATH, such as sqlite:nod.db, or postgres://USER:PASSWORD@HOST/DATABASE"

// openEngine opens the database that the DSN names.
func openEngine(ctx context.Context, opts Options) (Engine, error) {
	if err := CheckDSN(opts.DSN); err != nil {
		return nil, err
	}
	if IsPostgres(opts.DSN) {
		// Not "return postgres.Open(…)": that would turn its nil *Engine into an Engine that is not nil.
		e, err := postgres.Open(ctx, postgres.Options{DSN: opts.DSN, LockTimeout: opts.LockTimeout, Log: opts.Log})
		if err != nil {
			return nil, err
		}
		return e, nil
	}
	e, err := sqlite.Open(ctx, sqlite.Options{
		Path: strings.TrimPrefix(opts.DSN, "sqlite:"), Existing: opts.Existing, LockTimeout: opts.LockTimeout,
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// CheckDSN checks that a store can be opened with this DSN. The error says how to write one, and quotes only the kind
// of database: the rest can hold a password.
func CheckDSN(dsn string) error {
	scheme, rest, found := strings.Cut(dsn, ":")
	switch {
	case found && scheme == "sqlite":
		return sqlite.CheckPath(rest)
	case IsPostgres(dsn):
		return postgres.CheckDSN(dsn)
	case !found:
		return errors.New("database: its kind is missing. " + dsnForms)
	}
	return fmt.Errorf("database: its kind %q is not supported. "+dsnForms, scheme)
}

// IsPostgres says whether the DSN names a PostgreSQL database, which several servers can share.
func IsPostgres(dsn string) bool { return postgres.IsDSN(dsn) }
