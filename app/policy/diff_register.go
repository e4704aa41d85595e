//go:build !js

package policy

import "slices"

// document compares what is around the purposes.
func (c *comparer) document(before, after *Policy) {
	p := c.part("policy", "", after.Title)
	p.text("title", before.Title, after.Title, editorial("the title changed"))
	p.value("updated", before.Updated, after.Updated, editorial("the date of the text changed"))
	p.value("source", before.Source, after.Source, editorial("the source of the text changed"))
	c.controller(before, after)
	notice := c.part("notice", "", after.Notice.Title)
	rewordedNotice := minor("the text of the first layer changed")
	notice.text("title", before.Notice.Title, after.Notice.Title, rewordedNotice)
	notice.text("text", before.Notice.Text, after.Notice.Text, rewordedNotice)
	notice.text("retention", before.Notice.Retention, after.Notice.Retention, rewordedNotice)
	notice.text("rights", before.Notice.Rights, after.Notice.Rights, rewordedNotice)
	launch := c.part("launch", "", after.Launch.Title)
	launch.text("title", before.Launch.Title, after.Launch.Title, rewordedNotice)
	launch.text("text", before.Launch.Text, after.Launch.Text, rewordedNotice)
	launch.list("rights", before.Launch.Rights, after.Launch.Rights, rewordedNotice, rewordedNotice)
	launch.list("basic", before.Launch.Basic, after.Launch.Basic,
		minor("more works without consent"), minor("less works without consent"))
	keyed(before.Sections, after.Sections, func(s *Section) string { return s.ID },
		func(s *Section) {
			c.part("section", s.ID, s.Title).add("", nil, s.Summary, minor("a section was added"))
		},
		func(s *Section) {
			c.part("section", s.ID, s.Title).add("", s.Summary, nil, minor("a section was removed"))
		},
		func(was, is *Section) {
			p := c.part("section", is.ID, is.Title)
			p.text("title", was.Title, is.Title, editorial("the heading changed"))
			p.text("summary", was.Summary, is.Summary, minor("the summary of a section changed"))
		},
	)
}

// controller compares the controllers. Answers to another controller do not count.
func (c *comparer) controller(before, after *Policy) {
	var all []string
	for i := range after.Purposes {
		if p := &after.Purposes[i]; !p.Required && before.Purpose(p.ID) != nil {
			all = append(all, p.ID)
		}
	}
	was, is := before.Controller, after.Controller
	p := c.part("controller", "", is.Name)
	p.text("name", was.Name, is.Name,
		material(ChangeOwnership, "the controller changed: answers to one controller do not count for another", all...))
	reached := material(ChangeContact, "the controller's contact changed")
	p.text("department", was.Department, is.Department, reached)
	p.text("address", was.Address, is.Address, reached)
	p.value("postcode", was.Postcode, is.Postcode, reached)
	p.value("phone", was.Phone, is.Phone, reached)
	p.value("email", was.Email, is.Email, reached)
	p.value("url", was.URL, is.URL, minor("the home page changed"))
	p.text("hours", was.Hours, is.Hours, minor("the hours changed"))
}

// register compares what the policy has beside its purposes.
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
			c.part("change", string(ch.Kind), ch.Text).add("", nil, ch.Text, minor("a kind of announced change was added"))
		},
		func(ch *Change) {
			c.part("change", string(ch.Kind), ch.Text).add("", ch.Text, nil, reduction("a kind of announced change was removed"))
		},
		func(was, is *Change) {
			c.part("change", string(is.Kind), is.Text).text("text", was.Text, is.Text,
				minor("the description of an announced change changed"))
		},
	)
	minors := c.part("minors", "", after.Minors.Text)
	minors.number("child", before.Minors.Child, after.Minors.Child,
		minor("a guardian decides for more children"), reduction("a guardian decides for fewer children"))
	minors.number("adult", before.Minors.Adult, after.Minors.Adult,
		minor("more people count as minors"), reduction("fewer people count as minors"))
	minors.text("text", before.Minors.Text, after.Minors.Text, minor("the rule for minors changed"))
	minors.text("evidence", before.Minors.Evidence, after.Minors.Evidence,
		minor("the evidence of a guardian's consent changed"))
	keyed(before.Minors.Methods, after.Minors.Methods, func(m *Method) string { return m.ID },
		func(m *Method) {
			minors.add("methods", nil, m.Name, minor("a way to show a guardian's consent was added"))
		},
		func(m *Method) {
			minors.add("methods", m.Name, nil, minor("a way to show a guardian's consent was removed"))
		},
		func(was, is *Method) {
			minors.text("methods", was.Name, is.Name, minor("the name of a way to show a guardian's consent changed"))
		},
	)
	c.part("exceptions", "", nil).list("", before.Exceptions, after.Exceptions,
		reduction("an exception from consent was added"), minor("an exception from consent was removed"))
}

func (c *comparer) definitions(before, after *Policy) {
	keyed(before.Definitions, after.Definitions, func(d *Definition) string { return d.Term.In(c.original) },
		func(d *Definition) {
			c.part("definition", "", d.Term).add("", nil, d.Text, minor("a definition was added"))
		},
		func(d *Definition) {
			c.part("definition", "", d.Term).add("", d.Text, nil, minor("a definition was removed"))
		},
		func(was, is *Definition) {
			c.part("definition", "", is.Term).text("text", was.Text, is.Text, minor("a definition changed"))
		},
	)
}

func (c *comparer) collected(before, after *Policy) {
	keyed(before.Collected, after.Collected, func(e *Collected) string { return e.ID },
		func(e *Collected) {
			c.part("collected", e.ID, e.Name).add("", nil, e.Use,
				material(ChangeProcessing, "an occasion of collecting data was added", e.Purpose))
		},
		func(e *Collected) {
			c.part("collected", e.ID, e.Name).add("", e.Use, nil, minor("an occasion of collecting data was removed"))
		},
		func(was, is *Collected) {
			p := c.part("collected", is.ID, is.Name)
			changed := func(reason string) meaning { return material(ChangeProcessing, reason, is.Purpose) }
			p.text("name", was.Name, is.Name, minor("the name of an occasion changed"))
			p.list("data", was.Data, is.Data, changed("a kind of collected data was added"), minor("a kind of data was removed"))
			p.text("use", was.Use, is.Use, changed("the use of collected data changed"))
			p.text("refusal", was.Refusal, is.Refusal, changed("what refusing costs changed"))
			p.flag("sensitive", was.Sensitive, is.Sensitive,
				changed("the data are now sensitive"), minor("the data are no longer sensitive"))
			p.flag("enterprise", was.Enterprise, is.Enterprise,
				changed("the enterprise now decides about it"), changed("the enterprise no longer decides about it"))
			p.value("purpose", was.Purpose, is.Purpose, changed("it moved to another purpose"))
		},
	)
}

func (c *comparer) permissions(before, after *Policy) {
	keyed(before.Permissions, after.Permissions, func(e *Permission) string { return e.ID },
		func(e *Permission) {
			c.part("permission", e.ID, e.Name).add("", nil, e.Use,
				material(ChangeProcessing, "a permission was added", e.Purpose))
		},
		func(e *Permission) {
			c.part("permission", e.ID, e.Name).add("", e.Use, nil, minor("a permission was removed"))
		},
		func(was, is *Permission) {
			p := c.part("permission", is.ID, is.Name)
			changed := func(reason string) meaning { return material(ChangeProcessing, reason, is.Purpose) }
			p.text("name", was.Name, is.Name, minor("the name of a permission changed"))
			p.text("use", was.Use, is.Use, changed("the use of a permission changed"))
			p.list("data", was.Data, is.Data,
				changed("a kind of data of a permission was added"), minor("a kind of data was removed"))
			p.text("refusal", was.Refusal, is.Refusal, changed("what refusing a permission costs changed"))
			p.text("said", was.Said, is.Said, minor("the policy's claim about refusing changed"))
			p.value("purpose", was.Purpose, is.Purpose, changed("it moved to another purpose"))
			p.names("platforms", names(was.Platforms), names(is.Platforms),
				changed("a permission was added on a platform"), minor("a permission was removed from a platform"))
		},
	)
}

func (c *comparer) sdks(before, after *Policy) {
	id := func(e *SDK) string { return e.ID + " " + string(e.Platform) }
	of := func(e *SDK) part { return c.part("sdk", e.ID+"@"+string(e.Platform), e.Name) }
	keyed(before.SDKs, after.SDKs, id,
		func(e *SDK) {
			of(e).add("", nil, e.Use, material(ChangeRecipients, "an SDK was added: nobody has been asked about it", e.Purpose))
		},
		func(e *SDK) { of(e).add("", e.Use, nil, minor("an SDK was removed")) },
		func(was, is *SDK) {
			p := of(is)
			changed := func(kind ChangeKind, reason string) meaning { return material(kind, reason, is.Purpose) }
			p.text("name", was.Name, is.Name, minor("the name of an SDK changed"))
			p.text("provider", was.Provider, is.Provider, changed(ChangeRecipients, "the provider of an SDK changed"))
			p.text("data", was.Data, is.Data, changed(ChangeProcessing, "the data of an SDK changed"))
			p.text("use", was.Use, is.Use, changed(ChangeProcessing, "the use of an SDK changed"))
			p.text("scene", was.Scene, is.Scene, changed(ChangeProcessing, "the scene of an SDK changed"))
			p.text("collection", was.Collection, is.Collection,
				changed(ChangeProcessing, "the way an SDK collects data changed"))
			p.value("policy", was.Policy, is.Policy, minor("the address of an SDK's privacy policy changed"))
			p.value("home", was.Home, is.Home, editorial("the address of an SDK's home page changed"))
			p.value("purpose", was.Purpose, is.Purpose, changed(ChangeProcessing, "it moved to another purpose"))
		},
	)
}

func (c *comparer) recipients(before, after *Policy) {
	keyed(before.Recipients, after.Recipients, func(e *Recipient) string { return e.ID },
		func(e *Recipient) {
			c.part("recipient", e.ID, e.Name).add("", nil, e.Use,
				material(ChangeRecipients, "a recipient was added: nobody has been asked about it", e.Purpose))
		},
		func(e *Recipient) {
			c.part("recipient", e.ID, e.Name).add("", e.Use, nil, minor("a recipient was removed"))
		},
		func(was, is *Recipient) {
			p := c.part("recipient", is.ID, is.Name)
			changed := func(reason string) meaning { return material(ChangeRecipients, reason, is.Purpose) }
			p.text("name", was.Name, is.Name, changed("the name of a recipient changed"))
			p.value("kind", string(was.Kind), string(is.Kind), changed("the kind of a recipient changed"))
			p.list("data", was.Data, is.Data,
				changed("a kind of data of a recipient was added"), minor("a kind of data of a recipient was removed"))
			p.text("use", was.Use, is.Use, changed("a recipient's use of data changed"))
			p.text("condition", was.Condition, is.Condition, changed("a recipient's condition changed"))
			p.value("purpose", was.Purpose, is.Purpose, changed("it moved to another purpose"))
		},
	)
}

// fullText compares the full texts, which can differ more than the structured policy shows.
func (c *comparer) fullText(before, after *Policy) {
	was, is := before.FullText[c.original], after.FullText[c.original]
	p := c.part("text", "", after.Title)
	switch {
	case was == is:
	case sameWords(was, is):
		p.add("", nil, nil, editorial("only spacing, punctuation or letter forms of the full text changed"))
	case slices.ContainsFunc(c.diff.Differences, func(d Difference) bool { return d.Class != Editorial }):
		p.add("", nil, nil, editorial("the full text changed; the other differences show how"))
	default:
		p.add("", nil, nil, minor("the full text changed; no other difference shows how"))
	}
}

// revision raises the class to what the newer version says of itself.
func (c *comparer) revision(after *Policy) {
	r := after.Revision
	for _, kind := range r.Kinds {
		if !slices.Contains(c.diff.Kinds(), kind) {
			c.part("revision", string(kind), nil).add("", nil, r.Summary, material(kind, "the policy's own revision says so"))
		}
	}
	if r.Class.Above(c.diff.Class()) {
		c.part("revision", "", nil).add("", nil, r.Summary,
			meaning{class: r.Class, kind: ChangeProcessing, reason: "the policy's own revision says so"})
	}
	if r.Reduces && !c.diff.Reduces() {
		c.part("revision", "", nil).add("", nil, r.Summary, reduction("the policy's own revision says so"))
	}
}
