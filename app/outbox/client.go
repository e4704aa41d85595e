package outbox

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	// answerTimeout is for a whole delivery.
	answerTimeout = 20 * time.Second

	// bodyTimeout is for the body of an answer, whose status is known by then.
	bodyTimeout = time.Second

	// maxAnswer is how much of an answer is read. None of it is stored.
	maxAnswer = 4 << 10
)

// errPrivate is of an address that no webhook may have unless the operator allows it.
var errPrivate = errors.New("the address is not public. Allow its network with --webhook-allow, if it is yours")

// newClient returns a client for one webhook, which connects to public addresses, and to the allowed networks. The
// address is checked when the connection is made, after the name was looked up: a name that changes in between leads
// nowhere else. Without TLS only allowed networks are reached.
func newClient(webhook string, allowed []netip.Prefix) *http.Client {
	isTLS := strings.HasPrefix(webhook, "https:")
	dialer := &net.Dialer{Timeout: answerTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		return checkAddress(address, allowed, isTLS)
	}}
	return &http.Client{
		Timeout: answerTimeout,
		// A redirect is a failure: it could lead to an address that nobody has named.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: answerTimeout, MaxResponseHeaderBytes: 16 << 10,
			ForceAttemptHTTP2: true,
		},
	}
}

// publicV6 is the part of IPv6 that addresses of the internet are taken from. The other forms of IPv4 addresses (::/96,
// ::ffff:0:0:0/96, 64:ff9b::/96), private networks and what nobody has are outside of it.
var publicV6 = netip.MustParsePrefix("2000::/3")

// notPublic are networks that no company's public server is in, beside those that netip knows and those outside of
// publicV6.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("3fff::/20"),
}

// isPublic says whether an address is one of the internet.
func isPublic(ip netip.Addr) bool {
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && (ip.Is4() || publicV6.Contains(ip)) &&
		!slices.ContainsFunc(notPublic, func(network netip.Prefix) bool { return network.Contains(ip) })
}

func checkAddress(address string, allowed []netip.Prefix, isTLS bool) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%s: is not an address: %w", address, err)
	}
	ip := to.Addr().Unmap().WithZone("")
	for _, network := range allowed {
		if network.Contains(ip) {
			return nil
		}
	}
	switch {
	case !isPublic(ip):
		return errPrivate
	case !isTLS:
		return errors.New("the address is public, and the webhook has no TLS. Use https")
	}
	return nil
}
