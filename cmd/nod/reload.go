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
	"github.com/nod-consent/nod/web"
)

// lookEvery is the time between two looks at the sites' files. What was written is taken when it has not changed from one look to the
// next: an editor may write in several steps.
const lookEvery = time.Second

// reloader has a server follow its sites' files, and the days on which versions take effect.
type reloader struct {
	dir    string // "": the built-in sites, which don't change
	log    *slog.Logger
	told   served // what the log says of sites
	live   *web.Live
	sites  []*policy.Site // the last good ones
	loaded uint64         // mark of the files that they, or wrong ones, were read from
	last   uint64         // mark at the last look
	next   time.Time      // when a server of them is to be made though no file changed
}

// newReloader is made before the files are read for the first time.
func newReloader(dir string, log *slog.Logger) *reloader {
	r := &reloader{dir: dir, log: log}
	r.loaded = r.mark()
	r.last = r.loaded
	return r
}

// run follows until the context ends.
func (r *reloader) run(ctx context.Context, live *web.Live) {
	r.live, r.sites = live, live.Sites()
	r.next = nextEffect(r.sites, time.Now())
	again := make(chan os.Signal, 1)
	signal.Notify(again, syscall.SIGHUP)
	defer signal.Stop(again)
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-again:
			r.reload(ctx, r.mark())
		case <-look.C:
			r.look(ctx, time.Now())
		}
	}
}

// look takes what is new.
func (r *reloader) look(ctx context.Context, now time.Time) {
	mark := r.mark()
	switch {
	case mark != r.loaded && mark == r.last:
		r.reload(ctx, mark)
	case !r.next.IsZero() && !now.Before(r.next):
		r.replace(ctx)
	}
	r.last = mark
}

// reload reads the files anew. Where one is wrong, what was served before goes on.
func (r *reloader) reload(ctx context.Context, mark uint64) {
	r.loaded = mark
	sites, err := loadSites(r.dir)
	var problems policy.Problems
	switch {
	case errors.As(err, &problems):
		for _, p := range problems {
			r.log.Error("the sites are wrong; serving the last good ones", "problem", p.Error())
		}
	case err != nil:
		r.log.Error("the sites could not be read; serving the last good ones", "error", err)
	default:
		r.sites = sites
		r.replace(ctx)
	}
}

func (r *reloader) replace(ctx context.Context) {
	if err := r.live.Replace(ctx, r.sites); err != nil {
		r.log.Error("the sites could not be served; serving the ones before, and trying again", "error", err)
		r.next = time.Now().Add(10 * time.Second) // the store may have been busy
		return
	}
	r.next = nextEffect(r.sites, time.Now())
	r.told.log(r.log, r.live.Sites())
}

// served is how the sites are served, as far as the log tells of it.
type served struct {
	address string // of the program, with its base path
	proxied bool   // a proxy is trusted
}

func (o served) log(log *slog.Logger, sites []*policy.Site) {
	for _, s := range sites {
		args := []any{"site", s.ID, "policy", s.Current, "origins", len(s.Origins), "page", o.address + "/" + s.ID + "/policy"}
		for _, p := range s.Announced() {
			args = append(args, "announced", p.Version)
		}
		log.Info("serving", args...)
		if s.Location.Country != "" && !o.proxied {
			log.Warn("the site names a header for the visitor's country, and no proxy is trusted to set it: the strictest terms hold for everybody; name the proxy's network with --trusted-proxy", "site", s.ID)
		}
	}
}

// nextEffect is when the first of the sites changes over to another version; zero where none does.
func nextEffect(sites []*policy.Site, now time.Time) (first time.Time) {
	for _, s := range sites {
		if at := s.NextEffect(now); !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

var seed = maphash.MakeSeed()

// mark is another one when a file came, went or was written.
func (r *reloader) mark() uint64 {
	if r.dir == "" {
		return 0
	}
	var h maphash.Hash
	h.SetSeed(seed)
	files := os.DirFS(r.dir)
	_ = fs.WalkDir(files, ".", func(path string, _ fs.DirEntry, err error) error {
		info, wrong := fs.Stat(files, path) // of what a link leads to
		fmt.Fprintln(&h, path, err, wrong)
		if wrong == nil {
			fmt.Fprintln(&h, info.Size(), info.ModTime(), info.IsDir())
		}
		return nil
	})
	return h.Sum64()
}
