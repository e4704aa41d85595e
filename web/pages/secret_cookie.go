package pages

import (
	"net/http"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/web/site"
)

// secretCookie stores a subject's secret between two posts of the form. Unlike consent.CookieName it is for this host
// alone: no script reads it, and no page of another site sends it.
const secretCookie = "nod-secret"

// secretCookieName returns its name where the browser sees this server. Over TLS the prefix __Host- means that no other
// host can have set it (RFC 6265bis, section 4.1.3.2).
func (h *Handler) secretCookieName(r *http.Request) string {
	if h.Proxies.IsSecure(r) {
		return "__Host-" + secretCookie
	}
	return secretCookie
}

func (h *Handler) setSecretCookie(w http.ResponseWriter, r *http.Request, s *site.Site, secret string) {
	http.SetCookie(w, &http.Cookie{
		Name: h.secretCookieName(r), Value: secret, Path: "/", HttpOnly: true,
		MaxAge: s.Cookie.Days * 86400, SameSite: http.SameSiteStrictMode, Secure: h.Proxies.IsSecure(r),
	})
}

// readSecretCookie returns the secret, or "" if the cookie is missing.
func (h *Handler) readSecretCookie(r *http.Request) string {
	c, err := r.Cookie(h.secretCookieName(r))
	if err != nil || !consent.ValidSecret(c.Value) {
		return ""
	}
	return c.Value
}
