package web

import (
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/prerender"
)

// demoTheme is a look, as demo.css gives it to a class.
type demoTheme struct{ Class, Chinese, English string }

var demoThemes = []demoTheme{
	{"as-it-is", "默认", "As it is"},
	{"green", "绿色圆角", "Green and round"},
	{"ink", "纸墨", "Ink on paper"},
	{"night", "始终深色", "Always dark"},
}

// themesPage shows each theme on each layout of the banner, and on the preferences.
type themesPage struct {
	demoPage
	Themes []demoTheme
	Parts  []themedPart
}

// themedPart is a part of ours in a shadow root of its own, with the style sheet that consent.js would give it.
type themedPart struct {
	Name string
	CSS  string
	HTML template.HTML // rendered by web/prerender, which escapes
}

func (s *Server) demoThemes(w http.ResponseWriter, r *http.Request) {
	page := themesPage{demoPage: s.demoPageOf(r), Themes: demoThemes}
	view := s.sites[page.Site].languages[page.Lang].view
	add := func(name string, part app.UI) error {
		html, err := prerender.HTML(part)
		html = strings.Replace(html, "<dialog ", "<dialog open ", 1)
		page.Parts = append(page.Parts, themedPart{name, s.base + "/demo/looks/" + name + ".css", template.HTML(html)})
		return err
	}
	var err error
	for _, layout := range policy.Layouts {
		view.Layout = string(layout)
		err = errors.Join(err, add(string(layout), &widget.Banner{View: view}))
	}
	if err = errors.Join(err, add("preferences", &widget.Dialog{View: view})); err != nil {
		s.fail(w, r, "draw a page of the demo", err)
		return
	}
	s.showDemo(w, r, "themes.html", page, "style-src 'self'; img-src 'self'; frame-ancestors 'none'")
}

// demoLook serves the style sheet that consent.js gives to a part.
func (s *Server) demoLook(w http.ResponseWriter, r *http.Request) {
	sheets := []string{"colours.css", "tones.css", "shades.css", "reopen.css", "banner.css"}
	name := strings.TrimSuffix(r.PathValue("file"), ".css")
	switch {
	case name == "preferences":
		sheets = append(sheets, "dialog.css", "centre.css")
	case slices.Contains(policy.Layouts, policy.Layout(name)):
		sheets = append(sheets, "layout-"+name+".css")
	default:
		problem(w, http.StatusNotFound, "unknown-file", "There is no such style sheet in the demo. It begins at /demo/.")
		return
	}
	css, err := style(sheets...)
	if err != nil {
		s.fail(w, r, "read a style sheet", err)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.Write([]byte(css))
}
