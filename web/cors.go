package web

import (
	"net/http"

	"github.com/nod-consent/nod/web/httpx"
)

// crossOrigin lets pages of the site's origins call the API, and no others: an Origin header is compared exactly. A
// request without one comes from a back end or an app; it is no less authenticated, for an origin proves nothing.
func (s *Server) crossOrigin(next siteHandler) siteHandler {
	return func(w http.ResponseWriter, r *http.Request, site *site) {
		if !httpx.AllowOrigin(w, r, s.proxies.OwnOrigin(r), site.origins, site.Cookie.Domain != "") {
			httpx.WriteProblem(w, http.StatusForbidden, "foreign-origin", "This page's origin is not one of the site's. Add it to origins in site.yaml, exactly as the browser names it.")
			return
		}
		next(w, r, site)
	}
}

func (s *Server) preflight(w http.ResponseWriter, _ *http.Request, _ *site) { httpx.AnswerPreflight(w) }
