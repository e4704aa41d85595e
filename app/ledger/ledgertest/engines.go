// Package ledgertest gives tests their databases: SQLite in a file, and a PostgreSQL server of its own, which is a new
// cluster in a temporary directory, reached by a socket only. That needs the server's programs. They are in Debian's
// package postgresql; "make deps" installs it.
package ledgertest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Engines name new, empty databases, by engine.
type Engines map[string]func(testing.TB) string

// NewSQLite names a new, empty database in a file.
func NewSQLite(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "nod.db") }

// Run starts the databases that are separate servers, runs the tests and stops them. The result is the status to exit
// with.
func Run(m *testing.M, start func() (stop func() error, err error)) int {
	stop, err := start()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	status := m.Run()
	if err := stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	return status
}
