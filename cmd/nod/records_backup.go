//go:build !js

package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
)

func newBackupCommand() *cobra.Command {
	var flags ledgerFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "backup TO",
		Short: "Copy the database while servers use it",
		Long: `Copy the whole database, as it is at one moment, into a new one: sqlite:FILE, or an empty postgres://…
database. Servers can use it meanwhile. To restore, start a server with the copy and the same key, or
copy it back. A backup to postgres://… also moves a site from SQLite to PostgreSQL.

The signing key is not in the database. Back up the key file too, but store it somewhere other than the
database backup.`,
		Args: requireOneArg("backup: the target is missing. Name the database to copy to, such as sqlite:backup.db"),
		RunE: runE(func(c *cobra.Command, args []string) error {
			rows, err := backUp(c, flags, args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), map[string]int{"rows": rows})
			}
			fmt.Fprintf(c.OutOrStdout(), "%d rows copied.\n", rows)
			return nil
		}),
	}
	flags.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, jsonUsage)
	return c
}

// backUp copies the database, and returns the number of copied rows.
func backUp(c *cobra.Command, flags ledgerFlags, to string) (rows int, err error) {
	if err := ledger.CheckDSN(to); err != nil {
		return 0, usageError{err}
	}
	store, err := flags.openStore(c.Context())
	if err != nil {
		return 0, err
	}
	defer store.Close()
	copied := newProgress(c, "rows")
	err = store.Backup(c.Context(), to, func(n int) {
		rows = n
		copied.show(int64(n), 0)
	})
	copied.end()
	if err != nil {
		return rows, err
	}
	return rows, store.NoteAdmin(c.Context(), "backup", "", rows)
}
