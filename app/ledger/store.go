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

	"golang.org/x/sync/singleflight"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// Options say how to open a Store.
type Options struct {
	DSN string     // sqlite:PATH or postgres://…
	Key *proof.Key // signs the checkpoints

	Queue       int              // decisions that may wait before Append returns ErrBusy; 0: 1024
	Batch       int              // decisions that share one transaction at most; 0: 512
	LockTimeout time.Duration    // how long to wait while another program holds the database; 0: 5 s
	Now         func() time.Time // nil: time.Now
	Existing    bool             // refuse a database that no server has used yet, instead of creating one
	Committed   func(Commit)     // called after each commit, by the writer; nil: not called
	Hooks       Hooks            // called within transactions
	Log         *slog.Logger     // gets failures and the schema's state, never a person's data; nil: silent
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

// Store holds the records of all sites. Many goroutines can use it at once.
type Store struct {
	*database
	key *proof.Key
	now func() time.Time
	log *slog.Logger

	trustedKeys []string // verifier keys: the own one, and those that it replaced

	committed func(Commit)
	hooks     Hooks

	batch    int
	queue    chan *pendingEntry
	closing  sync.RWMutex // held for reading while something is put into the queue
	isClosed bool
	drained  chan struct{} // closed when the writer has ended

	// Only the writer's goroutine uses these: its statements, and for each site what it needs at every commit.
	statements     map[string]*sql.Stmt
	selectTreeLock string
	findIDs        chunkedQuery
	treeStates     map[string]treeState
	signers        map[string]siteSigner

	segmentLength int64 // only tests change it, before the first record

	states    stateCache
	resolving singleflight.Group
	resolvers chan struct{} // one for each subject that is resolved now
	probe     writeProbe

	appended, commits, failures atomic.Int64
	unscrubbed                  atomic.Bool // something was erased since the last Scrub
}

// Commit is the result of one transaction of the writer.
type Commit struct {
	Records int // that it stored
	Took    time.Duration
	Failed  bool
}

// Stats counts what the store has done since it was opened.
type Stats struct {
	Appended int64 // records
	Commits  int64 // transactions that carried them
	Failures int64 // transactions that failed
	Queued   int   // decisions that wait now
}

// Open opens the store and brings its tables up to date. The database remembers the first key that it is opened with,
// and refuses all others with ErrKey, until Rotate replaces it.
func Open(ctx context.Context, opts Options) (*Store, error) {
	if opts.Key == nil {
		return nil, errors.New("open the store: the signing key is missing. Create one with proof.NewKey and save it")
	}
	opts = opts.withDefaults()
	d, err := openDatabase(ctx, opts)
	if err != nil {
		return nil, err
	}
	s := &Store{
		database: d, key: opts.Key, now: opts.Now, log: opts.Log, committed: opts.Committed, hooks: opts.Hooks,
		batch: opts.Batch, queue: make(chan *pendingEntry, opts.Queue), drained: make(chan struct{}),
		segmentLength: segmentLength, resolvers: make(chan struct{}, maxResolving),
	}
	if err := s.adoptKey(ctx, opts.Existing); err != nil {
		return nil, errors.Join(err, d.close())
	}
	if err := s.prepareWriter(ctx); err != nil {
		return nil, errors.Join(wrapUnavailable("prepare statements", err), d.close())
	}
	go s.writeQueued()
	return s, nil
}

// prepareWriter prepares all statements of the writer. Later, its transaction holds the one connection that writes.
func (s *Store) prepareWriter(ctx context.Context) error {
	s.statements, s.treeStates = map[string]*sql.Stmt{}, map[string]treeState{}
	s.signers = map[string]siteSigner{}
	s.selectTreeLock = selectTree + s.engine.LockRows()
	s.findIDs = newFindIDs(s.engine.TreeCondition())
	queries := []string{
		s.selectTreeLock, insertTree, updateTree, insertCheckpoint, matchPresentation, selectLastKey,
		selectSigned,
	}
	for _, c := range []chunkedQuery{s.findIDs, findSecrets, insertRecords, selectLeaves} {
		queries = append(queries, c[:]...)
	}
	for _, query := range queries {
		statement, err := s.write.prepare(ctx, query)
		if err != nil {
			return err
		}
		s.statements[query] = statement
	}
	return nil
}

// KeyName returns the name of the signing key: the server's address.
func (s *Store) KeyName() string { return s.key.Name() }

// Stats returns the counts so far.
func (s *Store) Stats() Stats {
	return Stats{
		Appended: s.appended.Load(), Commits: s.commits.Load(), Failures: s.failures.Load(), Queued: len(s.queue),
	}
}

// Sizes returns the number of leaves of each site's tree.
func (s *Store) Sizes(ctx context.Context) (map[string]int64, error) {
	rows, err := s.read.db.QueryContext(ctx, `SELECT site, size FROM trees`)
	if err != nil {
		return nil, wrapUnavailable("read the trees", err)
	}
	defer rows.Close()
	sizes := map[string]int64{}
	for rows.Next() {
		var site string
		var size int64
		if err := rows.Scan(&site, &size); err != nil {
			return nil, wrapUnavailable("read the trees", err)
		}
		sizes[site] = size
	}
	if err := rows.Err(); err != nil {
		return nil, wrapUnavailable("read the trees", err)
	}
	return sizes, nil
}

// Close stores all decisions that still wait, and closes the database. Later appends get ErrClosed.
func (s *Store) Close() error {
	s.closing.Lock()
	if s.isClosed {
		s.closing.Unlock()
		return nil
	}
	s.isClosed = true
	close(s.queue)
	s.closing.Unlock()
	<-s.drained
	if err := s.database.close(); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}
