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

// checkEntries checks the ids and the names of a list's entries, and each entry with checkEntry.
func checkEntries[T any](
	c *checker, at string, list []T, describe func(e *T) (id string, name policy.Text), checkEntry func(at string, e *T),
) {
	taken := map[string]bool{}
	for i := range list {
		at := fmt.Sprintf("%s[%d]", at, i)
		id, name := describe(&list[i])
		c.checkID(at+".id", id, taken)
		c.checkText(at+".name", name, maxName)
		checkEntry(at, &list[i])
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
	c.checkDataKinds(p.DataKinds)
	c.checkCollected(p.Collected, refs)
	c.checkPermissions(p.Permissions, refs)
	c.checkSDKs(p.SDKs, refs)
	c.checkRecipients(p.Recipients, refs)
	c.checkOptionalTexts(p)
	c.checkTerms(p)
	c.checkMinors(p.Minors)
	c.checkRights(p.Rights)
	c.checkChannels(p.Requests.Channels)
	c.checkGrounds(p.Requests.Grounds)
	c.checkChanges(p.Changes)
}

func (c *checker) checkDataKinds(list []policy.DataKind) {
	describe := func(k *policy.DataKind) (string, policy.Text) { return k.ID, k.Name }
	checkEntries(c, "$.data_kinds", list, describe, func(at string, k *policy.DataKind) {
		if len(k.Words) == 0 || slices.Contains(k.Words, "") {
			c.addProblem(at+".words", "is empty", "List the words by which a text names this kind of data")
		}
	})
}

func (c *checker) checkCollected(list []policy.Collected, refs references) {
	describe := func(e *policy.Collected) (string, policy.Text) { return e.ID, e.Name }
	checkEntries(c, "$.collected", list, describe, func(at string, e *policy.Collected) {
		c.checkTexts(at+".data", e.Data)
		c.checkOptionalText(at+".use", e.Use)
		c.checkOptionalText(at+".refusal", e.Refusal)
		refs.checkPurpose(at, e.Purpose)
		refs.checkSection(at, e.Section)
		c.checkStores(at+".stores", e.Stores)
	})
}

func (c *checker) checkPermissions(list []policy.Permission, refs references) {
	describe := func(e *policy.Permission) (string, policy.Text) { return e.ID, e.Name }
	checkEntries(c, "$.permissions", list, describe, func(at string, e *policy.Permission) {
		c.checkText(at+".use", e.Use, maxSentence)
		c.checkText(at+".refusal", e.Refusal, maxSentence)
		c.checkOptionalText(at+".said", e.Claimed)
		c.checkTexts(at+".data", e.Data)
		c.checkPlatforms(at+".platforms", e.Platforms)
		refs.checkPurpose(at, e.Purpose)
	})
}

func (c *checker) checkSDKs(list []policy.SDK, refs references) {
	firstPurpose := map[string]string{} // by id
	taken := map[string]bool{}
	for i, e := range list {
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
		if e.NoData && e.Purpose != "" {
			c.addProblem(at+".no_data", "an SDK that takes no personal information needs no consent",
				"Remove purpose, or remove no_data")
		}
	}
}

func (c *checker) checkRecipients(list []policy.Recipient, refs references) {
	describe := func(e *policy.Recipient) (string, policy.Text) { return e.ID, e.Name }
	checkEntries(c, "$.recipients", list, describe, func(at string, e *policy.Recipient) {
		checkOneOf(c, at+".kind", e.Kind, "a kind of recipient", recipientKinds)
		c.checkTexts(at+".data", e.Data)
		c.checkOptionalText(at+".use", e.Use)
		c.checkOptionalText(at+".condition", e.Condition)
		refs.checkPurpose(at, e.Purpose)
		refs.checkSection(at, e.Section)
	})
}

func (c *checker) checkRights(list []policy.Right) {
	describe := func(e *policy.Right) (string, policy.Text) { return e.ID, e.Name }
	checkEntries(c, "$.rights", list, describe, func(at string, e *policy.Right) {
		checkOneOf(c, at+".id", e.ID, "a right", rightIDs)
		c.checkText(at+".how", e.How, maxSentence)
	})
}

func (c *checker) checkChannels(list []policy.Channel) {
	describe := func(e *policy.Channel) (string, policy.Text) { return e.ID, e.Name }
	checkEntries(c, "$.requests.channels", list, describe, func(at string, e *policy.Channel) {
		c.checkText(at+".to", e.To, maxSentence)
	})
}

func (c *checker) checkChanges(list []policy.Change) {
	for i, e := range list {
		at := fmt.Sprintf("$.changes[%d]", i)
		checkOneOf(c, at+".kind", e.Kind, "a kind of change", changeKinds)
		c.checkText(at+".text", e.Text, maxSentence)
	}
}

// checkOptionalTexts checks the texts that a policy can leave out.
func (c *checker) checkOptionalTexts(p *policy.Policy) {
	k, r, m := p.Keeping, p.Requests, p.Minors
	for _, o := range []struct {
		key  string
		text policy.Text
	}{
		{"keeping.place", k.Place}, {"keeping.abroad", k.Abroad}, {"keeping.term", k.Term},
		{"keeping.security", k.Security}, {"keeping.incident", k.Incident}, {"keeping.closure", k.Closure},
		{"requests.identity", r.Identity}, {"requests.fee", r.Fee}, {"requests.refusal", r.Refusal},
		{"minors.text", m.Text}, {"minors.evidence", m.Evidence},
		{"launch.title", p.Launch.Title}, {"launch.text", p.Launch.Text},
	} {
		c.checkOptionalText("$."+o.key, o.text)
	}
	for _, o := range []struct {
		key   string
		texts []policy.Text
	}{
		{"keeping.certificates", k.Certificates}, {"requests.unanswerable", r.Unanswerable},
		{"exceptions", p.Exceptions}, {"launch.rights", p.Launch.Rights}, {"launch.basic", p.Launch.Basic},
	} {
		c.checkTexts("$."+o.key, o.texts)
	}
}

// checkTerms checks the numbers of days within which something is answered or announced.
func (c *checker) checkTerms(p *policy.Policy) {
	for _, o := range []struct {
		key  string
		days int
	}{
		{"keeping.incident_days", p.Keeping.IncidentDays}, {"keeping.closure_days", p.Keeping.ClosureDays},
		{"requests.answer_days", p.Requests.AnswerDays}, {"requests.contact_days", p.Requests.ContactDays},
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
	describe := func(e *policy.Method) (string, policy.Text) { return e.ID, e.Name }
	checkEntries(c, "$.minors.methods", m.Methods, describe, func(string, *policy.Method) {})
}
