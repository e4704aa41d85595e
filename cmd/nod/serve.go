//go:build !js

package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
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
	adminToken     string // file
	metricsAddr    string
	demo           bool
	verbose        bool
}

func serveCommand() *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve consent.js, the preference centre, the policy and the API",
		Args:  cobra.NoArgs,
		RunE: work(func(c *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(c.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return serve(ctx, o)
		}),
	}
	f := c.Flags()
	f.StringVar(&o.addr, "addr", "127.0.0.1:8080", "address to listen on")
	f.StringVar(&o.basePath, "base-path", "/", "path before every address, behind a path of a portal")
	f.StringVar(&o.db, "db", "sqlite:nod.db", "database: sqlite:FILE, or postgres://USER:PASSWORD@HOST/DATABASE for several servers")
	f.StringVar(&o.sites, "sites", "", "directory with a directory per site (default: the built-in sites)")
	f.StringVar(&o.key, "key", "", "file with the key that signs checkpoints (default with SQLite: nod.key beside the database, made on first start)")
	f.StringSliceVar(&o.trustedProxies, "trusted-proxy", nil, "network of a proxy whose X-Forwarded-* headers count, and those of a site's location, as CIDR; may be repeated")
	f.IntVar(&o.rate, "rate", 1200, "decisions a minute that one network (/24, /48) may send; 0 for no limit")
	f.StringVar(&o.tlsCert, "tls-cert", "", "file with the TLS certificate chain (PEM)")
	f.StringVar(&o.tlsKey, "tls-key", "", "file with the TLS key (PEM)")
	f.StringVar(&o.adminToken, "admin-token-file", "", "file with the token that opens the admin API and page at /v1/admin/ (default: they are off)")
	f.StringVar(&o.metricsAddr, "metrics-addr", "", "address to serve Prometheus metrics on, without a token (default: only at /metrics, with the admin token)")
	f.BoolVar(&o.demo, "demo", false, "serve the demo at /demo/, and let its pages use every site")
	f.BoolVar(&o.verbose, "verbose", false, "log every request")
	return c
}

func serve(ctx context.Context, o serveOptions) error {
	level := slog.LevelInfo
	if o.verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))

	if (o.tlsCert == "") != (o.tlsKey == "") {
		return misuse{errors.New("--tls-cert and --tls-key: one of them is missing; want both, or neither")}
	}
	if o.tlsCert != "" {
		if _, err := tls.LoadX509KeyPair(o.tlsCert, o.tlsKey); err != nil {
			return fmt.Errorf("--tls-cert, --tls-key: %w; want files with a chain and its key, in PEM", err)
		}
	}
	if o.rate < 0 {
		return misuse{fmt.Errorf("--rate %d: want the decisions a minute that one network may send, or 0 for no limit", o.rate)}
	}
	for _, f := range []struct{ flag, addr string }{{"--addr", o.addr}, {"--metrics-addr", o.metricsAddr}} {
		if _, err := net.ResolveTCPAddr("tcp", f.addr); f.addr != "" && err != nil {
			return misuse{fmt.Errorf("%s %q: %w; want one such as 127.0.0.1:8080", f.flag, f.addr, err)}
		}
	}
	proxies, err := prefixes(o.trustedProxies)
	if err != nil {
		return err
	}
	following := newReloader(o.sites, log)
	sites, err := loadSites(o.sites)
	if err != nil {
		return err
	}
	if err := ledger.CheckDSN(o.db); err != nil {
		return misuse{fmt.Errorf("--db: %w", err)}
	}
	token, err := readToken(log, o.adminToken)
	if err != nil {
		return err
	}
	key, write, err := serverKey(o)
	if err != nil {
		return err
	}
	metrics := web.NewMetrics()
	store, err := ledger.Open(ctx, ledger.Options{DSN: o.db, Key: key, Log: log, Committed: metrics.Committed})
	if err != nil {
		return err
	}
	defer store.Close()
	metrics.Watch(store)
	warnOfReaders(log, keyFile(o), "the key that signs receipts")
	if err := warnOfForgotten(ctx, log, store, sites); err != nil {
		return err
	}
	if write != "" { // not before the database took it: a key file that fits nothing would only mislead
		if err := proof.WriteKey(write, key); err != nil {
			return err
		}
	}

	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; choose another with --addr", o.addr, err)
	}
	handler, err := web.NewLive(ctx, web.Options{
		Sites: sites, Ledger: store, BasePath: o.basePath, Demo: o.demo, DemoOrigins: demoOrigins(o, listener),
		TrustedProxies: proxies, Rate: o.rate, Log: log, AdminToken: token, Admin: store, Metrics: metrics,
	})
	if errors.Is(err, web.ErrBasePath) {
		return misuse{fmt.Errorf("--base-path: %w", err)}
	}
	if err != nil {
		return err
	}
	debug.FreeOSMemory() // packing the pages took some tens of megabytes that serving them does not
	warnWithoutWebAssembly(log, wasm.Built())
	following.told = served{address: address(o, listener), proxied: len(proxies) > 0}
	following.told.log(log, handler.Sites())
	if o.demo {
		log.Info("the demo is at " + handler.DemoAddress())
	}
	if o.metricsAddr != "" {
		stopMetrics, err := serveMetrics(o.metricsAddr, metrics, log)
		if err != nil {
			return err
		}
		defer stopMetrics()
	}
	keeping, stopKeeping := context.WithCancel(ctx)
	var kept sync.WaitGroup
	kept.Go(func() { keepTerms(keeping, store, handler.Sites, log) })
	kept.Go(func() { following.run(keeping, handler) })
	defer func() {
		stopKeeping()
		kept.Wait()
	}()
	return listen(ctx, o, listener, handler, log)
}

// warnWithoutWebAssembly tells an operator that the program lacks its WebAssembly, as one of "go install" does.
func warnWithoutWebAssembly(log *slog.Logger, built bool) {
	if !built {
		log.Warn("WebAssembly is missing: the preference centre is a plain form. " +
			"Build the program with \"make build\" in a checkout.")
	}
}

// serveMetrics serves the metrics, and nothing else, on an address of their own.
func serveMetrics(addr string, metrics *web.Metrics, log *slog.Logger) (stop func(), err error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for metrics on %s: %w; choose another with --metrics-addr", addr, err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: 60 * time.Second, ErrorLog: serverLog(log)}
	go server.Serve(l) //nolint:errcheck // ends when the program does
	log.Info("metrics", "addr", l.Addr().String())
	return func() { server.Close() }, nil
}

// keepTerms erases, once a day, the records whose term is over.
func keepTerms(ctx context.Context, store *ledger.Store, sites func() []*policy.Site, log *slog.Logger) {
	const day = 24 * time.Hour
	for next := time.NewTimer(time.Minute); ; next.Reset(day) { // not while the server starts
		select {
		case <-ctx.Done():
			return
		case <-next.C:
		}
		for _, s := range sites() {
			erased, err := store.Expire(ctx, s.ID, ledger.Term{Granted: time.Duration(s.LongestGrant()) * day, Keep: time.Duration(s.Evidence.Years) * 365 * day})
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				log.Error("could not erase records past their term; trying again tomorrow", "site", s.ID, "error", err)
			case erased > 0:
				log.Info("erased records past their term", "site", s.ID, "records", erased)
			}
		}
		if err := store.Scrub(ctx); err != nil && ctx.Err() == nil {
			log.Error("could not scrub the database of what was erased; trying again tomorrow", "error", err)
		}
	}
}

// listen serves until the context ends, then lets requests that are under way finish.
func listen(ctx context.Context, o serveOptions, l net.Listener, h http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    32 << 10,
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS12},
		ErrorLog:          serverLog(log),
	}
	log.Info("listening", "addr", l.Addr().String())
	done := make(chan error, 1)
	go func() {
		if o.tlsCert != "" {
			done <- server.ServeTLS(l, o.tlsCert, o.tlsKey)
		} else {
			done <- server.Serve(l)
		}
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping")
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

func prefixes(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, misuse{fmt.Errorf("--trusted-proxy %q: want a network such as 10.0.0.0/8 or 127.0.0.1/32", s)}
		}
		out = append(out, p)
	}
	return out, nil
}

func (o serveOptions) scheme() string {
	if o.tlsCert != "" {
		return "https"
	}
	return "http"
}

// address is the program's own, as a browser on this machine reaches it.
func address(o serveOptions, l net.Listener) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); ip.IsLoopback() || ip.IsUnspecified() {
		host = "localhost"
	}
	return (&url.URL{Scheme: o.scheme(), Host: net.JoinHostPort(host, port), Path: strings.TrimSuffix(o.basePath, "/")}).String()
}

// demoOrigins are the two origins of one machine that the demo needs: the same port by its two names.
func demoOrigins(o serveOptions, l net.Listener) []string {
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil
	}
	return []string{o.scheme() + "://localhost:" + port, o.scheme() + "://127.0.0.1:" + port}
}
