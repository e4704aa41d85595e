package web

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
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

func (s *Server) head(site *site, view widget.View, title string) pageHead {
	return pageHead{view.Language, view.Direction, title + " · " + site.Name.In(view.Language, site.Language()), site.css, s.static.address["nod.svg"]}
}

// centre is the preference centre of one language: the page that is the same for everybody, and what is needed to draw
// it with a visitor's own state.
type centre struct {
	view         widget.View
	presentation string
	page         *resource
}

// centrePage is what pages/preferences.html takes.
type centrePage struct {
	pageHead
	View  widget.View
	Form  template.HTML // rendered by web/prerender, which escapes
	Page  template.JS   // JSON for boot.js and the WebAssembly program
	Boot  string
	Parts []part
	Check string // address of the page that checks a receipt
}

// part is a text or a list that the preferences show when it is opened: what has the id on the page at the address.
type part struct{ Text, Address, ID string }

// parts are the policy in plain words and in full, and its lists (C-22). What each purpose is about stands there.
func (s *Server) parts(site *site, view widget.View) []part {
	nav := s.around(site, view, "").Nav
	list := []part{{view.Words.Summary, nav[0].Address, "nod-summary"}, {view.Words.FullText, nav[0].Address, "nod-text"}}
	for _, place := range nav {
		if place.List == "" || place.List == "purposes" {
			continue
		}
		if view.Platform != policy.Web {
			place.Address += "&platform=" + string(view.Platform)
		}
		list = append(list, part{place.Text, place.Address, "nod-list-" + place.List})
	}
	return list
}

// pageData is what boot.js and the WebAssembly program read from the page; web/loader/src/entry/boot.ts and app/client
// are the other side.
type pageData struct {
	Origins      []string      `json:"origins"`
	Presentation string        `json:"presentation"`
	Policy       string        `json:"policy"`
	Failed       string        `json:"failed"`
	Wasm         string        `json:"wasm,omitempty"`
	Exec         string        `json:"exec,omitempty"`
	View         widget.View   // read by the WebAssembly program, which takes Go's names
	Status       widget.Status // likewise; of a page that nothing opened
}

func (s *Server) makeCentre(ctx context.Context, made *site, view widget.View) (centre, error) {
	form, err := prerender.HTML(&widget.Preferences{View: view})
	if err != nil {
		return centre{}, err
	}
	// The details are loaded when they are opened, and shown all the same.
	list, _ := widget.ListOf("purposes", made.Site, made.CurrentPolicy(), view.Language, view.Words)
	details, err := prerender.HTML(&list)
	if err != nil {
		return centre{}, err
	}
	presentation, err := s.record(ctx, made, made.Current, ledger.Preferences, view.Language, form+details)
	if err != nil {
		return centre{}, err
	}
	if s.options.app {
		view.Details = "lists/purposes.html"
	}
	html, err := s.drawCentre(made, view, presentation, widget.Status{})
	if err != nil {
		return centre{}, err
	}
	return centre{view: view, presentation: presentation, page: s.resources.resource("text/html; charset=utf-8", html)}, nil
}

func (s *Server) drawCentre(made *site, view widget.View, presentation string, status widget.Status) ([]byte, error) {
	form, err := prerender.HTML(&widget.Preferences{View: view, Status: status})
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(pageData{
		Origins:      made.origins,
		Presentation: presentation,
		Policy:       view.Policy,
		Failed:       view.Words.Failed,
		Wasm:         s.static.address["app.wasm"],
		Exec:         s.static.address["wasm_exec.js"],
		View:         view.ForProgram(),
		Status:       status,
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
		pageHead: s.head(made, view, title),
		View:     view, Form: template.HTML(form), Page: template.JS(data), Boot: s.static.address["boot.js"],
		Parts: s.parts(made, view), Check: s.base + "/" + made.ID + "/receipt?lang=" + url.QueryEscape(view.Language),
	})
	return b.Bytes(), err
}

// preferences serves the preference centre. Who comes with answers in a cookie of this host (the form without
// JavaScript sets it) sees them, and who sends a Global Privacy Control signal sees that it is honoured (C-39);
// everybody else gets the one page that is the same for all, and the script that opened it says how things stand.
func (s *Server) preferences(w http.ResponseWriter, r *http.Request, site *site) {
	platform := platformOf(r)
	loc := site.languages[site.language(r)]
	centre, ok := loc.centres[platform]
	if !ok {
		problem(w, http.StatusBadRequest, "unknown-platform", "platform is web, android, ios or harmony.")
		return
	}
	s.pageHeaders(w, site)
	h := w.Header()
	h.Set("Content-Language", loc.view.Language)
	stored, known := storedIn(r, s.options.Now())
	gpc := signals(r)
	h.Set("Vary", "Accept-Encoding, Accept-Language, Cookie, Sec-GPC")
	if !known && !gpc {
		h.Set("Cache-Control", s.fresh(site))
		centre.page.serve(w, r)
		return
	}
	status := statusOf(s.asked(r, site).On(platform), stored, gpc, s.options.Now())
	status.Saved = known && r.URL.Query().Has("saved")
	html, err := s.drawCentre(site, centre.view, centre.presentation, status)
	if err != nil {
		s.fail(w, r, "draw the preferences", err)
		return
	}
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.Write(html)
}

// platformOf is the platform that the address names; web where it names none.
func platformOf(r *http.Request) policy.Platform {
	if p := r.URL.Query().Get("platform"); p != "" {
		return policy.Platform(p)
	}
	return policy.Web
}

// statusOf is how things stand for these answers.
func statusOf(form consent.Form, stored consent.Stored, gpc bool, now time.Time) widget.Status {
	q := consent.Evaluate(form, stored, consent.Signals{GPC: gpc}, now)
	status := widget.Status{States: q.States, Signal: len(q.Signal) > 0}
	if stored.Decision != uuid.Nil {
		status.Previous = stored.Decision.String()
		status.Decided = consent.DecidedAt(stored.Decision).UTC().Format("2006-01-02 15:04 UTC")
	}
	return status
}
