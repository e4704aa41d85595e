//go:build !js

package diff

import "github.com/nod-consent/nod/app/policy"

// compareRegister compares what the policy has beside its purposes.
func (c *comparer) compareRegister(before, after *policy.Policy) {
	c.compareDefinitions(before, after)
	c.compareCollected(before, after)
	c.comparePermissions(before, after)
	c.compareSDKs(before, after)
	c.compareRecipients(before, after)
	c.compareKeeping(before.Keeping, after.Keeping)
	c.compareRights(before, after)
	c.compareRequests(before.Requests, after.Requests)
	c.compareChanges(before.Changes, after.Changes)
	c.compareMinors(before.Minors, after.Minors)
	c.part("exceptions", "", nil).compareList("", before.Exceptions, after.Exceptions,
		reduction("an exception from consent was added"), minor("an exception from consent was removed"))
}

func (c *comparer) compareChanges(before, after []policy.Change) {
	compareEntries(before, after, func(ch *policy.Change) string { return string(ch.Kind) },
		func(ch *policy.Change) {
			c.part("change", string(ch.Kind), ch.Text).add("", nil, ch.Text, minor("a kind of announced change was added"))
		},
		func(ch *policy.Change) {
			c.part("change", string(ch.Kind), ch.Text).add("", ch.Text, nil, reduction("a kind of announced change was removed"))
		},
		func(was, is *policy.Change) {
			c.part("change", string(is.Kind), is.Text).compareText("text", was.Text, is.Text,
				minor("the description of an announced change changed"))
		},
	)
}

func (c *comparer) compareMinors(before, after policy.Minors) {
	minors := c.part("minors", "", after.Text)
	minors.compareNumber("child", before.Child, after.Child,
		minor("a guardian decides for more children"), reduction("a guardian decides for fewer children"))
	minors.compareNumber("adult", before.Adult, after.Adult,
		minor("more people count as minors"), reduction("fewer people count as minors"))
	minors.compareText("text", before.Text, after.Text, minor("the rule for minors changed"))
	minors.compareText("evidence", before.Evidence, after.Evidence,
		minor("the evidence of a guardian's consent changed"))
	compareEntries(before.Methods, after.Methods, func(m *policy.Method) string { return m.ID },
		func(m *policy.Method) {
			minors.add("methods", nil, m.Name, minor("a way to show a guardian's consent was added"))
		},
		func(m *policy.Method) {
			minors.add("methods", m.Name, nil, minor("a way to show a guardian's consent was removed"))
		},
		func(was, is *policy.Method) {
			minors.compareText("methods", was.Name, is.Name, minor("the name of a way to show a guardian's consent changed"))
		},
	)
}

func (c *comparer) compareCollected(before, after *policy.Policy) {
	compareEntries(before.Collected, after.Collected, func(e *policy.Collected) string { return e.ID },
		func(e *policy.Collected) {
			c.part("collected", e.ID, e.Name).add("", nil, e.Use,
				material(policy.ChangeProcessing, "an occasion of collecting data was added", e.Purpose))
		},
		func(e *policy.Collected) {
			c.part("collected", e.ID, e.Name).add("", e.Use, nil, minor("an occasion of collecting data was removed"))
		},
		func(was, is *policy.Collected) {
			p := c.part("collected", is.ID, is.Name)
			changed := func(reason string) rating { return material(policy.ChangeProcessing, reason, is.Purpose) }
			p.compareText("name", was.Name, is.Name, minor("the name of an occasion changed"))
			p.compareList("data", was.Data, is.Data,
				changed("a kind of collected data was added"), minor("a kind of data was removed"))
			p.compareText("use", was.Use, is.Use, changed("the use of collected data changed"))
			p.compareText("refusal", was.Refusal, is.Refusal, changed("what refusing costs changed"))
			p.compareFlag("sensitive", was.Sensitive, is.Sensitive,
				changed("the data are now sensitive"), minor("the data are no longer sensitive"))
			p.compareFlag("enterprise", was.Enterprise, is.Enterprise,
				changed("the enterprise now decides about it"), changed("the enterprise no longer decides about it"))
			p.compareValue("purpose", was.Purpose, is.Purpose, changed("it moved to another purpose"))
		},
	)
}

func (c *comparer) comparePermissions(before, after *policy.Policy) {
	compareEntries(before.Permissions, after.Permissions, func(e *policy.Permission) string { return e.ID },
		func(e *policy.Permission) {
			c.part("permission", e.ID, e.Name).add("", nil, e.Use,
				material(policy.ChangeProcessing, "a permission was added", e.Purpose))
		},
		func(e *policy.Permission) {
			c.part("permission", e.ID, e.Name).add("", e.Use, nil, minor("a permission was removed"))
		},
		func(was, is *policy.Permission) {
			p := c.part("permission", is.ID, is.Name)
			changed := func(reason string) rating { return material(policy.ChangeProcessing, reason, is.Purpose) }
			p.compareText("name", was.Name, is.Name, minor("the name of a permission changed"))
			p.compareText("use", was.Use, is.Use, changed("the use of a permission changed"))
			p.compareList("data", was.Data, is.Data,
				changed("a kind of data of a permission was added"), minor("a kind of data was removed"))
			p.compareText("refusal", was.Refusal, is.Refusal, changed("what refusing a permission costs changed"))
			p.compareText("said", was.Claimed, is.Claimed, minor("the policy's claim about refusing changed"))
			p.compareValue("purpose", was.Purpose, is.Purpose, changed("it moved to another purpose"))
			p.compareNames("platforms", listNames(was.Platforms), listNames(is.Platforms),
				changed("a permission was added on a platform"), minor("a permission was removed from a platform"))
		},
	)
}

func (c *comparer) compareSDKs(before, after *policy.Policy) {
	id := func(e *policy.SDK) string { return e.ID + " " + string(e.Platform) }
	of := func(e *policy.SDK) part { return c.part("sdk", e.ID+"@"+string(e.Platform), e.Name) }
	compareEntries(before.SDKs, after.SDKs, id,
		func(e *policy.SDK) {
			of(e).add("", nil, e.Use,
				material(policy.ChangeRecipients, "an SDK was added: nobody has been asked about it", e.Purpose))
		},
		func(e *policy.SDK) { of(e).add("", e.Use, nil, minor("an SDK was removed")) },
		func(was, is *policy.SDK) {
			p := of(is)
			changed := func(kind policy.ChangeKind, reason string) rating { return material(kind, reason, is.Purpose) }
			p.compareText("name", was.Name, is.Name, minor("the name of an SDK changed"))
			p.compareText("provider", was.Provider, is.Provider,
				changed(policy.ChangeRecipients, "the provider of an SDK changed"))
			p.compareText("data", was.Data, is.Data, changed(policy.ChangeProcessing, "the data of an SDK changed"))
			p.compareText("use", was.Use, is.Use, changed(policy.ChangeProcessing, "the use of an SDK changed"))
			p.compareText("scene", was.Scene, is.Scene, changed(policy.ChangeProcessing, "the scene of an SDK changed"))
			p.compareText("collection", was.Collection, is.Collection,
				changed(policy.ChangeProcessing, "the way an SDK collects data changed"))
			p.compareValue("policy", was.Policy, is.Policy, minor("the address of an SDK's privacy policy changed"))
			p.compareValue("home", was.Home, is.Home, editorial("the address of an SDK's home page changed"))
			p.compareValue("purpose", was.Purpose, is.Purpose, changed(policy.ChangeProcessing, "it moved to another purpose"))
			p.compareFlag("no_data", was.NoData, is.NoData, minor("it no longer takes personal information"),
				changed(policy.ChangeProcessing, "it now takes personal information"))
			p.compareFlag("abroad", was.Abroad, is.Abroad,
				changed(policy.ChangeRecipients, "the data of an SDK now leave the country"),
				minor("the data of an SDK no longer leave the country"))
		},
	)
}

func (c *comparer) compareRecipients(before, after *policy.Policy) {
	compareEntries(before.Recipients, after.Recipients, func(e *policy.Recipient) string { return e.ID },
		func(e *policy.Recipient) {
			c.part("recipient", e.ID, e.Name).add("", nil, e.Use,
				material(policy.ChangeRecipients, "a recipient was added: nobody has been asked about it", e.Purpose))
		},
		func(e *policy.Recipient) {
			c.part("recipient", e.ID, e.Name).add("", e.Use, nil, minor("a recipient was removed"))
		},
		func(was, is *policy.Recipient) {
			p := c.part("recipient", is.ID, is.Name)
			changed := func(reason string) rating { return material(policy.ChangeRecipients, reason, is.Purpose) }
			p.compareText("name", was.Name, is.Name, changed("the name of a recipient changed"))
			p.compareValue("kind", string(was.Kind), string(is.Kind), changed("the kind of a recipient changed"))
			p.compareList("data", was.Data, is.Data,
				changed("a kind of data of a recipient was added"), minor("a kind of data of a recipient was removed"))
			p.compareText("use", was.Use, is.Use, changed("a recipient's use of data changed"))
			p.compareText("condition", was.Condition, is.Condition, changed("a recipient's condition changed"))
			p.compareValue("purpose", was.Purpose, is.Purpose, changed("it moved to another purpose"))
			p.compareFlag("abroad", was.Abroad, is.Abroad,
				changed("the data of a recipient now leave the country"),
				minor("the data of a recipient no longer leave the country"))
		},
	)
}
