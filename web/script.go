package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/loader"
	"github.com/nod-consent/nod/web/prerender"
)

// scriptConfig is what consent.js carries beside its program; web/loader/src/core/config.ts is the other side.
type scriptConfig struct {
	bare
	Site         string       `json:"site"`
	Policy       string       `json:"policy"`
	Language     string       `json:"language"`
	Form         scriptForm   `json:"form"`
	HTML         scriptParts  `json:"html"`
	CSS          scriptStyles `json:"css"`
	Presentation string       `json:"presentation"`
	More         string       `json:"more"`
	Server       string       `json:"server,omitempty"`
	Origins      []string     `json:"origins"`
	Days         int          `json:"days"`             // that the cookie lasts
	Domain       string       `json:"domain,omitempty"` // of the cookie
	GPC          bool         `json:"gpc,omitempty"`
	Strict       bool         `json:"strict,omitempty"`
	News         *scriptNews  `json:"changes,omitempty"`
}

// scriptParts are the components that stand on the host page, rendered.
type scriptParts struct {
	Banner string `json:"banner"`
	Back   string `json:"reopen"`
}

// scriptStyles are their styles: of the way back, which most visits need alone, and what the banner needs beside it.
type scriptStyles struct {
	Back   string `json:"reopen"`
	Banner string `json:"banner"`
}

// moreConfig is what more.js carries beside its program: MoreConfig in web/loader/src/core/config.ts.
type moreConfig struct {
	HTML         string     `json:"html"`
	CSS          string     `json:"css"`
	Presentation string     `json:"presentation"`
	Saved        string     `json:"saved"`
	Reload       scriptPart `json:"reload"`
	Card         string     `json:"placeholder"`
	Native       string     `json:"native"`
}

// scriptPart is one component with the style that it needs.
type scriptPart struct {
	HTML string `json:"html"`
	CSS  string `json:"css"`
}

// cardConfig is what placeholder.js carries beside its program: PlaceholderConfig in web/loader/src/core/config.ts.
type cardConfig struct {
	HTML  string            `json:"html"`
	CSS   string            `json:"css"`
	Names map[string]string `json:"names"` // as they read in a list

	Separator string `json:"separator"` // between names
	Service   string `json:"service"`   // behind the purposes, with {service}
}

// bare has what a script reads as an object literal inherit nothing (ECMA-262, B.3.1: this is no member of it): where
// something put a "required" into Object.prototype, every purpose would be required, and so granted.
type bare struct {
	Prototype *struct{} `json:"__proto__"` // always null
}

// scriptForm is a consent.Form with what each item keeps in the browser.
type scriptForm struct {
	bare
	Purposes    []scriptItem `json:"purposes"`
	GrantedDays int          `json:"granted_days"`
	DeniedDays  int          `json:"denied_days"`

	Equivalents map[policy.Hash]policy.Hash `json:"equivalents,omitempty"`
}

type scriptItem struct { // the script has it inherit nothing
	consent.Item
	Kept     []string     `json:"kept,omitempty"` // area, ":", name
	Hosts    []string     `json:"hosts,omitempty"`
	Hold     bool         `json:"hold,omitempty"`
	Services []scriptItem `json:"services,omitempty"`
}

// audience is whom a script is for, beside the language.
type audience struct {
	gpc   bool       // the request carries a Global Privacy Control signal
	terms policy.Ask // where the visitor is
}

// makeMore gives the address of the second half of consent.js, relative to the script's own base.
func (s *Server) makeMore(ctx context.Context, made *site, view widget.View) (string, error) {
	dialog, err := prerender.HTML(&widget.Dialog{View: view})
	if err != nil {
		return "", err
	}
	config := moreConfig{HTML: dialog, Saved: view.Words.Saved, Native: path.Base(s.static.address["native.js"])}
	if config.Reload.HTML, err = prerender.HTML(&widget.Reload{View: view}); err != nil {
		return "", err
	}
	if config.Reload.CSS, err = style("reload.css"); err != nil {
		return "", err
	}
	if config.Card, err = s.makeCard(made, view); err != nil {
		return "", err
	}
	if config.CSS, err = style("shades.css", "dialog.css", "centre.css"); err != nil {
		return "", err
	}
	config.CSS = shadowed(config.CSS)
	if config.Presentation, err = s.record(ctx, made, made.Current, ledger.Preferences, view.Language, dialog); err != nil {
		return "", err
	}
	data, err := compactJSON(config)
	if err != nil {
		return "", err
	}
	script, err := s.options.Scripts.More(literal(data))
	if err != nil {
		return "", err
	}
	address, err := s.static.add("more.js", "text/javascript; charset=utf-8", script)
	return strings.TrimPrefix(address, s.static.base+"/"), err
}

// makeCard gives the name of placeholder.js, which stands beside more.js.
func (s *Server) makeCard(made *site, view widget.View) (string, error) {
	words := view.Words
	config := cardConfig{Names: map[string]string{}, Separator: words.ListSeparator, Service: words.CardService}
	for _, p := range view.Purposes {
		config.Names[p.ID] = words.ListItem(p.Name)
		for _, s := range p.Services {
			config.Names[s.ID] = words.ListItem(s.Name)
		}
	}
	var err error
	if config.HTML, err = prerender.HTML(&widget.Card{View: view}); err != nil {
		return "", err
	}
	if config.CSS, err = style("colours.css", "tones.css", "shades.css", "placeholder.css"); err != nil {
		return "", err
	}
	config.CSS = shadowed(config.CSS) + made.Theme.CSS()
	data, err := compactJSON(config)
	if err != nil {
		return "", err
	}
	script, err := s.options.Scripts.Placeholder(literal(data))
	if err != nil {
		return "", err
	}
	address, err := s.static.add("placeholder.js", "text/javascript; charset=utf-8", script)
	return path.Base(address), err
}

// shadowed is a style sheet for a shadow root alone, where :root is nothing.
func shadowed(css string) string { return strings.ReplaceAll(css, ":root,:host", ":host") }

// compactJSON is JSON for a file of its own: there is no element to break out of, and it is sent to every visitor.
func compactJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

func (s *Server) makeScript(made *site, view widget.View, parts scriptParts, presentation, more string, news *scriptNews, to audience) (*resource, error) {
	var css scriptStyles
	var err error
	if css.Back, err = style("colours.css", "reopen.css"); err != nil {
		return nil, err
	}
	css.Back = shadowed(css.Back) + made.Theme.CSS()
	if css.Banner, err = style("tones.css", "banner.css", "layout-"+string(made.Layout)+".css"); err != nil { // of the layouts the site's own
		return nil, err
	}
	css.Banner = shadowed(css.Banner)
	config := scriptConfig{
		Site: made.ID, Policy: made.Current, Language: view.Language,
		Form: makeScriptForm(made.forms[made.Current].Under(to.terms).On(policy.Web), made.CurrentPolicy(), made.Strict),
		HTML: parts, CSS: css, Presentation: presentation, More: more, Server: made.server,
		Origins: made.pages,
		Days:    made.Cookie.Days,
		Domain:  made.Cookie.Domain,
		GPC:     to.gpc,
		Strict:  made.Strict,
		News:    news,
	}
	data, err := compactJSON(config)
	if err != nil {
		return nil, err
	}
	build := loader.Build{
		Strict: made.Strict, Hold: holds(config.Form.Purposes), Equivalents: len(config.Form.Equivalents) > 0 || news != nil,
	}
	script, err := s.options.Scripts.Consent(literal(data), build)
	if err != nil {
		return nil, err
	}
	before, err := s.adapters(made.Adapters, made.CurrentPolicy())
	if err != nil {
		return nil, err
	}
	return s.resources.resource("text/javascript; charset=utf-8", append(before, script...)).ready()
}

// adapters are those that the site names, with what they are told. They stand before the script: what they say by
// default is to be said first.
func (s *Server) adapters(list []policy.Adapter, p *policy.Policy) ([]byte, error) {
	var out []byte
	for _, a := range list {
		told := struct {
			policy.Adapter
			Asked []string `json:"asked"` // of the signals' purposes, those that are not required
		}{Adapter: a, Asked: []string{}}
		for _, p := range p.Purposes {
			if !p.Required && slices.ContainsFunc(slices.Collect(maps.Values(a.Signals)), func(ids []string) bool { return slices.Contains(ids, p.ID) }) {
				told.Asked = append(told.Asked, p.ID)
			}
		}
		options, err := compactJSON(told)
		if err != nil {
			return nil, err
		}
		adapter, err := s.options.Scripts.Adapter(string(a.Name), options)
		if err != nil {
			return nil, err
		}
		out = append(out, adapter...)
	}
	return out, nil
}

func holds(items []scriptItem) bool {
	return slices.ContainsFunc(items, func(i scriptItem) bool { return i.Hold || holds(i.Services) })
}

// makeScriptForm tells of each item what a page needs to know. A required one's cookies are never cleared; only strict
// mode asks for them.
func makeScriptForm(form consent.Form, p *policy.Policy, strict bool) scriptForm {
	out := scriptForm{GrantedDays: form.GrantedDays, DeniedDays: form.DeniedDays, Equivalents: form.Equivalents}
	for _, item := range form.Purposes {
		purpose := p.Purpose(item.ID)
		made := scriptItem{Item: item, Kept: kept(purpose.Cookies, purpose.Storage), Hosts: purpose.Hosts, Hold: purpose.Hold}
		made.Item.Services = nil
		for j, service := range item.Services {
			s := &purpose.Services[j]
			made.Services = append(made.Services, scriptItem{Item: service, Kept: kept(s.Cookies, s.Storage), Hosts: s.Hosts, Hold: s.Hold})
		}
		if item.Required && !strict {
			made.Kept = nil
		}
		out.Purposes = append(out.Purposes, made)
	}
	return out
}

func kept(lists ...[]policy.StoredItem) []string {
	var out []string
	for _, i := range slices.Concat(lists...) {
		out = append(out, string(i.Area)+":"+i.Name)
	}
	return out
}

// script serves consent.js, whole, in the language that the visitor's browser asks for.
func (s *Server) script(w http.ResponseWriter, r *http.Request, site *site) {
	h := w.Header()
	h.Set("Vary", "Accept-Encoding, Accept-Language, Sec-GPC"+site.varies())
	h.Set("Cache-Control", s.fresh(site))
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Access-Control-Allow-Origin", "*") // for integrity checks and error reports of the host page
	site.languages[site.language(r)].scripts[audience{signals(r), s.terms(r, site)}].serve(w, r)
}

func quoteETag(hash string) string { return fmt.Sprintf("%q", hash) }
