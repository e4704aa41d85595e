package pages

import (
	"cmp"
	"encoding/json"
	"html/template"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/prerender"
	"github.com/nod-consent/nod/web/site"
)

// preferencesPage is what preferences.html takes.
type preferencesPage struct {
	site.PageHead
	View  widget.View
	Form  template.HTML // rendered by web/prerender, which escapes
	Page  template.JS   // JSON for boot.js and the WebAssembly program
	Boot  string
	Parts []part
	Home  string // address of the site's first page
	Check string // address of the page that checks a receipt
	Own   part   // the page with own records

	Contacts []contact
	Hosts    []string // where the answers are, if they may be on other pages; empty where they are known, and in an app
	Closing  string   // says when the service ends; "" if that is not announced
	Printed  printedHead
}

// contact is one way to reach the controller. A postal address has no link.
type contact struct {
	Text    string
	Address template.URL // mailto or tel, of what the policy's file was checked for
}

// listContacts lists what View.Contact says in one line.
func listContacts(c policy.Controller, view widget.View) (list []contact) {
	if c.Email != "" {
		list = append(list, contact{c.Email, template.URL("mailto:" + c.Email)})
	}
	if c.Phone != "" {
		list = append(list, contact{c.Phone, template.URL(widget.PhoneAddress(c.Phone))})
	}
	if len(list) == 0 {
		list = append(list, contact{Text: view.Contact})
	}
	return list
}

// part is a text or a list that the preferences show when it is opened: the element with the id on the page at the
// address.
type part struct{ Text, Address, ID string }

// parts are the policy in plain words and in full, and its lists (C-22). What each purpose is about is in the form.
func (r Renderer) parts(s *site.Site, view widget.View) []part {
	text := r.Page(pageLink(s, view, "policy"))
	list := []part{{view.Words.Summary, text, "nod-summary"}, {view.Words.FullText, text, "nod-text"}}
	for _, id := range widget.FindLists(s.CurrentPolicy()) {
		if id == "purposes" {
			continue
		}
		link := pageLink(s, view, "lists/"+id)
		if view.Platform != policy.Web {
			link.Platform = view.Platform
		}
		list = append(list, part{view.Words.Lists.TitleOf(id).Title, r.Page(link), "nod-list-" + id})
	}
	return list
}

// pageData is what boot.js and the WebAssembly program read from the page. The other side is boot.ts of web/loader, and
// app/client.
type pageData struct {
	Origins      []string      `json:"origins"`
	Presentation string        `json:"presentation"`
	Policy       string        `json:"policy"`
	Failed       string        `json:"failed"`
	Wasm         string        `json:"wasm,omitempty"`
	Exec         string        `json:"exec,omitempty"`
	View         widget.View   // read by the WebAssembly program, which takes Go's names
	Status       widget.Status // also read by it; of a page that nothing opened
}

// Preferences renders the preference centre that is the same for everyone.
func (r Renderer) Preferences(s *site.Site, loc *site.Localized, platform policy.Platform) ([]byte, error) {
	return r.preferencesWith(s, loc, platform, widget.Status{})
}

// preferencesWith renders the preference centre with a visitor's own state.
func (r Renderer) preferencesWith(
	s *site.Site, loc *site.Localized, platform policy.Platform, status widget.Status,
) ([]byte, error) {
	view := loc.Views[platform]
	view.Details = cmp.Or(r.Details, view.Details)
	form, err := prerender.HTML(&widget.Preferences{View: view, Status: status})
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(pageData{
		Origins:      s.APIOrigins,
		Presentation: loc.Preferences[platform],
		Policy:       view.Policy,
		Failed:       view.Words.LoadFailed,
		Wasm:         r.File("app.wasm"),
		Exec:         r.File("wasm_exec.js"),
		View:         view.ForProgram(),
		Status:       status,
	})
	if err != nil {
		return nil, err
	}
	title := view.Words.Title
	if status.Saved {
		title = view.Words.Saved + " " + title // a screen reader reads the title of a new page first
	}
	return execute("preferences.html", preferencesPage{
		PageHead: r.head(s, view, title),
		View:     view, Form: template.HTML(form), Page: template.JS(data), Boot: r.File("boot.js"),
		Parts: r.parts(s, view), Home: r.Page(pageLink(s, view, "")), Check: r.Page(pageLink(s, view, "receipt")),
		Own:      part{Text: loc.Own.Title, Address: r.Page(pageLink(s, view, "records"))},
		Contacts: listContacts(s.CurrentPolicy().Controller, view),
		Hosts:    listOtherHosts(s, platform, status),
		Closing:  describeClosure(s, view),
		Printed:  r.printedHead(s, view, "preferences"),
	})
}

// listOtherHosts lists where a visitor may have chosen whose choices this host does not know.
func listOtherHosts(s *site.Site, platform policy.Platform, status widget.Status) []string {
	if platform != policy.Web || status.Decided != "" {
		return nil
	}
	return listHosts(s)
}

// servePreferences serves the preference centre. A visitor with answers in a cookie of this host, which the form
// without JavaScript sets, sees them. A visitor whose browser sends a Global Privacy Control signal sees that it is
// honoured (C-39). Everyone else gets one page, and the script that opened it sends the state.
func (h *Handler) servePreferences(w http.ResponseWriter, r *http.Request, s *site.Site) {
	platform := platformOf(r)
	pages, loc := h.pagesFor(r, s)
	page, ok := pages.preferences[platform]
	if !ok {
		writeUnknownPlatform(w)
		return
	}
	setPageHeaders(w, s, "")
	header := w.Header()
	header.Set("Content-Language", loc.View.Language)
	stored, isKnown := site.ReadCookie(r, h.Now())
	hasGPC := httpx.HasGPC(r)
	header.Set("Vary", "Accept-Encoding, Accept-Language, Cookie, Sec-GPC")
	if !isKnown && !hasGPC {
		header.Set("Cache-Control", s.PrivateCacheControl())
		page.ServeHTTP(w, r)
		return
	}
	status := statusOf(s.FormFor(r).OnPlatform(platform), stored, hasGPC, h.Now())
	status.Saved = isKnown && r.URL.Query().Has("saved")
	if isKnown && r.URL.Query().Has("erased") {
		setErasure(&status, s, h.Now())
	}
	html, err := h.renderer.preferencesWith(s, loc, platform, status)
	if err != nil {
		h.Responder.Fail(w, r, "draw the preferences", err)
		return
	}
	header.Set("Cache-Control", "private, no-store")
	httpx.WriteHTML(w, http.StatusOK, html)
}

// statusOf returns what the preference centre shows for these answers.
func statusOf(form consent.Form, stored consent.Stored, hasGPC bool, now time.Time) widget.Status {
	q := consent.Evaluate(form, stored, consent.Signals{GPC: hasGPC}, now)
	status := widget.Status{States: q.States, Signal: len(q.Signal) > 0}
	if stored.Decision != uuid.Nil {
		status.Previous = stored.Decision.String()
		status.Decided = consent.DecidedAt(stored.Decision).UTC().Format("2006-01-02 15:04 UTC")
	}
	return status
}
