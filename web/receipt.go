package web

import (
	"bytes"
	"encoding/json" // which writes "<" so that no text ends the element that the data stand in
	"html/template"
	"net/http"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
)

// receiptPage is what pages/receipt.html takes.
type receiptPage struct {
	pageHead
	around
	Page   template.JS // the data of the script
	Script string
}

// receiptData is what receipt.js reads from the page (web/loader/src/entry/receipt.ts).
type receiptData struct {
	Site  string            `json:"site"`
	Words widget.CheckWords `json:"words"`
	Names [][2]string       `json:"names"` // id and name of the purposes and services of all versions
	Keys  string            `json:"keys"`  // address of the server's keys
	Wasm  string            `json:"wasm"`  // address of check.wasm; "" where it was not built
	Exec  string            `json:"exec"`
}

// drawReceipt makes the page that checks a receipt in the browser.
func (s *Server) drawReceipt(site *site, view widget.View) (*resource, error) {
	data, err := json.Marshal(receiptData{
		Site: site.ID, Words: view.Words.Check, Names: namesOf(site.Site, view.Language), Keys: s.base + "/v1/" + site.ID + "/log/keys",
		Wasm: s.static.address["check.wasm"], Exec: s.static.address["wasm_exec.js"],
	})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&b, "receipt.html", receiptPage{
		pageHead: s.head(site, view, view.Words.Check.Title), around: s.around(site, view, "receipt"),
		Page: template.JS(data), Script: s.static.address["receipt.js"],
	}); err != nil {
		return nil, err
	}
	return s.resources.resource("text/html; charset=utf-8", b.Bytes()), nil
}

// namesOf gives the ids and names of what visitors were asked, each as the version in force has it, or another one.
func namesOf(site *policy.Site, language string) (names [][2]string) {
	known := map[string]bool{}
	add := func(id string, name policy.Text) {
		if !known[id] {
			known[id] = true
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

// receiptPage serves it. It is the same for everybody: the receipt never leaves the browser.
func (s *Server) receiptPage(w http.ResponseWriter, r *http.Request, site *site) {
	loc := site.languages[site.language(r)]
	s.readingHeaders(w, site, loc)
	loc.receipt.serve(w, r)
}
