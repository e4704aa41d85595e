//go:build !js

package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

const healthTimeout = 4 * time.Second

func newHealthCommand() *cobra.Command {
	var addr, basePath, certificate string
	c := &cobra.Command{
		Use:   "health",
		Short: "Ask the server on this machine whether it is ready",
		Long: `Ask the server on this machine whether it can serve scripts and pages (/readyz). The exit status is 0 if it
can, else 1. It is for the health check of a container, which has no other program.`,
		Args: cobra.NoArgs,
		RunE: runE(func(c *cobra.Command, _ []string) error {
			return checkHealth(c.Context(), addr, basePath, certificate != "")
		}),
	}
	c.Flags().StringVar(&addr, "addr", defaultAddr, "address that the server listens on")
	c.Flags().StringVar(&basePath, "base-path", "/", "path before every address of the server")
	c.Flags().StringVar(&certificate, "tls-cert", "", "certificate of the server, if it uses TLS itself")
	return c
}

func checkHealth(ctx context.Context, addr, basePath string, usesTLS bool) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return newUsageError("--addr %q: is not an address. Give one such as %s", addr, defaultAddr)
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	base := strings.TrimSuffix("/"+strings.Trim(basePath, "/"), "/")
	scheme, client := "http", http.DefaultClient
	if usesTLS {
		scheme, client = "https", newLocalClient()
	}
	address := scheme + "://" + net.JoinHostPort(host, port) + base + "/readyz"
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("health: no server answers at %s: %w. Start it, or give its address with --addr", address,
			withoutAddress(err))
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorText))
		return fmt.Errorf("health: %s: %s: %s", address, response.Status, text)
	}
	return nil
}

// newLocalClient returns a client for the server on this machine. Its certificate is for a name that is not this
// address, and nobody is between the two.
func newLocalClient() *http.Client {
	config := &tls.Config{InsecureSkipVerify: true} //nolint:gosec // only on this machine, and nothing secret is sent
	return &http.Client{Transport: &http.Transport{TLSClientConfig: config}}
}
