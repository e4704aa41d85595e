package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// crossOrigin lets pages of the site's origins call the API, and no others: an Origin header is compared exactly. A
// request without one comes from a back end or an app; it is no less authenticated, for an origin proves nothing.
func (s *Server) crossOrigin(next siteHandler) siteHandler {
	return func(w http.ResponseWriter, r *http.Request, site *site) {
		if !s.allow(w, r, site) {
			problem(w, http.StatusForbidden, "foreign-origin", "This page's origin is not one of the site's. Add it to origins in site.yaml, exactly as the browser names it.")
			return
		}
		next(w, r, site)
	}
}

// allow says whether the request's origin may call the API, and sets the headers of CORS.
func (s *Server) allow(w http.ResponseWriter, r *http.Request, site *site) bool {
	h := w.Header()
	h.Add("Vary", "Origin")
	origins := r.Header.Values("Origin")
	switch {
	case len(origins) == 0:
		return true
	case len(origins) > 1:
		return false
	case origins[0] != s.ownOrigin(r) && !slices.Contains(site.origins, origins[0]):
		return false
	}
	h.Set("Access-Control-Allow-Origin", origins[0])
	h.Set("Access-Control-Expose-Headers", "Retry-After")
	if site.Cookie.Domain != "" {
		h.Set("Access-Control-Allow-Credentials", "true") // for the cookie that page and server share
	}
	return true
}

func (s *Server) preflight(w http.ResponseWriter, _ *http.Request, _ *site) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
	h.Set("Access-Control-Allow-Headers", "Content-Type, Authorization")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
}

// ownOrigin is the origin under which the browser sees this server.
func (s *Server) ownOrigin(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	if p := r.Header.Get("X-Forwarded-Proto"); s.fromProxy(r) && (p == "http" || p == "https") {
		scheme = p
	}
	return scheme + "://" + r.Host
}

// fromProxy says whether the request came through a proxy that was named as trusted.
func (s *Server) fromProxy(r *http.Request) bool {
	at, ok := peer(r)
	return ok && s.trusts(at)
}

func (s *Server) trusts(a netip.Addr) bool {
	return slices.ContainsFunc(s.options.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

func peer(r *http.Request) (netip.Addr, bool) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(host)
	return a.Unmap(), err == nil
}

// client is the address that the request came from: the last one in X-Forwarded-For that no trusted proxy has, where
// trusted proxies wrote it.
func (s *Server) client(r *http.Request) (netip.Addr, bool) {
	at, ok := peer(r)
	if !ok || !s.trusts(at) {
		return at, ok
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		hop = strings.TrimSpace(hop)
		a, err := netip.ParseAddr(strings.Trim(hop, "[]"))
		if with, e := netip.ParseAddrPort(hop); e == nil { // some proxies write the port too
			a, err = with.Addr(), nil
		}
		if err != nil {
			break
		}
		if at = a.Unmap(); !s.trusts(at) {
			break
		}
	}
	return at, true
}
