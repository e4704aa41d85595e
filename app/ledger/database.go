package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// database is an engine with its prepared statements.
type database struct {
	engine      Engine
	write, read *pool
}

func openDatabase(ctx context.Context, opts Options) (*database, error) {
	engine, err := openEngine(ctx, opts)
	if err != nil {
		return nil, err
	}
	return &database{engine: engine, write: newPool(engine.Writer()), read: newPool(engine.Reader())}, nil
}

func (d *database) close() error {
	d.read.closeStatements()
	d.write.closeStatements()
	return d.engine.Close()
}

// limitTx limits a context to the time that one transaction of the writer may take.
func (d *database) limitTx(ctx context.Context) (context.Context, context.CancelFunc) {
	if timeout := d.engine.TxTimeout(); timeout > 0 {
		return context.WithTimeout(ctx, timeout)
	}
	return ctx, func() {}
}

// blameStore says that the store is unavailable if its own limit ended a transaction. ctx is the caller's.
func blameStore(ctx context.Context, err error) error {
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

// pool is a pool of connections that prepares each statement once.
type pool struct {
	db         *sql.DB
	mu         sync.Mutex
	statements map[string]*sql.Stmt // guarded by mu
}

func newPool(db *sql.DB) *pool { return &pool{db: db, statements: map[string]*sql.Stmt{}} }

func (p *pool) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
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
	s, err := p.prepare(ctx, query)
	if err != nil {
		return err
	}
	return s.QueryRowContext(ctx, args...).Scan(dest...)
}

func (p *pool) queryRows(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (p *pool) closeStatements() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.statements {
		s.Close()
	}
}

// wrapUnavailable wraps an error of the database. A caller who gave up waiting learns just that.
func wrapUnavailable(action string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", action, err)
	}
	return fmt.Errorf("%s: %w: %w", action, ErrUnavailable, err)
}
