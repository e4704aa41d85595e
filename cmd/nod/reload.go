//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/web"
)

const (
	// checkEvery is the time between two checks of the sites' files. A change is loaded when two checks in a row find
	// the same files: an editor may write in several steps. A check of 50 files takes 0.2 ms.
	checkEvery = 200 * time.Millisecond

	retryAfter = 10 * time.Second // the store may have been busy
)

// reloader serves changes of the sites' files, and the versions that take effect.
type reloader struct {
	dir       string // "": the built-in sites, which don't change
	log       *slog.Logger
	sitesLog  sitesLog
	live      *web.Live
	replaced  func([]*policy.Site) // called with the sites that are served from then on; may be nil
	records   recordSearcher       // for a warning; may be nil
	sites     []*policy.Site       // the last valid ones
	loaded    uint64               // fingerprint of the files that were loaded, valid or not
	lastFound uint64               // fingerprint of the files at the last check
	replaceAt time.Time            // when a version takes effect, though no file changes; zero: never
}

// newReloader is called before the files are read for the first time: a change after that is found.
func newReloader(dir string, log *slog.Logger) *reloader {
	r := &reloader{dir: dir, log: log}
	r.loaded = r.fingerprintFiles()
	r.lastFound = r.loaded
	return r
}

// run checks the files until the context ends.
func (r *reloader) run(ctx context.Context, live *web.Live) {
	r.live, r.sites = live, live.Sites()
	r.replaceAt = findNextEffect(r.sites, time.Now())
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	ticks := time.NewTicker(checkEvery)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangups:
			r.reload(ctx, r.fingerprintFiles())
		case <-ticks.C:
			r.check(ctx, time.Now())
		}
	}
}

// check loads changed files, and serves a version that has taken effect.
func (r *reloader) check(ctx context.Context, now time.Time) {
	found := r.fingerprintFiles()
	switch {
	case found != r.loaded && found == r.lastFound:
		r.reload(ctx, found)
	case !r.replaceAt.IsZero() && !now.Before(r.replaceAt):
		r.replace(ctx)
	}
	r.lastFound = found
}

// reload reads the files again. If one is invalid, the sites that are served stay.
func (r *reloader) reload(ctx context.Context, fingerprint uint64) {
	r.loaded = fingerprint
	sites, err := loadSites(r.dir)
	var problems load.Problems
	switch {
	case errors.As(err, &problems):
		for _, p := range problems {
			r.log.Error("the sites are not valid: still serving the last valid ones", "problem", p.Error())
		}
	case err != nil:
		r.log.Error("could not read the sites: still serving the last valid ones", "error", err)
	default:
		r.warnOfChangedVersions(ctx, r.sites, sites)
		r.sites = sites
		r.replace(ctx)
	}
}

func (r *reloader) replace(ctx context.Context) {
	if err := r.live.Replace(ctx, r.sites); err != nil {
		r.log.Error("could not serve the new sites: still serving the previous ones, and trying again", "error", err)
		r.replaceAt = time.Now().Add(retryAfter)
		return
	}
	r.replaceAt = findNextEffect(r.sites, time.Now())
	if r.replaced != nil {
		r.replaced(r.live.Sites())
	}
	r.sitesLog.write(r.log, r.live.Sites())
}

// sitesLog logs which sites are served.
type sitesLog struct {
	address  string // of the server, with its base path
	hasProxy bool   // a proxy is trusted
}

func (l sitesLog) write(log *slog.Logger, sites []*policy.Site) {
	for _, s := range sites {
		page := l.address + "/" + s.ID + "/policy"
		args := []any{"site", s.ID, "policy", s.Current, "origins", len(s.Origins), "page", page}
		for _, p := range s.Announced() {
			args = append(args, "announced", p.Version)
		}
		log.Info("serving", args...)
		if s.Location.Country != "" && !l.hasProxy {
			log.Warn("the site's location headers do not count, because no proxy is trusted: every visitor gets the "+
				"strictest terms. Name the proxy's network with --trusted-proxy", "site", s.ID)
		}
	}
}

// findNextEffect returns when the first of the sites changes to another version; zero if none does.
func findNextEffect(sites []*policy.Site, now time.Time) (first time.Time) {
	for _, s := range sites {
		if at := s.NextEffect(now); !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

var fingerprintSeed = maphash.MakeSeed()

// fingerprintFiles returns a number that changes when a file is added, removed or written.
func (r *reloader) fingerprintFiles() uint64 {
	if r.dir == "" {
		return 0
	}
	var h maphash.Hash
	h.SetSeed(fingerprintSeed)
	files := os.DirFS(r.dir)
	roots := []string{"."}
	if ids, err := load.ListSiteIDs(files); err == nil {
		roots = append(roots, ids...) // one that is a link is walked through only from itself
	}
	for _, root := range roots {
		_ = fs.WalkDir(files, root, func(path string, _ fs.DirEntry, err error) error {
			info, statErr := fs.Stat(files, path) // follows links
			fmt.Fprintln(&h, path, err, statErr)
			if statErr == nil {
				fmt.Fprintln(&h, info.Size(), info.ModTime(), info.IsDir())
			}
			return nil
		})
	}
	return h.Sum64()
}
