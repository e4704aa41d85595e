package pages

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// homePage is what home.html takes: the privacy home of a site.
type homePage struct {
	site.PageHead
	siteNav
	Own        widget.OwnWords
	Incidents  incidentNotice
	Ending     string // what the site says of the end of the service; "" if that is not announced
	Tiles      []tile
	Controller string
	Original   widget.Original // of the controller's name
	Contacts   []contact
	Choices    *choices // the visitor's own; nil where they are not known
	Hosts      []string // of the pages where they are
}

// incidentNotice leads to the notices of incidents.
type incidentNotice struct {
	Title string
	Links []widget.Link
}

// choices are what a visitor decided.
type choices struct {
	Decided     string
	Answers     []homeAnswer
	Preferences string     // address
	Receipt     string     // address of the check of receipts
	Records     string     // address of the visitor's own records
	Change      *ownChange // nil without the key to the records
}

// homeAnswer is the answer on one purpose.
type homeAnswer struct{ Name, State, Text string }

// checkStrokes draw a check mark; in a shield it is the seal.
const checkStrokes = "M8.6 11.9l2.5 2.5 4.4-5"

// tile is one way into the site's pages.
type tile struct {
	Address     string
	Strokes     template.HTMLAttr // of its icon: our own
	Title, Text string
	Count       string // how many entries the page has; "" if it does not count
}

// renderHome renders the privacy home, with the visitor's own choices where they are known.
func (r Renderer) renderHome(s *site.Site, loc *site.Localized, own *choices) ([]byte, error) {
	view, current := loc.View, s.CurrentPolicy()
	w := view.Words
	page := homePage{
		PageHead: r.head(s, view, w.Home), siteNav: r.nav(s, view, ""),
		Controller: view.Controller, Original: view.Original, Contacts: listContacts(current.Controller, view),
		Own: loc.Own, Choices: own, Hosts: listHosts(s), Incidents: r.incidentNotice(s, view),
		Ending: s.Closure.Text.In(view.Language, s.Language()),
	}
	add := func(path, strokes, title, text, count string) {
		page.Tiles = append(page.Tiles, tile{
			r.Page(pageLink(s, view, path)), template.HTMLAttr(strokes), title, text, count,
		})
	}
	add("preferences", widget.IconStrokes("sliders"), w.Title, w.HomeChoices, "")
	add("policy", widget.IconStrokes("page"), w.PolicyLink, current.Title.In(view.Language, s.Language()), "")
	for _, id := range widget.FindLists(current) {
		list, _ := widget.ListOf(id, s.Site, current, view.Language, w)
		count := strings.ReplaceAll(w.EntryCount, "{n}", strconv.Itoa(list.Size()))
		add("lists/"+id, widget.ListIcon(id), list.Title, list.Intro, count)
	}
	if r.CSP == "" && s.Desk.IsOn() { // an app's package has no server to ask
		add("rights", widget.IconStrokes("pen"), loc.Desk.Title, loc.Desk.Home, "")
	}
	if r.CSP == "" {
		add("records", widget.IconStrokes("folder"), loc.Own.Title, loc.Own.Home, "")
	}
	add("receipt", widget.IconStrokes("shield")+checkStrokes, w.Check.Title, w.HomeReceipt, "")
	return execute("home.html", page)
}

// incidentNotice links the notices of incidents.
func (r Renderer) incidentNotice(s *site.Site, view widget.View) incidentNotice {
	list, _ := widget.ListOf("incidents", s.Site, s.CurrentPolicy(), view.Language, view.Words)
	notice := incidentNotice{Title: list.Title}
	for _, e := range list.Entries {
		address := r.Page(pageLink(s, view, "lists/incidents")) + "#" + e.ID
		notice.Links = append(notice.Links, widget.Link{Address: address, Text: e.Name})
	}
	return notice
}

// serveHome serves the privacy home. The cookie of a visitor has the answers where the pages that asked share this
// host, and where the visitor answered by the form here.
func (h *Handler) serveHome(w http.ResponseWriter, r *http.Request, s *site.Site) {
	pages, loc := h.pagesFor(r, s)
	setPageHeaders(w, s, "")
	header := w.Header()
	header.Set("Content-Language", loc.View.Language)
	header.Set("Vary", "Accept-Encoding, Accept-Language, Cookie, Sec-GPC")
	own := h.readChoices(r, s, loc)
	if own == nil {
		header.Set("Cache-Control", s.PrivateCacheControl())
		pages.home.ServeHTTP(w, r)
		return
	}
	html, err := h.renderer.renderHome(s, loc, own)
	if err != nil {
		h.Responder.Fail(w, r, "draw the privacy home", err)
		return
	}
	header.Set("Cache-Control", "private, no-store")
	httpx.WriteHTML(w, http.StatusOK, html)
}

// readChoices returns what the visitor decided on the site's purposes; nil if this host does not know of anything.
func (h *Handler) readChoices(r *http.Request, s *site.Site, loc *site.Localized) *choices {
	stored, isKnown := site.ReadCookie(r, h.Now())
	if !isKnown {
		return nil
	}
	status := statusOf(s.FormFor(r).OnPlatform(policy.Web), stored, httpx.HasGPC(r), h.Now())
	words := loc.View.Words
	own := &choices{
		Decided: status.Decided, Preferences: h.renderer.Page(pageLink(s, loc.View, "preferences")),
		Receipt: h.renderer.Page(pageLink(s, loc.View, "receipt")),
		Records: h.renderer.Page(pageLink(s, loc.View, "records")),
	}
	if _, _, hasKey := h.readSubject(r); hasKey {
		own.Change = h.ownChange(r, s, loc)
	}
	isAnswered := false
	for _, p := range loc.View.Purposes {
		answer := homeAnswer{Name: p.Name, State: status.States[p.ID].String()}
		switch status.States[p.ID] {
		case consent.Unasked:
			continue
		case consent.Denied:
			answer.Text = words.Check.Denied
		case consent.Granted:
			answer.Text = words.Check.Granted
		}
		if p.Required && status.States[p.ID] == consent.Granted { // nobody agreed to it
			answer.Text = words.Required
		} else {
			isAnswered = true
		}
		own.Answers = append(own.Answers, answer)
	}
	if !isAnswered { // a cookie of another site on this host
		return nil
	}
	return own
}

// listHosts lists the hosts of the pages where visitors choose.
func listHosts(s *site.Site) (hosts []string) {
	for _, o := range s.Site.Origins {
		if host, ok := strings.CutPrefix(o, "https://"); ok {
			hosts = append(hosts, host)
		}
	}
	return hosts
}
