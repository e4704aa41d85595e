package policy

import (
	"slices"
	"strings"
)

// loading are the directives of a Content-Security-Policy that name where something may be loaded from or sent to
// (Content Security Policy Level 3, 6.1).
var loading = []string{"script-src", "style-src", "img-src", "font-src", "connect-src", "frame-src", "media-src"}

// CSP is the Content-Security-Policy for pages that embed the site's script from a server, given as its origin. It lets
// in what the page's own origin, the server, and the purposes that are granted need, and nothing else: so it stops what no
// script can, such as untagged markup and style sheets. It is to be sent for each visitor by the answers in the cookie, or
// with the required purposes alone.
func (s *Site) CSP(server string, granted func(purpose string) bool) string {
	var hosts []string
	for _, p := range s.CurrentPolicy().Purposes {
		if !p.Required && !granted(p.ID) {
			continue
		}
		hosts = append(hosts, p.Hosts...)
		for _, service := range p.Services {
			hosts = append(hosts, service.Hosts...)
		}
	}
	for i, h := range hosts {
		hosts[i] = "https://" + h
	}
	slices.Sort(hosts)
	hosts = slices.Compact(hosts)

	lines := []string{"default-src 'self'", "base-uri 'self'", "object-src 'none'"}
	for _, directive := range loading {
		sources := []string{directive, "'self'"}
		switch directive {
		case "script-src", "connect-src", "frame-src":
			sources = append(sources, server)
		}
		sources = append(sources, hosts...)
		if directive == "connect-src" { // https:// does not stand for wss:// (6.7.2.9)
			for _, h := range hosts {
				sources = append(sources, "wss"+strings.TrimPrefix(h, "https"))
			}
		}
		lines = append(lines, strings.Join(sources, " "))
	}
	return strings.Join(append(lines, "require-trusted-types-for 'script'", "trusted-types nod"), "; ")
}
