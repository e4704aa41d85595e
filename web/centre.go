package web

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/prerender"
)

//go:embed pages
var pageFiles embed.FS

var pageTemplates = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

// pageHead is what every page of ours begins with.
type pageHead struct {
	Language, Direction string
	Title               string
	CSS, Icon           string
}

func (s *Server) head(view widget.View, title string) pageHead {
	return pageHead{view.Language, view.Direction, title, s.static.address["page.css"], s.static.address["nod.svg"]}
}

// centre is the preference centre of one language: the page that is the same for everybody, and what is needed to draw
// it with a visitor's own state.
type centre struct {
	layout string
	page   *resource
}

// centrePage is what pages/preferences.html takes.
type centrePage struct {
	pageHead
	View   widget.View
	Form   template.HTML // rendered by web/prerender, which escapes
	Page   template.JS   // JSON for boot.js and the WebAssembly program
	Boot   string
	Policy string // address of the policy's page
}

// pageData is what boot.js and the WebAssembly program read from the page; web/loader/src/boot.ts and app/client are
// the other side.
type pageData struct {
	Origins []string      `json:"origins"`
	Layout  string        `json:"layout"`
	Policy  string        `json:"policy"`
	Wasm    string        `json:"wasm,omitempty"`
	Exec    string        `json:"exec,omitempty"`
	View    widget.View   // read by the WebAssembly program, which takes Go's names
	Status  widget.Status // likewise; of a page that nothing opened
}

func (s *Server) makeCentre(ctx context.Context, made *site, view widget.View) (centre, error) {
	form, err := prerender.HTML(&widget.Preferences{View: view})
	if err != nil {
		return centre{}, err
	}
	layout, err := s.record(ctx, made, ledger.Preferences, view.Language, form)
	if err != nil {
		return centre{}, err
	}
	html, err := s.drawCentre(made, view, layout, widget.Status{})
	if err != nil {
		return centre{}, err
	}
	page, err := newResource("text/html; charset=utf-8", html)
	return centre{layout: layout, page: page}, err
}

func (s *Server) drawCentre(made *site, view widget.View, layout string, status widget.Status) ([]byte, error) {
	form, err := prerender.HTML(&widget.Preferences{View: view, Status: status})
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(pageData{
		Origins: made.origins,
		Layout:  layout,
		Policy:  view.Policy,
		Wasm:    s.static.address["app.wasm"],
		Exec:    s.static.address["wasm_exec.js"],
		View:    view.ForProgram(),
		Status:  status,
	})
	if err != nil {
		return nil, err
	}
	title := view.Words.Title
	if status.Saved {
		title = view.Words.Saved + " " + title // a browser reads the title of a new page first
	}
	var b bytes.Buffer
	err = pageTemplates.ExecuteTemplate(&b, "preferences.html", centrePage{
		pageHead: s.head(view, title),
		View:     view, Form: template.HTML(form), Page: template.JS(data), Boot: s.static.address["boot.js"],
		Policy: s.base + "/" + view.PolicyPage,
	})
	return b.Bytes(), err
}

// preferences serves the preference centre. Who comes with answers in a cookie of this host (the form without
// JavaScript sets it) sees them, and who sends a Global Privacy Control signal sees that it is honoured (C-39);
// everybody else gets the one page that is the same for all, and the script that opened it says how things stand.
func (s *Server) preferences(w http.ResponseWriter, r *http.Request, site *site) {
	if p := r.URL.Query().Get("platform"); p != "" && !consent.Platform(p).Valid() {
		problem(w, http.StatusBadRequest, "unknown-platform", "platform is web, android, ios or harmony.")
		return
	}
	loc := site.languages[site.language(r)]
	s.pageHeaders(w, site)
	h := w.Header()
	h.Set("Content-Language", loc.view.Language)
	stored, known := storedIn(r, s.options.Now())
	gpc := signals(r)
	h.Set("Vary", "Accept-Encoding, Accept-Language, Cookie, Sec-GPC")
	if !known && !gpc {
		h.Set("Cache-Control", "public, max-age=300, stale-while-revalidate=86400")
		loc.centre.page.serve(w, r)
		return
	}
	status := statusOf(site, stored, gpc, s.options.Now())
	status.Saved = known && r.URL.Query().Has("saved")
	html, err := s.drawCentre(site, loc.view, loc.centre.layout, status)
	if err != nil {
		s.fail(w, r, "draw the preferences", err)
		return
	}
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.Write(html)
}

// statusOf is how things stand for these answers.
func statusOf(site *site, stored consent.Stored, gpc bool, now time.Time) widget.Status {
	q := consent.Evaluate(site.forms[site.Current], stored, consent.Signals{GPC: gpc}, now)
	status := widget.Status{States: q.States, Signal: len(q.Signal) > 0}
	if stored.Decision != uuid.Nil {
		status.Previous = stored.Decision.String()
		status.Decided = consent.DecidedAt(stored.Decision).UTC().Format("2006-01-02 15:04 UTC")
	}
	return status
}
