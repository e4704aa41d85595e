//go:build !js

package policy

func (c *comparer) purposes(before, after *Policy) {
	keyed(before.Purposes, after.Purposes, func(p *Purpose) string { return p.ID },
		func(p *Purpose) { c.newPurpose(p) },
		func(p *Purpose) {
			c.part("purpose", p.ID, p.Name).add("", p.Summary, nil, minor("it is not done any more"))
		},
		c.purpose,
	)
}

func (c *comparer) newPurpose(p *Purpose) {
	m := material(ChangeProcessing, "a new purpose, which nobody was asked about", p.ID)
	if p.Required {
		m = material(ChangeProcessing, "a new purpose, which is told and not asked")
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
	otherwise := changed("it was decided about in other words")
	part.value("kind", string(before.Kind), string(after.Kind), changed("it is of another kind"))
	part.flag("required", before.Required, after.Required, reduction("it could be refused, and can't any more"), changed("it can be refused now, and nobody was asked"))
	part.flag("separate", before.Separate, after.Separate, changed("it wants a consent of its own now"), changed("it was asked by itself, and is part of agreeing to all now"))
	part.flag("gpc", before.GPC, after.GPC, minor("a signal of the browser refuses it now"), reduction("a signal of the browser refused it, and does not any more"))
	part.value("anew", before.ReaskSince, after.ReaskSince, changed("the policy asks for it again"))
	part.names("platforms", names(before.Platforms), names(after.Platforms), minor("it is done on another platform too"), minor("it is not done on a platform any more"))
	part.text("name", before.Name, after.Name, otherwise)
	part.text("summary", before.Summary, after.Summary, otherwise)
	part.text("refusal", before.Refusal, after.Refusal, changed("what refusing costs is told otherwise"))
	part.text("necessity", before.Necessity, after.Necessity, changed("why it is needed is told otherwise"))
	part.text("effect", before.Effect, after.Effect, changed("what it may do to a person is told otherwise"))
	part.text("instead", before.Instead, after.Instead, changed("the other way to do the same is another"))
	part.value("basis.law", before.Basis.Law, after.Basis.Law, changed("its legal basis is another"))
	part.text("basis.text", before.Basis.Text, after.Basis.Text, minor("its legal basis is explained otherwise"))
	part.list("data", before.Data, after.Data, changed("a kind of data that nobody was asked about"), minor("a kind of data less: the earlier answer covers the rest"))
	part.text("retention", before.Retention, after.Retention, changed("how long data are kept is told otherwise"))
	given := changed("a recipient that nobody was asked about")
	given.kind = ChangeRecipients
	part.list("recipients", before.Recipients, after.Recipients, given, minor("a recipient less: the earlier answer covers the rest"))
	c.stored(part, before.Cookies, after.Cookies, before.Storage, after.Storage, before.Hosts, after.Hosts)
	c.services(before, after, given)
}

// services compares the services of a purpose: each belongs to what its purpose was decided about.
func (c *comparer) services(before, after *Purpose, given meaning) {
	given.reason = "a service that nobody was asked about"
	part := func(s *Service) part { return c.part("service", s.ID, s.Name) }
	keyed(before.Services, after.Services, func(s *Service) string { return s.ID },
		func(s *Service) { part(s).add("", nil, s.Summary, given) },
		func(s *Service) {
			part(s).add("", s.Summary, nil, minor("a service less: the earlier answer covers the rest"))
		},
		func(was, is *Service) {
			p := part(is)
			another := given
			another.reason = "its provider is another"
			p.text("provider", was.Provider, is.Provider, another)
			another.reason, another.kind = "it was decided about in other words", ChangeProcessing
			p.text("name", was.Name, is.Name, another)
			p.text("summary", was.Summary, is.Summary, another)
			p.value("url", was.URL, is.URL, minor("its privacy policy is elsewhere"))
			c.stored(p, was.Cookies, is.Cookies, was.Storage, is.Storage, was.Hosts, is.Hosts)
		},
	)
}

// stored compares what a purpose or service keeps in the browser, and where its requests go. All of it belongs to what was decided
// about, and none of it is a matter of its own.
func (c *comparer) stored(p part, cookies, cookiesNow, storage, storageNow []StoredItem, hosts, hostsNow []string) {
	items := func(field string, before, after []StoredItem) {
		name := func(i *StoredItem) Text { return p.plain(i.Name) }
		keyed(before, after, func(i *StoredItem) string { return string(i.Area) + ":" + i.Name },
			func(i *StoredItem) { p.add(field, nil, name(i), minor("another item is kept in the browser")) },
			func(i *StoredItem) { p.add(field, name(i), nil, minor("an item is not kept in the browser any more")) },
			func(was, is *StoredItem) {
				p.text(field+"."+is.Name+".lifetime", was.Lifetime, is.Lifetime, minor("an item is kept in the browser for another time"))
				p.text(field+"."+is.Name+".use", was.Use, is.Use, minor("what an item in the browser is for is told otherwise"))
			},
		)
	}
	items("cookies", cookies, cookiesNow)
	items("storage", storage, storageNow)
	p.names("hosts", hosts, hostsNow, minor("requests go to another host"), editorial("requests go to a host less"))
}

func names[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}
