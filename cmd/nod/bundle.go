//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

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
	f.StringVar(&o.platform, "platform", "web", "what for: web")
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
	if o.platform != "web" {
		return misuse{fmt.Errorf("--platform %q: want web", o.platform)}
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
	files, err := web.Bundle(ctx, site, o.server)
	if errors.Is(err, web.ErrAddress) {
		return misuse{fmt.Errorf("--server: %w", err)}
	}
	if err != nil {
		return err
	}
	if entries, err := os.ReadDir(o.out); err == nil && len(entries) > 0 {
		return errors.New(o.out + " is not empty; name another directory, or empty it")
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
	fmt.Fprintf(out, "%d files in %s; embed <script src=\"…/%s/consent.js\"> from where you serve them\n", len(files), o.out, site.ID)
	return nil
}
