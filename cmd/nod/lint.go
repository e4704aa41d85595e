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
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/policy"
)

// lintOptions are the flags of nod lint.
type lintOptions struct {
	csp     bool
	server  string
	granted []string
	json    bool
}

func lintCommand() *cobra.Command {
	var o lintOptions
	c := &cobra.Command{
		Use:   "lint [DIR|FILE…]",
		Short: "Check sites: a directory of a site or of sites, or a file of a site; without one, the built-in sites",
		RunE: work(func(c *cobra.Command, args []string) error {
			return lint(c.OutOrStdout(), args, o)
		}),
	}
	f := c.Flags()
	f.BoolVar(&o.csp, "csp", false, "print the Content-Security-Policy that pages need: before any choice, and for each purpose")
	f.StringVar(&o.server, "server", "https://consent.example.com", "with --csp: origin that the pages have the script from, without a path")
	f.StringSliceVar(&o.granted, "granted", nil, "with --csp: print the one for whoever agreed to these purposes and services")
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
		file := dir
		dir = siteOf(dir)
		if _, err := os.Stat(filepath.Join(dir, "site.yaml")); dir != file && err != nil {
			return fmt.Errorf("%s is no file of a site: there is no %s", file, filepath.Join(dir, "site.yaml"))
		}
		below, found, err := readSites(dir)
		var wrong policy.Problems
		if errors.As(placed(below, err), &wrong) {
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

// placed names the files of problems as they are found from here.
func placed(below string, err error) error {
	var problems policy.Problems
	if !errors.As(err, &problems) {
		return err
	}
	problems = slices.Clone(problems)
	for i := range problems {
		problems[i].File = filepath.Join(below, problems[i].File)
	}
	return problems
}

// siteOf is the directory of the site that a file belongs to; a directory is its own.
func siteOf(path string) string {
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return path
	}
	dir := filepath.Dir(path)
	if filepath.Base(dir) == "policy" {
		return filepath.Dir(dir)
	}
	return dir
}

// readSites reads the site, or the sites, in a directory, and says what the files of its problems are below.
func readSites(dir string) (below string, sites []*policy.Site, err error) {
	if dir == "" {
		sites, err = loadSites("")
		return "", sites, err
	}
	if _, err := os.Stat(dir); err != nil {
		return "", nil, fmt.Errorf("there is no %s; want a directory or a file of a site", dir)
	}
	if _, err := os.Stat(filepath.Join(dir, "site.yaml")); err == nil {
		full, err := filepath.Abs(dir)
		if err != nil {
			return "", nil, err
		}
		site, err := policy.LoadSite(os.DirFS(filepath.Dir(full)), filepath.Base(full))
		return filepath.Dir(filepath.Clean(dir)), []*policy.Site{site}, err
	}
	sites, err = policy.LoadSites(os.DirFS(dir))
	return dir, sites, err
}

// header is the Content-Security-Policy of one site for whoever agreed to these.
type header struct {
	Site    string   `json:"site"`
	Granted []string `json:"granted"` // purposes and services
	CSP     string   `json:"csp"`
}

func printCSP(out io.Writer, sites []*policy.Site, o lintOptions) error {
	var all []header
	for _, s := range sites {
		with := func(granted []string) header {
			return header{s.ID, granted, s.CSP(o.server, func(id string) bool { return slices.Contains(granted, id) })}
		}
		if len(o.granted) > 0 {
			if err := known(s, o.granted); err != nil {
				return err
			}
			all = append(all, with(o.granted))
			continue
		}
		none := with([]string{})
		all = append(all, none)
		for _, p := range s.CurrentPolicy().Purposes {
			granted := []string{p.ID}
			for _, service := range p.Services {
				granted = append(granted, service.ID)
			}
			if h := with(granted); h.CSP != none.CSP {
				all = append(all, h)
			}
		}
	}
	if o.json {
		return json.NewEncoder(out).Encode(all)
	}
	for _, h := range all {
		whom := "before any choice, and for whoever refused"
		if len(h.Granted) > 0 {
			whom = "for whoever agreed to " + strings.Join(h.Granted, ", ")
		}
		fmt.Fprintf(out, "# %s: %s\nContent-Security-Policy: %s\n", h.Site, whom, h.CSP)
	}
	return nil
}

// known wants the ids to be those of purposes and services of the site.
func known(s *policy.Site, ids []string) error {
	var all []string
	for _, p := range s.CurrentPolicy().Purposes {
		all = append(all, p.ID)
		for _, service := range p.Services {
			all = append(all, service.ID)
		}
	}
	for _, id := range ids {
		if !slices.Contains(all, id) {
			return misuse{fmt.Errorf("--granted %q: site %s has no such purpose or service; it has %s", id, s.ID, strings.Join(all, ", "))}
		}
	}
	return nil
}
