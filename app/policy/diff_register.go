//go:build !js

package policy

import "slices"

// document compares what stands around the purposes.
func (c *comparer) document(before, after *Policy) {
	p := c.part("policy", "", after.Title)
	p.text("title", before.Title, after.Title, editorial("another title"))
	p.value("updated", before.Updated, after.Updated, editorial("the date of the text"))
	p.value("source", before.Source, after.Source, editorial("where the text is from"))
	c.controller(before, after)
	notice := c.part("notice", "", after.Notice.Title)
	said := minor("the first layer tells the same purposes in other words")
	notice.text("title", before.Notice.Title, after.Notice.Title, said)
	notice.text("text", before.Notice.Text, after.Notice.Text, said)
	notice.text("retention", before.Notice.Retention, after.Notice.Retention, said)
	notice.text("rights", before.Notice.Rights, after.Notice.Rights, said)
	launch := c.part("launch", "", after.Launch.Title)
	launch.text("title", before.Launch.Title, after.Launch.Title, said)
	launch.text("text", before.Launch.Text, after.Launch.Text, said)
	launch.list("rights", before.Launch.Rights, after.Launch.Rights, said, said)
	launch.list("basic", before.Launch.Basic, after.Launch.Basic, minor("more works without agreeing"), minor("less works without agreeing"))
	keyed(before.Sections, after.Sections, func(s *Section) string { return s.ID },
		func(s *Section) { c.part("section", s.ID, s.Title).add("", nil, s.Summary, minor("a new section")) },
		func(s *Section) { c.part("section", s.ID, s.Title).add("", s.Summary, nil, minor("a section less")) },
		func(was, is *Section) {
			p := c.part("section", is.ID, is.Title)
			p.text("title", was.Title, is.Title, editorial("another heading"))
			p.text("summary", was.Summary, is.Summary, minor("a section is told otherwise in plain words"))
		},
	)
}

// controller compares who decides on the processing. Another one was answered by nobody.
func (c *comparer) controller(before, after *Policy) {
	var all []string
	for i := range after.Purposes {
		if p := &after.Purposes[i]; !p.Required && before.Purpose(p.ID) != nil {
			all = append(all, p.ID)
		}
	}
	was, is := before.Controller, after.Controller
	p := c.part("controller", "", is.Name)
	p.text("name", was.Name, is.Name, material(ChangeOwnership, "another decides on the processing: an answer to one is none to another", all...))
	reached := material(ChangeContact, "the controller is reached otherwise")
	p.text("department", was.Department, is.Department, reached)
	p.text("address", was.Address, is.Address, reached)
	p.value("postcode", was.Postcode, is.Postcode, reached)
	p.value("phone", was.Phone, is.Phone, reached)
	p.value("email", was.Email, is.Email, reached)
	p.value("url", was.URL, is.URL, minor("another home page"))
	p.text("hours", was.Hours, is.Hours, minor("other hours"))
}

// register compares what the policy tells beside its purposes.
func (c *comparer) register(before, after *Policy) {
	c.definitions(before, after)
	c.collected(before, after)
	c.permissions(before, after)
	c.sdks(before, after)
	c.recipients(before, after)
	c.keeping(before.Keeping, after.Keeping)
	c.rights(before, after)
	c.requests(before.Requests, after.Requests)
	keyed(before.Changes, after.Changes, func(ch *Change) string { return string(ch.Kind) },
		func(ch *Change) {
			c.part("change", string(ch.Kind), ch.Text).add("", nil, ch.Text, minor("one more kind of change is told"))
		},
		func(ch *Change) {
			c.part("change", string(ch.Kind), ch.Text).add("", ch.Text, nil, reduction("a kind of change is not told any more"))
		},
		func(was, is *Change) {
			c.part("change", string(is.Kind), is.Text).text("text", was.Text, is.Text, minor("a kind of change is described otherwise"))
		},
	)
	minors := c.part("minors", "", after.Minors.Text)
	minors.number("child", before.Minors.Child, after.Minors.Child, minor("a guardian decides for longer"), reduction("a guardian is asked for fewer"))
	minors.number("adult", before.Minors.Adult, after.Minors.Adult, minor("more count as under age"), reduction("fewer count as under age"))
	minors.text("text", before.Minors.Text, after.Minors.Text, minor("the rule for minors is told otherwise"))
	minors.text("evidence", before.Minors.Evidence, after.Minors.Evidence, minor("what shows a guardian's consent is told otherwise"))
	keyed(before.Minors.Methods, after.Minors.Methods, func(m *Method) string { return m.ID },
		func(m *Method) {
			minors.add("methods", nil, m.Name, minor("one more way to show a guardian's consent"))
		},
		func(m *Method) { minors.add("methods", m.Name, nil, minor("a way to show a guardian's consent less")) },
		func(was, is *Method) {
			minors.text("methods", was.Name, is.Name, minor("a way to show a guardian's consent is called otherwise"))
		},
	)
	c.part("exceptions", "", nil).list("", before.Exceptions, after.Exceptions, reduction("more is done without consent"), minor("less is done without consent"))
}

func (c *comparer) definitions(before, after *Policy) {
	keyed(before.Definitions, after.Definitions, func(d *Definition) string { return d.Term.In(c.original) },
		func(d *Definition) { c.part("definition", "", d.Term).add("", nil, d.Text, minor("a new definition")) },
		func(d *Definition) { c.part("definition", "", d.Term).add("", d.Text, nil, minor("a definition less")) },
		func(was, is *Definition) {
			c.part("definition", "", is.Term).text("text", was.Text, is.Text, minor("a term is defined otherwise"))
		},
	)
}

func (c *comparer) collected(before, after *Policy) {
	keyed(before.Collected, after.Collected, func(e *Collected) string { return e.ID },
		func(e *Collected) {
			c.part("collected", e.ID, e.Name).add("", nil, e.Use, material(ChangeProcessing, "data are collected on a new occasion", e.Purpose))
		},
		func(e *Collected) {
			c.part("collected", e.ID, e.Name).add("", e.Use, nil, minor("data are not collected on an occasion any more"))
		},
		func(was, is *Collected) {
			p := c.part("collected", is.ID, is.Name)
			changed := func(reason string) meaning { return material(ChangeProcessing, reason, is.Purpose) }
			p.text("name", was.Name, is.Name, minor("an occasion is called otherwise"))
			p.list("data", was.Data, is.Data, changed("another kind of data is collected"), minor("a kind of data less"))
			p.text("use", was.Use, is.Use, changed("data are collected for another use"))
			p.text("refusal", was.Refusal, is.Refusal, changed("what refusing costs is told otherwise"))
			p.flag("sensitive", was.Sensitive, is.Sensitive, changed("the data are sensitive"), minor("the data are not called sensitive any more"))
			p.flag("enterprise", was.Enterprise, is.Enterprise, changed("the enterprise decides about it now"), changed("the enterprise decided about it, and does not any more"))
			p.value("purpose", was.Purpose, is.Purpose, changed("it belongs to another purpose"))
		},
	)
}

func (c *comparer) permissions(before, after *Policy) {
	keyed(before.Permissions, after.Permissions, func(e *Permission) string { return e.ID },
		func(e *Permission) {
			c.part("permission", e.ID, e.Name).add("", nil, e.Use, material(ChangeProcessing, "the app asks for a new permission", e.Purpose))
		},
		func(e *Permission) {
			c.part("permission", e.ID, e.Name).add("", e.Use, nil, minor("the app does not ask for a permission any more"))
		},
		func(was, is *Permission) {
			p := c.part("permission", is.ID, is.Name)
			changed := func(reason string) meaning { return material(ChangeProcessing, reason, is.Purpose) }
			p.text("name", was.Name, is.Name, minor("a permission is called otherwise"))
			p.text("use", was.Use, is.Use, changed("a permission is for another use"))
			p.list("data", was.Data, is.Data, changed("a permission gives another kind of data"), minor("a kind of data less"))
			p.text("refusal", was.Refusal, is.Refusal, changed("what refusing a permission costs is told otherwise"))
			p.text("said", was.Said, is.Said, minor("what the policy says of refusing is told otherwise"))
			p.value("purpose", was.Purpose, is.Purpose, changed("it belongs to another purpose"))
			p.names("platforms", names(was.Platforms), names(is.Platforms), changed("the app asks for a permission on another platform"), minor("the app does not ask for a permission on a platform any more"))
		},
	)
}

func (c *comparer) sdks(before, after *Policy) {
	id := func(e *SDK) string { return e.ID + " " + string(e.Platform) }
	of := func(e *SDK) part { return c.part("sdk", e.ID+"@"+string(e.Platform), e.Name) }
	keyed(before.SDKs, after.SDKs, id,
		func(e *SDK) {
			of(e).add("", nil, e.Use, material(ChangeRecipients, "a third party's software that nobody was asked about", e.Purpose))
		},
		func(e *SDK) { of(e).add("", e.Use, nil, minor("a third party's software less")) },
		func(was, is *SDK) {
			p := of(is)
			changed := func(kind ChangeKind, reason string) meaning { return material(kind, reason, is.Purpose) }
			p.text("name", was.Name, is.Name, minor("an SDK is called otherwise"))
			p.text("provider", was.Provider, is.Provider, changed(ChangeRecipients, "an SDK is of another provider"))
			p.text("data", was.Data, is.Data, changed(ChangeProcessing, "an SDK processes other data"))
			p.text("use", was.Use, is.Use, changed(ChangeProcessing, "an SDK is for another use"))
			p.text("scene", was.Scene, is.Scene, changed(ChangeProcessing, "an SDK is used elsewhere"))
			p.text("collection", was.Collection, is.Collection, changed(ChangeProcessing, "an SDK collects in another way"))
			p.value("policy", was.Policy, is.Policy, minor("an SDK's privacy policy is elsewhere"))
			p.value("home", was.Home, is.Home, editorial("an SDK's home page is elsewhere"))
			p.value("purpose", was.Purpose, is.Purpose, changed(ChangeProcessing, "it belongs to another purpose"))
		},
	)
}

func (c *comparer) recipients(before, after *Policy) {
	keyed(before.Recipients, after.Recipients, func(e *Recipient) string { return e.ID },
		func(e *Recipient) {
			c.part("recipient", e.ID, e.Name).add("", nil, e.Use, material(ChangeRecipients, "a recipient that nobody was asked about", e.Purpose))
		},
		func(e *Recipient) {
			c.part("recipient", e.ID, e.Name).add("", e.Use, nil, minor("a recipient less"))
		},
		func(was, is *Recipient) {
			p := c.part("recipient", is.ID, is.Name)
			changed := func(reason string) meaning { return material(ChangeRecipients, reason, is.Purpose) }
			p.text("name", was.Name, is.Name, changed("a recipient is another"))
			p.value("kind", string(was.Kind), string(is.Kind), changed("a recipient is of another kind"))
			p.list("data", was.Data, is.Data, changed("a recipient gets another kind of data"), minor("a recipient gets a kind of data less"))
			p.text("use", was.Use, is.Use, changed("a recipient gets data for another use"))
			p.text("condition", was.Condition, is.Condition, changed("a recipient gets data under other conditions"))
			p.value("purpose", was.Purpose, is.Purpose, changed("it belongs to another purpose"))
		},
	)
}

func (c *comparer) keeping(before, after Keeping) {
	p := c.part("keeping", "", nil)
	p.text("place", before.Place, after.Place, material(ChangeProcessing, "data are kept elsewhere"))
	p.text("abroad", before.Abroad, after.Abroad, material(ChangeProcessing, "data are taken abroad otherwise"))
	p.text("term", before.Term, after.Term, material(ChangeProcessing, "data are kept for another time"))
	p.text("security", before.Security, after.Security, minor("how data are protected is told otherwise"))
	p.list("certificates", before.Certificates, after.Certificates, minor("another certificate"), material(ChangeRisk, "a certificate of security is gone"))
	p.text("incident", before.Incident, after.Incident, minor("what is told after an incident is told otherwise"))
	p.number("incident_days", before.IncidentDays, after.IncidentDays, reduction("an incident is told later"), minor("an incident is told sooner"))
	p.text("closure", before.Closure, after.Closure, minor("what happens at the end of service is told otherwise"))
	p.number("closure_days", before.ClosureDays, after.ClosureDays, minor("the end of service is told sooner"), reduction("the end of service is told later"))
}

func (c *comparer) rights(before, after *Policy) {
	keyed(before.Rights, after.Rights, func(r *Right) string { return r.ID },
		func(r *Right) { c.part("right", r.ID, r.Name).add("", nil, r.How, minor("one right more")) },
		func(r *Right) { c.part("right", r.ID, r.Name).add("", r.How, nil, reduction("a right is gone")) },
		func(was, is *Right) {
			p := c.part("right", is.ID, is.Name)
			p.text("name", was.Name, is.Name, minor("a right is called otherwise"))
			p.text("how", was.How, is.How, material(ChangeRights, "a right is used in another way"))
		},
	)
}

func (c *comparer) requests(before, after Requests) {
	p := c.part("requests", "", nil)
	p.number("answer_days", before.AnswerDays, after.AnswerDays, reduction("requests are answered later"), minor("requests are answered sooner"))
	p.number("contact_days", before.ContactDays, after.ContactDays, reduction("questions are answered later"), minor("questions are answered sooner"))
	p.text("identity", before.Identity, after.Identity, material(ChangeRights, "it is checked in another way who asks"))
	p.text("fee", before.Fee, after.Fee, reduction("what a request costs is another"))
	p.text("refusal", before.Refusal, after.Refusal, reduction("other requests may be refused"))
	p.list("unanswerable", before.Unanswerable, after.Unanswerable, reduction("more requests are not answered"), minor("fewer requests are not answered"))
	keyed(before.Channels, after.Channels, func(ch *Channel) string { return ch.ID },
		func(ch *Channel) {
			c.part("channel", ch.ID, ch.Name).add("", nil, ch.To, minor("one way more to reach the controller"))
		},
		func(ch *Channel) {
			c.part("channel", ch.ID, ch.Name).add("", ch.To, nil, material(ChangeContact, "a way to reach the controller is gone"))
		},
		func(was, is *Channel) {
			p := c.part("channel", is.ID, is.Name)
			p.text("name", was.Name, is.Name, minor("a way to reach the controller is called otherwise"))
			p.text("to", was.To, is.To, material(ChangeContact, "the controller is reached otherwise"))
		},
	)
}

// fullText compares the texts: what the structured policy does not show is at least told.
func (c *comparer) fullText(before, after *Policy) {
	was, is := before.FullText[c.original], after.FullText[c.original]
	p := c.part("text", "", after.Title)
	switch {
	case was == is:
	case sameWords(was, is):
		p.add("", nil, nil, editorial("the full text is written otherwise"))
	case slices.ContainsFunc(c.diff.Differences, func(d Difference) bool { return d.Class != Editorial }):
		p.add("", nil, nil, editorial("the full text is another, as the other differences tell"))
	default:
		p.add("", nil, nil, minor("the full text is another, and nothing else tells in what"))
	}
}

// revision raises the class to what the newer version says of itself.
func (c *comparer) revision(after *Policy) {
	r := after.Revision
	for _, kind := range r.Kinds {
		if !slices.Contains(c.diff.Kinds(), kind) {
			c.part("revision", string(kind), nil).add("", nil, r.Summary, material(kind, "the policy says so of itself"))
		}
	}
	if r.Class.Above(c.diff.Class()) {
		c.part("revision", "", nil).add("", nil, r.Summary, meaning{class: r.Class, kind: ChangeProcessing, reason: "the policy says so of itself"})
	}
	if r.Reduces && !c.diff.Reduces() {
		c.part("revision", "", nil).add("", nil, r.Summary, reduction("the policy says so of itself"))
	}
}
