//go:build !js

package load

import (
	"fmt"
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// rightIDs are the rights that a policy can describe.
var rightIDs = []string{
	"access", "copy", "transfer", "correct", "delete", "restrict", "explain", "leave", "cancel", "withdraw", "complain",
}

var recipientKinds = []policy.RecipientKind{
	policy.Affiliate, policy.Processor, policy.Independent, policy.Enterprise, policy.Successor, policy.Authority,
	policy.Public,
}

// references checks that entries of the lists refer to purposes and sections of the policy.
type references struct {
	*checker
	purposes, sections map[string]bool // ids
}

func (r references) checkPurpose(at, id string) {
	if id != "" && !r.purposes[id] {
		r.addInvalid(at+".purpose", id, "a purpose of this policy", "Use the id of one")
	}
}

func (r references) checkSection(at, id string) {
	if id != "" && !r.sections[id] {
		r.addInvalid(at+".section", id, "a section of this policy", "Use the id of one")
	}
}

// checkRegister checks what a policy has beside its purposes. sections are the ids of its sections.
func (c *checker) checkRegister(p *policy.Policy, sections map[string]bool) {
	refs := references{c, map[string]bool{}, sections}
	for i := range p.Purposes {
		refs.purposes[p.Purposes[i].ID] = true
	}
	for i, d := range p.Definitions {
		at := fmt.Sprintf("$.definitions[%d]", i)
		c.checkText(at+".term", d.Term, maxName)
		c.checkText(at+".text", d.Text, maxSentence)
	}
	ids := map[string]bool{}
	for i, k := range p.DataKinds {
		at := fmt.Sprintf("$.data_kinds[%d]", i)
		c.checkID(at+".id", k.ID, ids)
		c.checkText(at+".name", k.Name, maxName)
		if len(k.Words) == 0 || slices.Contains(k.Words, "") {
			c.addProblem(at+".words", "is empty", "List the words by which a text names this kind of data")
		}
	}
	c.checkCollected(p, refs)
	c.checkPermissions(p, refs)
	c.checkSDKs(p, refs)
	c.checkRecipients(p, refs)
	c.checkKeeping(p)
	c.checkMinors(p.Minors)
	c.checkOptionalText("$.launch.title", p.Launch.Title)
	c.checkOptionalText("$.launch.text", p.Launch.Text)
	c.checkTexts("$.launch.rights", p.Launch.Rights)
	c.checkTexts("$.launch.basic", p.Launch.Basic)
	c.checkRights(p)
}

func (c *checker) checkCollected(p *policy.Policy, refs references) {
	ids := map[string]bool{}
	for i, e := range p.Collected {
		at := fmt.Sprintf("$.collected[%d]", i)
		c.checkID(at+".id", e.ID, ids)
		c.checkText(at+".name", e.Name, maxName)
		c.checkTexts(at+".data", e.Data)
		c.checkOptionalText(at+".use", e.Use)
		c.checkOptionalText(at+".refusal", e.Refusal)
		refs.checkPurpose(at, e.Purpose)
		refs.checkSection(at, e.Section)
	}
}

func (c *checker) checkPermissions(p *policy.Policy, refs references) {
	ids := map[string]bool{}
	for i, e := range p.Permissions {
		at := fmt.Sprintf("$.permissions[%d]", i)
		c.checkID(at+".id", e.ID, ids)
		c.checkText(at+".name", e.Name, maxName)
		c.checkText(at+".use", e.Use, maxSentence)
		c.checkText(at+".refusal", e.Refusal, maxSentence)
		c.checkOptionalText(at+".said", e.Claimed)
		c.checkTexts(at+".data", e.Data)
		c.checkPlatforms(at+".platforms", e.Platforms)
		refs.checkPurpose(at, e.Purpose)
	}
}

func (c *checker) checkSDKs(p *policy.Policy, refs references) {
	firstPurpose := map[string]string{} // by id
	taken := map[string]bool{}
	for i, e := range p.SDKs {
		at := fmt.Sprintf("$.sdks[%d]", i)
		c.checkID(at+".id", e.ID, map[string]bool{})
		if key := e.ID + " " + string(e.Platform); taken[key] {
			c.addProblem(at+".id", fmt.Sprintf("%q is taken on %s", e.ID, e.Platform),
				"Write one entry for each SDK and platform")
		} else {
			taken[key] = true
		}
		if first, ok := firstPurpose[e.ID]; ok && first != e.Purpose {
			c.addProblem(at+".purpose", fmt.Sprintf("is %q, but on another platform %q", e.Purpose, first),
				"Use the same purpose for one SDK, or another id")
		}
		firstPurpose[e.ID] = e.Purpose
		checkOneOf(c, at+".platform", e.Platform, "a platform of apps",
			[]policy.Platform{policy.Android, policy.IOS, policy.Harmony})
		c.checkText(at+".name", e.Name, maxName)
		c.checkOptionalText(at+".provider", e.Provider)
		c.checkOptionalText(at+".data", e.Data)
		c.checkOptionalText(at+".use", e.Use)
		c.checkOptionalText(at+".scene", e.Scene)
		c.checkOptionalText(at+".collection", e.Collection)
		c.checkLink(at+".policy", e.Policy)
		c.checkLink(at+".home", e.Home)
		refs.checkPurpose(at, e.Purpose)
	}
}

func (c *checker) checkRecipients(p *policy.Policy, refs references) {
	ids := map[string]bool{}
	for i, e := range p.Recipients {
		at := fmt.Sprintf("$.recipients[%d]", i)
		c.checkID(at+".id", e.ID, ids)
		c.checkText(at+".name", e.Name, maxName)
		checkOneOf(c, at+".kind", e.Kind, "a kind of recipient", recipientKinds)
		c.checkTexts(at+".data", e.Data)
		c.checkOptionalText(at+".use", e.Use)
		c.checkOptionalText(at+".condition", e.Condition)
		refs.checkPurpose(at, e.Purpose)
		refs.checkSection(at, e.Section)
	}
}

// checkRights checks what a person can ask for, where, and which changes are announced.
func (c *checker) checkRights(p *policy.Policy) {
	ids := map[string]bool{}
	for i, e := range p.Rights {
		at := fmt.Sprintf("$.rights[%d]", i)
		c.checkID(at+".id", e.ID, ids)
		checkOneOf(c, at+".id", e.ID, "a right", rightIDs)
		c.checkText(at+".name", e.Name, maxName)
		c.checkText(at+".how", e.How, maxSentence)
	}
	ids = map[string]bool{}
	for i, e := range p.Requests.Channels {
		at := fmt.Sprintf("$.requests.channels[%d]", i)
		c.checkID(at+".id", e.ID, ids)
		c.checkText(at+".name", e.Name, maxName)
		c.checkText(at+".to", e.To, maxSentence)
	}
	for i, e := range p.Changes {
		at := fmt.Sprintf("$.changes[%d]", i)
		checkOneOf(c, at+".kind", e.Kind, "a kind of change", changeKinds)
		c.checkText(at+".text", e.Text, maxSentence)
	}
}

// checkKeeping checks how data are stored, and how requests are answered.
func (c *checker) checkKeeping(p *policy.Policy) {
	k, r, m := p.Keeping, p.Requests, p.Minors
	for _, o := range []struct {
		key  string
		text policy.Text
	}{
		{"keeping.place", k.Place}, {"keeping.abroad", k.Abroad}, {"keeping.term", k.Term},
		{"keeping.security", k.Security}, {"keeping.incident", k.Incident}, {"keeping.closure", k.Closure},
		{"requests.identity", r.Identity}, {"requests.fee", r.Fee}, {"requests.refusal", r.Refusal},
		{"minors.text", m.Text}, {"minors.evidence", m.Evidence},
	} {
		c.checkOptionalText("$."+o.key, o.text)
	}
	c.checkTexts("$.keeping.certificates", k.Certificates)
	c.checkTexts("$.requests.unanswerable", r.Unanswerable)
	c.checkTexts("$.exceptions", p.Exceptions)
	for _, o := range []struct {
		key  string
		days int
	}{
		{"keeping.incident_days", k.IncidentDays}, {"keeping.closure_days", k.ClosureDays},
		{"requests.answer_days", r.AnswerDays}, {"requests.contact_days", r.ContactDays},
	} {
		if o.days < 0 || o.days > maxDays {
			c.addProblem("$."+o.key, fmt.Sprintf("%d is out of range", o.days),
				fmt.Sprintf("Use 1 to %d days, or leave it out", maxDays))
		}
	}
}

// checkMinors checks the ages, and the ways to show a guardian's consent.
func (c *checker) checkMinors(m policy.Minors) {
	if m.Child < 0 || m.Adult < m.Child || m.Adult > 25 {
		c.addProblem("$.minors", fmt.Sprintf("child %d and adult %d do not fit together", m.Child, m.Adult),
			"Use two ages of at most 25 years; adult must not be below child")
	}
	methods := map[string]bool{}
	for i, e := range m.Methods {
		at := fmt.Sprintf("$.minors.methods[%d]", i)
		c.checkID(at+".id", e.ID, methods)
		c.checkText(at+".name", e.Name, maxName)
	}
}
