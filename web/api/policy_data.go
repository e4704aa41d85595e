package api

import (
	"net/http"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// policyData is a policy for programs: GET /v1/{site}/policy.
type policyData struct {
	Site          string            `json:"site"`
	Version       string            `json:"version"`
	Updated       string            `json:"updated"`
	Effective     string            `json:"effective"`
	Language      string            `json:"language"`
	Title         string            `json:"title"`
	Controller    string            `json:"controller"`
	Contact       string            `json:"contact"`
	Purposes      []policyPurpose   `json:"purposes"`
	Erasure       erasure           `json:"erasure"`                 // of records, when a person asks for it
	Presentations map[string]string `json:"presentations,omitempty"` // content hashes, by kind; on the web

	// Days that a grant holds: the fewest of the site's regions.
	GrantedDays int `json:"granted_days"`

	// Equivalents leads from the hashes of earlier contents whose answers still count to those of now.
	Equivalents map[policy.Hash]policy.Hash `json:"equivalents,omitempty"`

	Permissions []policyPermission `json:"permissions"`
	SDKs        []policySDK        `json:"sdks"`
	Recipients  []policyRecipient  `json:"recipients"`
	Collected   []policyCollected  `json:"collected"`
	policyRules
}

type policyPurpose struct {
	ID       string      `json:"id"`
	Hash     policy.Hash `json:"hash"`
	Kind     policy.Kind `json:"kind"`
	Required bool        `json:"required"`
	Separate bool        `json:"separate"`
	PerCase  bool        `json:"per_case"` // no standing consent: status always says denied

	// WasRefusable means that it could be refused under an earlier version: a refusal from then holds.
	WasRefusable bool `json:"was_refusable,omitempty"`

	GPC      bool            `json:"gpc"`
	Name     string          `json:"name"`
	Summary  string          `json:"summary"`
	Refusal  string          `json:"refusal"`
	Basis    string          `json:"basis"`
	Data     []string        `json:"data"` // kinds of data
	Services []policyService `json:"services"`

	Retention  string   `json:"retention"`
	Recipients []string `json:"recipients"` // who receives the data

	Platforms []policy.Platform `json:"platforms"` // where it is asked
	Necessity string            `json:"necessity,omitempty"`
	Effect    string            `json:"effect,omitempty"`
	Instead   string            `json:"instead,omitempty"`
}

type policyService struct {
	ID      string      `json:"id"`
	Hash    policy.Hash `json:"hash"`
	Name    string      `json:"name"`
	Summary string      `json:"summary"`

	WasRefusable bool `json:"was_refusable,omitempty"`
}

type policyPermission struct {
	ID        string            `json:"id"`
	Purpose   string            `json:"purpose"`
	Platforms []policy.Platform `json:"platforms"`
	Name      string            `json:"name"`
	Use       string            `json:"use"`
	Refusal   string            `json:"refusal"`
}

// policySDK has "" for what the policy does not name.
type policySDK struct {
	ID         string          `json:"id"`
	Platform   policy.Platform `json:"platform"`
	Purpose    string          `json:"purpose"`
	NoData     bool            `json:"no_data"` // it takes no personal information, and starts without consent
	Name       string          `json:"name"`
	Provider   string          `json:"provider"`
	Data       string          `json:"data"`
	Use        string          `json:"use"`
	Scene      string          `json:"scene"`
	Collection string          `json:"collection"`
	Policy     string          `json:"policy"`
	Home       string          `json:"home"`
}

type policyRecipient struct {
	ID        string               `json:"id"`
	Kind      policy.RecipientKind `json:"kind"`
	Purpose   string               `json:"purpose"`
	Name      string               `json:"name"`
	Data      []string             `json:"data"`
	Use       string               `json:"use"`
	Condition string               `json:"condition"`
}

type policyCollected struct {
	ID         string   `json:"id"`
	Purpose    string   `json:"purpose"`
	Name       string   `json:"name"`
	Data       []string `json:"data"`
	Use        string   `json:"use"`
	Refusal    string   `json:"refusal"`
	Sensitive  bool     `json:"sensitive"`
	Enterprise bool     `json:"enterprise"`
}

func (h *Handler) servePolicy(w http.ResponseWriter, r *http.Request, s *site.Site) {
	p, ok := s.RequestedPolicy(w, r)
	if !ok {
		return
	}
	loc := s.LocalizedFor(r)
	language := loc.View.Language
	in := func(t policy.Text) string { return t.In(language, s.Language()) }
	form := s.Forms[p.Version]
	data := policyData{
		Site: s.ID, Version: p.Version, Updated: p.Updated, Effective: p.Effective, Language: language,
		Title: in(p.Title), Controller: in(p.Controller.Name),
		Contact:     widget.Contact(p.Controller, language, s.Language()),
		GrantedDays: form.GrantedDays, Equivalents: form.Equivalents, Erasure: erasureOf(s, h.Now()),
		policyRules: makeRules(p, in),
	}
	if p.Version == s.Current {
		data.Presentations = map[string]string{"banner": loc.Banner, "preferences": loc.Preferences[policy.Web]}
	}
	for i := range p.Purposes {
		made := makePurpose(&p.Purposes[i], form.Purposes[i], in)
		made.PerCase = made.PerCase || form.HasEnded // back ends read no state of their own from it
		data.Purposes = append(data.Purposes, made)
	}
	data.addRegister(p, in)
	scope := "private"
	if r.Header.Get("Origin") == "" { // else the answer names the page's origin
		scope = site.CacheScope(r)
	}
	w.Header().Set("Cache-Control", scope+", max-age=300")
	if !site.IsByAddress(r) {
		w.Header().Add("Vary", "Accept-Language")
	}
	httpx.WriteJSON(w, http.StatusOK, data)
}

func makePurpose(p *policy.Purpose, item consent.Item, in func(policy.Text) string) policyPurpose {
	made := policyPurpose{
		ID: p.ID, Hash: item.Hash, WasRefusable: item.WasRefusable,
		Kind: p.Kind, Required: item.Required, Separate: p.Separate, PerCase: p.PerCase, GPC: p.GPC,
		Name: in(p.Name), Summary: in(p.Summary), Refusal: in(p.Refusal), Basis: p.Basis.Law, Services: []policyService{},
		Data: translate(p.Data, in), Retention: in(p.Retention), Recipients: translate(p.Recipients, in),
		Platforms: listPlatforms(p.Platforms), Necessity: in(p.Necessity), Effect: in(p.Effect), Instead: in(p.Instead),
	}
	for i := range p.Services {
		service := &p.Services[i]
		made.Services = append(made.Services, policyService{
			ID: service.ID, Hash: item.Services[i].Hash, WasRefusable: item.Services[i].WasRefusable,
			Name: in(service.Name), Summary: in(service.Summary),
		})
	}
	return made
}

// addRegister adds what the policy lists beside its purposes.
func (d *policyData) addRegister(p *policy.Policy, in func(policy.Text) string) {
	d.Permissions, d.SDKs = []policyPermission{}, []policySDK{}
	d.Recipients, d.Collected = []policyRecipient{}, []policyCollected{}
	for _, e := range p.Permissions {
		d.Permissions = append(d.Permissions, policyPermission{
			ID: e.ID, Purpose: e.Purpose, Platforms: listPlatforms(e.Platforms),
			Name: in(e.Name), Use: in(e.Use), Refusal: in(e.Refusal),
		})
	}
	for _, e := range p.SDKs {
		d.SDKs = append(d.SDKs, policySDK{
			ID: e.ID, Platform: e.Platform, Purpose: e.Purpose, NoData: e.NoData, Name: in(e.Name), Provider: in(e.Provider),
			Data: in(e.Data), Use: in(e.Use), Scene: in(e.Scene), Collection: in(e.Collection), Policy: e.Policy,
			Home: e.Home,
		})
	}
	for _, e := range p.Recipients {
		d.Recipients = append(d.Recipients, policyRecipient{
			ID: e.ID, Kind: e.Kind, Purpose: e.Purpose, Name: in(e.Name), Data: translate(e.Data, in),
			Use: in(e.Use), Condition: in(e.Condition),
		})
	}
	for _, e := range p.Collected {
		d.Collected = append(d.Collected, policyCollected{
			ID: e.ID, Purpose: e.Purpose, Name: in(e.Name), Data: translate(e.Data, in), Use: in(e.Use), Refusal: in(e.Refusal),
			Sensitive: e.Sensitive, Enterprise: e.Enterprise,
		})
	}
}

// listPlatforms returns all platforms for an empty list.
func listPlatforms(list []policy.Platform) []policy.Platform {
	if len(list) == 0 {
		return policy.Platforms
	}
	return list
}
