//go:build !js

package ledger

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// engine is one database, opened, and what is specific to its kind. The statements elsewhere are in the SQL that all
// engines share, with parameters $1, $2, … in the order of their first use.
type engine struct {
	write, read *pool // may be the same
	shared      bool  // other servers may write, and a replica may take the database's place
	dialect     goose.Dialect
	migrations  string // directory
	options     []goose.ProviderOption
	ofTree      string                      // says that a row is of the tree $1, see findIDs
	forUpdate   string                      // ends a SELECT that locks its rows until the transaction ends
	lockKeys    string                      // keeps others from adding a signing key until the transaction ends; "" where they can't anyway
	moment      *sql.TxOptions              // of a transaction that reads everything as it is when it begins
	patience    time.Duration               // with one transaction of the writer, for others wait; 0: without end
	idle        func()                      // waits until nothing goes on beside the writer
	forget      func()                      // empties what still holds what was just erased, as far as that is quick
	scrub       func(context.Context) error // does so thoroughly
}

// openEngine opens the database that the DSN names.
func openEngine(ctx context.Context, opts Options) (*engine, error) {
	if err := CheckDSN(opts.DSN); err != nil {
		return nil, err
	}
	if IsPostgres(opts.DSN) {
		return openPostgres(ctx, opts)
	}
	return openSQLite(ctx, strings.TrimPrefix(opts.DSN, "sqlite:"), opts)
}

// CheckDSN says whether a store can be opened by this name. The error says what would be right, and quotes nothing but
// the kind of database: the rest may hold a password.
func CheckDSN(dsn string) error {
	scheme, path, found := strings.Cut(dsn, ":")
	switch {
	case found && scheme == "sqlite" && (path == "" || strings.HasPrefix(path, ":memory:") || strings.HasPrefix(path, "//")):
		return fmt.Errorf("database sqlite:%s: want the path of a file, such as sqlite:nod.db", path)
	case found && scheme == "sqlite":
		return nil
	case IsPostgres(dsn):
		if _, err := pgx.ParseConfig(dsn); err != nil {
			return errPostgresDSN
		}
		return nil
	case !found:
		return errors.New("database without a kind: want sqlite:PATH, such as sqlite:nod.db, or postgres://USER:PASSWORD@HOST/DATABASE")
	}
	return fmt.Errorf("database of kind %q: want sqlite:PATH, such as sqlite:nod.db, or postgres://USER:PASSWORD@HOST/DATABASE", scheme)
}

// IsPostgres says whether the DSN names a PostgreSQL database, which several servers may share.
func IsPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// migrate brings the schema up to date.
func (e *engine) migrate(ctx context.Context) error {
	dir, err := fs.Sub(migrations, e.migrations)
	if err != nil {
		return err
	}
	// The provider is not closed: that would close the database.
	provider, err := goose.NewProvider(e.dialect, e.write.db, dir, append(e.options, goose.WithDisableGlobalRegistry(true))...)
	if err != nil {
		return err
	}
	if e.isFromBeforeRelease(ctx) {
		return errBeforeRelease
	}
	current, newest, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > newest {
		return fmt.Errorf("its schema has version %d, and this program knows %d; run the newer program that it was used with", current, newest)
	}
	_, err = provider.Up(ctx)
	return err
}

// errBeforeRelease refuses a database whose records have the field layout in place of presentation.
var errBeforeRelease = errors.New("it was written by a version of Nod from before the first release, which this version cannot read; " +
	"start with a new database, and keep the old one with the program that wrote it")

// isFromBeforeRelease looks for the table that held the presentations then.
func (e *engine) isFromBeforeRelease(ctx context.Context) bool {
	var rows int
	return e.write.db.QueryRowContext(ctx, `SELECT count(*) FROM layouts WHERE 1 = 0`).Scan(&rows) == nil
}

func (e *engine) close() error {
	e.idle()
	err := e.read.close()
	if e.write != e.read {
		// Last, so that SQLite finds no reader left and can fold its log into the database.
		if writeErr := e.write.close(); err == nil {
			err = writeErr
		}
	}
	return err
}

// pool is a pool of connections that prepares each statement once.
type pool struct {
	db         *sql.DB
	mu         sync.Mutex
	statements map[string]*sql.Stmt
}

func newPool(db *sql.DB, connections int) *pool {
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return &pool{db: db, statements: map[string]*sql.Stmt{}}
}

func (p *pool) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s, ok := p.statements[query]; ok {
		return s, nil
	}
	s, err := p.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.statements[query] = s
	return s, nil
}

func (p *pool) queryRow(ctx context.Context, query string, args []any, dest ...any) error {
	s, err := p.prepared(ctx, query)
	if err != nil {
		return err
	}
	return s.QueryRowContext(ctx, args...).Scan(dest...)
}

func (p *pool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.statements {
		s.Close()
	}
	return p.db.Close()
}
