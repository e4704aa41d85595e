package web_test

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/nod-consent/nod/web"
)

var corsHeaders = []string{
	"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Methods",
	"Access-Control-Allow-Headers", "Access-Control-Expose-Headers", "Access-Control-Max-Age",
}

func TestPagesOfTheSitesOriginsMayDecide(t *testing.T) {
	s := shared(t)
	for _, origin := range slices.Concat(acmeOrigins, []string{ownOrigin}) {
		t.Run(origin, func(t *testing.T) {
			s := s.in(t)
			s.decide(s.decision(), "Origin: "+origin).is(http.StatusCreated).
				has("Access-Control-Allow-Origin", origin).has("Access-Control-Expose-Headers", "Retry-After").
				has("Vary", "Origin").lacks("Access-Control-Allow-Credentials")
			s.send("OPTIONS", "/v1/acme/decisions", "", "Origin: "+origin, "Access-Control-Request-Method: POST",
				"Access-Control-Request-Headers: content-type,authorization").
				is(http.StatusNoContent).
				has("Access-Control-Allow-Origin", origin).has("Access-Control-Allow-Methods", "GET, POST, DELETE").
				has("Access-Control-Allow-Headers", "Content-Type, Authorization").has("Access-Control-Max-Age", "600").
				has("Vary", "Origin").lacks("Access-Control-Allow-Credentials")
		})
	}
	t.Run("with the cookie, where page and server share its domain", func(t *testing.T) {
		s := s.in(t)
		preflight := func(origin string) answer {
			return s.send("OPTIONS", "/v1/hostile/decisions", "", "Origin: "+origin, "Access-Control-Request-Method: POST")
		}
		for _, origin := range slices.Concat(acmeOrigins, []string{ownOrigin}) {
			s.get("/v1/hostile/policy", "Origin: "+origin).is(http.StatusOK).
				has("Access-Control-Allow-Credentials", "true").has("Access-Control-Allow-Origin", origin)
			preflight(origin).is(http.StatusNoContent).
				has("Access-Control-Allow-Credentials", "true").has("Access-Control-Allow-Origin", origin)
		}
		// The cookie goes to every host of its domain, which makes none of them a page of the site.
		for _, origin := range []string{"https://evil.example", "https://acme.example", "https://other.acme.example",
			"http://www.acme.example", "null", "*"} {
			s.get("/v1/hostile/policy", "Origin: "+origin).is(http.StatusForbidden).lacks(corsHeaders...)
			preflight(origin).is(http.StatusForbidden).lacks(corsHeaders...)
		}
		s.get("/v1/hostile/policy").is(http.StatusOK).lacks(corsHeaders...)
	})
	t.Run("no origin at all", func(t *testing.T) {
		s := s.in(t)
		s.decide(s.decision()).is(http.StatusCreated).has("Vary", "Origin").lacks(corsHeaders...)
	})
	t.Run("errors can be read, too", func(t *testing.T) {
		s := s.in(t)
		s.send("POST", "/v1/acme/decisions", "{", jsonType, "Origin: "+acmeOrigins[0]).
			problem(http.StatusBadRequest, "malformed-decision").
			has("Access-Control-Allow-Origin", acmeOrigins[0])
	})
}

// foreignOrigins are Origin headers of pages that are not the site's.
var foreignOrigins = []struct {
	name    string
	origins []string
}{
	{"a stranger", []string{"https://evil.example"}},
	{"the origin with something after it", []string{"https://www.acme.example.evil.example"}},
	{"the origin with letters after it", []string{"https://www.acme.examples"}},
	{"something with the origin at its end", []string{"https://evilwww.acme.example"}},
	{"a domain with the origin's at its end", []string{"https://evil-acme.example"}},
	{"a subdomain", []string{"https://a.www.acme.example"}},
	{"the domain above", []string{"https://acme.example"}},
	{"upper case", []string{"https://WWW.ACME.example"}},
	{"a scheme in upper case", []string{"HTTPS://www.acme.example"}},
	{"a trailing dot", []string{"https://www.acme.example."}},
	{"the usual port, written out", []string{"https://www.acme.example:443"}},
	{"another port", []string{"https://www.acme.example:8443"}},
	{"no port", []string{"https://shop.acme.example"}},
	{"another scheme", []string{"http://www.acme.example"}},
	{"an address within it", []string{"https://www.acme.example/"}},
	{"a user before it", []string{"https://www.acme.example@evil.example"}},
	{"a backslash", []string{`https://www.acme.example\.evil.example`}},
	{"a space after it", []string{"https://www.acme.example "}},
	{"both in one", []string{"https://www.acme.example https://evil.example"}},
	{"a list", []string{"https://www.acme.example, https://evil.example"}},
	{"null", []string{"null"}},
	{"empty", []string{""}},
	{"a star", []string{"*"}},
	{"two headers", []string{acmeOrigins[0], "https://evil.example"}},
	{"the same header twice", []string{acmeOrigins[0], acmeOrigins[0]}},
	{"the server's own host with another scheme", []string{"https://" + testHost}},
	{"the server's own host with a port", []string{ownOrigin + ":80"}},
	{"the server's own host without a scheme", []string{testHost}},
}

func TestPagesOfOtherOriginsMayNotDecide(t *testing.T) {
	s := shared(t)
	for _, test := range foreignOrigins {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			var headers []string
			for _, o := range test.origins {
				headers = append(headers, "Origin: "+o)
			}
			d := s.decision()
			a := s.decide(d, headers...).problem(http.StatusForbidden, "foreign-origin").has("Vary", "Origin").
				lacks(corsHeaders...)
			if strings.Contains(string(a.body), "evil") {
				t.Errorf("the answer repeats the origin: %s", a.body)
			}
			if n := len(s.recordsOf(d)); n != 0 {
				t.Errorf("%d records", n)
			}
			s.send("OPTIONS", "/v1/acme/decisions", "", append(headers, "Access-Control-Request-Method: POST")...).
				problem(http.StatusForbidden, "foreign-origin").has("Vary", "Origin").lacks(corsHeaders...)
			for _, path := range []string{"/v1/acme/policy", "/v1/acme/log/checkpoint", "/v1/acme/status/analytics",
				"/v1/acme/subjects/x"} {
				s.get(path, headers...).is(http.StatusForbidden).lacks(corsHeaders...)
			}
		})
	}
}

func TestNullIsAnOriginWhereItIsListed(t *testing.T) {
	s := shared(t)
	s.send("POST", "/v1/native/decisions", s.decision().String(), jsonType, "Origin: null").is(http.StatusCreated).
		has("Access-Control-Allow-Origin", "null")
	s.send("POST", "/v1/native/decisions", s.decision().String(), jsonType, "Origin: "+acmeOrigins[0]).
		is(http.StatusForbidden)
}

// proxy is a network whose word counts.
func proxy(o *web.Options) {
	o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
}

func TestTheSchemeIsTheBrowsersWhereATrustedProxySaysSo(t *testing.T) {
	s := shared(t)
	secure := "https://" + testHost
	for _, test := range []struct {
		name    string
		headers []string
		want    int
	}{
		{"through the proxy", []string{"From: 198.51.100.7", "X-Forwarded-Proto: https"}, http.StatusCreated},
		{"from elsewhere", []string{"X-Forwarded-Proto: https"}, http.StatusForbidden},
		{"through the proxy, which does not say", []string{"From: 198.51.100.7"}, http.StatusForbidden},
		{"through the proxy, which says something odd",
			[]string{"From: 198.51.100.7", "X-Forwarded-Proto: https://evil.example"}, http.StatusForbidden},
		{"through somebody who claims to come from the proxy",
			[]string{"X-Forwarded-Proto: https", "X-Forwarded-For: 198.51.100.7"}, http.StatusForbidden},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			s.decide(s.decision(), append(test.headers, "Origin: "+secure)...).is(test.want)
		})
	}
}
