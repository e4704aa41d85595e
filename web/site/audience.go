package site

import (
	"fmt"
	"net/http"
	"time"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/httpx"
)

// audience is whom a script is for, beside the language.
type audience struct {
	hasGPC bool       // the request carries a Global Privacy Control signal
	terms  policy.Ask // where the visitor is
}

// IsByAddress reports whether the answer to the request depends on its address alone: the address names the language.
// Shared caches may store such an answer, also those that ignore Vary: the strictest terms hold unless the address
// names a region, and the browser itself reads the visitor's signal.
func IsByAddress(r *http.Request) bool { return r.URL.Query().Get("lang") != "" }

func (s *Site) audienceFor(r *http.Request) audience {
	if region := r.URL.Query().Get("region"); region != "" {
		return audience{httpx.HasGPC(r) && !IsByAddress(r), s.TermsIn(policy.ParseJurisdiction(region, ""))}
	}
	if IsByAddress(r) {
		return audience{terms: s.TermsIn(policy.Jurisdiction{})}
	}
	return audience{httpx.HasGPC(r), s.TermsFor(r)}
}

// CacheControl says who may store what shows the version in force, and how long: five minutes, and a day while they
// ask for a newer one, but not beyond the moment at which another version takes effect. Only the visitor's browser
// stores what depends on the headers of the request.
func (s *Site) CacheControl(r *http.Request) string {
	return CacheScope(r) + ", " + s.cacheTimes()
}

// PrivateCacheControl is CacheControl of what depends on the visitor's cookie, whatever the address names.
func (s *Site) PrivateCacheControl() string { return "private, " + s.cacheTimes() }

// CacheScope is "public" for an answer that depends on the address alone, else "private".
func CacheScope(r *http.Request) string {
	if IsByAddress(r) {
		return "public"
	}
	return "private"
}

func (s *Site) cacheTimes() string {
	age, stale := 300, 86400
	now := s.builder.Now()
	if next := s.NextEffect(now); !next.IsZero() {
		left := int(next.Sub(now) / time.Second)
		age = min(age, left)
		stale = min(stale, left-age)
	}
	return fmt.Sprintf("max-age=%d, stale-while-revalidate=%d", age, stale)
}
