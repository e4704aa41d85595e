//go:build !js

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/policy"
)

// lintOptions are the flags of nod lint.
type lintOptions struct {
	csp    bool
	server string
	json   bool
}

func lintCommand() *cobra.Command {
	var o lintOptions
	c := &cobra.Command{
		Use:   "lint [DIR…]",
		Short: "Check sites: each DIR is that of a site, or of sites; without one, the built-in sites",
		RunE: work(func(c *cobra.Command, args []string) error {
			return lint(c.OutOrStdout(), args, o)
		}),
	}
	f := c.Flags()
	f.BoolVar(&o.csp, "csp", false, "print the Content-Security-Policy that pages need, and what each purpose adds to it")
	f.StringVar(&o.server, "server", "https://consent.example.com", "with --csp: origin that the pages have the script from")
	f.BoolVar(&o.json, "json", false, "print JSON")
	return c
}

// finding is one problem as JSON.
type finding struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	What   string `json:"what"`
	Want   string `json:"want"`
}

func lint(out io.Writer, dirs []string, o lintOptions) error {
	if u, err := url.Parse(o.server); err != nil || u.Host == "" || u.Scheme+"://"+u.Host != o.server {
		return misuse{fmt.Errorf("--server %q is no origin; want one such as https://consent.example.com", o.server)}
	}
	if len(dirs) == 0 {
		dirs = []string{""}
	}
	var sites []*policy.Site
	var problems policy.Problems
	for _, dir := range dirs {
		found, err := readSites(dir)
		var wrong policy.Problems
		if errors.As(err, &wrong) {
			problems = append(problems, wrong...)
		} else if err != nil {
			return err
		}
		sites = append(sites, found...)
	}
	if len(problems) > 0 {
		if !o.json {
			return problems
		}
		list := []finding{}
		for _, p := range problems {
			list = append(list, finding(p))
		}
		if err := json.NewEncoder(out).Encode(list); err != nil {
			return err
		}
		return fmt.Errorf("%d findings", len(list))
	}
	if o.csp {
		return printCSP(out, sites, o)
	}
	if o.json {
		_, err := fmt.Fprintln(out, "[]")
		return err
	}
	for _, s := range sites {
		fmt.Fprintf(out, "%s: policy %s: fine\n", s.ID, s.Current)
	}
	return nil
}

// readSites reads the site, or the sites, in a directory.
func readSites(dir string) ([]*policy.Site, error) {
	if dir != "" {
		full, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(filepath.Join(full, "site.yaml")); err == nil {
			site, err := policy.LoadSite(os.DirFS(filepath.Dir(full)), filepath.Base(full))
			return []*policy.Site{site}, err
		}
	}
	return loadSites(dir)
}

// header is the Content-Security-Policy of one site.
type header struct {
	Site     string            `json:"site"`
	CSP      string            `json:"csp"`     // before any choice, and after refusing
	Purposes map[string]string `json:"granted"` // with this purpose granted too
}

func printCSP(out io.Writer, sites []*policy.Site, o lintOptions) error {
	var all []header
	for _, s := range sites {
		h := header{Site: s.ID, CSP: s.CSP(o.server, func(string) bool { return false }), Purposes: map[string]string{}}
		for _, p := range s.CurrentPolicy().Purposes {
			if with := s.CSP(o.server, func(id string) bool { return id == p.ID }); with != h.CSP {
				h.Purposes[p.ID] = with
			}
		}
		all = append(all, h)
	}
	if o.json {
		return json.NewEncoder(out).Encode(all)
	}
	for i, h := range all {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "# %s: before any choice, and for whoever refused\nContent-Security-Policy: %s\n", h.Site, h.CSP)
		for _, p := range sites[i].CurrentPolicy().Purposes {
			if with, ok := h.Purposes[p.ID]; ok {
				fmt.Fprintf(out, "# %s: for whoever agreed to %s; of several purposes join the hosts\nContent-Security-Policy: %s\n", h.Site, p.ID, with)
			}
		}
	}
	return nil
}
