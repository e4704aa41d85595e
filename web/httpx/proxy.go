package httpx

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// TrustedProxies are the networks of the proxies whose headers count.
type TrustedProxies []netip.Prefix

// IsProxied says whether the request came through a trusted proxy.
func (p TrustedProxies) IsProxied(r *http.Request) bool {
	from, ok := peerOf(r)
	return ok && p.contains(from)
}

// OwnOrigin returns the origin under which the browser sees this server.
func (p TrustedProxies) OwnOrigin(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	if forwarded := r.Header.Get("X-Forwarded-Proto"); p.IsProxied(r) && (forwarded == "http" || forwarded == "https") {
		scheme = forwarded
	}
	return scheme + "://" + r.Host
}

// IsSecure says whether the browser reaches this server over TLS.
func (p TrustedProxies) IsSecure(r *http.Request) bool {
	return strings.HasPrefix(p.OwnOrigin(r), "https:")
}

// ClientAddress returns the address that the request came from. Where trusted proxies wrote X-Forwarded-For, it is the
// last address there that is not a trusted proxy's.
func (p TrustedProxies) ClientAddress(r *http.Request) (netip.Addr, bool) {
	client, ok := peerOf(r)
	if !ok || !p.contains(client) {
		return client, ok
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		hop = strings.TrimSpace(hop)
		a, err := netip.ParseAddr(strings.Trim(hop, "[]"))
		if withPort, e := netip.ParseAddrPort(hop); e == nil { // some proxies write the port too
			a, err = withPort.Addr(), nil
		}
		if err != nil {
			break
		}
		if client = a.Unmap(); !p.contains(client) {
			break
		}
	}
	return client, true
}

func (p TrustedProxies) contains(a netip.Addr) bool {
	return slices.ContainsFunc(p, func(network netip.Prefix) bool { return network.Contains(a) })
}

// peerOf returns the address at the other end of the connection.
func peerOf(r *http.Request) (netip.Addr, bool) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(host)
	return a.Unmap(), err == nil
}
