package ledger

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/ledger/sqlite"
)

var sqliteEngine = testEngine{
	name: "sqlite",
	dsn: func(t testing.TB) string {
		// Characters with a meaning in a URI must have none in a path.
		return "sqlite:" + filepath.Join(t.TempDir(), "nod+ #1 &100%41?.db")
	},
	lock: func(t testing.TB, dsn string) func() {
		t.Helper()
		e, err := sqlite.Open(t.Context(), sqlite.Options{Path: strings.TrimPrefix(dsn, "sqlite:"), LockTimeout: 1})
		if err != nil {
			t.Fatal(err)
		}
		conn, err := e.Writer().Conn(t.Context())
		if err == nil {
			_, err = conn.ExecContext(t.Context(), `BEGIN EXCLUSIVE`)
		}
		if err != nil {
			t.Fatal(err)
		}
		return func() {
			t.Helper()
			if _, err := conn.ExecContext(context.Background(), `ROLLBACK`); err != nil {
				t.Error(err)
			}
			conn.Close()
			e.Close()
		}
	},
	fill: func(t testing.TB, s *Store) func() {
		t.Helper()
		var pages int
		if err := s.write.db.QueryRow(`PRAGMA page_count`).Scan(&pages); err != nil {
			t.Fatal(err)
		}
		limit := func(pages int) {
			var limit int
			if err := s.write.db.QueryRow(`PRAGMA max_page_count = ` + strconv.Itoa(pages)).Scan(&limit); err != nil {
				t.Fatal(err)
			}
		}
		limit(pages)
		return func() { limit(1 << 30) }
	},
}

func TestSQLiteIsSafeAndPrivate(t *testing.T) {
	dsn := sqliteEngine.dsn(t)
	s := openTest(t, sqliteEngine, Options{DSN: dsn})
	mustAppend(t, s, newGrant())
	for _, p := range []*pool{s.write, s.read} {
		for pragma, want := range map[string]string{
			"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "busy_timeout": "5000",
		} {
			var got string
			if err := p.db.QueryRow(`PRAGMA ` + pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s is %q, error %v: want %q", pragma, got, err, want)
			}
		}
	}
	if _, err := s.read.db.Exec(`DELETE FROM records`); err == nil {
		t.Error("a connection that reads can write")
	}
	path := strings.TrimPrefix(dsn, "sqlite:")
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, error %v: want 0600", file, info.Mode(), err)
		}
	}
}

func TestADatabaseOfANewerProgramIsRefused(t *testing.T) {
	opts := Options{DSN: sqliteEngine.dsn(t), Key: testKey(t)}
	s, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`); err != nil {
		t.Fatal(err)
	}
	s.Close()
	_, err = Open(t.Context(), opts)
	if err == nil || !strings.Contains(err.Error(), "newer program") {
		t.Errorf("error %v", err)
	}
}
