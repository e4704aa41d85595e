//go:build !js

package policy

import (
	"fmt"
	"slices"
	"strings"
)

// rightIDs are the rights that a policy can tell of.
var rightIDs = []string{"access", "copy", "transfer", "correct", "delete", "restrict", "explain", "leave", "cancel", "withdraw", "complain"}

// register checks what a policy tells beside its purposes. sections are the ids of its sections.
func (c *checker) register(p *Policy, sections map[string]bool) {
	purposes := map[string]bool{}
	for i := range p.Purposes {
		purposes[p.Purposes[i].ID] = true
	}
	refers := func(at, id string, to map[string]bool, what string) {
		if id != "" && !to[id] {
			c.say(at, fmt.Sprintf("%q is no %s of this policy", id, what), "want the id of one")
		}
	}
	purpose := func(at, id string) { refers(at+".purpose", id, purposes, "purpose") }
	section := func(at, id string) { refers(at+".section", id, sections, "section") }

	for i, d := range p.Definitions {
		at := fmt.Sprintf("$.definitions[%d]", i)
		c.text(at+".term", d.Term, maxName)
		c.text(at+".text", d.Text, maxSentence)
	}
	ids := map[string]bool{}
	for i, k := range p.DataKinds {
		at := fmt.Sprintf("$.data_kinds[%d]", i)
		c.id(at+".id", k.ID, ids)
		c.text(at+".name", k.Name, maxName)
		if len(k.Words) == 0 || slices.Contains(k.Words, "") {
			c.say(at+".words", "is empty", "want the words by which a text names this kind of data")
		}
	}
	ids = map[string]bool{}
	for i, e := range p.Collected {
		at := fmt.Sprintf("$.collected[%d]", i)
		c.id(at+".id", e.ID, ids)
		c.text(at+".name", e.Name, maxName)
		c.texts(at+".data", e.Data)
		c.optional(at+".use", e.Use)
		c.optional(at+".refusal", e.Refusal)
		purpose(at, e.Purpose)
		section(at, e.Section)
	}
	ids = map[string]bool{}
	for i, e := range p.Permissions {
		at := fmt.Sprintf("$.permissions[%d]", i)
		c.id(at+".id", e.ID, ids)
		c.text(at+".name", e.Name, maxName)
		c.text(at+".use", e.Use, maxSentence)
		c.text(at+".refusal", e.Refusal, maxSentence)
		c.optional(at+".said", e.Said)
		c.texts(at+".data", e.Data)
		c.platforms(at+".platforms", e.Platforms)
		purpose(at, e.Purpose)
	}
	c.sdks(p, purpose)
	ids = map[string]bool{}
	for i, e := range p.Recipients {
		at := fmt.Sprintf("$.recipients[%d]", i)
		c.id(at+".id", e.ID, ids)
		c.text(at+".name", e.Name, maxName)
		c.oneOf(at+".kind", string(e.Kind), recipientKinds)
		c.texts(at+".data", e.Data)
		c.optional(at+".use", e.Use)
		c.optional(at+".condition", e.Condition)
		purpose(at, e.Purpose)
		section(at, e.Section)
	}
	c.rules(p)
}

var recipientKinds = []string{string(Affiliate), string(Processor), string(Independent), string(Enterprise), string(Successor), string(Authority), string(Public)}

var changeKinds = []string{string(ChangeProcessing), string(ChangeOwnership), string(ChangeRecipients), string(ChangeRights), string(ChangeContact), string(ChangeRisk)}

func (c *checker) sdks(p *Policy, purpose func(at, id string)) {
	first := map[string]string{} // purpose by id
	taken := map[string]bool{}
	for i, e := range p.SDKs {
		at := fmt.Sprintf("$.sdks[%d]", i)
		c.id(at+".id", e.ID, map[string]bool{})
		if key := e.ID + " " + string(e.Platform); taken[key] {
			c.say(at+".id", fmt.Sprintf("%q is taken on %s", e.ID, e.Platform), "want one entry for each SDK and platform")
		} else {
			taken[key] = true
		}
		if other, ok := first[e.ID]; ok && other != e.Purpose {
			c.say(at+".purpose", fmt.Sprintf("%q, and on another platform %q", e.Purpose, other), "want the same purpose for one SDK, or another id")
		}
		first[e.ID] = e.Purpose
		if e.Platform == Web || !e.Platform.Valid() {
			c.say(at+".platform", fmt.Sprintf("%q", e.Platform), "want android, ios or harmony")
		}
		c.text(at+".name", e.Name, maxName)
		for _, o := range []struct {
			key  string
			text Text
		}{
			{"provider", e.Provider}, {"data", e.Data}, {"use", e.Use}, {"scene", e.Scene}, {"collection", e.Collection},
		} {
			c.optional(at+"."+o.key, o.text)
		}
		c.link(at+".policy", e.Policy)
		c.link(at+".home", e.Home)
		purpose(at, e.Purpose)
	}
}

// rules checks how data are kept, and what a person can ask for.
func (c *checker) rules(p *Policy) {
	c.keeping(p)
	c.minors(p.Minors)
	c.optional("$.launch.title", p.Launch.Title)
	c.optional("$.launch.text", p.Launch.Text)
	c.texts("$.launch.rights", p.Launch.Rights)
	c.texts("$.launch.basic", p.Launch.Basic)
	ids := map[string]bool{}
	for i, e := range p.Rights {
		at := fmt.Sprintf("$.rights[%d]", i)
		c.id(at+".id", e.ID, ids)
		c.oneOf(at+".id", e.ID, rightIDs)
		c.text(at+".name", e.Name, maxName)
		c.text(at+".how", e.How, maxSentence)
	}
	ids = map[string]bool{}
	for i, e := range p.Requests.Channels {
		at := fmt.Sprintf("$.requests.channels[%d]", i)
		c.id(at+".id", e.ID, ids)
		c.text(at+".name", e.Name, maxName)
		c.text(at+".to", e.To, maxSentence)
	}
	for i, e := range p.Changes {
		at := fmt.Sprintf("$.changes[%d]", i)
		c.oneOf(at+".kind", string(e.Kind), changeKinds)
		c.text(at+".text", e.Text, maxSentence)
	}
}

// keeping checks how data are kept, and how requests are answered.
func (c *checker) keeping(p *Policy) {
	k, r, m := p.Keeping, p.Requests, p.Minors
	for _, o := range []struct {
		key  string
		text Text
	}{
		{"keeping.place", k.Place}, {"keeping.abroad", k.Abroad}, {"keeping.term", k.Term}, {"keeping.security", k.Security},
		{"keeping.incident", k.Incident}, {"keeping.closure", k.Closure},
		{"requests.identity", r.Identity}, {"requests.fee", r.Fee}, {"requests.refusal", r.Refusal},
		{"minors.text", m.Text}, {"minors.evidence", m.Evidence},
	} {
		c.optional("$."+o.key, o.text)
	}
	c.texts("$.keeping.certificates", k.Certificates)
	c.texts("$.requests.unanswerable", r.Unanswerable)
	c.texts("$.exceptions", p.Exceptions)
	for _, o := range []struct {
		key  string
		days int
	}{
		{"keeping.incident_days", k.IncidentDays}, {"keeping.closure_days", k.ClosureDays},
		{"requests.answer_days", r.AnswerDays}, {"requests.contact_days", r.ContactDays},
	} {
		if o.days < 0 || o.days > maxDays {
			c.say("$."+o.key, fmt.Sprintf("%d", o.days), fmt.Sprintf("want 1 to %d days, or leave it out", maxDays))
		}
	}
}

// minors checks the ages, and the ways to show a guardian's consent.
func (c *checker) minors(m Minors) {
	if m.Child < 0 || m.Adult < m.Child || m.Adult > 25 {
		c.say("$.minors", fmt.Sprintf("child %d, adult %d", m.Child, m.Adult),
			"want two ages in years, the second not below the first, at most 25")
	}
	methods := map[string]bool{}
	for i, e := range m.Methods {
		at := fmt.Sprintf("$.minors.methods[%d]", i)
		c.id(at+".id", e.ID, methods)
		c.text(at+".name", e.Name, maxName)
	}
}

// emphasis wants each bold passage to be in the original.
func (c *checker) emphasis(p *Policy, original string) {
	for i, passage := range p.Emphasis {
		at := fmt.Sprintf("$.emphasis[%d]", i)
		c.plain(at, passage)
		if strings.TrimSpace(passage) == "" || !strings.Contains(original, passage) {
			c.say(at, fmt.Sprintf("%q is not in the full text", passage), "want a passage of it, word for word, within one line")
		}
	}
}

func (c *checker) texts(at string, list []Text) {
	for i, t := range list {
		c.text(fmt.Sprintf("%s[%d]", at, i), t, maxSentence)
	}
}

func (c *checker) platforms(at string, list []Platform) {
	for i, p := range list {
		if !p.Valid() || slices.Index(list, p) != i {
			c.say(fmt.Sprintf("%s[%d]", at, i), fmt.Sprintf("%q", p), "want each of web, android, ios and harmony at most once")
		}
	}
}

func (c *checker) oneOf(at, s string, want []string) {
	if !slices.Contains(want, s) {
		c.say(at, fmt.Sprintf("%q", s), "want one of "+strings.Join(want, ", "))
	}
}
