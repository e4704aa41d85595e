//go:build !js

package lint

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// lintCookieDomain finds a domain that browsers refuse: one that anybody can have a site under, or one that does not
// cover a page of the site.
func (l *linter) lintCookieDomain() {
	domain := strings.ToLower(strings.TrimPrefix(l.site.Cookie.Domain, "."))
	if domain == "" {
		return
	}
	if suffix, _ := publicsuffix.PublicSuffix(domain); suffix == domain {
		l.warn(load.RuleReask, "$.cookie.domain",
			fmt.Sprintf("browsers accept no cookie for %s: anybody can have a site under it", domain),
			"Use your own domain, or leave it out")
		return
	}
	for i, origin := range l.site.Origins {
		host := cutHost(origin)
		if origin == "null" || host == domain || strings.HasSuffix(host, "."+domain) {
			continue
		}
		l.warn(load.RuleReask, fmt.Sprintf("$.origins[%d]", i),
			fmt.Sprintf("cookie.domain %s does not cover %s: an answer there holds on this host only", domain, origin),
			"Make a site of its own for it, or leave cookie.domain out")
	}
}

// adapterCookies are the first-party cookies of the tools that adapters serve, by the documentation of each:
// learn.microsoft.com/clarity/setup-and-installation/cookie-list and matomo.org/faq/general/faq_146.
var adapterCookies = map[policy.AdapterName][]string{
	policy.AdapterClarity: {"_clck", "_clsk"},
	policy.AdapterMatomo:  {"_pk_id*", "_pk_ses*"},
}

// lintAdapterCookies finds cookies of a tool that no purpose of its adapter lists: a withdrawal would leave them.
func (l *linter) lintAdapterCookies() {
	for i, a := range l.site.Adapters {
		var missing []string
		for _, cookie := range adapterCookies[a.Name] {
			if !listsCookie(l.site.CurrentPolicy(), a.Purposes, cookie) {
				missing = append(missing, cookie)
			}
		}
		if len(missing) > 0 {
			l.warn(load.RuleDeclared, fmt.Sprintf("$.adapters[%d].purposes", i),
				fmt.Sprintf("no purpose of %s lists %s: a withdrawal does not remove them",
					a.Name, strings.Join(missing, " and ")),
				"Add them to the cookies of "+strings.Join(a.Purposes, " or ")+" in the policy")
		}
	}
}

// listsCookie reports whether one of the purposes, or a service of it, lists the cookie.
func listsCookie(p *policy.Policy, purposes []string, cookie string) bool {
	matches := func(c policy.StoredItem) bool {
		start, isPattern := strings.CutSuffix(c.Name, "*")
		return c.Name == cookie || isPattern && strings.HasPrefix(cookie, start)
	}
	return slices.ContainsFunc(p.Purposes, func(p policy.Purpose) bool {
		return slices.Contains(purposes, p.ID) && (slices.ContainsFunc(p.Cookies, matches) ||
			slices.ContainsFunc(p.Services, func(s policy.Service) bool { return slices.ContainsFunc(s.Cookies, matches) }))
	})
}
