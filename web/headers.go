package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/nod-consent/nod/web/httpx"
)

// pageHeaders sets what every page of ours has. Only the site's own pages may frame it, and nothing runs in it but our
// own files.
func (s *Server) pageHeaders(w http.ResponseWriter, site *site) { s.frameHeaders(w, site, "") }

// frameHeaders are those of a page with more directives, which end in "; ".
func (s *Server) frameHeaders(w http.ResponseWriter, site *site, more string) {
	frames := []string{"'self'"}
	for _, o := range site.pages {
		if o != "null" { // no source expression names it
			frames = append(frames, o)
		}
	}
	httpx.SetSecureHeaders(w.Header(), "script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "+more+"frame-ancestors "+strings.Join(frames, " ")+"; require-trusted-types-for 'script'; trusted-types nod")
}

// readingHeaders are those of a page that is the same for all readers of a language.
func (s *Server) readingHeaders(w http.ResponseWriter, site *site, loc *localized) {
	s.pageHeaders(w, site)
	h := w.Header()
	h.Set("Vary", "Accept-Encoding, Accept-Language")
	h.Set("Cache-Control", s.fresh(site))
	h.Set("Content-Language", loc.view.Language)
}

// fresh says how long caches may keep what shows the version in force: five minutes, and a day while they ask anew, but not beyond the
// moment at which another version takes effect.
func (s *Server) fresh(site *site) string {
	age, stale := 300, 86400
	now := s.options.Now()
	if next := site.NextEffect(now); !next.IsZero() {
		left := int(next.Sub(now) / time.Second)
		age = min(age, left)
		stale = min(stale, left-age)
	}
	return fmt.Sprintf("public, max-age=%d, stale-while-revalidate=%d", age, stale)
}
