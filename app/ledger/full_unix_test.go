//go:build unix

package ledger

import (
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
)

// On a full disk, SQLite's log fails before the database file does. To fill a disk, a test would need special rights.
// So the test limits the size of the files that the process may write.
func TestSQLiteRecoversFromAFullLog(t *testing.T) {
	opts := Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "nod.db"), Key: testKey(t)}
	s, err := Open(t.Context(), opts)
	t.Cleanup(func() {
		if s != nil {
			s.Close()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	mustAppend(t, s, newGrant())

	lift := limitFiles(t, 1<<20)
	stored := 1
	var failed Entry
	for {
		failed = newGrant()
		_, _, err := s.Append(t.Context(), failed)
		if err != nil {
			wantError(t, err, ErrUnavailable)
			t.Log(err)
			break
		}
		if stored++; stored > 10_000 {
			t.Fatal("the log has no limit")
		}
	}
	checkTree(t, s, testSite, stored)
	lift()
	mustAppend(t, s, failed)
	checkTree(t, s, testSite, stored+1)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	checkTree(t, s, testSite, stored+1)
}

// limitFiles limits the size of the files that this process may write. The returned function lifts the limit.
func limitFiles(t *testing.T, bytes uint64) (lift func()) {
	t.Helper()
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ) // otherwise the process ends there
	limited := before
	limited.Cur = bytes
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limited); err != nil {
		t.Fatal(err)
	}
	lift = func() {
		t.Helper()
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
			t.Fatal(err)
		}
		signal.Reset(syscall.SIGXFSZ)
	}
	t.Cleanup(lift)
	return lift
}
