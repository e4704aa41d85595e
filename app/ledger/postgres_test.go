//go:build linux

package ledger

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/nod-consent/nod/app/ledger/ledgertest"
)

// cluster is the cluster of this run; TestMain starts it.
var cluster *ledgertest.Postgres

func init() {
	testEngines = append(testEngines, postgresEngine)
	startEngines = func() (stop func() error, err error) {
		// No test kills this cluster, so it need not wait for the disk.
		cluster, err = ledgertest.StartPostgres("fsync=off")
		if err != nil {
			return nil, err
		}
		return cluster.Stop, nil
	}
}

var postgresEngine = testEngine{
	name: "postgres",
	dsn:  func(t testing.TB) string { return cluster.NewDatabase(t) },
	lock: func(t testing.TB, dsn string) func() {
		t.Helper()
		conn, err := pgx.Connect(t.Context(), dsn)
		if err == nil {
			_, err = conn.Exec(t.Context(), `BEGIN; LOCK TABLE trees IN EXCLUSIVE MODE`)
		}
		if err != nil {
			t.Fatal(err)
		}
		return func() {
			t.Helper()
			// The server may notice the end of a connection later. Its answer says that the lock is gone.
			if _, err := conn.Exec(context.Background(), `ROLLBACK`); err != nil {
				t.Error(err)
			}
			conn.Close(context.Background())
		}
	},
	fill: func(t testing.TB, s *Store) func() {
		t.Helper()
		// The table gets longer than the limit that all files have from here on. Its rows are so short that they leave no
		// room.
		_, err := s.write.db.Exec(`INSERT INTO records (tree, leaf_index, tree_size, id, leaf, nodes, ordinal, content)
			SELECT 9, i, 0, sha256(i::text::bytea), '', '', i, md5(i::text) FROM generate_series(1, 20000) i`)
		if err != nil {
			t.Fatal(err)
		}
		lift := cluster.LimitFiles(t, 1<<20)
		return func() {
			t.Helper()
			lift()
			if _, err := s.write.db.Exec(`DELETE FROM records WHERE tree = 9`); err != nil {
				t.Fatal(err)
			}
		}
	},
}

func TestPostgresStoresWhatItAcknowledged(t *testing.T) {
	for _, set := range []string{"off", "on", "remote_apply"} {
		dsn := postgresEngine.dsn(t) + "&synchronous_commit=" + set
		s := openTest(t, postgresEngine, Options{DSN: dsn})
		var got string
		if err := s.write.db.QueryRow(`SHOW synchronous_commit`).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if want := strings.Replace(set, "off", "on", 1); got != want {
			t.Errorf("synchronous_commit is %s for %s: want %s", got, set, want)
		}
	}
}

// A database that stops answering in the middle of a transaction is unavailable: nothing waits for it without end.
func TestATransactionThatHangsIsGivenUp(t *testing.T) {
	t.Parallel()
	s := openTest(t, postgresEngine, Options{LockTimeout: time.Millisecond})
	hang := func(ctx context.Context, exec func(context.Context, string, ...any) (sql.Result, error)) error {
		_, err := exec(ctx, `SELECT pg_sleep(600)`)
		return err
	}
	if _, _, err := s.Append(t.Context(), newGrant()); err != nil { // makes the tree
		t.Fatal(err)
	}
	err := s.WriteDesk(t.Context(), testSite, func(ctx context.Context, tx *DeskTx) error {
		return hang(ctx, tx.tx.ExecContext)
	})
	if !errors.Is(err, ErrUnavailable) {
		t.Errorf("a request: %v", err)
	}
	err = s.withTree(t.Context(), testSite, func(ctx context.Context, tx treeTx) error {
		return hang(ctx, tx.ExecContext)
	})
	if !errors.Is(err, ErrUnavailable) {
		t.Errorf("an erasure: %v", err)
	}
}

func TestAClientThatHangsUpIsNoFaultOfTheDatabase(t *testing.T) {
	s := openTest(t, postgresEngine, Options{})
	ctx, hangUp := context.WithCancel(t.Context())
	err := s.WriteDesk(ctx, testSite, func(ctx context.Context, tx *DeskTx) error {
		hangUp()
		_, err := tx.Exec(ctx, `SELECT 1`)
		return err
	})
	if !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnavailable) {
		t.Error(err)
	}
}

// retryingClients append until stop, and send a decision again until it is acknowledged.
type retryingClients struct {
	store    *Store
	stop     atomic.Bool
	running  sync.WaitGroup
	failures atomic.Int64

	mu       sync.Mutex
	progress *sync.Cond
	receipts map[uuid.UUID][]byte // guarded by mu
}

func startClients(t *testing.T, s *Store, count int) *retryingClients {
	c := &retryingClients{store: s, receipts: map[uuid.UUID][]byte{}}
	c.progress = sync.NewCond(&c.mu)
	for range count {
		c.running.Go(func() {
			for !c.stop.Load() {
				if err := c.appendOne(t.Context(), newGrant()); err != nil {
					t.Error(err)
					c.stop.Store(true)
					c.progress.Broadcast()
				}
			}
		})
	}
	return c
}

// appendOne sends a decision until it is acknowledged. It gives up at stop.
func (c *retryingClients) appendOne(ctx context.Context, entry Entry) error {
	for !c.stop.Load() {
		receipt, _, err := c.store.Append(ctx, entry)
		switch {
		case errors.Is(err, ErrUnavailable), errors.Is(err, ErrBusy):
			c.failures.Add(1)
			time.Sleep(10 * time.Millisecond) // as a client does
			continue
		case err != nil:
			return err
		}
		encoded, err := receipt.Encode()
		c.mu.Lock()
		c.receipts[entry.Decision.ID] = encoded
		c.mu.Unlock()
		c.progress.Broadcast()
		return err
	}
	return nil
}

// waitForMore waits until n further decisions are acknowledged.
func (c *retryingClients) waitForMore(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for goal := len(c.receipts) + n; len(c.receipts) < goal && !c.stop.Load(); {
		c.progress.Wait()
	}
}

// C-35: the database is killed under load, many times, and the store recovers by itself.
func TestWhatWasAcknowledgedSurvivesTheDatabasesCrash(t *testing.T) {
	own, err := ledgertest.StartPostgres()
	if err != nil {
		t.Fatal(err)
	}
	defer own.Stop()
	s := openTest(t, postgresEngine, Options{DSN: own.NewDatabase(t), Key: testKey(t), LockTimeout: time.Second})
	kills := 5
	if testing.Short() {
		kills = 2
	}
	const count = 8
	clients := startClients(t, s, count)
	for range kills {
		clients.waitForMore(1 + rand.IntN(300))
		if err := own.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := own.Start(); err != nil {
			t.Fatal(err)
		}
	}
	clients.waitForMore(count)
	clients.stop.Store(true)
	clients.running.Wait()
	if clients.failures.Load() == 0 {
		t.Error("no append failed while the database was gone")
	}
	records := checkAcknowledged(t, s, clients.receipts)
	t.Logf("killed %d times: %d acknowledged, %d stored, 0 lost, 0 twice, %d times unavailable",
		kills, len(clients.receipts), records, clients.failures.Load())
}

func TestConcurrentServersAgreeOnOneKeyWhenTheyStart(t *testing.T) {
	dsn := postgresEngine.dsn(t)
	const servers = 6
	var mu sync.Mutex
	var opened []*Store
	var starting sync.WaitGroup
	for range servers {
		starting.Go(func() {
			s, err := Open(t.Context(), Options{DSN: dsn, Key: testKey(t)})
			if err != nil && !errors.Is(err, ErrKey) {
				t.Error(err)
			}
			if err == nil {
				mu.Lock()
				opened = append(opened, s)
				mu.Unlock()
			}
		})
	}
	starting.Wait()
	if len(opened) != 1 {
		t.Errorf("%d servers opened the database, each with its own key", len(opened))
	}
	for _, s := range opened {
		s.Close()
	}
}
