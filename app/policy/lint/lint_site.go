//go:build !js

package lint

import (
	"fmt"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// What authorities and the rules expect.
const (
	minDeniedDays      = 180 // six months
	maxGrantedDays     = 396 // 13 months
	minPermissionHours = 48
)

func (l *linter) lintSite() {
	s := l.site
	for i, o := range s.Origins {
		l.lintOrigin(fmt.Sprintf("$.origins[%d]", i), o)
	}
	if longest := s.LongestAnswer(); s.Cookie.Days < min(longest, load.MaxCookieDays) {
		l.warn(load.RuleReask, "$.cookie.days",
			fmt.Sprintf("the cookie lasts %d days, but answers last %d: visitors are asked again too soon",
				s.Cookie.Days, longest),
			fmt.Sprintf("Use the longest of granted_days and denied_days, at most %d", load.MaxCookieDays))
	}
	l.lintAsk("$.ask", s.Ask)
	for i := range s.Regions {
		l.lintAsk(fmt.Sprintf("$.regions[%d].ask", i), s.Regions[i].ResolveAsk(s.Ask))
	}
	if len(s.Regions) > 0 && s.Location.Country == "" {
		l.note(load.RuleTerms, "$.regions", "no header says where a visitor is: everybody gets the strictest terms",
			"Set location.country to a header that your proxy sets")
	}
	for i, a := range s.Adapters {
		for j, r := range a.Regions {
			if len(r.Granted) > 0 {
				l.warn(load.RuleDefault, fmt.Sprintf("$.adapters[%d].regions[%d].granted", i, j),
					strings.Join(r.Granted, ", ")+": granted before the visitor answers",
					"Leave it out: then every signal waits for the answer")
			}
		}
	}
	l.lintWords("$.languages", s.Languages)
	l.lintWords("$.interface", s.Interface)
	l.lintCalendar()
	l.lintTheme()
	l.lintCookieDomain()
	l.lintAdapterCookies()
	l.lintIncidents()
	l.lintClosure()
}

// lintWords finds languages that the interface has no words in.
func (l *linter) lintWords(at string, languages []string) {
	for i, tag := range languages {
		if _, isKnown := load.FindLocale(tag); isKnown || l.site.Locales[tag] != nil {
			continue
		}
		l.warn(load.RuleTranslation, fmt.Sprintf("%s[%d]", at, i),
			fmt.Sprintf("the program has no words in %q: buttons and labels are in English", tag),
			fmt.Sprintf("Translate them in locales/%s.yaml of the site's directory", tag))
	}
}

func (l *linter) lintOrigin(at, origin string) {
	switch host := cutHost(origin); {
	case origin == "null":
		l.note(load.RuleSecure, at, "every page without its own origin can send decisions",
			"Use the origins of your pages, unless an app's pages have none")
	case host == "localhost" || host == "127.0.0.1" || strings.HasSuffix(host, ".localhost"):
		l.note(load.RuleSecure, at, origin+" is on the developer's machine", "Remove it before you publish")
	case strings.HasPrefix(origin, "http:"):
		l.warn(load.RuleSecure, at, origin+" is not encrypted: anybody on the network can answer for visitors", "Use https")
	}
}

// lintAsk finds terms in the file that are too short or too long.
func (l *linter) lintAsk(at string, a policy.Ask) {
	denied, granted, permission := at+".denied_days", at+".granted_days", at+".permission_hours"
	if a.DeniedDays < minDeniedDays && l.doc.Has(denied) {
		l.warn(load.RuleReask, denied, fmt.Sprintf("visitors are asked again %d days after they reject", a.DeniedDays),
			"Use six months (184) or longer")
	}
	if a.GrantedDays > maxGrantedDays && l.doc.Has(granted) {
		l.note(load.RuleTerms, granted, fmt.Sprintf("a grant lasts %d days", a.GrantedDays),
			"Authorities expect that you ask again after 6 to 13 months")
	}
	if a.PermissionHours < minPermissionHours && l.doc.Has(permission) {
		l.warn(load.RuleReask, permission,
			fmt.Sprintf("a denied permission is asked for again after %d hours", a.PermissionHours), "Use 48 hours or longer")
	}
}

func cutHost(origin string) string {
	_, rest, _ := strings.Cut(origin, "://")
	host, _, _ := strings.Cut(rest, ":")
	return host
}
