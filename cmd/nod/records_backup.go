//go:build !js

package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
)

func backupCommand() *cobra.Command {
	var flags ledgerFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "backup TO",
		Short: "Copy the database, as it is at one moment, while servers work on it",
		Long: `Copy the whole database, as it is at one moment, into a new one: sqlite:FILE, or an empty postgres://… database. Servers go on
working meanwhile. To restore, start a server with the copy and the same key, or copy it back. So a site also moves from
SQLite to PostgreSQL.

The signing key is not in the database. Back up the key file too, but store it somewhere other than the database
backup.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("backup: want the database to copy to, such as sqlite:backup.db")
			}
			return nil
		},
		RunE: work(func(c *cobra.Command, args []string) error {
			if err := ledger.CheckDSN(args[0]); err != nil {
				return misuse{err}
			}
			store, err := flags.open(c.Context())
			if err != nil {
				return err
			}
			defer store.Close()
			shown := newProgress(c.ErrOrStderr(), "rows")
			rows := 0
			err = store.Backup(c.Context(), args[0], func(n int) {
				rows = n
				shown.at(int64(n), 0)
			})
			shown.end()
			if err == nil {
				err = store.NoteAdmin(c.Context(), "backup", "", rows)
			}
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(c.OutOrStdout()).Encode(map[string]int{"rows": rows})
			}
			fmt.Fprintf(c.OutOrStdout(), "%d rows copied.\n", rows)
			return nil
		}),
	}
	flags.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	return c
}
