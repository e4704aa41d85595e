//go:build !js

package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Options say how to open a Store.
type Options struct {
	DSN string // sqlite:PATH or postgres://…
	Key *Key   // signs the checkpoints

	Queue       int              // decisions that may wait before Append says ErrBusy; 0: 1024
	Batch       int              // decisions that share one transaction at most; 0: 512
	LockTimeout time.Duration    // how long to wait while another program holds the database; 0: 5 s
	Now         func() time.Time // nil: time.Now
	Existing    bool             // refuse a database that no server has worked on yet, instead of making one
	Committed   func(Commit)     // told of each commit, by the writer; nil: nobody is
	logPages    int              // SQLite's log is folded into the database from this length; 0: foldAfter
	Log         *slog.Logger     // told of failures and of the schema; never of a person. nil: silent
}

func (opts Options) withDefaults() Options {
	if opts.Queue <= 0 {
		opts.Queue = 1024
	}
	if opts.Batch <= 0 {
		opts.Batch = 512
	}
	if opts.LockTimeout <= 0 {
		opts.LockTimeout = 5 * time.Second
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Committed == nil {
		opts.Committed = func(Commit) {}
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	return opts
}

// Store keeps the records of all sites. It may be used by many goroutines at once.
type Store struct {
	*engine
	subjectKeySeed
	key *Key
	now func() time.Time
	log *slog.Logger

	committed func(Commit)

	batch   int
	queue   chan *pending
	closing sync.RWMutex // held for reading while something is put into the queue
	closed  bool
	drained chan struct{} // closed when the writer has ended

	// The writer's: its statements, and by site what it needs at every commit.
	statements map[string]*sql.Stmt
	lockTree   string
	findIDs    chunked
	heads      map[string]head
	signers    map[string]siteSigner

	appended, commits, failures atomic.Int64
	unscrubbed                  atomic.Bool // something was erased since the last Scrub
}

// Commit is what became of one transaction of the writer.
type Commit struct {
	Records int // that it kept
	Took    time.Duration
	Failed  bool
}

// Stats counts what the store did since it was opened.
type Stats struct {
	Appended int64 // records
	Commits  int64 // transactions that carried them
	Failures int64 // transactions that failed
	Queued   int   // decisions that wait now
}

// Open opens the store and brings its schema up to date. The database remembers the first key that it is opened with, and
// refuses any other with ErrKey, until Rotate replaces it.
func Open(ctx context.Context, opts Options) (*Store, error) {
	if opts.Key == nil {
		return nil, errors.New("open the store: no signing key; make one with NewKey and keep it")
	}
	opts = opts.withDefaults()
	e, err := openEngine(ctx, opts)
	if err != nil {
		return nil, err
	}
	s := &Store{
		engine: e, key: opts.Key, now: opts.Now, log: opts.Log, committed: opts.Committed,
		batch: opts.Batch, queue: make(chan *pending, opts.Queue), drained: make(chan struct{}),
	}
	if err := s.checkKey(ctx, opts.Existing); err != nil {
		return nil, errors.Join(err, e.close())
	}
	if s.subjectKeySeed, err = readSubjectKeySeed(ctx, s.read.db); err != nil {
		return nil, errors.Join(unavailable("read the seed of the subject keys", err), e.close())
	}
	if err := s.prepareWriter(ctx); err != nil {
		return nil, errors.Join(unavailable("prepare statements", err), e.close())
	}
	go s.writeQueued()
	return s, nil
}

// prepareWriter prepares all statements of the writer: later, its transaction holds the one connection that writes.
func (s *Store) prepareWriter(ctx context.Context) error {
	s.statements, s.heads, s.signers = map[string]*sql.Stmt{}, map[string]head{}, map[string]siteSigner{}
	s.lockTree = selectTree + s.forUpdate
	s.findIDs = findIDs(s.ofTree)
	queries := []string{s.lockTree, insertTree, updateTree, insertCheckpoint, matchPresentation}
	for _, c := range []chunked{s.findIDs, findSecrets, insertRecords, readNodes} {
		queries = append(queries, c[:]...)
	}
	for _, query := range queries {
		statement, err := s.write.prepared(ctx, query)
		if err != nil {
			return err
		}
		s.statements[query] = statement
	}
	return nil
}

// Ping says whether the database can be read.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	if err := s.read.queryRow(ctx, `SELECT 1`, nil, &one); err != nil {
		return unavailable("ping", err)
	}
	return nil
}

// Stats gives the counts so far.
func (s *Store) Stats() Stats {
	return Stats{
		Appended: s.appended.Load(), Commits: s.commits.Load(), Failures: s.failures.Load(), Queued: len(s.queue),
	}
}

// Sizes gives the number of leaves of each site's tree.
func (s *Store) Sizes(ctx context.Context) (map[string]int64, error) {
	rows, err := s.read.db.QueryContext(ctx, `SELECT site, size FROM trees`)
	if err != nil {
		return nil, unavailable("read the trees", err)
	}
	defer rows.Close()
	sizes := map[string]int64{}
	for rows.Next() {
		var site string
		var size int64
		if err := rows.Scan(&site, &size); err != nil {
			return nil, unavailable("read the trees", err)
		}
		sizes[site] = size
	}
	if err := rows.Err(); err != nil {
		return nil, unavailable("read the trees", err)
	}
	return sizes, nil
}

// Close stores what still waits, and closes the database. Appends that come later get ErrClosed.
func (s *Store) Close() error {
	s.closing.Lock()
	if s.closed {
		s.closing.Unlock()
		return nil
	}
	s.closed = true
	close(s.queue)
	s.closing.Unlock()
	<-s.drained
	if err := s.engine.close(); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}

// unavailable wraps what the database said. A caller who gave up waiting learns just that.
func unavailable(doing string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fmt.Errorf("%s: %w: %w", doing, ErrUnavailable, err)
}
