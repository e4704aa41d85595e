//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/assets"
)

func loadSites(dir string) ([]*policy.Site, error) {
	var files fs.FS
	var err error
	if dir != "" {
		files = os.DirFS(dir)
	} else if files, err = fs.Sub(assets.Files, "sites"); err != nil {
		return nil, err
	}
	sites, err := policy.LoadSites(files)
	switch _, own := fs.Stat(files, "site.yaml"); {
	case err == nil:
		return sites, nil
	case own == nil:
		return nil, fmt.Errorf("%s is the directory of one site; give the one that it is in", dir)
	case errors.Is(err, fs.ErrNotExist) && dir != "":
		return nil, fmt.Errorf("there is no directory %s; --sites wants one with a directory per site", dir)
	case dir != "":
		return nil, fmt.Errorf("the sites in %s:\n%w", dir, err)
	}
	return nil, err
}

// warnOfForgotten tells of sites that the database has records of and the server knows nothing of: their terms are not known, so
// nothing of them ends, and nobody can read or erase what is theirs.
func warnOfForgotten(ctx context.Context, log *slog.Logger, store *ledger.Store, sites []*policy.Site) error {
	sizes, err := store.Sizes(ctx)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(sizes)) {
		if !slices.ContainsFunc(sites, func(s *policy.Site) bool { return s.ID == id }) {
			log.Warn("the database has records of a site that is not served, which never expire; serve it again with --sites, so that its terms are kept", "site", id, "records", sizes[id])
		}
	}
	return nil
}
