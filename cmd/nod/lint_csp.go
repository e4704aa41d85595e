//go:build !js

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/lint"
)

// cspHeader is a site's Content-Security-Policy for visitors with these grants.
type cspHeader struct {
	Site    string   `json:"site"`
	Granted []string `json:"granted"` // purposes and services
	CSP     string   `json:"csp"`
}

func newCSPHeader(s *policy.Site, server string, granted []string) cspHeader {
	csp := lint.CSP(s, server, func(id string) bool { return slices.Contains(granted, id) })
	return cspHeader{s.ID, granted, csp}
}

// printCSP prints the headers of all sites.
func printCSP(out io.Writer, sites []*policy.Site, o lintOptions) error {
	var all []cspHeader
	for _, s := range sites {
		if len(o.granted) == 0 {
			all = append(all, listCSPHeaders(s, o.server)...)
			continue
		}
		if err := checkGranted(s, o.granted); err != nil {
			return err
		}
		all = append(all, newCSPHeader(s, o.server, withServices(s, o.granted)))
	}
	if o.json {
		return writeJSON(out, all)
	}
	for _, h := range all {
		visitors := "before any answer, and for visitors who rejected"
		if len(h.Granted) > 0 {
			visitors = "for visitors who granted " + strings.Join(h.Granted, ", ")
		}
		fmt.Fprintf(out, "# %s: %s\nContent-Security-Policy: %s\n", h.Site, visitors, h.CSP)
	}
	return nil
}

// listCSPHeaders lists the header without grants, and that of each purpose that changes it.
func listCSPHeaders(s *policy.Site, server string) []cspHeader {
	ungranted := newCSPHeader(s, server, []string{})
	all := []cspHeader{ungranted}
	for _, p := range s.CurrentPolicy().Purposes {
		if h := newCSPHeader(s, server, withServices(s, []string{p.ID})); h.CSP != ungranted.CSP {
			all = append(all, h)
		}
	}
	return all
}

// withServices adds the services of each purpose: a grant of a purpose is one of all that is in it. If some services of
// it are named, the others are not granted. A service is granted only with its purpose, which is added.
func withServices(s *policy.Site, granted []string) []string {
	all := slices.Clone(granted)
	for _, p := range s.CurrentPolicy().Purposes {
		isNamed := func(service policy.Service) bool { return slices.Contains(granted, service.ID) }
		hasNamed, isGranted := slices.ContainsFunc(p.Services, isNamed), slices.Contains(granted, p.ID)
		if hasNamed && !isGranted {
			all = append(all, p.ID)
		}
		if hasNamed || !isGranted {
			continue
		}
		for _, service := range p.Services {
			all = append(all, service.ID)
		}
	}
	return all
}

// checkGranted checks that the ids of --granted are purposes and services of the site.
func checkGranted(s *policy.Site, granted []string) error {
	var all []string
	for _, p := range s.CurrentPolicy().Purposes {
		all = append(all, p.ID)
		for _, service := range p.Services {
			all = append(all, service.ID)
		}
	}
	for _, id := range granted {
		if !slices.Contains(all, id) {
			return newUsageError("--granted %q: site %s has no such purpose or service. It has %s",
				id, s.ID, strings.Join(all, ", "))
		}
	}
	return nil
}
