//go:build !js

package main

import (
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/lint"
	"github.com/nod-consent/nod/app/policy/load"
)

// lintOptions are the flags of nod lint.
type lintOptions struct {
	csp     bool
	server  string
	granted []string
	json    bool
}

func newLintCommand() *cobra.Command {
	var o lintOptions
	c := &cobra.Command{
		Use: "lint [DIR|FILE…]",
		Short: "Check sites: directories of sites, or a site's directory or file " +
			"(default: ./sites if it has any, else the built-in ones)",
		RunE: runE(func(c *cobra.Command, args []string) error {
			return lintSites(c.OutOrStdout(), args, o)
		}),
	}
	f := c.Flags()
	f.BoolVar(&o.csp, "csp", false,
		"print the Content-Security-Policy that pages need: before any answer, and for each purpose")
	f.StringVar(&o.server, "server", "https://consent.example.com",
		"with --csp: origin that pages load the script from, without a path")
	f.StringSliceVar(&o.granted, "granted", nil,
		"with --csp: print only the policy for visitors who granted these purposes and services")
	f.BoolVar(&o.json, "json", false, jsonUsage)
	return c
}

// finding is one problem as JSON.
type finding struct {
	Level   load.Level `json:"level"`
	Rule    string     `json:"rule,omitempty"`   // of assets/docs/rules.md
	Source  string     `json:"source,omitempty"` // of the rule
	File    string     `json:"file"`
	Line    int        `json:"line,omitempty"`
	Column  int        `json:"column,omitempty"`
	Problem string     `json:"problem"`
	Hint    string     `json:"hint,omitempty"`
	Reason  string     `json:"reason,omitempty"` // the author's, for a note that stays
}

// lintResult is what lint found.
type lintResult struct {
	sites    []*policy.Site // that could be loaded
	findings []finding
	passed   []string // a line for each site without errors and warnings
	counts   map[load.Level]int
}

// isAccepted reports whether a note has its author's reason.
func (f finding) isAccepted() bool { return f.Level == load.Note && f.Reason != "" }

func lintSites(out io.Writer, names []string, o lintOptions) error {
	if u, err := url.Parse(o.server); err != nil || u.Host == "" || u.Scheme+"://"+u.Host != o.server {
		return newUsageError("--server: %q is not an origin. Give one such as https://consent.example.com", o.server)
	}
	if slices.Contains(names, "") {
		return newUsageError("lint: an argument is empty. Give a directory or a file, or no argument")
	}
	if len(names) == 0 {
		names = []string{""}
	}
	result := lintResult{counts: map[load.Level]int{}}
	for _, name := range names {
		found, err := findSiteFiles(name)
		if err != nil {
			return err
		}
		for _, id := range found.ids {
			if err := result.lintSite(found, id); err != nil {
				return err
			}
		}
	}
	if o.csp && result.counts[load.Error] == 0 {
		return printCSP(out, result.sites, o)
	}
	if o.json {
		if err := writeJSON(out, emptyList(result.findings)); err != nil {
			return err
		}
	} else {
		result.print(out)
	}
	if n := result.counts; n[load.Error]+n[load.Warning] > 0 {
		return fmt.Errorf("errors: %d, warnings: %d, notes: %d", n[load.Error], n[load.Warning], n[load.Note])
	}
	return nil
}

// lintSite adds one site's findings.
func (r *lintResult) lintSite(found siteFiles, id string) error {
	site, problems, err := lint.Site(found.files, id)
	if err != nil {
		return err
	}
	counts := map[load.Level]int{}
	accepted := 0
	for _, p := range problems {
		f := finding{
			Level: p.Level, Rule: p.Rule, Source: p.Source, File: filepath.Join(found.prefix, p.File), Line: p.Line,
			Column: p.Column, Problem: p.Message, Hint: p.Hint, Reason: p.Reason,
		}
		if f.Level == "" {
			f.Level = load.Error
		}
		r.findings = append(r.findings, f)
		r.counts[f.Level]++
		counts[f.Level]++
		if f.isAccepted() {
			accepted++
		}
	}
	if site == nil {
		return nil
	}
	r.sites = append(r.sites, site)
	if counts[load.Warning] > 0 {
		return nil
	}
	line := fmt.Sprintf("%s: policy %s: fine", site.ID, site.Current)
	for _, p := range site.Announced() {
		line += "; announced: " + p.Version
		if p.Version != p.Effective {
			line += " for " + p.Effective
		}
	}
	if n := counts[load.Note]; n > 0 {
		line += fmt.Sprintf("; notes: %d", n)
	}
	if accepted > 0 {
		line += fmt.Sprintf(", accepted: %d", accepted)
	}
	r.passed = append(r.passed, line)
	return nil
}

// print prints a line for each finding, as compilers do, and one for each site that passed.
func (r *lintResult) print(out io.Writer) {
	for _, f := range r.findings {
		place := f.File
		if f.Line > 0 {
			place = fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
		}
		var rule []string
		for _, s := range []string{f.Rule, f.Source} {
			if s != "" {
				rule = append(rule, s)
			}
		}
		line := fmt.Sprintf("%s: %s: %s", place, f.Level, f.Problem)
		if f.Hint != "" {
			line += ". " + f.Hint
		}
		if len(rule) > 0 {
			line += " [" + strings.Join(rule, ", ") + "]"
		}
		fmt.Fprintln(out, line)
		if f.isAccepted() {
			fmt.Fprintln(out, "    because: "+f.Reason)
		}
	}
	for _, line := range r.passed {
		fmt.Fprintln(out, line)
	}
}
