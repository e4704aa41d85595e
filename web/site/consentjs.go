package site

import (
	"maps"
	"net/http"
	"slices"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/loader"
)

// scriptConfig is what consent.js carries beside its program. The other side is config.ts of web/loader. In this order
// Brotli finds more to repeat: it saves some 30 bytes.
type scriptConfig struct {
	nullProto
	CSS          string      `json:"css"`
	Policy       string      `json:"policy"`
	Starter      string      `json:"starter"` // address of the script that starts tagged scripts
	More         string      `json:"more"`
	Language     string      `json:"language"`
	HTML         scriptParts `json:"html"`
	Presentation string      `json:"presentation"`
	Origins      []string    `json:"origins"`
	Days         int         `json:"days"` // that the cookie lasts
	Site         string      `json:"site"`
	Form         ScriptForm  `json:"form"`
	Server       string      `json:"server,omitempty"`
	Domain       string      `json:"domain,omitempty"` // of the cookie
	HasGPC       bool        `json:"gpc,omitempty"`
	IsStrict     bool        `json:"strict,omitempty"`
	News         *scriptNews `json:"changes,omitempty"`
}

// scriptParts are the rendered components that consent.js puts on the host page.
type scriptParts struct {
	Banner string `json:"banner"`
	Reopen string `json:"reopen"` // the reopen button
}

// makeScript makes consent.js of one language.
func (b *Builder) makeScript(made *Site, loc *Localized, to audience) (*httpx.Resource, error) {
	css, err := readScriptStyles(made)
	if err != nil {
		return nil, err
	}
	form := made.Forms[made.Current].WithTerms(to.terms).OnPlatform(policy.Web)
	config := scriptConfig{
		Site: made.ID, Policy: made.Current, Language: loc.View.Language,
		Form: NewScriptForm(form, made.CurrentPolicy(), made.Strict),
		HTML: loc.html, CSS: css, Presentation: loc.Banner, More: loc.more, Server: b.Server,
		Starter:  "assets/" + b.Assets.File("starter.js"),
		Origins:  made.PageOrigins,
		Days:     made.Cookie.Days,
		Domain:   made.Cookie.Domain,
		HasGPC:   to.hasGPC,
		IsStrict: made.Strict,
		News:     loc.news,
	}
	literal, err := marshalLiteral(config)
	if err != nil {
		return nil, err
	}
	build := loader.Build{
		Strict: made.Strict, Hold: canHold(config.Form.Purposes),
		Equivalents: len(config.Form.Equivalents) > 0 || loc.news != nil,
	}
	script, err := b.Scripts.Consent(literal, build)
	if err != nil {
		return nil, err
	}
	adapters, err := b.makeAdapters(made.Adapters, made.CurrentPolicy())
	if err != nil {
		return nil, err
	}
	return b.Assets.cache.Resource("text/javascript; charset=utf-8", append(adapters, script...)), nil
}

// readScriptStyles reads the styles of these components. Of the layouts, it reads only the site's own.
func readScriptStyles(made *Site) (string, error) {
	css, err := ReadShadowStyles("reopen.css", "colours.css", "banner.css", "layout-"+string(made.Layout)+".css")
	return css + made.Theme.CSS(), err
}

// makeAdapters makes the adapters that the site names, with their configuration. They come before consent.js, because
// what they set by default has to be set first.
func (b *Builder) makeAdapters(list []policy.Adapter, p *policy.Policy) ([]byte, error) {
	var out []byte
	for _, a := range list {
		config := struct {
			policy.Adapter
			Asked []string `json:"asked"` // of the signals' purposes, those that are not required
		}{Adapter: a, Asked: []string{}}
		signals := slices.Concat(slices.Collect(maps.Values(a.Signals))...)
		for _, p := range p.Purposes {
			if !p.Required && slices.Contains(signals, p.ID) {
				config.Asked = append(config.Asked, p.ID)
			}
		}
		options, err := MarshalCompact(config)
		if err != nil {
			return nil, err
		}
		adapter, err := b.Scripts.Adapter(string(a.Name), options)
		if err != nil {
			return nil, err
		}
		out = append(out, adapter...)
	}
	return out, nil
}

// WebScript returns consent.js in one language for visitors anywhere. The browser adds its own signal.
func (s *Site) WebScript(language string) *httpx.Resource {
	return s.Localized[language].scripts[audience{terms: s.TermsIn(policy.Jurisdiction{})}]
}

// ServeScript serves consent.js, whole, in the language that the visitor's browser asks for.
func ServeScript(w http.ResponseWriter, r *http.Request, s *Site) {
	h := w.Header()
	if IsByAddress(r) {
		h.Set("Vary", "Accept-Encoding")
	} else {
		h.Set("Vary", "Accept-Encoding, Accept-Language, Sec-GPC"+s.varyHeader())
	}
	h.Set("Cache-Control", s.CacheControl(r))
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Access-Control-Allow-Origin", "*") // for integrity checks and error reports of the host page
	s.LocalizedFor(r).scripts[s.audienceFor(r)].ServeHTTP(w, r)
}

// MakeScriptWith makes consent.js for a request as it would be with these purposes in place of the site's own, which
// have to be the same but for what consent.Form does not hold.
func (s *Site) MakeScriptWith(r *http.Request, purposes []policy.Purpose) (*httpx.Resource, error) {
	current := *s.CurrentPolicy()
	current.Purposes = purposes
	loaded := *s.Site
	loaded.Policies = []*policy.Policy{&current}
	changed := *s
	changed.Site = &loaded
	loc := *s.LocalizedFor(r)
	loc.news = nil
	return s.builder.makeScript(&changed, &loc, s.audienceFor(r))
}

// ScriptForm is a consent.Form with what each item stores in the browser, for scripts.
type ScriptForm struct {
	nullProto
	Purposes    []scriptItem `json:"purposes"`
	GrantedDays int          `json:"granted_days"`
	DeniedDays  int          `json:"denied_days"`
	HasEnded    bool         `json:"ended,omitempty"`

	Equivalents map[policy.Hash]policy.Hash `json:"equivalents,omitempty"`
}

type scriptItem struct {
	nullProto
	consent.Item
	Stored   []string     `json:"kept,omitempty"` // area, ":", name
	Hosts    []string     `json:"hosts,omitempty"`
	CanHold  bool         `json:"hold,omitempty"`
	Services []scriptItem `json:"services,omitempty"`
}

// NewScriptForm adds to each item what a page needs to know. The cookies of a required item are never deleted; only
// strict mode asks for them.
func NewScriptForm(form consent.Form, p *policy.Policy, isStrict bool) ScriptForm {
	out := ScriptForm{GrantedDays: form.GrantedDays, DeniedDays: form.DeniedDays, Equivalents: form.Equivalents}
	out.HasEnded = form.HasEnded
	for _, item := range form.Purposes {
		if item.PerCase {
			continue
		}
		purpose := p.Purpose(item.ID)
		made := scriptItem{
			Item: item, Stored: listStored(purpose.Cookies, purpose.Storage), Hosts: purpose.Hosts, CanHold: purpose.Hold,
		}
		made.Item.Services = nil
		for j, service := range item.Services {
			s := &purpose.Services[j]
			made.Services = append(made.Services, scriptItem{
				Item: service, Stored: listStored(s.Cookies, s.Storage), Hosts: s.Hosts, CanHold: s.Hold,
			})
		}
		if item.Required && !isStrict {
			made.Stored = nil
		}
		out.Purposes = append(out.Purposes, made)
	}
	return out
}

func listStored(lists ...[]policy.StoredItem) []string {
	var out []string
	for _, i := range slices.Concat(lists...) {
		out = append(out, string(i.Area)+":"+i.Name)
	}
	return out
}

func canHold(items []scriptItem) bool {
	return slices.ContainsFunc(items, func(i scriptItem) bool { return i.CanHold || canHold(i.Services) })
}
