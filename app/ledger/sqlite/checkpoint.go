package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// The constants of walCheckpointer. Lengths are in pages of the log, each of pageSize bytes.
const (
	// walPages is the length from which the log restarts: 64 MB. A restart holds up the writer, so it is rare. A longer
	// log would take longer to read after a crash.
	walPages = 32000

	// sharesPerWAL is in how many shares the log is copied until it restarts. While a share is copied, the disk is busy,
	// and the next commits wait for it: small shares keep these waits short.
	sharesPerWAL = 64

	// crowdedSharesPerWAL is the same for a crowded store. There, the commits wait for each other anyway, and a page
	// that many commits changed is copied once instead of many times.
	crowdedSharesPerWAL = 8

	// crowdedCommit is the length of a commit that makes a store crowded: about a hundred decisions.
	crowdedCommit = 150

	// writerShare is how much the writer itself may copy: it takes a few milliseconds.
	writerShare = 300

	// maxRounds is how often one run copies what came during the round before, until at most writerShare is left.
	maxRounds = 8

	// emptyTries is how often emptying the log is tried, emptyPause apart: a reader blocks it, but rarely for more than
	// 10 s.
	emptyTries = 50
	emptyPause = 200 * time.Millisecond
)

// walCheckpointer copies the log into the database (a WAL checkpoint) beside the writer. SQLite by itself would do so
// within a commit, and everyone who waits for that commit would wait for thousands of pages to reach the disk.
type walCheckpointer struct {
	reader  *sql.DB
	noWait  *sql.DB // its connection waits for no lock
	restart int     // the length from which the log restarts

	// Of the writer's goroutine only.
	length  int // of the log, after the last commit
	started int // pages that are copied, or being copied

	isCopying     atomic.Bool
	isRestartable atomic.Bool // all is copied but a writerShare: the writer can copy that and restart the log

	erasures   atomic.Int64 // how often something was erased
	isEmptying atomic.Bool
	closing    chan struct{}
	running    sync.WaitGroup
}

// newWALCheckpointer makes a checkpointer that restarts the log from this length; 0: walPages.
func newWALCheckpointer(reader, noWait *sql.DB, restart int) *walCheckpointer {
	if restart <= 0 {
		restart = walPages
	}
	return &walCheckpointer{reader: reader, noWait: noWait, restart: restart, closing: make(chan struct{})}
}

// afterCommit is called by the writer after each commit, with the length of the log. It never fails: the commit is
// done, and what is not copied now is copied later.
func (w *walCheckpointer) afterCommit(c *sqlite3.Conn, schema string, pages int) error {
	if pages < w.length {
		w.started, w.length = 0, 0 // the log was emptied
	}
	share := w.restart / sharesPerWAL
	if pages-w.length >= crowdedCommit {
		share = w.restart / crowdedSharesPerWAL
	}
	w.length = pages
	switch {
	case w.isRestartable.Swap(false):
		// The log restarts only once all is copied and nobody writes. So the writer itself copies the little that is
		// left. Without that, the log would grow as long as the store is busy.
		_, _, _ = c.WALCheckpoint(schema, sqlite3.CHECKPOINT_PASSIVE)
		w.started = 0
	case pages-w.started >= share && w.isCopying.CompareAndSwap(false, true):
		w.started = pages
		w.running.Go(func() {
			defer w.isCopying.Store(false)
			w.copyPages(pages >= w.restart)
		})
	}
	return nil
}

// copyPages copies the log's pages into the database. If all are to be copied, it repeats until few have come
// meanwhile: each round takes less time than the one before.
func (w *walCheckpointer) copyPages(all bool) {
	before := 0
	for range maxRounds {
		var busy, pages, copied int
		err := w.reader.QueryRow(`PRAGMA wal_checkpoint(PASSIVE)`).Scan(&busy, &pages, &copied)
		if err != nil || !all {
			return
		}
		if copied-before < writerShare {
			break
		}
		before = copied
	}
	w.isRestartable.Store(true)
}

// startEmptying empties the log in the background, as soon as nobody reads from it. If someone reads for long, as a
// backup does, empty or the end of the program does it.
func (w *walCheckpointer) startEmptying() {
	w.erasures.Add(1)
	if !w.isEmptying.CompareAndSwap(false, true) {
		return
	}
	w.running.Go(func() {
		defer w.isEmptying.Store(false)
		for range emptyTries {
			before := w.erasures.Load()
			if w.tryEmpty(context.Background()) == nil && w.erasures.Load() == before {
				return
			}
			select {
			case <-w.closing:
				return
			case <-time.After(emptyPause):
			}
		}
	})
}

// empty empties the log while the caller waits.
func (w *walCheckpointer) empty(ctx context.Context) (err error) {
	for range emptyTries {
		if err = w.tryEmpty(ctx); err == nil {
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

func (w *walCheckpointer) tryEmpty(ctx context.Context) error {
	var busy, pages, copied int
	err := w.noWait.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &copied)
	if err == nil && busy != 0 {
		err = errLogIsRead
	}
	return err
}

// close waits until nothing runs beside the writer.
func (w *walCheckpointer) close() {
	close(w.closing)
	w.running.Wait()
	w.noWait.Close()
}
