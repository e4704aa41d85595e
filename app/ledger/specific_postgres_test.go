//go:build linux

package ledger

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/nod-consent/nod/app/ledger/ledgertest"
)

// postgres is the cluster of this run; TestMain starts it.
var postgres *ledgertest.Postgres

func init() {
	testEngines = append(testEngines, postgresEngine)
	startEngines = func() (stop func() error, err error) {
		postgres, err = ledgertest.StartPostgres()
		if err != nil {
			return nil, err
		}
		return postgres.Stop, nil
	}
}

var postgresEngine = testEngine{
	name: "postgres",
	dsn:  func(t testing.TB) string { return postgres.NewDatabase(t) },
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
		// The table becomes longer than any file may be from here on, of rows that are so short that they leave no room.
		_, err := s.write.db.Exec(`INSERT INTO records (tree, leaf_index, tree_size, id, leaf, nodes, later, content)
			SELECT 9, i, 0, sha256(i::text::bytea), '', '', i, md5(i::text) FROM generate_series(1, 20000) i`)
		if err != nil {
			t.Fatal(err)
		}
		lift := postgres.LimitFiles(t, 1<<20)
		return func() {
			t.Helper()
			lift()
			if _, err := s.write.db.Exec(`DELETE FROM records WHERE tree = 9`); err != nil {
				t.Fatal(err)
			}
		}
	},
}

func TestPostgresKeepsWhatItAcknowledged(t *testing.T) {
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
