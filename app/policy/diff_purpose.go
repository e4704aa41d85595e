//go:build !js

package policy

func (c *comparer) purposes(before, after *Policy) {
	keyed(before.Purposes, after.Purposes, func(p *Purpose) string { return p.ID },
		func(p *Purpose) { c.newPurpose(p) },
		func(p *Purpose) {
			c.part("purpose", p.ID, p.Name).add("", p.Summary, nil, minor("the purpose was removed"))
		},
		c.purpose,
	)
}

func (c *comparer) newPurpose(p *Purpose) {
	m := material(ChangeProcessing, "the purpose is new: nobody has been asked about it", p.ID)
	if p.Required {
		m = material(ChangeProcessing, "the purpose is new, and required")
	}
	c.part("purpose", p.ID, p.Name).add("", nil, p.Summary, m)
}

func (c *comparer) purpose(before, after *Purpose) {
	part := c.part("purpose", after.ID, after.Name)
	changed := func(reason string) meaning {
		if after.Required {
			return material(ChangeProcessing, reason)
		}
		return material(ChangeProcessing, reason, after.ID)
	}
	reworded := changed("its text changed")
	part.value("kind", string(before.Kind), string(after.Kind), changed("its kind changed"))
	part.flag("required", before.Required, after.Required,
		reduction("visitors can no longer refuse it"), changed("visitors can now refuse it, but nobody has been asked"))
	part.flag("separate", before.Separate, after.Separate,
		changed("it now needs separate consent"), changed("it no longer needs separate consent: \"accept all\" includes it"))
	part.flag("gpc", before.GPC, after.GPC,
		minor("a Global Privacy Control signal now refuses it"),
		reduction("a Global Privacy Control signal no longer refuses it"))
	part.value("anew", before.ReaskSince, after.ReaskSince, changed("the policy asks for it again"))
	part.names("platforms", names(before.Platforms), names(after.Platforms),
		minor("it was added to a platform"), minor("it was removed from a platform"))
	part.text("name", before.Name, after.Name, reworded)
	part.text("summary", before.Summary, after.Summary, reworded)
	part.text("refusal", before.Refusal, after.Refusal, changed("what refusing costs changed"))
	part.text("necessity", before.Necessity, after.Necessity, changed("the reason why it is needed changed"))
	part.text("effect", before.Effect, after.Effect, changed("its effect on the person changed"))
	part.text("instead", before.Instead, after.Instead, changed("the alternative changed"))
	part.value("basis.law", before.Basis.Law, after.Basis.Law, changed("its legal basis changed"))
	part.text("basis.text", before.Basis.Text, after.Basis.Text, minor("the explanation of its legal basis changed"))
	part.list("data", before.Data, after.Data,
		changed("a kind of data was added: nobody has been asked about it"),
		minor("a kind of data was removed: the earlier answer covers the rest"))
	part.text("retention", before.Retention, after.Retention, changed("how long data are stored changed"))
	given := changed("a recipient was added: nobody has been asked about it")
	given.kind = ChangeRecipients
	part.list("recipients", before.Recipients, after.Recipients, given,
		minor("a recipient was removed: the earlier answer covers the rest"))
	c.stored(part, before.Cookies, after.Cookies, before.Storage, after.Storage, before.Hosts, after.Hosts)
	c.services(before, after, given)
}

// services compares the services of a purpose: each belongs to what its purpose was decided about.
func (c *comparer) services(before, after *Purpose, given meaning) {
	given.reason = "a service was added: nobody has been asked about it"
	part := func(s *Service) part { return c.part("service", s.ID, s.Name) }
	keyed(before.Services, after.Services, func(s *Service) string { return s.ID },
		func(s *Service) { part(s).add("", nil, s.Summary, given) },
		func(s *Service) {
			part(s).add("", s.Summary, nil, minor("a service was removed: the earlier answer covers the rest"))
		},
		func(was, is *Service) {
			p := part(is)
			another := given
			another.reason = "its provider changed"
			p.text("provider", was.Provider, is.Provider, another)
			another.reason, another.kind = "its text changed", ChangeProcessing
			p.text("name", was.Name, is.Name, another)
			p.text("summary", was.Summary, is.Summary, another)
			p.value("url", was.URL, is.URL, minor("the address of its privacy policy changed"))
			c.stored(p, was.Cookies, is.Cookies, was.Storage, is.Storage, was.Hosts, is.Hosts)
		},
	)
}

// stored compares what a purpose or service stores in the browser, and its hosts. The earlier answer covers all of it.
func (c *comparer) stored(p part, cookies, cookiesNow, storage, storageNow []StoredItem, hosts, hostsNow []string) {
	items := func(field string, before, after []StoredItem) {
		name := func(i *StoredItem) Text { return p.plain(i.Name) }
		keyed(before, after, func(i *StoredItem) string { return string(i.Area) + ":" + i.Name },
			func(i *StoredItem) { p.add(field, nil, name(i), minor("an item stored in the browser was added")) },
			func(i *StoredItem) { p.add(field, name(i), nil, minor("an item stored in the browser was removed")) },
			func(was, is *StoredItem) {
				p.text(field+"."+is.Name+".lifetime", was.Lifetime, is.Lifetime,
					minor("the lifetime of an item stored in the browser changed"))
				p.text(field+"."+is.Name+".use", was.Use, is.Use, minor("the use of an item stored in the browser changed"))
			},
		)
	}
	items("cookies", cookies, cookiesNow)
	items("storage", storage, storageNow)
	p.names("hosts", hosts, hostsNow, minor("a host was added"), editorial("a host was removed"))
}

func names[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}
