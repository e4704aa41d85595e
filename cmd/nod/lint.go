//go:build !js

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/assets"
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
	Level  policy.Level `json:"level"`
	Rule   string       `json:"rule,omitempty"`   // of assets/docs/rules.md
	Source string       `json:"source,omitempty"` // of the rule
	File   string       `json:"file"`
	Line   int          `json:"line,omitempty"`
	Column int          `json:"column,omitempty"`
	What   string       `json:"what"`
	Want   string       `json:"want"`
}

func lint(out io.Writer, dirs []string, o lintOptions) error {
	if u, err := url.Parse(o.server); err != nil || u.Host == "" || u.Scheme+"://"+u.Host != o.server {
		return misuse{fmt.Errorf("--server %q is no origin; want one such as https://consent.example.com", o.server)}
	}
	if len(dirs) == 0 {
		dirs = []string{""}
	}
	var sites []*policy.Site
	var found []finding
	var passed []string // a line for each site without a grave one
	for _, dir := range dirs {
		where, err := sitesAt(dir)
		if err != nil {
			return err
		}
		for _, id := range where.ids {
			site, problems, err := policy.Lint(where.files, id)
			if err != nil {
				return err
			}
			if site != nil {
				sites = append(sites, site)
			}
			counts := map[policy.Level]int{}
			for _, p := range problems {
				f := finding{p.Level, p.Rule, p.Source, filepath.Join(where.below, p.File), p.Line, p.Column, p.What, p.Want}
				if f.Level == "" {
					f.Level = policy.Error
				}
				found = append(found, f)
				counts[f.Level]++
			}
			if site != nil && counts[policy.Warning] == 0 {
				line := fmt.Sprintf("%s: policy %s: fine", site.ID, site.Current)
				for _, p := range site.Announced() {
					line += fmt.Sprintf("; announced for %s: %s", p.Effective, p.Version)
				}
				if n := counts[policy.Note]; n > 0 {
					line += fmt.Sprintf("; notes: %d", n)
				}
				passed = append(passed, line)
			}
		}
	}
	grave := slices.ContainsFunc(found, func(f finding) bool { return f.Level == policy.Error })
	if o.csp && !grave {
		return printCSP(out, sites, o)
	}
	if o.json {
		if err := json.NewEncoder(out).Encode(listed(found)); err != nil {
			return err
		}
	} else {
		printFindings(out, found)
		for _, line := range passed {
			fmt.Fprintln(out, line)
		}
	}
	counts := map[policy.Level]int{}
	for _, f := range found {
		counts[f.Level]++
	}
	if counts[policy.Error]+counts[policy.Warning] > 0 {
		return fmt.Errorf("errors: %d, warnings: %d, notes: %d", counts[policy.Error], counts[policy.Warning], counts[policy.Note])
	}
	return nil
}

// printFindings prints a line for each, as compilers do.
func printFindings(out io.Writer, found []finding) {
	for _, f := range found {
		place := f.File
		if f.Line > 0 {
			place = fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
		}
		why := strings.Join(slices.DeleteFunc([]string{f.Rule, f.Source}, func(s string) bool { return s == "" }), ", ")
		if why != "" {
			why = " [" + why + "]"
		}
		fmt.Fprintf(out, "%s: %s: %s; %s%s\n", place, f.Level, f.What, f.Want, why)
	}
}

// places are sites below a directory.
type places struct {
	files fs.FS
	ids   []string
	below string // what the files' names are below
}

// sitesAt finds the sites of a directory of sites, of one site, or of a file of one; "" are the built-in ones.
func sitesAt(name string) (places, error) {
	if name == "" {
		files, err := fs.Sub(assets.Files, "sites")
		if err != nil {
			return places{}, err
		}
		ids, err := policy.SiteIDs(files)
		return places{files: files, ids: ids}, err
	}
	if _, err := os.Stat(name); err != nil {
		return places{}, fmt.Errorf("there is no %s; want a directory or a file of a site", name)
	}
	dir := siteOf(name)
	_, err := os.Stat(filepath.Join(dir, "site.yaml"))
	switch {
	case err == nil:
		full, err := filepath.Abs(dir)
		return places{os.DirFS(filepath.Dir(full)), []string{filepath.Base(full)}, filepath.Dir(filepath.Clean(dir))}, err
	case dir != name:
		return places{}, fmt.Errorf("%s is no file of a site: there is no %s", name, filepath.Join(dir, "site.yaml"))
	}
	ids, err := policy.SiteIDs(os.DirFS(dir))
	return places{os.DirFS(dir), ids, dir}, err
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
