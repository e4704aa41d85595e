// Package sqlite is the ledger's embedded engine: one database file, one server. It implements ledger.Engine.
//
// A commit and the write-ahead log (WAL):
//
//	Append ─ INSERT … COMMIT, fsync ─→ nod.db-wal
//	                                      │  walCheckpointer, beside the writer
//	                                      ↓
//	readers ←────────────────────────── nod.db
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/pressly/goose/v3"

	"github.com/nod-consent/nod/app/ledger/schema"
)

//go:embed migrations
var migrations embed.FS

const (
	// readers is the number of connections that read. SQLite has one writer at a time anyway. Each further connection
	// costs about 1 MB.
	readers = 3

	// pageSize is in bytes. Small pages: with many subjects, nearly every record changes a page of their index, and the
	// whole page is written.
	pageSize = 2048

	// readerCache and writerCache are the sizes of a connection's page cache, in KiB. The writer's holds most of the
	// index of a million subjects: each decision reads and changes a page of it. A larger one costs more than it saves,
	// because SQLite looks through all of it after a commit that has split pages (pcache1Truncate).
	readerCache = 2048
	writerCache = 16384

	// walFileLimit is the size in bytes to which SQLite cuts the log's file when the log restarts.
	walFileLimit = 64 << 20
)

// Options say how to open a database.
type Options struct {
	Path        string        // of the file
	Existing    bool          // refuse to create the file
	LockTimeout time.Duration // how long to wait while another program holds the database
}

// Engine is an open database.
type Engine struct {
	writer, reader *sql.DB
	checkpointer   *walCheckpointer
	emptier        *logEmptier
}

// CheckPath checks that a database can have this path.
func CheckPath(path string) error {
	if path == "" || strings.HasPrefix(path, ":memory:") || strings.HasPrefix(path, "//") {
		return fmt.Errorf("database sqlite:%s: it does not name a file. Write the path of a file: sqlite:nod.db", path)
	}
	return nil
}

// Open opens the database file. It creates the file if it is missing, and brings the tables up to date.
func Open(ctx context.Context, opts Options) (*Engine, error) { return open(ctx, opts, defaultPolicy) }

func open(ctx context.Context, opts Options, policy checkpointPolicy) (*Engine, error) {
	if err := createFiles(opts); err != nil {
		return nil, err
	}
	e, err := connect(opts, policy)
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", opts.Path, err)
	}
	dir, err := fs.Sub(migrations, "migrations")
	if err == nil {
		err = schema.Migrate(ctx, e.writer, goose.DialectSQLite3, dir)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the database %s: %w", opts.Path, err), e.Close())
	}
	return e, nil
}

// createFiles creates the database and the index of its log, so that only the owner can read them: SQLite itself would
// not see to that. With modeof in connect, the log gets the same permissions.
func createFiles(opts Options) error {
	create := os.O_CREATE
	if opts.Existing {
		create = 0
	}
	for _, f := range []struct {
		name  string
		flags int
	}{{opts.Path, create}, {opts.Path + "-shm", os.O_CREATE}} {
		file, err := os.OpenFile(f.name, os.O_RDWR|f.flags, 0o600)
		if err == nil {
			err = file.Close()
		}
		if err != nil {
			return fmt.Errorf("open the database: %w. Check that its directory exists", err)
		}
	}
	return nil
}

// formatPragmas returns the settings that all connections share. busy_timeout comes first, because the others can meet
// a lock. synchronous FULL: an acknowledged transaction survives a power failure. secure_delete: erased data is
// overwritten.
func formatPragmas(opts Options) string {
	return fmt.Sprintf(`
		PRAGMA busy_timeout = %d;
		PRAGMA page_size = %d;
		PRAGMA journal_mode = WAL;
		PRAGMA synchronous = FULL;
		PRAGMA foreign_keys = ON;
		PRAGMA secure_delete = ON;
		PRAGMA trusted_schema = OFF;
		PRAGMA temp_store = MEMORY;
		PRAGMA cache_size = -%d;
		PRAGMA journal_size_limit = %d;
	`, opts.LockTimeout.Milliseconds(), pageSize, readerCache, walFileLimit)
}

// connect opens the connections: one that writes, some that read, and one that empties the log.
func connect(opts Options, policy checkpointPolicy) (*Engine, error) {
	pragmas := formatPragmas(opts)
	path := strings.ReplaceAll(url.QueryEscape(opts.Path), "+", "%20") // SQLite does not decode "+"
	name := "file:" + (&url.URL{Path: opts.Path}).EscapedPath() + "?modeof=" + path
	reader, err := driver.Open(name, func(c *sqlite3.Conn) error { return c.Exec(pragmas + `PRAGMA query_only = ON;`) })
	if err != nil {
		return nil, err
	}
	setConnections(reader, readers)
	noWait, err := driver.Open(name, func(c *sqlite3.Conn) error { return c.Exec(pragmas + `PRAGMA busy_timeout = 0;`) })
	if err != nil {
		return nil, errors.Join(err, reader.Close())
	}
	noWait.SetMaxOpenConns(1)
	noWait.SetMaxIdleConns(0) // it is rarely needed
	checkpointer := &walCheckpointer{policy: policy, reader: reader}
	// _txlock=immediate: a transaction of the writer has the lock from its beginning. If it only read at first, another
	// program could write in between, and the transaction would fail.
	writer, err := driver.Open(name+"&_txlock=immediate", func(c *sqlite3.Conn) error {
		c.WALHook(checkpointer.afterCommit)
		return c.Exec(pragmas + fmt.Sprintf(`PRAGMA cache_size = -%d;`, writerCache))
	})
	if err != nil {
		return nil, errors.Join(err, reader.Close(), noWait.Close())
	}
	setConnections(writer, 1)
	return &Engine{writer: writer, reader: reader, checkpointer: checkpointer, emptier: newLogEmptier(noWait)}, nil
}

func setConnections(db *sql.DB, count int) {
	db.SetMaxOpenConns(count)
	db.SetMaxIdleConns(count)
}
