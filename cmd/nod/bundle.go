//go:build !js

package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

// bundleOptions are the flags of nod bundle.
type bundleOptions struct {
	sites    string
	site     string
	platform string
	server   string
	out      string
	key      string
	json     bool
}

func bundleCommand() *cobra.Command {
	var o bundleOptions
	c := &cobra.Command{
		Use:   "bundle",
		Short: "Write what pages need of a site, to be served from elsewhere",
		Args:  cobra.NoArgs,
		RunE: work(func(c *cobra.Command, _ []string) error {
			return bundle(c.Context(), c.OutOrStdout(), o)
		}),
	}
	f := c.Flags()
	f.StringVar(&o.sites, "sites", "", "directory with a directory per site (default: the built-in sites)")
	f.StringVar(&o.site, "site", "", "the site's id (required)")
	f.StringVar(&o.platform, "platform", "web", "what for: web, or an app on android, ios or harmony")
	f.StringVar(&o.key, "key", "nod.key", "of an app's package: file with the server's key, which signs it; made where it is not there")
	f.StringVar(&o.server, "server", "", "address of the server that takes the decisions, with its path if it has one (required)")
	f.StringVar(&o.out, "out", "", "directory to write to, made where it is not there (required)")
	f.BoolVar(&o.json, "json", false, "print the manifest")
	return c
}

func bundle(ctx context.Context, out io.Writer, o bundleOptions) error {
	for _, f := range []struct{ name, value string }{{"site", o.site}, {"server", o.server}, {"out", o.out}} {
		if f.value == "" {
			return misuse{fmt.Errorf("--%s is missing", f.name)}
		}
	}
	platform := policy.Platform(o.platform)
	if !platform.Valid() {
		return misuse{fmt.Errorf("--platform %q: want web, android, ios or harmony", o.platform)}
	}
	sites, err := loadSites(o.sites)
	if err != nil {
		return err
	}
	var ids []string
	var site *policy.Site
	for _, s := range sites {
		ids = append(ids, s.ID)
		if s.ID == o.site {
			site = s
		}
	}
	if site == nil {
		return misuse{fmt.Errorf("--site %q: there is no such site; there are %s", o.site, strings.Join(ids, ", "))}
	}
	if entries, err := os.ReadDir(o.out); err == nil && len(entries) > 0 {
		return errors.New(o.out + " is not empty; name another directory, or empty it")
	}
	var files map[string][]byte
	var key *proof.Key
	if platform == policy.Web {
		files, err = web.Bundle(ctx, site, o.server)
	} else if key, err = bundleKey(o); err == nil {
		files, err = web.BundleApp(ctx, site, platform, o.server, key)
	}
	if errors.Is(err, web.ErrAddress) {
		return misuse{fmt.Errorf("--server: %w", err)}
	}
	if err != nil {
		return err
	}
	for name, content := range files {
		to := filepath.Join(o.out, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, content, 0o644); err != nil {
			return err
		}
	}
	if o.json {
		_, err := out.Write(append(files["manifest.json"], '\n'))
		return err
	}
	if key != nil {
		fmt.Fprintf(out, "%d files in %s; the app shows %s/%s/first-launch.html, and checks manifest.sig with the key %s\n", len(files), o.out, site.ID, site.Language(), base64.StdEncoding.EncodeToString(key.Public()))
		return nil
	}
	fmt.Fprintf(out, "%d files in %s; embed <script src=\"…/%s/consent.js\"> from where you serve them\n", len(files), o.out, site.ID)
	return nil
}

// bundleKey reads the key that signs an app's package, or makes one for the server.
func bundleKey(o bundleOptions) (*proof.Key, error) {
	if _, err := os.Stat(o.key); err == nil || !errors.Is(err, os.ErrNotExist) {
		return proof.ReadKey(o.key)
	}
	u, err := url.Parse(o.server)
	if err != nil || u.Host == "" {
		return nil, misuse{fmt.Errorf("--server: %q is %w; want one such as https://consent.example.com", o.server, web.ErrAddress)}
	}
	key, err := proof.NewKey(u.Host)
	if err != nil {
		return nil, err
	}
	return key, proof.WriteKey(o.key, key)
}
