package pages

import (
	"encoding/json" // which writes "<" so that no text ends the element that the data is in
	"html/template"
	"net/http"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/site"
)

// receiptPage is what receipt.html takes.
type receiptPage struct {
	site.PageHead
	siteNav
	Page    template.JS // the data of the script
	Checker string      // address of the script
}

// receiptData is what receipt.js reads from the page: receipt.ts of web/loader.
type receiptData struct {
	Site  string            `json:"site"`
	Desk  *receiptDesk      `json:"desk,omitempty"` // of a site that takes requests
	Words widget.CheckWords `json:"words"`
	Print string            `json:"print"` // names the button that prints
	Names [][2]string       `json:"names"` // id and name of the purposes and services of all versions
	Keys  string            `json:"keys"`  // address of the server's keys
	Wasm  string            `json:"wasm"`  // address of check.wasm; "" where it was not built
	Exec  string            `json:"exec"`
}

// receiptDesk is what the page needs to read the receipts of requests.
type receiptDesk struct {
	Tree     string            `json:"tree"`
	Step     string            `json:"step"`
	Logged   string            `json:"logged"`
	Due      string            `json:"due"`
	ID       string            `json:"id"`
	Kinds    map[string]string `json:"kinds"`
	States   map[string]string `json:"states"`
	Outcomes map[string]string `json:"outcomes"`
	Events   map[string]string `json:"events"`
}

func newReceiptDesk(s *site.Site, loc *site.Localized) *receiptDesk {
	if !s.Desk.IsOn() {
		return nil
	}
	w := loc.Desk
	return &receiptDesk{
		Tree: ledger.DeskTree(s.ID), Step: w.Step, Logged: w.Logged, Due: w.Due, ID: w.Case, Kinds: w.Kinds,
		States: w.States, Outcomes: w.Outcomes, Events: w.Events,
	}
}

// renderReceipt renders the page that checks a receipt in the browser.
func (r Renderer) renderReceipt(s *site.Site, loc *site.Localized) ([]byte, error) {
	view := loc.View
	data, err := json.Marshal(receiptData{
		Site: s.ID, Desk: newReceiptDesk(s, loc), Words: view.Words.Check, Print: view.Words.Print,
		Names: listNames(s.Site, view.Language), Keys: r.Server("v1/" + s.ID + "/log/keys"),
		Wasm: r.File("check.wasm"), Exec: r.File("wasm_exec.js"),
	})
	if err != nil {
		return nil, err
	}
	return execute("receipt.html", receiptPage{
		PageHead: r.head(s, view, view.Words.Check.Title), siteNav: r.nav(s, view, "receipt"),
		Page: template.JS(data), Checker: r.File("receipt.js"),
	})
}

// listNames returns the ids and names of what visitors were asked. Of several versions' names it takes that of the
// version in force, if it has one.
func listNames(site *policy.Site, language string) (names [][2]string) {
	isListed := map[string]bool{}
	add := func(id string, name policy.Text) {
		if !isListed[id] {
			isListed[id] = true
			names = append(names, [2]string{id, name.In(language, site.Language())})
		}
	}
	for _, p := range append([]*policy.Policy{site.CurrentPolicy()}, site.Policies...) {
		for i := range p.Purposes {
			add(p.Purposes[i].ID, p.Purposes[i].Name)
			for k := range p.Purposes[i].Services {
				add(p.Purposes[i].Services[k].ID, p.Purposes[i].Services[k].Name)
			}
		}
	}
	return names
}

// serveReceipt serves it. It is the same for everyone: the receipt never leaves the browser.
func (h *Handler) serveReceipt(w http.ResponseWriter, r *http.Request, s *site.Site) {
	pages, loc := h.pagesFor(r, s)
	setSharedHeaders(w, r, s, loc, "")
	pages.receipt.ServeHTTP(w, r)
}
