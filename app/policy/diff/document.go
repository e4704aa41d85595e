//go:build !js

package diff

import (
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// compareDocument compares what is around the purposes.
func (c *comparer) compareDocument(before, after *policy.Policy) {
	p := c.part("policy", "", after.Title)
	p.compareText("title", before.Title, after.Title, editorial("the title changed"))
	p.compareValue("updated", before.Updated, after.Updated, editorial("the date of the text changed"))
	p.compareValue("source", before.Source, after.Source, editorial("the source of the text changed"))
	c.compareController(before, after)
	notice := c.part("notice", "", after.Notice.Title)
	rewordedNotice := minor("the text of the first layer changed")
	notice.compareText("title", before.Notice.Title, after.Notice.Title, rewordedNotice)
	notice.compareText("text", before.Notice.Text, after.Notice.Text, rewordedNotice)
	notice.compareText("retention", before.Notice.Retention, after.Notice.Retention, rewordedNotice)
	notice.compareText("rights", before.Notice.Rights, after.Notice.Rights, rewordedNotice)
	launch := c.part("launch", "", after.Launch.Title)
	launch.compareText("title", before.Launch.Title, after.Launch.Title, rewordedNotice)
	launch.compareText("text", before.Launch.Text, after.Launch.Text, rewordedNotice)
	launch.compareList("rights", before.Launch.Rights, after.Launch.Rights, rewordedNotice, rewordedNotice)
	launch.compareList("basic", before.Launch.Basic, after.Launch.Basic,
		minor("more works without consent"), minor("less works without consent"))
	compareEntries(before.Sections, after.Sections, func(s *policy.Section) string { return s.ID },
		func(s *policy.Section) {
			c.part("section", s.ID, s.Title).add("", nil, s.Summary, minor("a section was added"))
		},
		func(s *policy.Section) {
			c.part("section", s.ID, s.Title).add("", s.Summary, nil, minor("a section was removed"))
		},
		func(was, is *policy.Section) {
			p := c.part("section", is.ID, is.Title)
			p.compareText("title", was.Title, is.Title, editorial("the heading changed"))
			p.compareText("summary", was.Summary, is.Summary, minor("the summary of a section changed"))
		},
	)
}

// compareController compares the controllers. Answers to another controller do not count.
func (c *comparer) compareController(before, after *policy.Policy) {
	var all []string
	for i := range after.Purposes {
		if p := &after.Purposes[i]; !p.Required && before.Purpose(p.ID) != nil {
			all = append(all, p.ID)
		}
	}
	was, is := before.Controller, after.Controller
	p := c.part("controller", "", is.Name)
	p.compareText("name", was.Name, is.Name,
		material(policy.ChangeOwnership,
			"the controller changed: answers to one controller do not count for another", all...))
	reached := material(policy.ChangeContact, "the controller's contact changed")
	p.compareText("department", was.Department, is.Department, reached)
	p.compareText("address", was.Address, is.Address, reached)
	p.compareValue("postcode", was.Postcode, is.Postcode, reached)
	p.compareValue("phone", was.Phone, is.Phone, reached)
	p.compareValue("email", was.Email, is.Email, reached)
	p.compareValue("url", was.URL, is.URL, minor("the home page changed"))
	p.compareText("hours", was.Hours, is.Hours, minor("the hours changed"))
}

func (c *comparer) compareDefinitions(before, after *policy.Policy) {
	term := func(d *policy.Definition) string { return d.Term.In(c.original) }
	compareEntries(before.Definitions, after.Definitions, term,
		func(d *policy.Definition) {
			c.part("definition", "", d.Term).add("", nil, d.Text, minor("a definition was added"))
		},
		func(d *policy.Definition) {
			c.part("definition", "", d.Term).add("", d.Text, nil, minor("a definition was removed"))
		},
		func(was, is *policy.Definition) {
			c.part("definition", "", is.Term).compareText("text", was.Text, is.Text, minor("a definition changed"))
		},
	)
}

// compareFullText compares the full texts, which can differ more than the structured policy shows.
func (c *comparer) compareFullText(before, after *policy.Policy) {
	was, is := before.FullText[c.original], after.FullText[c.original]
	p := c.part("text", "", after.Title)
	switch {
	case was == is:
	case hasSameWords(was, is):
		p.add("", nil, nil, editorial("only spacing, punctuation or letter forms of the full text changed"))
	case slices.ContainsFunc(c.result.Differences, func(d Difference) bool { return d.Class != policy.Editorial }):
		p.add("", nil, nil, editorial("the full text changed; the other differences show how"))
	default:
		p.add("", nil, nil, minor("the full text changed; no other difference shows how"))
	}
}

// addRevision raises the class to what the newer version says of itself.
func (c *comparer) addRevision(after *policy.Policy) {
	r := after.Revision
	for _, kind := range r.Kinds {
		if !slices.Contains(c.result.Kinds(), kind) {
			c.part("revision", string(kind), nil).add("", nil, r.Summary, material(kind, "the policy's own revision says so"))
		}
	}
	if r.Class.Above(c.result.Class()) {
		c.part("revision", "", nil).add("", nil, r.Summary,
			rating{class: r.Class, kind: policy.ChangeProcessing, reason: "the policy's own revision says so"})
	}
	if r.Reduces && !c.result.Reduces() {
		c.part("revision", "", nil).add("", nil, r.Summary, reduction("the policy's own revision says so"))
	}
}
