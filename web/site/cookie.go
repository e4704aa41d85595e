package site

import (
	"net/http"
	"slices"
	"time"

	"github.com/nod-consent/nod/app/consent"
)

// RenewCookie sets the cookie again as the browser has it. Safari deletes after seven days what a script wrote; a
// cookie that the page's own host sets lasts its term. It holds nothing new, so it is set only where the request came
// with it, and where it is about this very decision.
func (s *Site) RenewCookie(w http.ResponseWriter, r *http.Request, d *consent.Decision) {
	stored, ok := ReadCookie(r, s.builder.Now())
	if ok && stored.Decision == d.ID && stored.Subject == d.Subject {
		http.SetCookie(w, s.AnswerCookie(r, stored))
	}
}

// AnswerCookie returns the cookie that keeps the answers in the browser. Its Domain attribute is the site's
// cookie.domain.
func (s *Site) AnswerCookie(r *http.Request, stored consent.Stored) *http.Cookie {
	return &http.Cookie{
		Name: consent.CookieName, Value: consent.EncodeCookie(stored),
		Path: "/", Domain: s.Cookie.Domain, MaxAge: s.Cookie.Days * 86400,
		SameSite: http.SameSiteLaxMode, Secure: s.builder.Proxies.IsSecure(r),
	}
}

// ReadCookie reads the answers of the request's cookies. Of several cookies of one name, the newest that can be read
// counts; where two are of one decision, a denial in either. None counts from the future. The page's script does the
// same (web/loader/src).
func ReadCookie(r *http.Request, now time.Time) (best consent.Stored, found bool) {
	for _, c := range r.CookiesNamed(consent.CookieName) {
		s, err := consent.DecodeCookie(c.Value)
		if err != nil || c.Quoted || consent.DecidedAt(s.Decision).After(now.Add(consent.MaxClockLead)) {
			continue
		}
		switch newer := slices.Compare(s.Decision[:], best.Decision[:]); {
		case !found || newer > 0:
			best, found = s, true
		case newer == 0:
			best.Merge(s)
		}
	}
	return best, found
}
