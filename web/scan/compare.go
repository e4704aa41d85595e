//go:build !js

package scan

import (
	"cmp"
	"net"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/nod-consent/nod/app/policy"
)

// Problem is how a sighting or a declaration differs from what it should be.
type Problem string

// The problems. Unseen is a hint only: another page can need what these did not.
const (
	TooEarly     Problem = "early"      // an optional purpose's, before the choice
	AfterRefusal Problem = "refused"    // an optional purpose's, after everything was refused
	Undeclared   Problem = "undeclared" // no purpose names it
	Unseen       Problem = "unseen"     // a purpose names it, and no page had it
)

// Finding is one difference between the pages and the policy.
type Finding struct {
	Problem Problem `json:"problem"`
	Kind    Kind    `json:"kind"`
	Name    string  `json:"name"`
	Host    string  `json:"host,omitempty"`    // as that of the Sighting; none of what was not seen
	Stage   Stage   `json:"stage,omitempty"`   // as that of the Sighting
	Page    string  `json:"page,omitempty"`    // as that of the Sighting
	Purpose string  `json:"purpose,omitempty"` // id of the purpose or service that names it
}

// declaration is something that a policy names.
type declaration struct {
	kind       Kind
	pattern    string
	owner      string // id of the purpose or service
	isRequired bool
}

// Compare compares an observation with a policy. The findings are in a stable order: by problem, kind, name and host.
// As for the script, a request needs all purposes that name its host, and an entry one of those that name it. Hosts of
// the pages' own sites, and what Nod itself stores, need no purpose unless one names them.
func Compare(p *policy.Policy, o Observation) []Finding {
	declarations := listDeclarations(p)
	isSeen := make([]bool, len(declarations))
	own := listOwnSites(o)
	var findings []Finding
	for _, s := range o.Sightings {
		var optional *declaration
		isRequired := false
		for i := range declarations {
			if d := &declarations[i]; d.matches(s) {
				isSeen[i] = true
				if d.isRequired {
					isRequired = true
				} else {
					optional = cmp.Or(optional, d)
				}
			}
		}
		if problem := findProblem(s, isRequired, optional != nil, isOwn(s, own, o.Server)); problem != "" {
			f := Finding{Problem: problem, Kind: s.Kind, Name: s.Name, Host: s.Host, Stage: s.Stage, Page: s.Page}
			if optional != nil {
				f.Purpose = optional.owner
			}
			findings = append(findings, f)
		}
	}
	if o.HasChosen { // else nothing was granted
		for i, d := range declarations {
			if !isSeen[i] {
				findings = append(findings, Finding{Problem: Unseen, Kind: d.kind, Name: d.pattern, Purpose: d.owner})
			}
		}
	}
	slices.SortFunc(findings, compareFindings)
	return slices.Compact(findings)
}

// findProblem returns what is wrong with a sighting that a required and an optional purpose name, or "".
func findProblem(s Sighting, isRequired, isOptional, isOwn bool) Problem {
	switch {
	case isRequired && (s.Kind != KindRequest || !isOptional):
		return ""
	case !isOptional && isOwn:
		return ""
	case !isOptional:
		return Undeclared
	case s.Stage == Before:
		return TooEarly
	case s.Stage == Refused:
		return AfterRefusal
	}
	return ""
}

func compareFindings(a, b Finding) int {
	order := []Problem{TooEarly, AfterRefusal, Undeclared, Unseen}
	return cmp.Or(
		slices.Index(order, a.Problem)-slices.Index(order, b.Problem),
		cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Host, b.Host),
		cmp.Compare(a.Purpose, b.Purpose))
}

// listDeclarations lists what a policy's purposes and services name. Storage of no area is local, as in the loader.
func listDeclarations(p *policy.Policy) (list []declaration) {
	add := func(owner string, isRequired bool, cookies, storage []policy.StoredItem, hosts []string) {
		for _, c := range cookies {
			list = append(list, declaration{KindCookie, c.Name, owner, isRequired})
		}
		for _, s := range storage {
			list = append(list, declaration{Kind(cmp.Or(s.Area, policy.AreaLocal)), s.Name, owner, isRequired})
		}
		for _, h := range hosts {
			list = append(list, declaration{KindRequest, h, owner, isRequired})
		}
	}
	for _, u := range p.Purposes {
		add(u.ID, u.Required, u.Cookies, u.Storage, u.Hosts)
		for _, s := range u.Services {
			add(s.ID, u.Required, s.Cookies, s.Storage, s.Hosts)
		}
	}
	return list
}

// matches reports whether a sighting is what the policy names: hosts have their star at the start, names at the end.
func (d *declaration) matches(s Sighting) bool {
	if d.kind != s.Kind {
		return false
	}
	if suffix, isPattern := strings.CutPrefix(d.pattern, "*"); isPattern && d.kind == KindRequest {
		return strings.HasSuffix(s.Name, suffix)
	}
	if prefix, isPattern := strings.CutSuffix(d.pattern, "*"); isPattern {
		return strings.HasPrefix(s.Name, prefix)
	}
	return s.Name == d.pattern
}

// nodNames are the names of what Nod's own script stores (assets/docs/cookie.md).
var nodNames = []string{"nod", "nod-newer"}

// isOwn reports whether a sighting needs no purpose: a request within the pages' own sites or to the Nod server, or
// what Nod itself keeps there.
func isOwn(s Sighting, own []string, server string) bool {
	host := strings.TrimPrefix(s.Host, ".")
	isOurs := host == server || slices.Contains(own, registrableDomain(host))
	if s.Kind == KindRequest {
		return isOurs
	}
	return isOurs && (s.Kind == KindCookie || s.Kind == KindLocal) && slices.Contains(nodNames, s.Name)
}

// listOwnSites lists the registrable domains of the pages.
func listOwnSites(o Observation) (domains []string) {
	for _, page := range o.Pages {
		domains = append(domains, registrableDomain(hostOf(page)))
	}
	return domains
}

// hostOf returns the host of an address, without its port; "" if it has none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(u.Hostname(), ".")
}

// registrableDomain is that of a host (URL Standard, 3.2), or the host itself if it has none.
func registrableDomain(host string) string {
	if net.ParseIP(host) != nil {
		return host
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return domain
	}
	return host
}

// kindNames are the kinds in words.
var kindNames = map[Kind]string{
	KindRequest: "request to", KindCookie: "cookie", KindLocal: "localStorage entry", KindSession: "sessionStorage entry",
	KindIndexedDB: "IndexedDB database", KindCache: "cache",
}

// Describe says what the finding is about: "cookie _ga of example.com", for example.
func (f Finding) Describe() string {
	text := kindNames[f.Kind] + " " + f.Name
	if f.Kind != KindRequest && f.Host != "" {
		text += " of " + strings.TrimPrefix(f.Host, ".")
	}
	return text
}
