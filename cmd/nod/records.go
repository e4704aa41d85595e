//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/calendar"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/outbox"
	"github.com/nod-consent/nod/app/policy"
)

func newRecordsCommand() *cobra.Command {
	return newGroupCommand("records", "Export, show, erase, back up and count consent records",
		newExportCommand(), newShowCommand(), newStatsCommand(), newEraseCommand(), newBackupCommand())
}

// ledgerFlags name a database, which a server may be using, and one of its sites.
type ledgerFlags struct {
	db, key, sites, site string
}

func (f *ledgerFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.db, "db", "sqlite:nod.db", "database: sqlite:FILE or postgres://…")
	flags.StringVar(&f.key, "key", "", "file with the signing key (default with SQLite: nod.key beside the database)")
}

func (f *ledgerFlags) addSite(c *cobra.Command) {
	c.Flags().StringVar(&f.sites, "sites", "", sitesUsage)
	c.Flags().StringVar(&f.site, "site", "", "name of the site (default: the only one)")
}

// findKeyFile returns the file of the key that the database is signed with.
func (f *ledgerFlags) findKeyFile() (string, error) {
	if err := ledger.CheckDSN(f.db); err != nil {
		return "", newUsageError("--db: %w", err)
	}
	if f.key == "" && ledger.IsPostgres(f.db) {
		return "", newUsageError("--key: is missing. Give the key file that the servers use")
	}
	return findKeyFile(f.key, f.db), nil
}

// openStore opens a database that exists. What is erased in it notifies no webhook.
func (f *ledgerFlags) openStore(ctx context.Context) (*ledger.Store, error) {
	return f.openStoreWith(ctx, ledger.Hooks{})
}

func (f *ledgerFlags) openStoreWith(ctx context.Context, hooks ledger.Hooks) (*ledger.Store, error) {
	file, err := f.findKeyFile()
	if err != nil {
		return nil, err
	}
	if path, ok := strings.CutPrefix(f.db, "sqlite:"); ok {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("--db: %s does not exist. Name the database that the server uses", path)
		}
	}
	key, err := readKey(file)
	if err != nil {
		return nil, err
	}
	return ledger.Open(ctx, ledger.Options{DSN: f.db, Key: key, Existing: true, Hooks: hooks})
}

// withStore runs a command on the database and the site. An erasure notifies the site's webhooks, as the server's does.
func (f *ledgerFlags) withStore(ctx context.Context, run func(*ledger.Store, *policy.Site) error) error {
	sites, err := loadSites(chooseSites(f.sites))
	if err != nil {
		return err
	}
	site, err := findSite(sites, f.site)
	if err != nil {
		return err
	}
	store, err := f.openStoreWith(ctx, outbox.NewBox(time.Now, sites).Hooks())
	if err != nil {
		return err
	}
	defer store.Close()
	return run(store, site)
}

// selectionFlags select records.
type selectionFlags struct {
	subject, from, to string

	command *cobra.Command
}

func (s *selectionFlags) add(c *cobra.Command) {
	s.command = c
	c.Flags().StringVar(&s.subject, "subject", "", "only the records of this subject (an id)")
	c.Flags().StringVar(&s.from, "from", "",
		"only records received from this day or time on, such as 2026-01-31 or 2026-01-31T08:00:00+08:00")
	c.Flags().StringVar(&s.to, "to", "", "only records received before this day or time; days begin in UTC")
}

func (s *selectionFlags) parse(site string) (ledger.Selection, error) {
	out := ledger.Selection{Site: site}
	var err error
	for _, name := range []string{"subject", "from", "to"} {
		if f := s.command.Flag(name); f.Changed && f.Value.String() == "" { // a script's variable that is not set
			return out, newUsageError("--%s: is empty. Give a value, or leave the flag out", name)
		}
	}
	if s.subject != "" {
		if out.Subject, err = parseID("--subject", s.subject); err != nil {
			return out, err
		}
	}
	if out.From, err = calendar.ParseMoment(s.from); err != nil {
		return out, newUsageError("--from %w", err)
	}
	if out.To, err = calendar.ParseMoment(s.to); err != nil {
		return out, newUsageError("--to %w", err)
	}
	if !out.From.IsZero() && !out.To.IsZero() && !out.From.Before(out.To) {
		return out, newUsageError("--to %s: is not after --from %s", s.to, s.from)
	}
	return out, nil
}

func parseID(flag, text string) (uuid.UUID, error) {
	id, err := uuid.Parse(text)
	if err != nil {
		return id, newUsageError("%s %q: is not an id. Give one such as 01890a5d-ac96-774b-bcce-b302099a8057", flag, text)
	}
	return id, nil
}
