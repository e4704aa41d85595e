package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// careless is a cache that many visitors share and that ignores Vary, as the caches of some networks do.
type careless struct {
	*server
	stored map[string]answer // by address
}

// get answers from the cache, or from the server. It stores what a shared cache may store.
func (c *careless) get(address string, headers ...string) answer {
	c.Helper()
	if a, ok := c.stored[address]; ok {
		return a
	}
	a := c.server.get(address, headers...)
	control := a.Header.Get("Cache-Control")
	if strings.Contains(control, "public") && !strings.Contains(control, "no-store") {
		c.stored[address] = a
	}
	return a
}

// C-38, C-40, C-57
func TestACacheThatIgnoresVaryIsNeverTooLenient(t *testing.T) {
	s := start(t, proxy, abroad)
	lenient := []string{atProxy, "X-Country: JP", "Accept-Language: ar", "Origin: " + acmeOrigins[0]}
	strict := []string{"Sec-GPC: 1", "Accept-Language: en"}
	for _, test := range []struct {
		address         string
		isShared        bool
		granted, denied int // for the second visitor
		language        string
	}{
		{"/acme/consent.js", false, 180, 400, "en"},
		{"/acme/consent.js?lang=", false, 180, 400, "en"},
		{"/acme/consent.js?lang=ar", true, 180, 400, "ar"},
		{"/acme/consent.js?lang=en", true, 180, 400, "en"},
		{"/acme/consent.js?lang=xx", true, 180, 400, "en"},
		{"/acme/consent.js?lang=%00", true, 180, 400, "en"},
		{"/acme/consent.js?lang=en&region=JP", true, 365, 184, "en"},
		{"/acme/consent.js?lang=en&region=US-CA", true, 365, 400, "en"},
		{"/acme/consent.js?lang=en&region=nowhere", true, 180, 400, "en"},
		{"/acme/consent.js?region=FR", false, 180, 184, "en"},
	} {
		t.Run(test.address, func(t *testing.T) {
			cache := &careless{s.in(t), map[string]answer{}}
			cache.get(test.address, lenient...)
			if _, isShared := cache.stored[test.address]; isShared != test.isShared {
				t.Errorf("a shared cache may store it: %v, want %v", isShared, test.isShared)
			}
			a := cache.get(test.address, strict...).is(http.StatusOK)
			got, _ := configIn(t, a.body)
			if got.Form.GrantedDays != test.granted || got.Form.DeniedDays != test.denied {
				t.Errorf("terms of %d and %d days", got.Form.GrantedDays, got.Form.DeniedDays)
			}
			if got.Language != test.language {
				t.Errorf("language %q", got.Language)
			}
			// Where the address does not say it, the script reads the signal in the browser.
			if got.GPC == test.isShared {
				t.Errorf("the script has a visitor's signal: %v", got.GPC)
			}
			if vary := a.Header.Get("Vary"); test.isShared && vary != "Accept-Encoding" {
				t.Errorf("Vary is %q", vary)
			}
		})
	}
}

func TestNoSharedCacheStoresAPageThatDependsOnTheVisitor(t *testing.T) {
	s := start(t, proxy, abroad)
	for _, page := range []string{"preferences", "first-launch?platform=android", "policy", "lists/purposes", "receipt",
		""} {
		cache := &careless{s.in(t), map[string]answer{}}
		arabic := cache.get("/acme/"+page, "Accept-Language: ar")
		english := cache.get("/acme/"+page, "Accept-Language: en", "Sec-GPC: 1")
		if arabic.StatusCode == http.StatusOK && english.Header.Get("Content-Language") != "en" {
			t.Errorf("/acme/%s is in %q for a reader of English", page, english.Header.Get("Content-Language"))
		}
	}
	// The preference centre shows what the visitor's cookie says.
	cache := &careless{s.in(t), map[string]answer{}}
	cache.get("/acme/preferences?lang=en")
	cache.get("/v1/acme/policy?lang=en", "Origin: "+acmeOrigins[0])
	if len(cache.stored) > 0 {
		t.Errorf("a shared cache stores %d pages", len(cache.stored))
	}
	cache.get("/acme/policy?lang=en")
	cache.get("/v1/acme/policy?lang=en")
	if len(cache.stored) != 2 {
		t.Errorf("a shared cache stores %d of the pages that depend on the address alone", len(cache.stored))
	}
}

// What operating.md tells of caches in front of a server.
func TestHowLongSharedCachesMayStoreEachAddress(t *testing.T) {
	const (
		forGood     = "public, max-age=31536000, immutable"
		fiveMinutes = "public, max-age=300"
		byVersion   = "public, max-age=300, stale-while-revalidate=86400"
		never       = "no-store"
	)
	s := start(t, sites(t, "acme"))
	for range 257 { // one more than a whole tile
		s.decide(s.decision()).is(http.StatusCreated)
	}
	script := s.get("/acme/consent.js?lang=en").is(http.StatusOK).body
	c, _ := configIn(t, script)
	for _, test := range []struct{ address, control string }{
		{"/acme/consent.js?lang=en", byVersion},
		{"/acme/consent.js?lang=en&region=US-CA", byVersion},
		{"/acme/policy?lang=en", byVersion},
		{"/acme/lists/purposes?lang=en", byVersion},
		{"/" + c.More, forGood},
		{"/v1/acme/log/tile/0/000", forGood},
		{"/v1/acme/log/tile/1/000.p/1", forGood},
		{"/v1/acme/log/tile/entries/000", forGood},
		{"/v1/acme/log/tile/entries/001.p/1", forGood},
		{"/v1/acme/log/checkpoint", never},
		{"/v1/acme/log/keys", never},
		{"/v1/acme/policy?lang=en", fiveMinutes},
		{"/schema/site.json", fiveMinutes},
		{"/docs/operating", fiveMinutes},
		{"/docs/operating.md", fiveMinutes},
		{"/docs/search.zh-CN.json", fiveMinutes},
		{"/llms.txt", fiveMinutes},
		{"/nod.d.ts", fiveMinutes},
		{"/sdk/client.tgz", fiveMinutes},
		{s.clientAddress(), fiveMinutes},
		{"/sdk/nod-consent.tpl", fiveMinutes},
		{"/healthz", never},
		{"/readyz", never},
		{"/.well-known/gpc.json", never},
	} {
		s.get(test.address).is(http.StatusOK).has("Cache-Control", test.control).lacks("Set-Cookie")
	}
	s.get("/v1/acme/log/tile/0/001").is(http.StatusNotFound).has("Cache-Control", never) // it will exist later
}
