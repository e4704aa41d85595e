package web

import (
	"net/http"
	"strings"
)

// pageHeaders sets what every page of ours has. Only the site's own pages may frame it, and nothing runs in it but our
// own files.
func (s *Server) pageHeaders(w http.ResponseWriter, site *site) {
	frames := []string{"'self'"}
	for _, o := range site.origins {
		if o != "null" { // no source expression names it
			frames = append(frames, o)
		}
	}
	secureHeaders(w.Header(), "script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors "+strings.Join(frames, " ")+"; require-trusted-types-for 'script'; trusted-types nod")
}

// readingHeaders are those of a page that is the same for all readers of a language.
func (s *Server) readingHeaders(w http.ResponseWriter, site *site, loc *localized) {
	s.pageHeaders(w, site)
	h := w.Header()
	h.Set("Vary", "Accept-Encoding, Accept-Language")
	h.Set("Cache-Control", "public, max-age=300, stale-while-revalidate=86400")
	h.Set("Content-Language", loc.view.Language)
}

// secureHeaders sets the policy that follows default-src 'none', and what no page of ours goes without.
func secureHeaders(h http.Header, csp string) {
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; "+csp)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
}
