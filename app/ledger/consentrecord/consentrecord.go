//go:build !js

// Package consentrecord writes what a ledger keeps as consent records of ISO/IEC TS 27560:2023, in JSON-LD with the
// terms of the Data Privacy Vocabulary (https://w3id.org/dpv, whose guide "Consent Records and Receipts as per ISO/IEC
// TS 27560:2023" says which term stands for which field), and as CSV. An export holds the evidence of each record, so
// it can be checked off line: Verify reads it back.
//
// A record names its policy by version, and its purposes by the content hash of what was shown. Their texts come from
// the site's files, as far as those still have the same content; else the identifiers alone stand there.
package consentrecord

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

// schema is what the records conform to (27560, 6.3.2: schema_version).
const schema = "https://w3id.org/dpv/schema/dpv-27560#record"

// context is the JSON-LD context of a document.
var context = map[string]string{
	"dpv": "https://w3id.org/dpv#",
	"dct": "http://purl.org/dc/terms/",
	"nod": "urn:nod:",
}

// record is one consent record. The comments name the fields of 27560.
type record struct {
	ID         string    `json:"@id"`
	Type       string    `json:"@type"`
	ConformsTo string    `json:"dct:conformsTo"`        // schema_version
	Identifier uuid.UUID `json:"dct:identifier"`        // record_id
	Subject    party     `json:"dpv:hasDataSubject"`    // pii_principal_id
	Controller reference `json:"dpv:hasDataController"` // pii_controllers
	Language   string    `json:"dct:language"`          // language
	Notice     notice    `json:"dpv:hasNotice"`         // privacy_notice
	Created    time.Time `json:"dct:created"`           // when the server kept it
	Date       time.Time `json:"dct:date"`              // event_time
	Action     string    `json:"nod:action"`
	Platform   string    `json:"nod:platform"`
	Previous   string    `json:"dct:replaces,omitempty"`
	GPC        bool      `json:"nod:gpc"`
	Processes  []process `json:"dpv:hasProcess"`

	Evidence *ledger.Evidence `json:"nod:evidence,omitempty"`
}

// reference names something that stands elsewhere in the document.
type reference struct {
	ID string `json:"@id"`
}

// party is somebody who takes part (27560, 6.3.5).
type party struct {
	ID         string    `json:"@id,omitempty"`
	Type       string    `json:"@type"`
	Identifier string    `json:"dct:identifier"`
	Name       string    `json:"dpv:hasName,omitempty"`
	Address    string    `json:"dpv:hasAddress,omitempty"`
	Contact    []string  `json:"dpv:hasContact,omitempty"`
	Rights     []term    `json:"dpv:hasRight,omitempty"`          // privacy_rights
	Withdrawal *term     `json:"dpv:hasConsentControl,omitempty"` // withdrawal_method
	Place      []storage `json:"dpv:hasStorageCondition,omitempty"`
}

// notice is what the person was shown.
type notice struct {
	Type         string `json:"@type"`
	Presentation string `json:"dct:identifier"` // content hash, or "custom"
	Version      string `json:"dct:hasVersion"` // of the policy
	Title        string `json:"dct:title,omitempty"`
}

// term is one of the vocabulary, with the words that the person read.
type term struct {
	Type        string `json:"@type"`
	Identifier  string `json:"dct:identifier,omitempty"`
	Title       string `json:"dct:title,omitempty"`
	Description string `json:"dct:description,omitempty"`
	Source      string `json:"dct:source,omitempty"`
}

// storage is how long or where data are kept (retention_period, storage_locations).
type storage struct {
	Type        string `json:"@type"`
	Description string `json:"dct:description"`
}

// process is one purpose, or one service of a purpose, with its answer (27560, 6.3.4 and 6.3.6).
type process struct {
	Type       string    `json:"@type"`
	Purpose    term      `json:"dpv:hasPurpose"` // purpose, by id
	Hash       string    `json:"nod:hash"`       // content hash of what was shown
	Service    *term     `json:"dpv:hasService,omitempty"`
	Basis      *term     `json:"dpv:hasLegalBasis,omitempty"`       // lawful_basis, event_type
	Data       []term    `json:"dpv:hasPersonalData,omitempty"`     // pii_information
	Storage    []storage `json:"dpv:hasStorageCondition,omitempty"` // retention_period
	Recipients []term    `json:"dpv:hasRecipient,omitempty"`        // recipient_third_parties
	Refusal    *term     `json:"dpv:hasConsequence,omitempty"`
	Status     status    `json:"dpv:hasConsentStatus"` // event_state
}

// status is the state that the answer brought about.
type status struct {
	Type  string    `json:"@type"`
	Since time.Time `json:"dct:date"`            // event_time: of the decision's id, from which the term runs
	Valid string    `json:"dct:valid,omitempty"` // validity_duration, as ISO 8601 writes it
	By    string    `json:"dpv:isIndicatedBy"`   // entity_id
}

// The states that an answer can bring about.
const (
	given     = "dpv:ConsentGiven"
	refused   = "dpv:ConsentRefused"
	withdrawn = "dpv:ConsentWithdrawn"
)

// author makes consent records of a site's kept ones.
type author struct {
	site  *policy.Site
	forms map[string]consent.Form // by the policy's version: a record's hashes are compared with its items
}

func newAuthor(site *policy.Site) author { return author{site, map[string]consent.Form{}} }

func (a author) form(p *policy.Policy) consent.Form {
	form, ok := a.forms[p.Version]
	if !ok {
		form = consent.FormOf(a.site, p)
		a.forms[p.Version] = form
	}
	return form
}

// record makes the consent record of a kept one, in the language in which the person was asked.
func (a author) record(r ledger.Record) record {
	subject := "urn:uuid:" + r.Subject.String()
	out := record{
		ID: "urn:uuid:" + r.ID.String(), Type: "dpv:ConsentRecord", ConformsTo: schema, Identifier: r.ID,
		Subject:    party{ID: subject, Type: "dpv:DataSubject", Identifier: r.Subject.String()},
		Controller: reference{controllerID(r.Site, r.Policy)},
		Language:   r.Language, Notice: notice{Type: "dpv:ConsentNotice", Presentation: r.Presentation, Version: r.Policy},
		Created: r.ReceivedAt, Date: r.DecidedAt.UTC(), Action: string(r.Action), Platform: string(r.Platform), GPC: r.GPC,
	}
	out.Previous = previousOf(r)
	p, known := a.site.Policy(r.Policy)
	w := words{site: a.site, language: r.Language}
	if known {
		out.Notice.Title = w.in(p.Title)
		w.form = a.form(p)
	}
	for _, c := range covered(r) {
		process := w.process(p, c)
		process.Status = status{Type: statusOf(r, c.ID), Since: consent.DecidedAt(r.ID).UTC(), By: subject}
		if process.Status.Type == given {
			process.Status.Valid = "P" + strconv.Itoa(a.site.AskIn(policy.Place{}).GrantedDays) + "D"
		}
		out.Processes = append(out.Processes, process)
	}
	return out
}

// covered is what the record speaks of by name: of a service that was not answered by itself, its purpose's answer
// tells.
func covered(r ledger.Record) (out []consent.Covered) {
	for _, c := range r.Covered {
		if _, own := r.Services[c.ID]; c.Purpose == "" || own {
			out = append(out, c)
		}
	}
	return out
}

func previousOf(r ledger.Record) string {
	if r.Previous == nil {
		return ""
	}
	return "urn:uuid:" + r.Previous.String()
}

func statusOf(r ledger.Record, id string) string {
	switch {
	case r.State(id) == consent.Granted:
		return given
	case r.Action == consent.Withdraw:
		return withdrawn
	}
	return refused
}

func controllerID(site, version string) string {
	return fmt.Sprintf("urn:nod:%s:controller:%s", site, version)
}

// words finds texts in the language of a record.
type words struct {
	site     *policy.Site
	language string
	form     consent.Form
}

func (w words) in(t policy.Text) string { return t.In(w.language, w.site.Languages...) }

func (w words) named(kind string, texts []policy.Text) (out []term) {
	for _, t := range texts {
		out = append(out, term{Type: kind, Title: w.in(t)})
	}
	return out
}

// process tells of a purpose or service what the person was told, if the policy still says the same.
func (w words) process(p *policy.Policy, c consent.Covered) process {
	id := c.ID
	if c.Purpose != "" {
		id = c.Purpose
	}
	out := process{Type: "dpv:Process", Purpose: term{Type: "dpv:Purpose", Identifier: id}, Hash: string(c.Hash)}
	if c.Purpose != "" {
		out.Service = &term{Type: "dpv:Service", Identifier: c.ID}
	}
	if p == nil || !w.unchanged(c) {
		return out
	}
	purpose := p.Purpose(id)
	out.Purpose.Title, out.Purpose.Description = w.in(purpose.Name), w.in(purpose.Summary)
	if out.Service != nil {
		if i := slices.IndexFunc(purpose.Services, func(s policy.Service) bool { return s.ID == c.ID }); i >= 0 {
			out.Service.Title, out.Service.Description = w.in(purpose.Services[i].Name), w.in(purpose.Services[i].Provider)
		}
	}
	basis := "dpv:ExpressedConsent"
	if purpose.Separate {
		basis = "dpv:ExplicitlyExpressedConsent"
	}
	out.Basis = &term{Type: basis, Description: w.in(purpose.Basis.Text), Source: purpose.Basis.Law}
	out.Data = w.named("dpv:PersonalData", purpose.Data)
	out.Recipients = w.named("dpv:Recipient", purpose.Recipients)
	if text := w.in(purpose.Retention); text != "" {
		out.Storage = []storage{{"dpv:StorageDuration", text}}
	}
	if text := w.in(purpose.Refusal); text != "" {
		out.Refusal = &term{Type: "dpv:Consequence", Description: text}
	}
	return out
}

// unchanged says whether the policy's purpose or service has the content that the answer was given to.
func (w words) unchanged(c consent.Covered) bool {
	if c.Purpose == "" {
		item, ok := w.form.Purpose(c.ID)
		return ok && item.Hash == c.Hash
	}
	item, _, ok := w.form.Service(c.ID)
	return ok && item.Hash == c.Hash
}

// controller is who asked, with the rights and the ways of reaching them.
func controller(site *policy.Site, p *policy.Policy) party {
	w := words{site: site, language: site.Language()}
	out := party{
		ID: controllerID(site.ID, p.Version), Type: "dpv:DataController", Identifier: site.ID,
		Name: w.in(p.Controller.Name), Address: w.in(p.Controller.Address),
	}
	for _, c := range []string{p.Controller.Email, p.Controller.Phone, p.Controller.URL} {
		if c != "" {
			out.Contact = append(out.Contact, c)
		}
	}
	for _, r := range p.Rights {
		named := term{Type: "dpv:DataSubjectRight", Identifier: r.ID, Title: w.in(r.Name), Description: w.in(r.How)}
		if r.ID == "withdraw" {
			named.Type = "dpv:WithdrawConsent"
			out.Withdrawal = &named
			continue
		}
		out.Rights = append(out.Rights, named)
	}
	for _, place := range []policy.Text{p.Keeping.Place, p.Keeping.Abroad} {
		if text := w.in(place); text != "" {
			out.Place = append(out.Place, storage{"dpv:StorageLocation", text})
		}
	}
	return out
}
