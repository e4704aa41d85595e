package web

import (
	"net/http"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/httpx"
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
	Presentations map[string]string `json:"presentations,omitempty"` // content hashes of what is shown now on the web, by kind

	// Equivalents leads from the hashes of earlier contents whose answers still count to those of now.
	Equivalents map[policy.Hash]policy.Hash `json:"equivalents,omitempty"`

	Permissions []policyPermission `json:"permissions"`
	SDKs        []policySDK        `json:"sdks"`
	Recipients  []policyRecipient  `json:"recipients"`
	Collected   []policyCollected  `json:"collected"`
	policyRules
}

type policyPurpose struct {
	ID       string          `json:"id"`
	Hash     policy.Hash     `json:"hash"`
	Kind     policy.Kind     `json:"kind"`
	Required bool            `json:"required"`
	Separate bool            `json:"separate"`
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
}

type policyPermission struct {
	ID        string            `json:"id"`
	Purpose   string            `json:"purpose"`
	Platforms []policy.Platform `json:"platforms"`
	Name      string            `json:"name"`
	Use       string            `json:"use"`
	Refusal   string            `json:"refusal"`
}

// policySDK has "" for what the policy does not tell.
type policySDK struct {
	ID         string          `json:"id"`
	Platform   policy.Platform `json:"platform"`
	Purpose    string          `json:"purpose"`
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

func (s *Server) policyData(w http.ResponseWriter, r *http.Request, site *site) {
	p, ok := site.asked(w, r)
	if !ok {
		return
	}
	loc := site.languages[site.language(r)]
	view := loc.view
	in := func(t policy.Text) string { return t.In(view.Language, site.Language()) }
	data := policyData{
		Site: site.ID, Version: p.Version, Updated: p.Updated, Effective: p.Effective, Language: view.Language,
		Title: in(p.Title), Controller: in(p.Controller.Name), Contact: widget.Contact(p.Controller, view.Language, site.Language()),
	}
	form := site.forms[p.Version]
	data.Equivalents = form.Equivalents
	if p.Version == site.Current {
		data.Presentations = map[string]string{"banner": loc.banner, "preferences": loc.centres[policy.Web].presentation}
	}
	for i := range p.Purposes {
		u, item := &p.Purposes[i], form.Purposes[i]
		made := policyPurpose{
			ID: u.ID, Hash: item.Hash, Kind: u.Kind, Required: u.Required, Separate: u.Separate, GPC: u.GPC,
			Name: in(u.Name), Summary: in(u.Summary), Refusal: in(u.Refusal), Basis: u.Basis.Law, Services: []policyService{},
			Data: translate(u.Data, in), Retention: in(u.Retention), Recipients: translate(u.Recipients, in),
			Platforms: platforms(u.Platforms), Necessity: in(u.Necessity), Effect: in(u.Effect), Instead: in(u.Instead),
		}
		for j := range u.Services {
			v := &u.Services[j]
			made.Services = append(made.Services, policyService{ID: v.ID, Hash: item.Services[j].Hash, Name: in(v.Name), Summary: in(v.Summary)})
		}
		data.Purposes = append(data.Purposes, made)
	}
	data.register(p, in)
	data.policyRules = makeRules(p, in)
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Add("Vary", "Accept-Language")
	httpx.WriteJSON(w, http.StatusOK, data)
}

// register adds what the policy tells beside its purposes.
func (d *policyData) register(p *policy.Policy, in func(policy.Text) string) {
	d.Permissions, d.SDKs, d.Recipients, d.Collected = []policyPermission{}, []policySDK{}, []policyRecipient{}, []policyCollected{}
	for _, e := range p.Permissions {
		d.Permissions = append(d.Permissions, policyPermission{
			ID: e.ID, Purpose: e.Purpose, Platforms: platforms(e.Platforms), Name: in(e.Name), Use: in(e.Use), Refusal: in(e.Refusal),
		})
	}
	for _, e := range p.SDKs {
		d.SDKs = append(d.SDKs, policySDK{
			ID: e.ID, Platform: e.Platform, Purpose: e.Purpose, Name: in(e.Name), Provider: in(e.Provider), Data: in(e.Data),
			Use: in(e.Use), Scene: in(e.Scene), Collection: in(e.Collection), Policy: e.Policy, Home: e.Home,
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

// platforms names all where none is named.
func platforms(list []policy.Platform) []policy.Platform {
	if len(list) == 0 {
		return policy.Platforms
	}
	return list
}
