//go:build unix

package ledger

import (
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
)

// Where the system writes no more, as on a full disk, SQLite's log fails before the database file does. What stands for
// the disk here is the most that the process may write into one file: to fill a disk takes rights that not everybody has.
func TestSQLiteRecoversFromALogThatCannotGrow(t *testing.T) {
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
	mustAppend(t, s, grant())

	grow := allowInto(t, 1<<20)
	kept := 1
	var failed Entry
	for {
		failed = grant()
		_, _, err := s.Append(t.Context(), failed)
		if err != nil {
			wantError(t, err, ErrUnavailable)
			t.Log(err)
			break
		}
		if kept++; kept > 10_000 {
			t.Fatal("the log grew on")
		}
	}
	checkTree(t, s, testSite, kept)
	grow()
	mustAppend(t, s, failed)
	checkTree(t, s, testSite, kept+1)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	checkTree(t, s, testSite, kept+1)
}

// allowInto lets this process write so many bytes into a file and no more, until the function that it gives is called.
func allowInto(t *testing.T, bytes uint64) (all func()) {
	t.Helper()
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ) // else the process ends there
	limited := before
	limited.Cur = bytes
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limited); err != nil {
		t.Fatal(err)
	}
	all = func() {
		t.Helper()
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
			t.Fatal(err)
		}
		signal.Reset(syscall.SIGXFSZ)
	}
	t.Cleanup(all)
	return all
}
