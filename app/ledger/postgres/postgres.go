// Package postgres is the ledger's engine for several servers that share one PostgreSQL database. It implements
// ledger.Engine.
package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/nod-consent/nod/app/ledger/schema"
)

//go:embed migrations
var migrations embed.FS

const (
	// readers is the number of connections of each server that read. One more writes.
	readers = 4

	// oldestVersion is the oldest supported version, as the server numbers it.
	oldestVersion = 130000

	// connectTimeout is for one connection, unless the DSN sets it.
	connectTimeout = 10 * time.Second

	// Servers that start together migrate one after the other. Each tries every migrateTry seconds, migrateTries times.
	migrateTry   = 1
	migrateTries = 60
)

// Options say how to open a database.
type Options struct {
	DSN         string        // postgres://…
	LockTimeout time.Duration // how long to wait while another server has a tree
	Log         *slog.Logger
}

// Engine is an open database.
type Engine struct {
	writer, reader *sql.DB
	txTimeout      time.Duration
}

// errDSN does not quote the DSN: the part that cannot be read may be a password.
var errDSN = errors.New("database postgres://…: it is not a valid address. " +
	"Write postgres://USER:PASSWORD@HOST:5432/DATABASE")

// IsDSN says whether a DSN names a PostgreSQL database.
func IsDSN(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// CheckDSN checks the form of a DSN. The error quotes nothing of it.
func CheckDSN(dsn string) error {
	if _, err := pgx.ParseConfig(dsn); err != nil {
		return errDSN
	}
	return nil
}

// Open connects to the database, which must exist, and brings the tables up to date.
func Open(ctx context.Context, opts Options) (*Engine, error) {
	config, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	e := &Engine{
		writer: openConnections(config, 1), reader: openConnections(config, readers), txTimeout: newTxTimeout(opts),
	}
	err = e.checkServer(ctx, opts.Log)
	if err == nil {
		err = e.migrate(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the database %s at %s: %w", config.Database, config.Host, err), e.Close())
	}
	return e, nil
}

// newTxTimeout returns how long one transaction may take. Most of that is waiting for one lock.
func newTxTimeout(opts Options) time.Duration { return 5*time.Second + 2*opts.LockTimeout }

// newConfig reads the DSN and adds the settings that it leaves open.
func newConfig(opts Options) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(opts.DSN)
	if err != nil {
		return nil, errDSN
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	for name, value := range map[string]string{
		"application_name": "nod",
		"lock_timeout":     strconv.FormatInt(opts.LockTimeout.Milliseconds(), 10),
		// A server that hangs or is cut off must not keep the others from a tree for ever.
		"idle_in_transaction_session_timeout": strconv.FormatInt(newTxTimeout(opts).Milliseconds(), 10),
	} {
		if _, isSet := config.RuntimeParams[name]; !isSet {
			config.RuntimeParams[name] = value
		}
	}
	// An acknowledged transaction is on disk, whatever the database's own default is.
	switch config.RuntimeParams["synchronous_commit"] {
	case "remote_apply", "remote_write", "local":
	default:
		config.RuntimeParams["synchronous_commit"] = "on"
	}
	return config, nil
}

func openConnections(config *pgx.ConnConfig, count int) *sql.DB {
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(count)
	db.SetMaxIdleConns(count)
	return db
}

func (e *Engine) migrate(ctx context.Context) error {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(migrateTry, migrateTries))
	if err != nil {
		return err
	}
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return schema.Migrate(ctx, e.writer, goose.DialectPostgres, dir, goose.WithSessionLocker(locker))
}

// checkServer checks that the server can do what Nod promises.
func (e *Engine) checkServer(ctx context.Context, log *slog.Logger) error {
	var version int
	var encoding, fsync string
	err := e.writer.QueryRowContext(ctx, `SELECT current_setting('server_version_num')::integer,
		current_setting('server_encoding'), current_setting('fsync')`).Scan(&version, &encoding, &fsync)
	switch {
	case err != nil:
		return err
	case version < oldestVersion:
		return fmt.Errorf("PostgreSQL %d is too old. Use version %d or later", version/10000, oldestVersion/10000)
	case !strings.EqualFold(encoding, "UTF8"):
		return fmt.Errorf("the database has the encoding %s. Create one WITH ENCODING 'UTF8' TEMPLATE template0", encoding)
	case fsync != "on":
		log.Warn("the database has fsync off: acknowledged decisions can be lost when its machine stops")
	}
	return nil
}
