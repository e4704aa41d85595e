//go:build !js

package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/scan"
)

// scanReport is what "nod scan" found, as JSON.
type scanReport struct {
	Site   string   `json:"site"`
	Policy string   `json:"policy"` // version that the pages were compared with
	Pages  []string `json:"pages"`  // after redirects
	Server string   `json:"server,omitempty"`

	HasChosen bool           `json:"chosen"` // refusing and granting were looked at, with the tag on one of the pages
	Findings  []scan.Finding `json:"findings"`
}

func newScanCommand() *cobra.Command {
	var o scan.Options
	var sites, id string
	var asJSON bool
	c := &cobra.Command{
		Use:   "scan URL…",
		Short: "Open pages in a browser, and find cookies, entries and requests that the policy does not have",
		Long: `Open pages in a browser and compare what they store and where they send requests with a site's policy: what
comes before a choice, what comes after everything optional was refused, and what no purpose names. What a purpose
names and no page needed is listed too.

The command needs Chromium or Chrome. It opens the pages three times, each time with an empty profile: without a
choice, after refusing and after granting everything, which it does with the site's tag. The server gets no decision.
After granting, services count the visit like any other. If no page has the tag, they are only looked at without a
choice. What comes after a click or a sign-in, and what a service hides from automated browsers, is not seen.

The exit status is 1 if something comes too early, after a refusal, or is in no purpose.`,
		Example: "nod scan https://www.example.com/ https://www.example.com/pricing --site example",
		Args: func(_ *cobra.Command, pages []string) error {
			if len(pages) == 0 {
				return newUsageError("scan: the page is missing. Give one address or more, such as " +
					"https://www.example.com/")
			}
			return nil
		},
		RunE: runE(func(c *cobra.Command, pages []string) error {
			o.Pages = pages
			if err := checkScan(o); err != nil {
				return err
			}
			all, err := loadSites(chooseSites(sites))
			if err != nil {
				return err
			}
			site, err := findSite(all, id)
			if err != nil {
				return err
			}
			o.Site = site.ID
			seen, err := scan.Pages(c.Context(), o)
			if err != nil {
				return err
			}
			return printScan(c.OutOrStdout(), site.At(time.Now()), seen, asJSON)
		}),
	}
	f := c.Flags()
	f.StringVar(&sites, "sites", "", sitesUsage)
	f.StringVar(&id, "site", "", "name of the site; may be left out if there is only one")
	f.StringVar(&o.Browser, "browser", "", "program of Chromium or Chrome (default: the one that is installed)")
	f.BoolVar(&o.NoSandbox, "no-sandbox", false,
		"start the browser without its sandbox, which root has to; only for pages you trust")
	f.DurationVar(&o.Wait, "wait", 5*time.Second, "how long a page stays open after it has loaded")
	f.BoolVar(&asJSON, "json", false, jsonUsage)
	return c
}

// checkScan finds what is wrong on the command line.
func checkScan(o scan.Options) error {
	for _, page := range o.Pages {
		if u, err := url.Parse(page); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return newUsageError("scan %q: is not the address of a page. Give one such as https://www.example.com/", page)
		}
	}
	if o.Wait < 0 {
		return newUsageError("--wait %s: is negative. Give a time such as 5s", o.Wait)
	}
	return nil
}

// printScan compares what was seen with the policy in force, and prints the differences. Any but what was not seen is
// an error.
func printScan(w io.Writer, site *policy.Site, seen scan.Observation, asJSON bool) error {
	p := site.CurrentPolicy()
	r := scanReport{Site: site.ID, Policy: p.Version, Pages: seen.Pages, Server: seen.Server,
		HasChosen: seen.HasChosen, Findings: append([]scan.Finding{}, scan.Compare(p, seen)...)}
	problems := 0
	for _, f := range r.Findings {
		if f.Problem != scan.Unseen {
			problems++
		}
	}
	if asJSON {
		if err := writeJSON(w, r); err != nil {
			return err
		}
	} else {
		r.print(w, problems)
	}
	if problems > 0 {
		return fmt.Errorf("scan: problems: %d", problems)
	}
	return nil
}

// scanAdvice has a heading for each kind of problem, and says what to do about it.
var scanAdvice = map[scan.Problem][2]string{
	scan.TooEarly: {"Before the choice",
		"Tag the element that loads or sets it with data-category. For a request, naming its host in the purpose is enough."},
	scan.AfterRefusal: {"After the refusal",
		"Tag the element that loads it with data-category. What your server sets, it should set only after a yes."},
	scan.Undeclared: {"In no purpose",
		"Name it under cookies, storage or hosts of the purpose that needs it, or remove what it comes from."},
	scan.Unseen: {"Named, but not seen", "Take it out of the policy if no other page needs it."},
}

// stageNames say when something was seen.
var stageNames = map[scan.Stage]string{
	scan.Before: "before the choice", scan.Refused: "after the refusal", scan.Granted: "after granting everything",
}

// print prints the findings, grouped by problem.
func (r scanReport) print(w io.Writer, problems int) {
	fmt.Fprintf(w, "site    %s, version %s\npages   %s\n", r.Site, r.Policy, strings.Join(r.Pages, "\n        "))
	if !r.HasChosen {
		fmt.Fprintf(w, "\nNo page has the tag of %s: only what comes before a choice was looked at.\n", r.Site)
	}
	for i, f := range r.Findings {
		if i == 0 || r.Findings[i-1].Problem != f.Problem {
			advice := scanAdvice[f.Problem]
			fmt.Fprintf(w, "\n%s\n    %s\n", advice[0], advice[1])
		}
		parts := []string{f.Describe()}
		if f.Purpose != "" {
			parts = append(parts, "of "+f.Purpose)
		}
		if f.Problem == scan.Undeclared {
			parts = append(parts, stageNames[f.Stage])
		}
		if f.Page != "" {
			parts = append(parts, "on "+f.Page)
		}
		fmt.Fprintln(w, "  - "+strings.Join(parts, ", "))
	}
	if problems == 0 {
		fmt.Fprintln(w, "\nNo problem was found.")
	}
}
