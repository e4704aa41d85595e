//go:build !js

package ledger

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// engine is one database, opened, and what is specific to its kind. The statements elsewhere are in the SQL that all
// engines share, with parameters $1, $2, … in the order of their first use.
type engine struct {
	write, read *pool // may be the same
	dialect     goose.Dialect
	migrations  string // directory
	forUpdate   string // ends a SELECT that locks its rows until the transaction ends
	idle        func() // waits until nothing goes on beside the writer
}

// openEngine opens the database that the DSN names.
func openEngine(ctx context.Context, opts Options) (*engine, error) {
	if err := CheckDSN(opts.DSN); err != nil {
		return nil, err
	}
	return openSQLite(ctx, strings.TrimPrefix(opts.DSN, "sqlite:"), opts)
}

// CheckDSN says whether a store can be opened by this name. The error says what would be right, and quotes nothing but
// the kind of database: the rest may hold a password.
func CheckDSN(dsn string) error {
	scheme, _, found := strings.Cut(dsn, ":")
	switch {
	case found && scheme == "sqlite":
		return nil
	case scheme == "postgres" || scheme == "postgresql":
		return fmt.Errorf("database %s://…: this build keeps records in SQLite only; give sqlite:PATH", scheme)
	case !found:
		return fmt.Errorf("database without a kind: want sqlite:PATH, such as sqlite:nod.db")
	}
	return fmt.Errorf("database of kind %q: want sqlite:PATH, such as sqlite:nod.db", scheme)
}

// migrate brings the schema up to date.
func (e *engine) migrate(ctx context.Context) error {
	dir, err := fs.Sub(migrations, e.migrations)
	if err != nil {
		return err
	}
	// The provider is not closed: that would close the database.
	provider, err := goose.NewProvider(e.dialect, e.write.db, dir, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
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
