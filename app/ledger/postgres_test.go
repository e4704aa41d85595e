//go:build linux

package ledger

import (
	"bytes"
	"context"
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
			if err := conn.Close(context.Background()); err != nil {
				t.Error(err)
			}
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

// C-35: the database is killed under load, many times, and the store recovers by itself.
func TestWhatWasAcknowledgedSurvivesTheDatabasesCrash(t *testing.T) {
	own, err := ledgertest.StartPostgres()
	if err != nil {
		t.Fatal(err)
	}
	defer own.Stop()
	key := testKey(t)
	s := openTest(t, postgresEngine, Options{DSN: own.NewDatabase(t), Key: key, LockTimeout: time.Second})
	kills := 5
	if testing.Short() {
		kills = 2
	}
	const clients = 8
	var stop atomic.Bool
	var mu sync.Mutex
	acknowledged := map[uuid.UUID][]byte{}
	progress := sync.NewCond(&mu)
	waitForMore := func(n int) {
		mu.Lock()
		defer mu.Unlock()
		for goal := len(acknowledged) + n; len(acknowledged) < goal && !stop.Load(); {
			progress.Wait()
		}
	}
	var failures atomic.Int64
	var busy sync.WaitGroup
	for range clients {
		busy.Go(func() {
			for !stop.Load() {
				entry := newGrant()
				for !stop.Load() { // as a client does: the same decision, until the answer comes
					receipt, _, err := s.Append(t.Context(), entry)
					if err == nil {
						encoded, err := receipt.Encode()
						if err != nil {
							t.Error(err)
						}
						mu.Lock()
						acknowledged[entry.Decision.ID] = encoded
						mu.Unlock()
						progress.Broadcast()
						break
					}
					if !errors.Is(err, ErrUnavailable) && !errors.Is(err, ErrBusy) {
						t.Error(err)
						stop.Store(true)
						progress.Broadcast()
						return
					}
					failures.Add(1)
					time.Sleep(10 * time.Millisecond)
				}
			}
		})
	}
	for range kills {
		waitForMore(1 + rand.IntN(300))
		if err := own.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := own.Start(); err != nil {
			t.Fatal(err)
		}
	}
	waitForMore(clients)
	stop.Store(true)
	busy.Wait()
	if failures.Load() == 0 {
		t.Error("no append failed while the database was gone")
	}
	var records, distinct int
	err = s.read.db.QueryRow(`SELECT count(*), count(DISTINCT id) FROM records`).Scan(&records, &distinct)
	if err != nil || records != distinct || records < len(acknowledged) {
		t.Fatalf("%d records, %d of them distinct, %d acknowledged, error %v", records, distinct, len(acknowledged), err)
	}
	for id, receipt := range acknowledged {
		stored, err := s.Receipt(t.Context(), testSite, id)
		if err != nil || !bytes.Equal(encode(t, stored), receipt) {
			t.Fatalf("an acknowledged record is lost or changed: %v", err)
		}
	}
	checkTree(t, s, testSite, records)
	t.Logf("killed %d times: %d acknowledged, %d stored, 0 lost, 0 twice, %d times unavailable",
		kills, len(acknowledged), records, failures.Load())
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
