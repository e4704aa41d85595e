//go:build !js

package policy

func (c *comparer) keeping(before, after Keeping) {
	p := c.part("keeping", "", nil)
	p.text("place", before.Place, after.Place, material(ChangeProcessing, "the place where data are stored changed"))
	p.text("abroad", before.Abroad, after.Abroad, material(ChangeProcessing, "the transfer of data abroad changed"))
	p.text("term", before.Term, after.Term, material(ChangeProcessing, "how long data are stored changed"))
	p.text("security", before.Security, after.Security, minor("the protection of data changed"))
	p.list("certificates", before.Certificates, after.Certificates,
		minor("a certificate was added"), material(ChangeRisk, "a security certificate was removed"))
	p.text("incident", before.Incident, after.Incident, minor("the notice after an incident changed"))
	p.number("incident_days", before.IncidentDays, after.IncidentDays,
		reduction("people are notified of an incident later"), minor("people are notified of an incident sooner"))
	p.text("closure", before.Closure, after.Closure, minor("what happens at the end of the service changed"))
	p.number("closure_days", before.ClosureDays, after.ClosureDays,
		minor("the end of the service is announced earlier"), reduction("the end of the service is announced later"))
}

func (c *comparer) rights(before, after *Policy) {
	keyed(before.Rights, after.Rights, func(r *Right) string { return r.ID },
		func(r *Right) { c.part("right", r.ID, r.Name).add("", nil, r.How, minor("a right was added")) },
		func(r *Right) { c.part("right", r.ID, r.Name).add("", r.How, nil, reduction("a right was removed")) },
		func(was, is *Right) {
			p := c.part("right", is.ID, is.Name)
			p.text("name", was.Name, is.Name, minor("the name of a right changed"))
			p.text("how", was.How, is.How, material(ChangeRights, "the way to use a right changed"))
		},
	)
}

func (c *comparer) requests(before, after Requests) {
	p := c.part("requests", "", nil)
	p.number("answer_days", before.AnswerDays, after.AnswerDays,
		reduction("requests are answered later"), minor("requests are answered sooner"))
	p.number("contact_days", before.ContactDays, after.ContactDays,
		reduction("questions are answered later"), minor("questions are answered sooner"))
	p.text("identity", before.Identity, after.Identity, material(ChangeRights, "the identity check changed"))
	p.text("fee", before.Fee, after.Fee, reduction("the cost of a request changed"))
	p.text("refusal", before.Refusal, after.Refusal, reduction("which requests can be refused changed"))
	p.list("unanswerable", before.Unanswerable, after.Unanswerable,
		reduction("more requests are not answered"), minor("fewer requests are not answered"))
	keyed(before.Channels, after.Channels, func(ch *Channel) string { return ch.ID },
		func(ch *Channel) {
			c.part("channel", ch.ID, ch.Name).add("", nil, ch.To, minor("a way to reach the controller was added"))
		},
		func(ch *Channel) {
			c.part("channel", ch.ID, ch.Name).add("", ch.To, nil,
				material(ChangeContact, "a way to reach the controller was removed"))
		},
		func(was, is *Channel) {
			p := c.part("channel", is.ID, is.Name)
			p.text("name", was.Name, is.Name, minor("the name of a way to reach the controller changed"))
			p.text("to", was.To, is.To, material(ChangeContact, "the controller's contact changed"))
		},
	)
}
