package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/nod-consent/nod/app/consent"
)

// secretCookie keeps a subject's secret between two posts of the form. Unlike consent.CookieName it is for this host
// alone: no script reads it, and no page of another site sends it.
const secretCookie = "nod-secret"

// secretCookieOf is its name where the browser sees this server. Over TLS the prefix __Host- says that no other host
// can have set it (RFC 6265bis, section 4.1.3.2).
func (s *Server) secretCookieOf(r *http.Request) string {
	if s.secure(r) {
		return "__Host-" + secretCookie
	}
	return secretCookie
}

// keepSecret sets it.
func (s *Server) keepSecret(w http.ResponseWriter, r *http.Request, site *site, secret string) {
	http.SetCookie(w, &http.Cookie{
		Name: s.secretCookieOf(r), Value: secret, Path: "/", HttpOnly: true,
		MaxAge: site.Cookie.Days * 86400, SameSite: http.SameSiteStrictMode, Secure: s.secure(r),
	})
}

// secretIn reads it; "" where there is none.
func (s *Server) secretIn(r *http.Request) string {
	c, err := r.Cookie(s.secretCookieOf(r))
	if err != nil || !consent.ValidSecret(c.Value) {
		return ""
	}
	return c.Value
}

// renewCookie sets the cookie again as the browser has it. Safari forgets what a script wrote after seven days; a
// cookie that the page's own host sets stays its term. It says nothing new, so it is set only where the request came
// with it and it is about this very decision.
func (s *Server) renewCookie(w http.ResponseWriter, r *http.Request, site *site, d *consent.Decision) {
	if stored, ok := storedIn(r, s.options.Now()); ok && stored.Decision == d.ID && stored.Subject == d.Subject {
		http.SetCookie(w, s.cookie(r, site, stored))
	}
}

func (s *Server) cookie(r *http.Request, site *site, stored consent.Stored) *http.Cookie {
	return &http.Cookie{
		Name: consent.CookieName, Value: consent.EncodeCookie(stored),
		Path: "/", Domain: site.Cookie.Domain, MaxAge: site.Cookie.Days * 86400,
		SameSite: http.SameSiteLaxMode, Secure: s.secure(r),
	}
}

// secure says whether the browser reaches this server over TLS.
func (s *Server) secure(r *http.Request) bool { return strings.HasPrefix(s.ownOrigin(r), "https:") }

// storedIn reads the answers of the request's cookies: of several of one name the newest that can be read, and where two
// are of one decision, a refusal in either; none from the future. The page's script does the same
// (web/loader/src/storage/storage.ts).
func storedIn(r *http.Request, now time.Time) (best consent.Stored, found bool) {
	for _, c := range r.CookiesNamed(consent.CookieName) {
		s, err := consent.DecodeCookie(c.Value)
		if err != nil || c.Quoted || consent.DecidedAt(s.Decision).After(now.Add(consent.MaxAhead)) {
			continue
		}
		switch newer := slices.Compare(s.Decision[:], best.Decision[:]); {
		case !found || newer > 0:
			best, found = s, true
		case newer == 0:
			best.Join(s)
		}
	}
	return best, found
}
