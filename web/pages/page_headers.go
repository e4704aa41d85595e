package pages

import (
	"net/http"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// setPageHeaders sets what every page has. Only the site's own pages may frame it, and nothing runs in it but our own
// files. More directives of the Content-Security-Policy end in "; ".
func setPageHeaders(w http.ResponseWriter, s *site.Site, more string) {
	frames := []string{"'self'"}
	for _, o := range s.PageOrigins {
		if o != "null" { // no source expression names it
			frames = append(frames, o)
		}
	}
	h := w.Header()
	// A page of the site that is cross-origin isolated can frame only a page that allows it, and is isolated itself.
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	httpx.SetSecurityHeaders(h, "script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; "+
		"connect-src 'self'; form-action 'self'; "+more+"frame-ancestors "+strings.Join(frames, " ")+
		"; require-trusted-types-for 'script'; trusted-types nod")
}

// setSharedHeaders sets those of a page that is the same for all readers of a language.
func setSharedHeaders(w http.ResponseWriter, r *http.Request, s *site.Site, loc *site.Localized, more string) {
	setPageHeaders(w, s, more)
	h := w.Header()
	h.Set("Vary", "Accept-Encoding, Accept-Language")
	if site.IsByAddress(r) {
		h.Set("Vary", "Accept-Encoding")
	}
	h.Set("Cache-Control", s.CacheControl(r))
	h.Set("Content-Language", loc.View.Language)
}

// platformOf returns the platform that the address names; web if it names none.
func platformOf(r *http.Request) policy.Platform {
	if p := r.URL.Query().Get("platform"); p != "" {
		return policy.Platform(p)
	}
	return policy.Web
}

func writeUnknownPlatform(w http.ResponseWriter) {
	httpx.WriteProblem(w, http.StatusBadRequest, "unknown-platform", "platform is web, android, ios or harmony.")
}
