package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

// abroad gives the sites other terms in some regions, which the proxy names.
func abroad(o *web.Options) {
	for i := range o.Sites {
		s := *o.Sites[i]
		o.Sites[i] = &s
		s.Location = policy.Location{Country: "x-country", Subdivision: "X-Region"}
		s.Regions = []policy.Region{
			{In: []string{"EEA"}, Ask: policy.Ask{GrantedDays: 180}},
			{In: []string{"US-CA"}, Ask: policy.Ask{DeniedDays: 400}},
		}
	}
}

const atProxy = "From: 198.51.100.7"

func TestConsentJSHasTheTermsOfThePlaceThatATrustedProxyTells(t *testing.T) { // C-57, C-40
	s := start(t, proxy, abroad)
	type terms struct{ granted, denied int }
	strictest := terms{180, 400}
	for _, test := range []struct {
		name    string
		headers []string
		want    terms
	}{
		{"nothing known", nil, strictest},
		{"through the proxy, which does not say", []string{atProxy}, strictest},
		{"France", []string{atProxy, "X-Country: FR"}, terms{180, 184}},
		{"Japan", []string{atProxy, "X-Country: JP"}, terms{365, 184}},
		{"California", []string{atProxy, "X-Country: US", "X-Region: CA"}, terms{365, 400}},
		{"New York", []string{atProxy, "X-Country: US", "X-Region: NY"}, terms{365, 184}},
		{"some state", []string{atProxy, "X-Country: US"}, terms{365, 400}},
		{"Japan, as anybody could say", []string{"X-Country: JP"}, strictest},
		{"Japan, as somebody says who claims to come from the proxy",
			[]string{"X-Country: JP", "X-Forwarded-For: 198.51.100.7"}, strictest},
		{"Japan, with what the visitor sent before it", []string{atProxy, "X-Country: CN", "X-Country: JP"}, strictest},
		{"a part twice", []string{atProxy, "X-Country: US", "X-Region: NY", "X-Region: CA"}, terms{365, 400}},
		{"markup", []string{atProxy, "X-Country: <script>"}, strictest},
		{"another header of a place", []string{atProxy, "CF-IPCountry: JP"}, strictest},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			a := s.get("/acme/consent.js", test.headers...).is(http.StatusOK).
				has("Vary", "Accept-Encoding, Accept-Language, Sec-GPC, X-Country, X-Region")
			c, _ := configIn(t, a.body)
			if got := (terms{c.Form.GrantedDays, c.Form.DeniedDays}); got != test.want {
				t.Errorf("terms %+v, want %+v", got, test.want)
			}
			if c, _ := configIn(t, s.get("/acme/consent.js", append(test.headers, "Sec-GPC: 1")...).is(http.StatusOK).
				body); !c.GPC || c.Form.GrantedDays != test.want.granted {
				t.Errorf("with a signal: %v, %d days", c.GPC, c.Form.GrantedDays)
			}
		})
	}
}

func TestAGrantEndsByTheTermsOfThePlace(t *testing.T) { // C-57, C-40
	c := clock{now: time.Now()}
	s := start(t, proxy, abroad, func(o *web.Options) { o.Now = c.Now })
	d := s.decision("action", "accept_all", "answers", map[string]string{"analytics": "granted", "beacons": "granted"})
	s.decide(d).is(http.StatusCreated)
	subject := d["subject"].(string)
	c.pass(200 * 24 * time.Hour)
	for _, test := range []struct{ name, country, want string }{
		{"where it holds a year", "JP", "granted"},
		{"where it holds half a year", "DE", "unasked"},
		{"where nobody knows", "XX", "unasked"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			if got := s.states(subject, d["secret"].(string), atProxy,
				"X-Country: "+test.country); got["analytics"] != test.want {
				t.Errorf("analytics is %q, want %q", got["analytics"], test.want)
			}
		})
	}
	// A back end is not where the visitor is, though it may come through the same proxy.
	for _, headers := range [][]string{nil, {atProxy, "X-Country: JP"}} {
		var got struct{ State string }
		s.get("/v1/acme/status/analytics?subject="+subject, headers...).is(http.StatusOK).json(&got)
		if got.State != "denied" {
			t.Errorf("a back end is told %q with %v", got.State, headers)
		}
	}
}
