// Package consentrecord writes the ledger's records as consent records of ISO/IEC TS 27560:2023: in JSON-LD with the
// terms of the Data Privacy Vocabulary, or as CSV. The vocabulary is at https://w3id.org/dpv; its guide "Consent
// Records and Receipts as per ISO/IEC TS 27560:2023" says which term is for which field. An export holds the evidence
// of each record, so that Verify can check it offline.
//
// A record names its policy by version, and its purposes by the content hash of what was shown. The texts come from the
// site's files if those still have the same content. Otherwise the export has only the identifiers.
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

// jsonLDContext is the JSON-LD context of a document.
var jsonLDContext = map[string]string{
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
	Created    time.Time `json:"dct:created"`           // when the server received it
	Date       time.Time `json:"dct:date"`              // event_time
	Action     string    `json:"nod:action"`
	Platform   string    `json:"nod:platform"`
	Previous   string    `json:"dct:replaces,omitempty"`
	GPC        bool      `json:"nod:gpc"`
	Processes  []process `json:"dpv:hasProcess"`

	Evidence *ledger.Evidence `json:"nod:evidence,omitempty"`
}

// reference names a part of the document.
type reference struct {
	ID string `json:"@id"`
}

// party is a controller or a data subject (27560, 6.3.5).
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

// term is a term of the vocabulary, with the words that the person read.
type term struct {
	Type        string `json:"@type"`
	Identifier  string `json:"dct:identifier,omitempty"`
	Title       string `json:"dct:title,omitempty"`
	Description string `json:"dct:description,omitempty"`
	Source      string `json:"dct:source,omitempty"`
}

// storage is how long or where data is stored (retention_period, storage_locations).
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

// status is the state after the answer.
type status struct {
	Type  string    `json:"@type"`
	Since time.Time `json:"dct:date"`            // event_time: of the decision's id, when the term starts
	Valid string    `json:"dct:valid,omitempty"` // validity_duration, as in ISO 8601
	By    string    `json:"dpv:isIndicatedBy"`   // entity_id
}

// The types of status.
const (
	statusGiven     = "dpv:ConsentGiven"
	statusRefused   = "dpv:ConsentRefused"
	statusWithdrawn = "dpv:ConsentWithdrawn"
)

// converter makes consent records of a site's stored records.
type converter struct {
	site  *policy.Site
	forms map[string]consent.Form // by the policy's version: a record's hashes are compared with its items
}

func newConverter(site *policy.Site) converter { return converter{site, map[string]consent.Form{}} }

func (c converter) findForm(p *policy.Policy) consent.Form {
	form, ok := c.forms[p.Version]
	if !ok {
		form = consent.FormOf(c.site, p)
		c.forms[p.Version] = form
	}
	return form
}

// convert makes the consent record of a stored record, in the language in which the person was asked.
func (c converter) convert(r ledger.Record) record {
	subject := newSubject(r)
	out := record{
		ID: "urn:uuid:" + r.ID.String(), Type: "dpv:ConsentRecord", ConformsTo: schema, Identifier: r.ID,
		Subject:    subject,
		Controller: reference{formatControllerID(r.Site, r.Policy)},
		Language:   r.Language, Notice: notice{Type: "dpv:ConsentNotice", Presentation: r.Presentation, Version: r.Policy},
		Created: r.ReceivedAt, Date: r.DecidedAt.UTC(), Action: string(r.Action), Platform: string(r.Platform), GPC: r.GPC,
		Previous: formatPrevious(r),
	}
	p, isKnown := c.site.Policy(r.Policy)
	t := texts{site: c.site, language: r.Language}
	if isKnown {
		out.Notice.Title = t.translate(p.Title)
		t.form = c.findForm(p)
	}
	for _, covered := range listAnswered(r) {
		process := t.newProcess(p, covered)
		process.Status = status{Type: convertStatus(r, covered.ID), Since: consent.DecidedAt(r.ID).UTC(), By: subject.ID}
		if process.Status.Type == statusGiven {
			process.Status.Valid = "P" + strconv.Itoa(c.site.TermsIn(policy.Jurisdiction{}).GrantedDays) + "D"
		}
		out.Processes = append(out.Processes, process)
	}
	return out
}

// listAnswered lists what the record answers by name. For a service without its own answer, its purpose's answer
// counts.
func listAnswered(r ledger.Record) (out []consent.Covered) {
	for _, c := range r.Covered {
		if _, hasOwn := r.Services[c.ID]; c.Purpose == "" || hasOwn {
			out = append(out, c)
		}
	}
	return out
}

func formatPrevious(r ledger.Record) string {
	if r.Previous == nil {
		return ""
	}
	return "urn:uuid:" + r.Previous.String()
}

func convertStatus(r ledger.Record, id string) string {
	switch {
	case r.State(id) == consent.Granted:
		return statusGiven
	case r.Action == consent.Withdraw:
		return statusWithdrawn
	}
	return statusRefused
}

// newSubject describes the person of a record, of whom nothing else is known.
func newSubject(r ledger.Record) party {
	return party{ID: "urn:uuid:" + r.Subject.String(), Type: "dpv:DataSubject", Identifier: r.Subject.String()}
}

func formatControllerID(site, version string) string {
	return fmt.Sprintf("urn:nod:%s:controller:%s", site, version)
}

// texts finds texts in the language of a record.
type texts struct {
	site     *policy.Site
	language string
	form     consent.Form
}

func (t texts) translate(text policy.Text) string { return text.In(t.language, t.site.Languages...) }

// newTerms returns terms of one type with these titles.
func (t texts) newTerms(kind string, titles []policy.Text) (out []term) {
	for _, title := range titles {
		out = append(out, term{Type: kind, Title: t.translate(title)})
	}
	return out
}

// newProcess describes a purpose or service as the person read it, if the policy still says the same.
func (t texts) newProcess(p *policy.Policy, c consent.Covered) process {
	id := c.ID
	if c.Purpose != "" {
		id = c.Purpose
	}
	out := process{Type: "dpv:Process", Purpose: term{Type: "dpv:Purpose", Identifier: id}, Hash: string(c.Hash)}
	if c.Purpose != "" {
		out.Service = &term{Type: "dpv:Service", Identifier: c.ID}
	}
	if p == nil || !t.isUnchanged(c) {
		return out
	}
	purpose := p.Purpose(id)
	out.Purpose.Title, out.Purpose.Description = t.translate(purpose.Name), t.translate(purpose.Summary)
	if out.Service != nil {
		if i := slices.IndexFunc(purpose.Services, func(s policy.Service) bool { return s.ID == c.ID }); i >= 0 {
			service := purpose.Services[i]
			out.Service.Title, out.Service.Description = t.translate(service.Name), t.translate(service.Provider)
		}
	}
	basis := "dpv:ExpressedConsent"
	if purpose.Separate {
		basis = "dpv:ExplicitlyExpressedConsent"
	}
	out.Basis = &term{Type: basis, Description: t.translate(purpose.Basis.Text), Source: purpose.Basis.Law}
	out.Data = t.newTerms("dpv:PersonalData", purpose.Data)
	out.Recipients = t.newTerms("dpv:Recipient", purpose.Recipients)
	if text := t.translate(purpose.Retention); text != "" {
		out.Storage = []storage{{"dpv:StorageDuration", text}}
	}
	if text := t.translate(purpose.Refusal); text != "" {
		out.Refusal = &term{Type: "dpv:Consequence", Description: text}
	}
	return out
}

// isUnchanged says whether the policy's purpose or service still has the content that the person answered.
func (t texts) isUnchanged(c consent.Covered) bool {
	if c.Purpose == "" {
		item, ok := t.form.Purpose(c.ID)
		return ok && item.Hash == c.Hash
	}
	item, _, ok := t.form.Service(c.ID)
	return ok && item.Hash == c.Hash
}

// newController describes the site's controller, with its contacts and the rights of the data subjects.
func newController(site *policy.Site, p *policy.Policy) party {
	t := texts{site: site, language: site.Language()}
	out := party{
		ID: formatControllerID(site.ID, p.Version), Type: "dpv:DataController", Identifier: site.ID,
		Name: t.translate(p.Controller.Name), Address: t.translate(p.Controller.Address),
	}
	for _, c := range []string{p.Controller.Email, p.Controller.Phone, p.Controller.URL} {
		if c != "" {
			out.Contact = append(out.Contact, c)
		}
	}
	for _, r := range p.Rights {
		right := term{Type: "dpv:DataSubjectRight", Identifier: r.ID, Title: t.translate(r.Name)}
		right.Description = t.translate(r.How)
		if r.ID == "withdraw" {
			right.Type = "dpv:WithdrawConsent"
			out.Withdrawal = &right
			continue
		}
		out.Rights = append(out.Rights, right)
	}
	for _, place := range []policy.Text{p.Keeping.Place, p.Keeping.Abroad} {
		if text := t.translate(place); text != "" {
			out.Place = append(out.Place, storage{"dpv:StorageLocation", text})
		}
	}
	return out
}
