//go:build !js

package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

const (
	// postgresReaders is the number of connections of each server that read. One more writes.
	postgresReaders = 4

	// postgresOldest is the oldest version that is supported, as the server numbers it.
	postgresOldest = 130000
)

// errPostgresDSN quotes nothing: what can't be read may be a password.
var errPostgresDSN = errors.New("database postgres://…: can't be read; want postgres://USER:PASSWORD@HOST:5432/DATABASE")

// openPostgres connects to the database, which exists already; the tables are made where they are missing.
func openPostgres(ctx context.Context, opts Options) (*engine, error) {
	config, err := pgx.ParseConfig(opts.DSN)
	if err != nil {
		return nil, errPostgresDSN
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	for name, value := range map[string]string{
		"application_name": "nod",
		"lock_timeout":     strconv.FormatInt(opts.LockTimeout.Milliseconds(), 10),
		// A server that stalls or is cut off must not keep the others from a tree for ever.
		"idle_in_transaction_session_timeout": strconv.FormatInt(patience(opts).Milliseconds(), 10),
	} {
		if _, given := config.RuntimeParams[name]; !given {
			config.RuntimeParams[name] = value
		}
	}
	// What was acknowledged is on disk, whatever the database's own default is.
	switch config.RuntimeParams["synchronous_commit"] {
	case "remote_apply", "remote_write", "local":
	default:
		config.RuntimeParams["synchronous_commit"] = "on"
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60)) // s, times: servers that start together take turns
	if err != nil {
		return nil, err
	}
	e := &engine{
		write: newPool(stdlib.OpenDB(*config), 1), read: newPool(stdlib.OpenDB(*config), postgresReaders),
		dialect: goose.DialectPostgres, migrations: "migrations/postgres", options: []goose.ProviderOption{goose.WithSessionLocker(locker)},
		forUpdate: " FOR UPDATE", ofTree: "tree + 0 = $1", lockKeys: "LOCK TABLE signing_keys IN EXCLUSIVE MODE", moment: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, patience: patience(opts), idle: func() {}, forget: func() {}, shared: true,
	}
	e.scrub = func(ctx context.Context) error {
		_, err := e.write.db.ExecContext(ctx, `VACUUM records`)
		return err
	}
	err = e.checkPostgres(ctx, opts)
	if err == nil {
		err = e.migrate(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the database %s at %s: %w", config.Database, config.Host, err), e.close())
	}
	return e, nil
}

// patience is how long one transaction may take. It waits for one lock, mostly.
func patience(opts Options) time.Duration { return 5*time.Second + 2*opts.LockTimeout }

// checkPostgres says whether the server can keep what is promised.
func (e *engine) checkPostgres(ctx context.Context, opts Options) error {
	var version int
	var encoding, fsync string
	err := e.write.db.QueryRowContext(ctx, `SELECT current_setting('server_version_num')::integer, current_setting('server_encoding'), current_setting('fsync')`).
		Scan(&version, &encoding, &fsync)
	switch {
	case err != nil:
		return err
	case version < postgresOldest:
		return fmt.Errorf("PostgreSQL %d: want 13 or later", version/10000)
	case !strings.EqualFold(encoding, "UTF8"):
		return fmt.Errorf("the database has the encoding %s: want one made WITH ENCODING 'UTF8' TEMPLATE template0", encoding)
	case fsync != "on":
		opts.Log.Warn("the database has fsync off: decisions that were acknowledged may be lost when its machine stops")
	}
	return nil
}
