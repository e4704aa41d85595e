//go:build !js

package main

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/outbox"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/httpx"
)

// opened is what "nod serve" has read and opened before it takes requests.
type opened struct {
	log     *slog.Logger
	proxies []netip.Prefix
	sites   []*policy.Site
	token   string
	ports   ports
	metrics *httpx.Metrics
	reloads *reloader
	sender  *outbox.Sender
	store   *ledger.Store
	known   *knownCheckpoints
}

// run takes requests, and does beside them what time brings, until ctx ends.
func (s opened) run(ctx context.Context, o serveOptions) error {
	desk := request.New(s.store, time.Now).Notify(s.sender.Box)
	handler, err := newHandler(ctx, o, web.Options{
		Sites: s.sites, Ledger: s.store, Desk: desk,
		BasePath: o.basePath, Demo: o.demo, DemoOrigins: listDemoOrigins(o, s.ports.server),
		TrustedProxies: s.proxies, Rate: o.rate, Log: s.log, AdminToken: s.token, Admin: s.store, Metrics: s.metrics,
		Version: readThisBuild().Version,
	})
	if err != nil {
		return err
	}
	s.metrics.WatchRequests(func(ctx context.Context) (map[string]int, error) {
		return countOverdue(ctx, desk, handler.Sites())
	})
	s.reloads.replaced, s.reloads.records = s.sender.Box.SetSites, s.store
	s.reloads.sitesLog = sitesLog{address: buildServerAddress(o, s.ports.server), hasProxy: len(s.proxies) > 0}
	logStart(o, s.log, handler, s.reloads.sitesLog)
	defer serveMetrics(s.ports.metrics, s.metrics, s.log)()
	defer startJobs(ctx,
		s.known.run,
		func(ctx context.Context) { expireRecords(ctx, s.store, handler.Sites, s.log) },
		s.sender.Run,
		func(ctx context.Context) { tickRequests(ctx, desk, handler.Sites, s.log) },
		func(ctx context.Context) { s.reloads.run(ctx, handler) },
	)()
	return serveRequests(ctx, o, s.ports.server, handler, s.log)
}
