//go:build !js

package diff

import "github.com/nod-consent/nod/app/policy"

func (c *comparer) compareKeeping(before, after policy.Keeping) {
	p := c.part("keeping", "", nil)
	p.compareText("place", before.Place, after.Place,
		material(policy.ChangeProcessing, "the place where data are stored changed"))
	p.compareText("abroad", before.Abroad, after.Abroad,
		material(policy.ChangeProcessing, "the transfer of data abroad changed"))
	p.compareText("term", before.Term, after.Term, material(policy.ChangeProcessing, "how long data are stored changed"))
	p.compareText("security", before.Security, after.Security, minor("the protection of data changed"))
	p.compareList("certificates", before.Certificates, after.Certificates,
		minor("a certificate was added"), material(policy.ChangeRisk, "a security certificate was removed"))
	p.compareText("incident", before.Incident, after.Incident, minor("the notice after an incident changed"))
	p.compareNumber("incident_days", before.IncidentDays, after.IncidentDays,
		reduction("people are notified of an incident later"), minor("people are notified of an incident sooner"))
	p.compareText("closure", before.Closure, after.Closure, minor("what happens at the end of the service changed"))
	p.compareNumber("closure_days", before.ClosureDays, after.ClosureDays,
		minor("the end of the service is announced earlier"), reduction("the end of the service is announced later"))
}

func (c *comparer) compareRights(before, after *policy.Policy) {
	compareEntries(before.Rights, after.Rights, func(r *policy.Right) string { return r.ID },
		func(r *policy.Right) { c.part("right", r.ID, r.Name).add("", nil, r.How, minor("a right was added")) },
		func(r *policy.Right) {
			c.part("right", r.ID, r.Name).add("", r.How, nil, reduction("a right was removed"))
		},
		func(was, is *policy.Right) {
			p := c.part("right", is.ID, is.Name)
			p.compareText("name", was.Name, is.Name, minor("the name of a right changed"))
			p.compareText("how", was.How, is.How, material(policy.ChangeRights, "the way to use a right changed"))
		},
	)
}

func (c *comparer) compareRequests(before, after policy.Requests) {
	p := c.part("requests", "", nil)
	p.compareNumber("answer_days", before.AnswerDays, after.AnswerDays,
		reduction("requests are answered later"), minor("requests are answered sooner"))
	p.compareNumber("contact_days", before.ContactDays, after.ContactDays,
		reduction("questions are answered later"), minor("questions are answered sooner"))
	p.compareText("identity", before.Identity, after.Identity, material(policy.ChangeRights, "the identity check changed"))
	p.compareText("fee", before.Fee, after.Fee, reduction("the cost of a request changed"))
	p.compareText("refusal", before.Refusal, after.Refusal, reduction("which requests can be refused changed"))
	p.compareList("unanswerable", before.Unanswerable, after.Unanswerable,
		reduction("more requests are not answered"), minor("fewer requests are not answered"))
	compareEntries(before.Grounds, after.Grounds, func(g *policy.Ground) string { return g.ID },
		func(g *policy.Ground) {
			c.part("ground", g.ID, nil).add("", nil, g.Text, reduction("more requests can be refused"))
		},
		func(g *policy.Ground) {
			c.part("ground", g.ID, nil).add("", g.Text, nil, minor("fewer requests can be refused"))
		},
		func(was, is *policy.Ground) {
			c.part("ground", is.ID, nil).compareText("text", was.Text, is.Text,
				reduction("which requests can be refused changed"))
		},
	)
	compareEntries(before.Channels, after.Channels, func(ch *policy.Channel) string { return ch.ID },
		func(ch *policy.Channel) {
			c.part("channel", ch.ID, ch.Name).add("", nil, ch.To, minor("a way to reach the controller was added"))
		},
		func(ch *policy.Channel) {
			c.part("channel", ch.ID, ch.Name).add("", ch.To, nil,
				material(policy.ChangeContact, "a way to reach the controller was removed"))
		},
		func(was, is *policy.Channel) {
			p := c.part("channel", is.ID, is.Name)
			p.compareText("name", was.Name, is.Name, minor("the name of a way to reach the controller changed"))
			p.compareText("to", was.To, is.To, material(policy.ChangeContact, "the controller's contact changed"))
		},
	)
}
