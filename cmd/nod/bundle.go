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

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/bundle"
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

func newBundleCommand() *cobra.Command {
	var o bundleOptions
	c := &cobra.Command{
		Use:   "bundle",
		Short: "Export a site's static files, so that you can host them yourself or ship them in an app",
		Args:  cobra.NoArgs,
		RunE: runE(func(c *cobra.Command, _ []string) error {
			return writeBundle(c.Context(), c.OutOrStdout(), o)
		}),
	}
	f := c.Flags()
	f.StringVar(&o.sites, "sites", "", sitesUsage)
	f.StringVar(&o.site, "site", "", "name of the site (required)")
	f.StringVar(&o.platform, "platform", "web", "web, or the platform of an app: android, ios or harmony")
	f.StringVar(&o.key, "key", "nod.key", "key file used to sign app packages; created if missing")
	f.StringVar(&o.server, "server", "", "address of the server that stores the decisions, with its path (required)")
	f.StringVar(&o.out, "out", "", "directory to write to; created if missing (required)")
	f.BoolVar(&o.json, "json", false, "print the manifest")
	return c
}

func (o bundleOptions) check() error {
	required := map[string]string{"--site NAME": o.site, "--server URL": o.server, "--out DIR": o.out}
	if err := requireFlags(required); err != nil {
		return err
	}
	if !policy.Platform(o.platform).Valid() {
		return newUsageError("--platform %q: is not a platform. Platforms: web, android, ios, harmony", o.platform)
	}
	return nil
}

// writeBundle writes the files into an empty directory.
func writeBundle(ctx context.Context, out io.Writer, o bundleOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	site, err := loadSiteFor(o.sites, o.site, o.out)
	if err != nil {
		return err
	}
	files, key, err := makeBundle(ctx, site, o)
	if errors.Is(err, bundle.ErrAddress) {
		return newUsageError("--server: %w", err)
	}
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := writeFileIn(o.out, name, content); err != nil {
			return err
		}
	}
	switch {
	case o.json:
		_, err = out.Write(append(files["manifest.json"], '\n'))
	case key != nil:
		_, err = fmt.Fprintf(out, "%d files in %s. Show %s/%s/first-launch.html in the app, "+
			"and check manifest.sig with the key %s\n",
			len(files), o.out, site.ID, site.Language(), base64.StdEncoding.EncodeToString(key.Public()))
	default:
		_, err = fmt.Fprintf(out, "%d files in %s. Host them, and embed <script src=\"…/%s/consent.js\"> from there\n",
			len(files), o.out, site.ID)
	}
	return err
}

// makeBundle makes the files. For an app it also returns the key that signed them.
func makeBundle(ctx context.Context, site *policy.Site, o bundleOptions) (map[string][]byte, *proof.Key, error) {
	if policy.Platform(o.platform) == policy.Web {
		files, err := bundle.ForWeb(ctx, site, o.server)
		return files, nil, err
	}
	key, err := loadBundleKey(o)
	if err != nil {
		return nil, nil, err
	}
	files, err := bundle.ForApp(ctx, site, policy.Platform(o.platform), o.server, key)
	return files, key, err
}

// loadBundleKey reads the key that signs app packages. A missing one is made, named after the server.
func loadBundleKey(o bundleOptions) (*proof.Key, error) {
	if _, err := os.Stat(o.key); err == nil || !errors.Is(err, os.ErrNotExist) {
		return proof.ReadKey(o.key)
	}
	u, err := url.Parse(o.server)
	if err != nil || u.Host == "" {
		return nil, newUsageError("--server: %q is not an address. Give one such as https://consent.example.com", o.server)
	}
	key, err := proof.NewKey(u.Host)
	if err != nil {
		return nil, err
	}
	return key, proof.WriteKey(o.key, key)
}
