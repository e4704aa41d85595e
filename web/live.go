package web

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/nod-consent/nod/app/policy"
)

// Live is a server whose sites can be replaced while it serves. One Server answers each request from beginning to end,
// so that no answer is of two versions.
type Live struct {
	current   atomic.Pointer[Server]
	options   Options
	replacing sync.Mutex
}

// NewLive makes the first server.
func NewLive(ctx context.Context, o Options) (*Live, error) {
	s, err := New(ctx, o)
	if err != nil {
		return nil, err
	}
	l := &Live{options: o}
	l.current.Store(s)
	return l, nil
}

// Replace makes a server of these sites, as they are now, and has it answer the requests from then on. If that fails,
// the previous server stays.
func (l *Live) Replace(ctx context.Context, sites []*policy.Site) error {
	l.replacing.Lock()
	defer l.replacing.Unlock()
	o := l.options
	o.Sites = sites
	s, err := replace(ctx, o, l.current.Load())
	if err != nil {
		return err
	}
	l.current.Store(s)
	return nil
}

// Sites are those that are served now.
func (l *Live) Sites() []*policy.Site { return l.current.Load().options.Sites }

// DemoAddress is where the demo begins.
func (l *Live) DemoAddress() string { return l.current.Load().DemoAddress() }

func (l *Live) ServeHTTP(w http.ResponseWriter, r *http.Request) { l.current.Load().ServeHTTP(w, r) }
