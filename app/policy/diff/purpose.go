//go:build !js

package diff

import "github.com/nod-consent/nod/app/policy"

func (c *comparer) comparePurposes(before, after *policy.Policy) {
	compareEntries(before.Purposes, after.Purposes, func(p *policy.Purpose) string { return p.ID },
		func(p *policy.Purpose) { c.addNewPurpose(p) },
		func(p *policy.Purpose) {
			c.part("purpose", p.ID, p.Name).add("", p.Summary, nil, minor("the purpose was removed"))
		},
		c.comparePurpose,
	)
}

func (c *comparer) addNewPurpose(p *policy.Purpose) {
	m := material(policy.ChangeProcessing, "the purpose is new: nobody has been asked about it", p.ID)
	if p.Required {
		m = material(policy.ChangeProcessing, "the purpose is new, and required")
	}
	c.part("purpose", p.ID, p.Name).add("", nil, p.Summary, m)
}

func (c *comparer) comparePurpose(before, after *policy.Purpose) {
	part := c.part("purpose", after.ID, after.Name)
	changed := func(reason string) rating {
		if after.Required {
			return material(policy.ChangeProcessing, reason)
		}
		return material(policy.ChangeProcessing, reason, after.ID)
	}
	reworded := changed("its text changed")
	part.compareValue("kind", string(before.Kind), string(after.Kind), changed("its kind changed"))
	part.compareValue("icon", string(before.Icon), string(after.Icon), editorial("its icon changed"))
	part.compareFlag("required", before.Required, after.Required,
		reduction("visitors can no longer refuse it"), changed("visitors can now refuse it, but nobody has been asked"))
	part.compareFlag("separate", before.Separate, after.Separate,
		changed("it now needs separate consent"), changed("it no longer needs separate consent: \"accept all\" includes it"))
	part.compareValue("ground", before.Ground, after.Ground, editorial("the passage that makes it required changed"))
	part.compareFlag("per_case", before.PerCase, after.PerCase,
		minor("each case is now asked about by itself"), changed("one consent now covers all cases"))
	part.compareFlag("gpc", before.GPC, after.GPC,
		minor("a Global Privacy Control signal now refuses it"),
		reduction("a Global Privacy Control signal no longer refuses it"))
	part.compareFlag("tracking", before.Tracking, after.Tracking,
		minor("iOS now asks about it too"), minor("iOS no longer asks about it"))
	part.compareValue("anew", before.ReaskSince, after.ReaskSince, changed("the policy asks for it again"))
	part.compareNames("platforms", listNames(before.Platforms), listNames(after.Platforms),
		minor("it was added to a platform"), minor("it was removed from a platform"))
	part.compareText("name", before.Name, after.Name, reworded)
	part.compareText("summary", before.Summary, after.Summary, reworded)
	part.compareText("refusal", before.Refusal, after.Refusal, changed("what refusing costs changed"))
	part.compareText("necessity", before.Necessity, after.Necessity, changed("the reason why it is needed changed"))
	part.compareText("effect", before.Effect, after.Effect, changed("its effect on the person changed"))
	part.compareText("instead", before.Instead, after.Instead, changed("the alternative changed"))
	part.compareValue("basis.law", before.Basis.Law, after.Basis.Law, changed("its legal basis changed"))
	part.compareText("basis.text", before.Basis.Text, after.Basis.Text,
		minor("the explanation of its legal basis changed"))
	part.compareList("data", before.Data, after.Data,
		changed("a kind of data was added: nobody has been asked about it"),
		minor("a kind of data was removed: the earlier answer covers the rest"))
	part.compareText("retention", before.Retention, after.Retention, changed("how long data are stored changed"))
	added := changed("a recipient was added: nobody has been asked about it")
	added.kind = policy.ChangeRecipients
	part.compareList("recipients", before.Recipients, after.Recipients, added,
		minor("a recipient was removed: the earlier answer covers the rest"))
	part.compareDeclared(declared{before.Cookies, before.Storage, before.Hosts},
		declared{after.Cookies, after.Storage, after.Hosts})
	c.compareServices(before, after, added)
}

// compareServices compares the services of a purpose: each belongs to what its purpose was decided about.
func (c *comparer) compareServices(before, after *policy.Purpose, added rating) {
	added.reason = "a service was added: nobody has been asked about it"
	part := func(s *policy.Service) part { return c.part("service", s.ID, s.Name) }
	compareEntries(before.Services, after.Services, func(s *policy.Service) string { return s.ID },
		func(s *policy.Service) { part(s).add("", nil, s.Summary, added) },
		func(s *policy.Service) {
			part(s).add("", s.Summary, nil, minor("a service was removed: the earlier answer covers the rest"))
		},
		func(was, is *policy.Service) {
			p := part(is)
			changed := added
			changed.reason = "its provider changed"
			p.compareText("provider", was.Provider, is.Provider, changed)
			changed.reason, changed.kind = "its text changed", policy.ChangeProcessing
			p.compareText("name", was.Name, is.Name, changed)
			p.compareText("summary", was.Summary, is.Summary, changed)
			p.compareValue("url", was.URL, is.URL, minor("the address of its privacy policy changed"))
			p.compareDeclared(declared{was.Cookies, was.Storage, was.Hosts}, declared{is.Cookies, is.Storage, is.Hosts})
		},
	)
}

// declared is what a purpose or a service declares to store in the browser, and its hosts.
type declared struct {
	cookies, storage []policy.StoredItem
	hosts            []string
}

// compareDeclared compares what a purpose or a service declares. The earlier answer covers all of it.
func (p part) compareDeclared(before, after declared) {
	compareItems := func(field string, before, after []policy.StoredItem) {
		name := func(i *policy.StoredItem) policy.Text { return p.plain(i.Name) }
		compareEntries(before, after, func(i *policy.StoredItem) string { return string(i.Area) + ":" + i.Name },
			func(i *policy.StoredItem) {
				p.add(field, nil, name(i), minor("an item stored in the browser was added"))
			},
			func(i *policy.StoredItem) {
				p.add(field, name(i), nil, minor("an item stored in the browser was removed"))
			},
			func(was, is *policy.StoredItem) {
				p.compareText(field+"."+is.Name+".lifetime", was.Lifetime, is.Lifetime,
					minor("the lifetime of an item stored in the browser changed"))
				p.compareText(field+"."+is.Name+".use", was.Use, is.Use, minor("the use of an item stored in the browser changed"))
			},
		)
	}
	compareItems("cookies", before.cookies, after.cookies)
	compareItems("storage", before.storage, after.storage)
	p.compareNames("hosts", before.hosts, after.hosts, minor("a host was added"), editorial("a host was removed"))
}

func listNames[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}
