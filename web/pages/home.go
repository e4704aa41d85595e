package pages

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/site"
)

// homePage is what home.html takes: the privacy home of a site.
type homePage struct {
	site.PageHead
	siteNav
	Tiles      []tile
	Controller string
	Original   widget.Original // of the controller's name
	Contacts   []contact
}

// tile is one way into the site's pages.
type tile struct {
	Address     string
	Strokes     template.HTMLAttr // of its icon: our own
	Title, Text string
	Count       string // how many entries the page has; "" if it does not count
}

// renderHome renders the privacy home.
func (r Renderer) renderHome(s *site.Site, loc *site.Localized) ([]byte, error) {
	view, current := loc.View, s.CurrentPolicy()
	w := view.Words
	page := homePage{
		PageHead: r.head(s, view, w.Home), siteNav: r.nav(s, view, ""),
		Controller: view.Controller, Original: view.Original, Contacts: listContacts(current.Controller, view),
	}
	add := func(path, strokes, title, text, count string) {
		page.Tiles = append(page.Tiles, tile{
			r.Page(pageLink(s, view, path)), template.HTMLAttr(strokes), title, text, count,
		})
	}
	add("preferences", widget.IconStrokes("sliders"), w.Title, w.HomeChoices, "")
	add("policy", widget.IconStrokes("shield"), w.PolicyLink, current.Title.In(view.Language, s.Language()), "")
	for _, id := range widget.FindLists(current) {
		list, _ := widget.ListOf(id, s.Site, current, view.Language, w)
		count := strings.ReplaceAll(w.EntryCount, "{n}", strconv.Itoa(list.Size()))
		add("lists/"+id, widget.ListIcon(id), list.Title, list.Intro, count)
	}
	add("receipt", widget.IconStrokes("shield"), w.Check.Title, w.HomeReceipt, "")
	return execute("home.html", page)
}

// serveHome serves the privacy home.
func (h *Handler) serveHome(w http.ResponseWriter, r *http.Request, s *site.Site) {
	pages, loc := h.pagesFor(r, s)
	setSharedHeaders(w, r, s, loc, "")
	pages.home.ServeHTTP(w, r)
}
