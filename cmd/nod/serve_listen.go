//go:build !js

package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/nod-consent/nod/web/httpx"
)

const (
	headerTimeout   = 10 * time.Second
	readTimeout     = 20 * time.Second
	writeTimeout    = 60 * time.Second
	idleTimeout     = 120 * time.Second
	shutdownTimeout = 15 * time.Second // for requests that have begun
	shutdownLimit   = 20 * time.Second // for all that ends with the server
	maxHeaderBytes  = 32 << 10
)

// ports are the listeners of the server. metrics is nil without --metrics-addr.
type ports struct {
	server, metrics net.Listener
}

func openPorts(o serveOptions) (p ports, err error) {
	if p.server, err = openPort("--addr", o.addr); err != nil || o.metricsAddr == "" {
		return p, err
	}
	if p.metrics, err = openPort("--metrics-addr", o.metricsAddr); err != nil {
		p.Close()
	}
	return p, err
}

func openPort(flag, address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w. Choose another address with %s", address, err, flag)
	}
	return l, nil
}

// Close closes the ports that are still open.
func (p ports) Close() {
	for _, l := range []net.Listener{p.server, p.metrics} {
		if l != nil {
			l.Close()
		}
	}
}

// serveRequests serves until the context ends, then lets the requests that have begun finish.
func serveRequests(ctx context.Context, o serveOptions, l net.Listener, h http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS12},
		ErrorLog:          newServerLog(log),
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
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		server.Close()
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

// limitShutdown ends the program if it still runs some time after the context has ended: a database or a file system
// may never answer. What was acknowledged is on disk by then. finished ends the watch.
func limitShutdown(
	ctx context.Context, limit time.Duration, log *slog.Logger, exit func(status int),
) (finished func()) {
	done := make(chan struct{})
	go func() {
		select {
		case <-done:
			return
		case <-ctx.Done():
		}
		select {
		case <-done:
		case <-time.After(limit):
			log.Error("could not stop in time: ending the program. What was acknowledged is stored", "limit", limit)
			exit(1)
		}
	}()
	return func() { close(done) }
}

// serveMetrics serves only the metrics, on their own port; without a port it does nothing.
func serveMetrics(l net.Listener, metrics *httpx.Metrics, log *slog.Logger) (stop func()) {
	if l == nil {
		return func() {}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	server := &http.Server{
		Handler: mux, ReadHeaderTimeout: headerTimeout, WriteTimeout: writeTimeout, ErrorLog: newServerLog(log),
	}
	go server.Serve(l) //nolint:errcheck // ends when the program does
	log.Info("metrics", "addr", l.Addr().String())
	return func() { server.Close() }
}

// scheme is the scheme of the server's addresses.
func (o serveOptions) scheme() string {
	if o.tlsCert != "" {
		return "https"
	}
	return "http"
}

// buildServerAddress returns the address at which a browser on this machine reaches the server.
func buildServerAddress(o serveOptions, l net.Listener) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); ip.IsLoopback() || ip.IsUnspecified() {
		host = "localhost"
	}
	u := url.URL{Scheme: o.scheme(), Host: net.JoinHostPort(host, port), Path: strings.TrimSuffix(o.basePath, "/")}
	return u.String()
}

// listDemoOrigins lists the two origins of one machine that the demo needs: the same port by its two names.
func listDemoOrigins(o serveOptions, l net.Listener) []string {
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil
	}
	return []string{o.scheme() + "://localhost:" + port, o.scheme() + "://127.0.0.1:" + port}
}
