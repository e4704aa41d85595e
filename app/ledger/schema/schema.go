// Package schema brings the tables of a ledger's database up to date. Each engine has its own migrations.
package schema

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/pressly/goose/v3"
)

// errBeforeRelease refuses a database with the tables of an early version.
var errBeforeRelease = errors.New("it was written by a version of Nod from before the first release, " +
	"which this version cannot read; start with a new database, and keep the old one with the program that wrote it")

// Migrate applies the migrations that the database does not have yet. It refuses a database of a newer program.
func Migrate(
	ctx context.Context, db *sql.DB, dialect goose.Dialect, migrations fs.FS, options ...goose.ProviderOption,
) error {
	// The provider is not closed: that would close the database.
	options = append(options, goose.WithDisableGlobalRegistry(true))
	provider, err := goose.NewProvider(dialect, db, migrations, options...)
	if err != nil {
		return err
	}
	if isFromBeforeRelease(ctx, db) {
		return errBeforeRelease
	}
	current, newest, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > newest {
		return fmt.Errorf("its schema has version %d, and this program knows %d. "+
			"Run the newer program that wrote it", current, newest)
	}
	_, err = provider.Up(ctx)
	return err
}

// isFromBeforeRelease looks for tables that only versions of that time created.
func isFromBeforeRelease(ctx context.Context, db *sql.DB) bool {
	return slices.ContainsFunc([]string{"layouts", "subject_key_seed"}, func(table string) bool {
		var rows int
		return db.QueryRowContext(ctx, `SELECT count(*) FROM `+table+` WHERE 1 = 0`).Scan(&rows) == nil
	})
}
