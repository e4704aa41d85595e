//go:build !js

package lint

import (
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
)

// loadDirectives are the directives of a Content-Security-Policy that list where a page can load from and send to
// (Content Security Policy Level 3, 6.1).
var loadDirectives = []string{
	"script-src", "style-src", "img-src", "font-src", "connect-src", "frame-src", "media-src",
}

// CSP returns the Content-Security-Policy for pages that embed the site's script from a server, given as its origin.
// It allows only the page's own origin, the server, and the hosts of granted purposes and services. A host that a
// refused one also has is not allowed. So it blocks what no script can, such as untagged markup and style sheets. Send
// it by the answers in each visitor's cookie, or with only the required purposes granted. Pages can need more, such as
// a nonce, or data: for images.
func CSP(s *policy.Site, server string, isGranted func(id string) bool) string {
	hosts := listGrantedHosts(s.CurrentPolicy(), isGranted)
	lines := []string{"default-src 'self'", "base-uri 'self'", "form-action 'self'", "object-src 'none'"}
	for _, directive := range loadDirectives {
		sources := []string{directive, "'self'"}
		switch directive {
		case "script-src", "connect-src", "frame-src":
			sources = append(sources, server)
		}
		for _, h := range hosts {
			sources = append(sources, "https://"+h)
		}
		if directive == "connect-src" { // https:// does not include wss:// (6.7.2.9)
			for _, h := range hosts {
				sources = append(sources, "wss://"+h)
			}
		}
		lines = append(lines, strings.Join(sources, " "))
	}
	return strings.Join(lines, "; ")
}

// listGrantedHosts lists the hosts whose purposes and services are all granted.
func listGrantedHosts(p *policy.Policy, isGranted func(id string) bool) []string {
	allowed := map[string]bool{} // by host: everything that has it is granted
	add := func(hosts []string, granted bool) {
		for _, h := range hosts {
			before, known := allowed[h]
			allowed[h] = granted && (before || !known)
		}
	}
	for _, p := range p.Purposes {
		granted := p.Required || isGranted(p.ID)
		add(p.Hosts, granted)
		for _, service := range p.Services {
			add(service.Hosts, granted && (p.Required || isGranted(service.ID)))
		}
	}
	var hosts []string
	for h, ok := range allowed {
		if ok && !coversRefused(h, allowed) {
			hosts = append(hosts, h)
		}
	}
	slices.Sort(hosts)
	return hosts
}

// coversRefused reports whether a pattern includes a refused host, which the header cannot leave out.
func coversRefused(pattern string, allowed map[string]bool) bool {
	suffix, isPattern := strings.CutPrefix(pattern, "*")
	for h, ok := range allowed {
		if isPattern && !ok && strings.HasSuffix(h, suffix) {
			return true
		}
	}
	return false
}
