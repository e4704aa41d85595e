package pages

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// Explain shows a browser that asks for a page of a site and meets a problem a page in the visitor's language. Programs
// get the problem document.
func (h *Handler) Explain(next site.Handler) site.Handler {
	return func(w http.ResponseWriter, r *http.Request, s *site.Site) {
		if !wantsPage(r) {
			next(w, r, s)
			return
		}
		held := &problemWriter{ResponseWriter: w}
		next(held, r, s)
		if held.status != 0 {
			h.explain(w, r, s, held)
		}
	}
}

// wantsPage says whether a browser asks for a page.
func wantsPage(r *http.Request) bool {
	isOfPage := r.Method == http.MethodGet || r.Method == http.MethodPost
	return isOfPage && strings.Contains(r.Header.Get("Accept"), "text/html")
}

func (h *Handler) explain(w http.ResponseWriter, r *http.Request, s *site.Site, held *problemWriter) {
	loc := s.LocalizedFor(r)
	view := loc.View
	var problem httpx.Problem
	if err := json.Unmarshal(held.document.Bytes(), &problem); err != nil {
		h.Responder.Fail(w, r, "read a problem document", err)
		return
	}
	title := view.Words.Failed
	if held.status == http.StatusNotFound { // which says everything
		title, problem.Detail = view.Words.NotFound, ""
	}
	contact := ""
	if held.status >= 500 && view.Email != "" { // what the visitor can't mend
		contact = "mailto:" + view.Email
	}
	html, err := execute("problem.html", problemPage{
		PageHead: h.renderer.head(s, view, title), siteNav: h.renderer.nav(s, view, ""),
		Heading: title, Detail: problem.Detail, Contact: contact,
		Back: h.renderer.Page(pageLink(s, view, "")), BackText: view.Words.Home,
	})
	if err != nil {
		h.Responder.Fail(w, r, "draw a page", err)
		return
	}
	setPageHeaders(w, s, "")
	w.Header().Set("Content-Language", view.Language)
	w.Header().Set("Vary", "Accept, Accept-Language")
	httpx.WriteHTML(w, held.status, html)
}

// problemWriter holds a problem document back. Everything else it passes on.
type problemWriter struct {
	http.ResponseWriter
	status   int // of the problem; 0 without one
	document bytes.Buffer
}

func (w *problemWriter) WriteHeader(status int) {
	if status >= 400 && w.Header().Get("Content-Type") == "application/problem+json" {
		w.status = status
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *problemWriter) Write(b []byte) (int, error) {
	if w.status != 0 {
		return w.document.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

// release passes on what was held back.
func (w *problemWriter) release() {
	w.ResponseWriter.WriteHeader(w.status)
	w.ResponseWriter.Write(w.document.Bytes())
}

// Unwrap is for http.ResponseController.
func (w *problemWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
