package demo

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
	"github.com/nod-consent/nod/web/site"
)

// theme is one that demo.css gives to a class.
type theme struct{ Class, Chinese, English string }

var themes = []theme{
	{"as-it-is", "默认", "As it is"},
	{"green", "绿色圆角", "Green and round"},
	{"ink", "纸墨", "Ink on paper"},
	{"night", "始终深色", "Always dark"},
}

// themesPage shows each theme on each layout of the banner, and on the preferences.
type themesPage struct {
	page
	Themes []theme
	Parts  []themedPart
}

// themedPart is one of our components in a shadow root of its own, with the style sheet that consent.js would give it.
type themedPart struct {
	Name string
	CSS  string
	HTML template.HTML // rendered by web/prerender, which escapes
}

func (h *Handler) serveThemes(w http.ResponseWriter, r *http.Request) {
	p := themesPage{page: h.newPage(r), Themes: themes}
	view := h.Sites[p.Site].Localized[p.Lang].View
	add := func(name string, component app.UI) error {
		html, err := prerender.HTML(component)
		p.Parts = append(p.Parts, themedPart{name, h.BasePath + "/demo/looks/" + name + ".css", template.HTML(html)})
		return err
	}
	var err error
	for _, layout := range policy.Layouts {
		view.Layout = string(layout)
		err = errors.Join(err, add(string(layout), &widget.Banner{View: view}))
	}
	if err = errors.Join(err, add("preferences", &widget.Dialog{View: view, IsOpen: true})); err != nil {
		h.Responder.Fail(w, r, "draw a page of the demo", err)
		return
	}
	h.execute(w, r, "themes.html", p, "style-src 'self'; img-src 'self'; frame-ancestors 'none'")
}

// unlinked makes the link to the policy look like one. On a page, consent.js gives it its address.
const unlinked = ".links a { text-decoration: underline; }"

// serveThemedStyle serves the style sheet that consent.js gives to a component.
func (h *Handler) serveThemedStyle(w http.ResponseWriter, r *http.Request) {
	sheets := []string{"reopen.css", "colours.css", "shades.css", "banner.css"}
	name := strings.TrimSuffix(r.PathValue("file"), ".css")
	switch {
	case name == "preferences":
		sheets = append(sheets, "dialog.css", "centre.css")
	case slices.Contains(policy.Layouts, policy.Layout(name)):
		sheets = append(sheets, "layout-"+name+".css")
	default:
		writeUnknownFile(w, "The demo has no style sheet of this name.")
		return
	}
	css, err := site.ReadStyles(sheets...)
	if err != nil {
		h.Responder.Fail(w, r, "read a style sheet", err)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Write([]byte(css + unlinked))
}
