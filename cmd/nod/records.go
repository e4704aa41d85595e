//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

func recordsCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "records", Short: "Export, show, erase, back up and count (stats) what is kept",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(exportCommand(), showCommand(), statsCommand(), eraseCommand(), backupCommand())
	return c
}

// ledgerFlags lead a tool to a database; a server may be at work on it.
type ledgerFlags struct {
	db, key, sites, site string
}

func (f *ledgerFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.db, "db", "sqlite:nod.db", "database: sqlite:FILE or postgres://…")
	flags.StringVar(&f.key, "key", "", "file with the key that signs checkpoints (default with SQLite: nod.key beside the database)")
}

func (f *ledgerFlags) addSite(c *cobra.Command) {
	c.Flags().StringVar(&f.sites, "sites", "", "directory with a directory per site (default: the built-in sites)")
	c.Flags().StringVar(&f.site, "site", "", "name of the site (default: the only one)")
}

// keyFile is where the key is that the database is signed with.
func (f *ledgerFlags) keyFile() (string, error) {
	if err := ledger.CheckDSN(f.db); err != nil {
		return "", misuse{fmt.Errorf("--db: %w", err)}
	}
	if f.key == "" && ledger.IsPostgres(f.db) {
		return "", misuse{errors.New("--key: is missing; want the file of the key that the servers use")}
	}
	return keyFile(serveOptions{db: f.db, key: f.key}), nil
}

// open opens the store that is there already.
func (f *ledgerFlags) open(ctx context.Context) (*ledger.Store, error) {
	file, err := f.keyFile()
	if err != nil {
		return nil, err
	}
	if path, ok := strings.CutPrefix(f.db, "sqlite:"); ok {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("--db: there is no database %s; want the one that the server uses", path)
		}
	}
	key, err := readKey(file)
	if err != nil {
		return nil, err
	}
	return ledger.Open(ctx, ledger.Options{DSN: f.db, Key: key, Existing: true})
}

// on runs a tool's work on the store and one of its sites.
func (f *ledgerFlags) on(ctx context.Context, run func(*ledger.Store, *policy.Site) error) error {
	site, err := f.theSite()
	if err != nil {
		return err
	}
	store, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	return run(store, site)
}

// theSite gives the site that is named, or the only one.
func (f *ledgerFlags) theSite() (*policy.Site, error) {
	sites, err := loadSites(f.sites)
	if err != nil {
		return nil, err
	}
	if f.site == "" && len(sites) == 1 {
		return sites[0], nil
	}
	var names []string
	for _, s := range sites {
		if s.ID == f.site {
			return s, nil
		}
		names = append(names, s.ID)
	}
	slices.Sort(names)
	if f.site == "" {
		return nil, misuse{fmt.Errorf("--site: is missing; want one of %s; --sites names the directory of others", strings.Join(names, ", "))}
	}
	return nil, misuse{fmt.Errorf("--site %q: want one of %s; --sites names the directory of others", f.site, strings.Join(names, ", "))}
}

// selection are the flags that say which records.
type selection struct{ subject, from, to string }

func (s *selection) add(c *cobra.Command) {
	c.Flags().StringVar(&s.subject, "subject", "", "records of this subject only, an id")
	c.Flags().StringVar(&s.from, "from", "", "records kept from this day or time on, such as 2026-01-31 or 2026-01-31T08:00:00+08:00")
	c.Flags().StringVar(&s.to, "to", "", "and before this day or time; days begin in UTC")
}

func (s *selection) of(site string) (ledger.Selection, error) {
	out := ledger.Selection{Site: site}
	var err error
	if s.subject != "" {
		if out.Subject, err = parseID("--subject", s.subject); err != nil {
			return out, err
		}
	}
	if out.From, err = parseTime("--from", s.from); err != nil {
		return out, err
	}
	if out.To, err = parseTime("--to", s.to); err != nil {
		return out, err
	}
	if !out.From.IsZero() && !out.To.IsZero() && !out.From.Before(out.To) {
		return out, misuse{fmt.Errorf("--to %s: is not after --from %s", s.to, s.from)}
	}
	return out, nil
}

func parseID(flag, text string) (uuid.UUID, error) {
	id, err := uuid.Parse(text)
	if err != nil {
		return id, misuse{fmt.Errorf("%s %q: want an id such as 01890a5d-ac96-774b-bcce-b302099a8057", flag, text)}
	}
	return id, nil
}

// parseTime reads a time, or the beginning of a day in UTC; "" is the zero time.
func parseTime(flag, text string) (at time.Time, err error) {
	if text == "" {
		return at, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err = time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return at, misuse{fmt.Errorf("%s %q: want a day such as 2026-01-31, or a time such as 2026-01-31T08:00:00+08:00", flag, text)}
}

// newFile makes a file that only its owner may read, for personal data. It overwrites none.
func newFile(flag, name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s: %s is there already; name another file, or move it away", flag, name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	return f, nil
}

// progress shows on a terminal how far a tool has come; elsewhere it shows nothing.
type progress struct {
	to    *os.File
	shown time.Time
	what  string
}

func newProgress(w io.Writer, what string) *progress {
	f, ok := w.(*os.File)
	if !ok {
		return &progress{}
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &progress{}
	}
	return &progress{to: f, what: what}
}

// at says how many of how many are done; of is 0 where nobody knows.
func (p *progress) at(n, of int64) {
	if p.to == nil || time.Since(p.shown) < 200*time.Millisecond && n != of {
		return
	}
	p.shown = time.Now()
	if of > 0 {
		fmt.Fprintf(p.to, "\r%s: %d of %d (%d %%)", p.what, n, of, n*100/of)
	} else {
		fmt.Fprintf(p.to, "\r%s: %d", p.what, n)
	}
}

func (p *progress) end() {
	if p.to != nil {
		fmt.Fprintln(p.to)
	}
}
