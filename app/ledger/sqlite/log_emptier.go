package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// emptyTries is how often emptying the log is tried, emptyPause apart: a reader blocks it, but rarely for more than
	// 10 s.
	emptyTries = 50
	emptyPause = 200 * time.Millisecond
)

// logEmptier empties the write-ahead log, which can still hold what was erased.
type logEmptier struct {
	db *sql.DB // its connection waits for no lock

	erasures   atomic.Int64 // how often something was erased
	isEmptying atomic.Bool
	closing    chan struct{}
	running    sync.WaitGroup
}

func newLogEmptier(db *sql.DB) *logEmptier { return &logEmptier{db: db, closing: make(chan struct{})} }

// startEmptying empties the log in the background, as soon as nobody reads from it. If someone reads for long, as a
// backup does, empty or the end of the program does it.
func (e *logEmptier) startEmptying() {
	e.erasures.Add(1)
	if !e.isEmptying.CompareAndSwap(false, true) {
		return
	}
	e.running.Go(func() {
		defer e.isEmptying.Store(false)
		for range emptyTries {
			before := e.erasures.Load()
			if e.tryEmpty(context.Background()) == nil && e.erasures.Load() == before {
				return
			}
			select {
			case <-e.closing:
				return
			case <-time.After(emptyPause):
			}
		}
	})
}

// empty empties the log while the caller waits.
func (e *logEmptier) empty(ctx context.Context) (err error) {
	for range emptyTries {
		if err = e.tryEmpty(ctx); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(emptyPause):
		}
	}
	return err
}

var errLogIsRead = errors.New("the log cannot be emptied: it is being read")

func (e *logEmptier) tryEmpty(ctx context.Context) error {
	var busy, pages, copied int
	err := e.db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &copied)
	if err == nil && busy != 0 {
		err = errLogIsRead
	}
	return err
}

// close waits until nothing runs beside the writer.
func (e *logEmptier) close() {
	close(e.closing)
	e.running.Wait()
	e.db.Close()
}
