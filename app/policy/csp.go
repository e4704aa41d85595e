package policy

import (
	"slices"
	"strings"
)

// loading are the directives of a Content-Security-Policy that name where something may be loaded from or sent to
// (Content Security Policy Level 3, 6.1).
var loading = []string{"script-src", "style-src", "img-src", "font-src", "connect-src", "frame-src", "media-src"}

// CSP is the Content-Security-Policy for pages that embed the site's script from a server, given as its origin. It lets
// in what the page's own origin, the server, and the purposes and services that are granted need, and nothing else, not even a
// host that a refused one has as well: so it stops what no script can, such as untagged markup and style sheets. It is to be
// sent for each visitor by the answers in the cookie, or with the required purposes alone. What pages need beside it, such as a
// nonce or data: for images, is theirs to add.
func (s *Site) CSP(server string, granted func(id string) bool) string {
	open := map[string]bool{} // by host: whether everything that has it is granted
	add := func(hosts []string, is bool) {
		for _, h := range hosts {
			before, known := open[h]
			open[h] = is && (before || !known)
		}
	}
	for _, p := range s.CurrentPolicy().Purposes {
		is := p.Required || granted(p.ID)
		add(p.Hosts, is)
		for _, service := range p.Services {
			add(service.Hosts, is && (p.Required || granted(service.ID)))
		}
	}
	var hosts []string
	for h, is := range open {
		if is && !refused(h, open) {
			hosts = append(hosts, "https://"+h)
		}
	}
	slices.Sort(hosts)

	lines := []string{"default-src 'self'", "base-uri 'self'", "form-action 'self'", "object-src 'none'"}
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
	return strings.Join(lines, "; ")
}

// refused says whether a pattern covers a host that is refused; the header can't leave that one out.
func refused(pattern string, open map[string]bool) bool {
	end, wild := strings.CutPrefix(pattern, "*")
	for h, is := range open {
		if wild && !is && strings.HasSuffix(h, end) {
			return true
		}
	}
	return false
}
