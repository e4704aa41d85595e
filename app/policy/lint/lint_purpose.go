//go:build !js

package lint

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// Widths of texts on the first layer, in columns.
const (
	maxSummary = 260
	maxNotice  = 420
)

// basedOnConsent matches the legal basis of consent.
var basedOnConsent = regexp.MustCompile(`13\(1\)\(1\)|6\(1\)\(a\)|第十三条第一款第一项`)

// threatening matches a text that says that nothing works without something.
var threatening = regexp.MustCompile(`(?i)无法(正常)?(使用|运行)(本|我们的)?(服务|产品|应用|云之家)?[。，]?$|` +
	`将?无法为您提供服务|不能使用本(服务|应用)|` +
	`cannot use the (service|app|site)\b|(service|app|site) (will )?(not work|stops? working)\b`)

func (l *linter) lintPurpose(at string, p *policy.Purpose) {
	isSensitive := p.Kind == policy.KindSharing || p.Kind == policy.KindSensitive
	switch {
	case p.Required && basedOnConsent.MatchString(p.Basis.Law):
		l.warn(load.RuleBasis, at+".required", "its basis is consent, but nobody is asked",
			"Ask for it, or use another basis")
	case !p.Required && !p.Separate && isSensitive:
		l.warn(load.RuleSeparate, at+".kind", fmt.Sprintf("\"accept all\" includes a purpose of kind %s", p.Kind),
			"Add separate: true")
	case !p.Required && !p.Separate && p.Kind == policy.KindMessaging:
		l.warn(load.RuleMessaging, at+".kind", "\"accept all\" includes messages to the visitor", "Add separate: true")
	}
	if p.Kind == policy.KindBeacon && !p.Required && !p.GPC {
		l.warn(load.RuleSignal, at+".kind", "a Global Privacy Control signal does not refuse these beacons", "Add gpc: true")
	}
	if n := countColumns(l.original(p.Summary)); n > maxSummary {
		l.warn(load.RuleNotice, at+".summary", fmt.Sprintf("is %d columns wide, which is too long beside a switch", n),
			fmt.Sprintf("Write one sentence of at most %d columns; a Chinese character has two", maxSummary))
	}
	if !p.Required && threatening.MatchString(l.original(p.Refusal)) {
		l.warn(load.RuleRefusal, at+".refusal", "refusing an optional purpose costs the whole service",
			"Say what does not work without this purpose")
	}
	l.lintGround(at, p)
	l.lintBiometrics(at, p)
	l.lintDeclared(at, p)
	l.lintHosts(at, p.Hosts)
	l.lintVendorHosts(at, p)
	if !p.Required {
		l.lintCookies(at, p.Cookies)
	}
	for i := range p.Services {
		l.lintService(fmt.Sprintf("%s.services[%d]", at, i), &p.Services[i])
	}
}

// lintGround finds a required purpose that the policy gives no ground for. Nobody can refuse it, so the policy has to
// say why.
func (l *linter) lintGround(at string, p *policy.Purpose) {
	if p.Required && p.Ground == "" {
		l.warn(load.RuleBasis, at+".required", fmt.Sprintf("purpose %s is required, but names no ground in the policy", p.ID),
			"Copy the passage of the full text that says so into ground, or ask for it")
	}
}

func (l *linter) lintService(at string, s *policy.Service) {
	if s.URL == "" && l.original(s.Provider) != l.original(l.policy.Controller.Name) {
		l.note(load.RuleNotice, at, fmt.Sprintf("service %s has no address of its provider's privacy policy", s.ID),
			"Add url")
	}
	l.lintHosts(at, s.Hosts)
	l.lintCookies(at, s.Cookies)
}

// lintDeclared finds a purpose of which Nod blocks only tagged elements.
func (l *linter) lintDeclared(at string, p *policy.Purpose) {
	declared := len(p.Cookies) + len(p.Storage) + len(p.Hosts)
	for _, s := range p.Services {
		declared += len(s.Cookies) + len(s.Storage) + len(s.Hosts)
	}
	if declared == 0 && !p.Required && (p.Kind == policy.KindCookie || p.Kind == policy.KindBeacon) {
		l.note(load.RuleDeclared, at,
			fmt.Sprintf("purpose %s has no cookies, storage or hosts: only tagged elements are blocked", p.ID),
			"Add cookies, storage or hosts")
	}
}

// lintCookies finds a purpose that would clear Nod's own cookie.
func (l *linter) lintCookies(at string, cookies []policy.StoredItem) {
	for i, c := range cookies {
		prefix, isPattern := strings.CutSuffix(c.Name, "*")
		if c.Name == "nod" || isPattern && strings.HasPrefix("nod", prefix) {
			l.warn(load.RuleReask, fmt.Sprintf("%s.cookies[%d].name", at, i),
				fmt.Sprintf("%q is the cookie of the answers: rejecting would clear it", c.Name),
				"Move it to a required purpose")
		}
	}
}

// lintHosts finds patterns that block nothing, or the site itself.
func (l *linter) lintHosts(at string, hosts []string) {
	for i, h := range hosts {
		place := fmt.Sprintf("%s.hosts[%d]", at, i)
		host, isPattern := strings.CutPrefix(h, "*.")
		if suffix, icann := publicsuffix.PublicSuffix(host); isPattern && icann && suffix == host {
			l.warn(load.RuleBlock, place, fmt.Sprintf("%q is everything below a public suffix", h), "Use a registered domain")
		}
		for j, other := range hosts {
			if j != i && covers(other, h) {
				l.warn(load.RuleBlock, place, fmt.Sprintf("%q already covers %q", other, h), "Remove one of them")
			}
		}
		for _, o := range l.site.Origins {
			if own := cutHost(o); own == host || isPattern && strings.HasSuffix(own, "."+host) {
				l.warn(load.RuleBlock, place, fmt.Sprintf("%q includes the page %s: Nod would block the page's own requests "+
					"until the purpose is granted", h, o), "List only the purpose's own hosts")
			}
		}
	}
}

// covers reports whether a pattern includes another host or pattern.
func covers(pattern, other string) bool {
	parent, ok := strings.CutPrefix(pattern, "*.")
	host, isPattern := strings.CutPrefix(other, "*.")
	return ok && (strings.HasSuffix(host, "."+parent) || host == parent && !isPattern)
}
