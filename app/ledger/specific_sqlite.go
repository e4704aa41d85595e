//go:build !js

package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/pressly/goose/v3"
)

// sqliteReaders is the number of connections that read. SQLite has one writer at a time anyway; each further
// connection costs about 1 MB.
const sqliteReaders = 3

// openSQLite opens the database file, and makes it where it is missing.
func openSQLite(ctx context.Context, path string, opts Options) (*engine, error) {
	// Made by us and not by SQLite, so that only the owner may read it, and the index of its log. With modeof, below, the log
	// gets the same permissions.
	create := os.O_CREATE
	if opts.Existing {
		create = 0
	}
	for _, f := range []struct {
		name   string
		create int
	}{{path, create}, {path + "-shm", os.O_CREATE}} {
		file, err := os.OpenFile(f.name, os.O_RDWR|f.create, 0o600)
		if err == nil {
			err = file.Close()
		}
		if err != nil {
			return nil, fmt.Errorf("open the database: %w; its directory has to be there", err)
		}
	}
	// busy_timeout comes first, for the others may meet a lock. Small pages: with many subjects, nearly every record
	// changes a page of their index, and all of the page is written. FULL: a transaction that was acknowledged survives
	// the loss of power. secure_delete: what was erased is overwritten.
	common := fmt.Sprintf(`
		PRAGMA busy_timeout = %d;
		PRAGMA page_size = 2048;
		PRAGMA journal_mode = WAL;
		PRAGMA synchronous = FULL;
		PRAGMA foreign_keys = ON;
		PRAGMA secure_delete = ON;
		PRAGMA trusted_schema = OFF;
		PRAGMA temp_store = MEMORY;
		PRAGMA cache_size = -2048; -- KiB
		PRAGMA journal_size_limit = 67108864;
	`, opts.LockTimeout.Milliseconds())
	name := "file:" + (&url.URL{Path: path}).EscapedPath() + "?modeof=" +
		strings.ReplaceAll(url.QueryEscape(path), "+", "%20") // SQLite takes "+" for itself
	read, err := driver.Open(name, func(c *sqlite3.Conn) error { return c.Exec(common + `PRAGMA query_only = ON;`) })
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", path, err)
	}
	quick, err := driver.Open(name, func(c *sqlite3.Conn) error { return c.Exec(common + `PRAGMA busy_timeout = 0;`) })
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the database %s: %w", path, err), read.Close())
	}
	quick.SetMaxOpenConns(1)
	quick.SetMaxIdleConns(0) // it is seldom needed
	f := &folder{read: read, quick: quick, limit: opts.logPages, closing: make(chan struct{})}
	if f.limit <= 0 {
		f.limit = foldAfter
	}
	// A transaction of the writer has the lock from its beginning: where it only read at first, another program might write
	// in between, and it would fail.
	registerGathering()
	// The writer's cache takes in most of the index of a million subjects: each decision changes a page of it, and reads it first. A larger one
	// costs more than it saves, for SQLite looks through all of it after a commit that has split pages (pcache1Truncate).
	write, err := driver.Open(name+"&_txlock=immediate&vfs="+gatheringVFS, func(c *sqlite3.Conn) error {
		c.WALHook(f.committed)
		return c.Exec(common + `PRAGMA cache_size = -16384; -- KiB`)
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the database %s: %w", path, err), read.Close(), quick.Close())
	}
	e := &engine{
		write: newPool(write, 1), read: newPool(read, sqliteReaders), moment: &sql.TxOptions{ReadOnly: true}, ofTree: "tree = $1", idle: f.close, forget: f.forget,
		dialect: goose.DialectSQLite3, migrations: "migrations/sqlite",
	}
	// A page of an index that was split keeps copies of what was moved, between its entries. secure_delete does not see them.
	e.scrub = func(ctx context.Context) error {
		if _, err := write.ExecContext(ctx, `REINDEX records`); err != nil {
			return err
		}
		return f.empty(ctx)
	}
	if err := e.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the database %s: %w", path, err), e.close())
	}
	return e, nil
}

// foldAfter is the length of SQLite's log, in pages, from which it begins anew: 64 MB. The writer is held up for that, so it is
// seldom; and the longer the log, the more is to be read after a crash.
const foldAfter = 32000

// folds is how often the log is folded until it begins anew. Each time the disk is busy with the pages of some commits, while the next
// ones wait for it too: little at a time keeps their waits short. Where the store is crowded, they wait for each other, and pages
// that many commits changed are better folded once: then it is done less often.
const (
	folds      = 64
	crowdFolds = 8
	crowd      = 150 // pages of one commit: some hundred decisions
)

// folder folds the log into the database beside the writer. SQLite by itself would do so within a commit, and those who
// wait for theirs would wait for thousands of pages to reach the disk.
type folder struct {
	read    *sql.DB
	quick   *sql.DB      // its connection waits for nobody
	erased  atomic.Int64 // how often something was erased
	emptier atomic.Bool  // runs
	closing chan struct{}
	limit   int
	length  int // of the log, in pages, after the last commit; the writer's
	begun   int // pages that are folded, or on the way; the writer's
	running atomic.Bool
	rest    atomic.Bool // the log is to begin anew, and all is folded but what came meanwhile
	done    sync.WaitGroup
}

// committed is told the length of the log after each commit, by the writer. It never fails: the commit is done, and what
// is not folded now is folded later.
func (f *folder) committed(c *sqlite3.Conn, schema string, pages int) error {
	if pages < f.length {
		f.begun, f.length = 0, 0 // the log was emptied
	}
	share := f.limit / folds
	if pages-f.length >= crowd {
		share = f.limit / crowdFolds
	}
	f.length = pages
	switch {
	case f.rest.Swap(false):
		// Only when all is folded and nobody writes does the log start anew, so the writer itself does the little
		// that is left. Without that, the log would grow as long as the store is busy.
		_, _, _ = c.WALCheckpoint(schema, sqlite3.CHECKPOINT_PASSIVE)
		f.begun = 0
	case pages-f.begun >= share && f.running.CompareAndSwap(false, true):
		f.begun = pages
		f.done.Go(func() {
			defer f.running.Store(false)
			f.fold(pages >= f.limit)
		})
	}
	return nil
}

// little is the number of pages that the writer itself may fold: some milliseconds' worth.
const little = 300

// fold brings the log's pages into the database. Where all is to be folded it does so until little has come meanwhile: each
// time takes less long than the one before.
func (f *folder) fold(all bool) {
	before := 0
	for range 8 {
		var busy, pages, folded int
		if err := f.read.QueryRow(`PRAGMA wal_checkpoint(PASSIVE)`).Scan(&busy, &pages, &folded); err != nil || !all {
			return
		}
		if folded-before < little {
			break
		}
		before = folded
	}
	f.rest.Store(true)
}

// emptyPause is the time between two tries to empty the log.
const emptyPause = 200 * time.Millisecond

// forget empties the log, where what was erased may still be read: beside the writer, as soon as nobody reads from it. Where
// somebody reads for long, as a backup does, the log is emptied by Scrub, or at the end.
func (f *folder) forget() {
	f.erased.Add(1)
	if !f.emptier.CompareAndSwap(false, true) {
		return
	}
	f.done.Go(func() {
		defer f.emptier.Store(false)
		for tries := 0; tries < 50; tries++ {
			before := f.erased.Load()
			if f.tryEmpty(context.Background()) == nil && f.erased.Load() == before {
				return
			}
			select {
			case <-f.closing:
				return
			case <-time.After(emptyPause):
			}
		}
	})
}

// empty does so while the caller waits.
func (f *folder) empty(ctx context.Context) (err error) {
	for range 50 {
		if err = f.tryEmpty(ctx); err == nil {
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

// errRead says that the log can't be emptied now.
var errRead = errors.New("somebody reads from the log")

func (f *folder) tryEmpty(ctx context.Context) error {
	var busy, pages, folded int
	err := f.quick.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &folded)
	if err == nil && busy != 0 {
		err = errRead
	}
	return err
}

func (f *folder) close() {
	close(f.closing)
	f.done.Wait()
	f.quick.Close()
}
