//go:build !js

package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/wasm"
)

// serveOptions are the flags of nod serve.
type serveOptions struct {
	addr           string
	basePath       string
	db             string
	sites          string
	key            string
	trustedProxies []string
	rate           int
	tlsCert        string
	tlsKey         string
	adminTokenFile string
	metricsAddr    string
	webhookSecrets string
	webhookAllow   []string
	demo           bool
	verbose        bool
}

func newServeCommand() *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve consent.js, the preference centre, the policy and the API",
		Args:  cobra.NoArgs,
		RunE: runE(func(c *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(c.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return serve(ctx, o)
		}),
	}
	f := c.Flags()
	f.StringVar(&o.addr, "addr", "127.0.0.1:8080", "address to listen on")
	f.StringVar(&o.basePath, "base-path", "/", "path before every address, if the server is behind a path of a portal")
	f.StringVar(&o.db, "db", "sqlite:nod.db",
		"database: sqlite:FILE, or postgres://USER:PASSWORD@HOST/DATABASE for several servers")
	f.StringVar(&o.sites, "sites", "", "directory with a directory per site "+
		"(default: ./sites if it has any, else the built-in sites, as for the demo)")
	f.StringVar(&o.key, "key", "", "file with the signing key. It must exist; create it with \"nod key new\" "+
		"(default with SQLite: nod.key beside the database, created on first start)")
	f.StringSliceVar(&o.trustedProxies, "trusted-proxy", nil, "network (CIDR) of a proxy whose X-Forwarded-* headers "+
		"and location headers count; may be repeated")
	f.IntVar(&o.rate, "rate", 1200, "decisions a minute that one network (/24, /48) may send; 0 for no limit")
	f.StringVar(&o.tlsCert, "tls-cert", "", "file with the TLS certificate chain (PEM)")
	f.StringVar(&o.tlsKey, "tls-key", "", "file with the TLS key (PEM)")
	f.StringVar(&o.adminTokenFile, "admin-token-file", "",
		"file with the token for the admin API and page at /v1/admin/ (default: both are off)")
	f.StringVar(&o.webhookSecrets, "webhook-secrets", "",
		"file with the secrets of webhooks, a line for each: SITE/WEBHOOK whsec_… (default: none is sent)")
	f.StringSliceVar(&o.webhookAllow, "webhook-allow", nil,
		"network (CIDR) that is not public, and that webhooks may be sent to; may be repeated")
	f.StringVar(&o.metricsAddr, "metrics-addr", "", "address to serve Prometheus metrics on, without a token "+
		"(default: only at /metrics, with the admin token)")
	f.BoolVar(&o.demo, "demo", false, "serve the demo at /demo/, and let its pages use every site")
	f.BoolVar(&o.verbose, "verbose", false, "log every request")
	return c
}

// serve runs a server until the context ends. What is opened here is closed in reverse order.
func serve(ctx context.Context, o serveOptions) error {
	log := newLog(os.Stderr, o.verbose)
	defer limitShutdown(ctx, shutdownLimit, log, os.Exit)()
	proxies, err := o.check()
	if err != nil {
		return err
	}
	if !o.demo {
		o.sites = chooseSites(o.sites)
	}
	reloads := newReloader(o.sites, log)
	sites, err := loadSites(o.sites)
	if err != nil {
		return err
	}
	token, err := readAdminToken(log, o.adminTokenFile)
	if err != nil {
		return err
	}
	// The ports come before the database. A start that fails because a port is taken leaves no file behind.
	ports, err := openPorts(o)
	if err != nil {
		return err
	}
	defer ports.Close()
	metrics := httpx.NewMetrics()
	sender, err := newSender(o, sites, log)
	if err != nil {
		return err
	}
	store, keyFile, err := openStore(ctx, o, metrics, sender.Box.Hooks(), log)
	if err != nil {
		return err
	}
	defer store.Close()
	known := newKnownCheckpoints(keyFile, store, log)
	if err := warnOfLosses(ctx, log, known, store, sites); err != nil {
		return err
	}
	defer known.updateLast(ctx)
	sender.Store = store
	return opened{log, proxies, sites, token, ports, metrics, reloads, sender, store, known}.run(ctx, o)
}

// warnOfLosses warns of records and sites that the database or the server does not have any more.
func warnOfLosses(
	ctx context.Context, log *slog.Logger, known *knownCheckpoints, store *ledger.Store, sites []*policy.Site,
) error {
	if err := known.warnOfLostRecords(ctx); err != nil {
		return err
	}
	return warnOfUnservedSites(ctx, log, store, sites)
}

// logStart logs what is served.
func logStart(o serveOptions, log *slog.Logger, handler *web.Live, sites sitesLog) {
	warnWithoutWebAssembly(log, wasm.Built())
	sites.write(log, handler.Sites())
	if o.demo {
		log.Info("the demo is at " + handler.DemoAddress())
	}
}

// check checks the flags, and returns the networks of the trusted proxies.
func (o serveOptions) check() ([]netip.Prefix, error) {
	if (o.tlsCert == "") != (o.tlsKey == "") {
		return nil, newUsageError("--tls-cert and --tls-key: one of them is missing. Give both, or neither")
	}
	if o.tlsCert != "" {
		if _, err := tls.LoadX509KeyPair(o.tlsCert, o.tlsKey); err != nil {
			return nil, fmt.Errorf("--tls-cert, --tls-key: %w. Give PEM files with a certificate chain and its key", err)
		}
	}
	if o.rate < 0 {
		return nil, newUsageError("--rate %d: is negative. Give the decisions a minute that one network may send, "+
			"or 0 for no limit", o.rate)
	}
	for _, f := range []struct{ flag, addr string }{{"--addr", o.addr}, {"--metrics-addr", o.metricsAddr}} {
		if _, err := net.ResolveTCPAddr("tcp", f.addr); f.addr != "" && err != nil {
			return nil, newUsageError("%s %q: %w. Give an address such as 127.0.0.1:8080", f.flag, f.addr, err)
		}
	}
	if err := ledger.CheckDSN(o.db); err != nil {
		return nil, newUsageError("--db: %w", err)
	}
	if err := web.CheckBasePath(o.basePath); err != nil {
		return nil, newUsageError("--base-path: %w", err)
	}
	return parseProxies(o.trustedProxies)
}

func parseProxies(list []string) ([]netip.Prefix, error) {
	return parseNetworks("--trusted-proxy", list)
}

func parseNetworks(flag string, list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, newUsageError("%s %q: is not a network. Give one such as 10.0.0.0/8 or 127.0.0.1/32", flag, s)
		}
		out = append(out, p)
	}
	return out, nil
}

// openStore opens the database with the signing key. A new key is written only after the database accepted it: a key
// file that fits no database would mislead.
func openStore(
	ctx context.Context, o serveOptions, metrics *httpx.Metrics, hooks ledger.Hooks, log *slog.Logger,
) (store *ledger.Store, keyFile string, err error) {
	key, err := loadKey(o)
	if err != nil {
		return nil, "", err
	}
	store, err = ledger.Open(ctx, ledger.Options{
		DSN: o.db, Key: key.Key, Log: log, Committed: metrics.Committed, Hooks: hooks,
	})
	if err != nil {
		return nil, "", err
	}
	metrics.Watch(store)
	if key.isNew {
		err = proof.WriteKey(key.file, key.Key)
	}
	if err != nil {
		return nil, "", errors.Join(err, store.Close())
	}
	warnOfReaders(log, key.file, "the signing key")
	return store, key.file, nil
}

// newHandler makes the web server's handler, which can take new versions of the sites later.
func newHandler(ctx context.Context, o serveOptions, options web.Options) (*web.Live, error) {
	handler, err := web.NewLive(ctx, options)
	if err != nil {
		return nil, err
	}
	debug.FreeOSMemory() // packing the pages took some tens of megabytes that serving them does not
	return handler, nil
}

// startJobs runs jobs beside the server. stop ends them and waits for them.
func startJobs(ctx context.Context, jobs ...func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	for _, job := range jobs {
		running.Go(func() { job(ctx) })
	}
	return func() {
		cancel()
		running.Wait()
	}
}

// warnWithoutWebAssembly warns that the program lacks its WebAssembly, as one of "go install" does.
func warnWithoutWebAssembly(log *slog.Logger, isBuilt bool) {
	if !isBuilt {
		log.Warn("WebAssembly is missing: the preference centre is a plain form. " +
			"Build the program with \"make build\" in a checkout.")
	}
}

// warnOfUnservedSites warns of sites that the database has records of and the server does not serve: their records
// never expire, and nobody can read or erase them.
func warnOfUnservedSites(ctx context.Context, log *slog.Logger, store *ledger.Store, sites []*policy.Site) error {
	sizes, err := store.Sizes(ctx)
	if err != nil {
		return err
	}
	served := map[string]bool{}
	for _, s := range sites {
		served[s.ID] = true
	}
	for _, id := range sortedKeys(sizes) {
		if !served[ledger.SiteOfTree(id)] {
			log.Warn("the database has records of a site that is not served: they never expire. "+
				"Serve the site again with --sites", "site", id, "records", sizes[id])
		}
	}
	return nil
}
