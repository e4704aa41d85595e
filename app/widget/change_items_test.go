package widget

import (
	"os"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// changedItem is a change of the policy, and how it is shown.
type changedItem struct {
	name     string
	edit     func(*policy.Policy)
	item     string // in English
	was, now string
}

func (i changedItem) check(t *testing.T, language string, r Revision) {
	t.Helper()
	for _, g := range r.Groups {
		for _, c := range g.Changes {
			if c.Item == "" || strings.Trim(c.Before+c.After, "0123456789") == "" && c.Before+c.After != "" {
				t.Errorf("in %s: %q: %q, then %q", language, c.Item, c.Before, c.After)
			}
			if language == "en" && (c.Item != i.item && i.item != "" ||
				i.was != "" && c.Before != i.was || i.now != "" && c.After != i.now) {
				t.Errorf("%q: %q, then %q", c.Item, c.Before, c.After)
			}
		}
	}
	if len(r.Groups) == 0 && i.item != "" {
		t.Errorf("in %s nothing changed", language)
	}
}

// C-28: each line of what changed names the item, and a number has its unit.
func TestEachChangeNamesItsItemAndUnit(t *testing.T) {
	site, err := load.Site(os.DirFS("../../assets/sites"), "yunzhijia")
	if err != nil {
		t.Fatal(err)
	}
	before := site.CurrentPolicy()
	text := policy.Text{"zh-CN": "别的", "en": "Different"}
	for _, test := range []changedItem{
		{"answers", func(p *policy.Policy) { p.Requests.AnswerDays = 45 }, "Answer to your request", "15 days", "45 days"},
		{"other answers", func(p *policy.Policy) { p.Requests.ContactDays = 20 },
			"Answer to other questions", "15 working days", "20 working days"},
		{"incidents", func(p *policy.Policy) { p.Keeping.IncidentDays = 90 },
			"Notice of a security incident at the latest after", "30 days", "90 days"},
		{"closure", func(p *policy.Policy) { p.Keeping.ClosureDays = 10 },
			"Notice before the end of the service", "60 days", "10 days"},
		{"children", func(p *policy.Policy) { p.Minors.Child = 12 }, "A guardian decides below", "14 years", "12 years"},
		{"minors", func(p *policy.Policy) { p.Minors.Adult = 16 }, "A guardian consents below", "18 years", "16 years"},
		{"fee", func(p *policy.Policy) { p.Requests.Fee = text }, "What a request costs", "", "Different"},
		{"place", func(p *policy.Policy) { p.Keeping.Place = text }, "Where data are stored", "", "Different"},
		{"exception", func(p *policy.Policy) { p.Exceptions = append(p.Exceptions[:1:1], text) }, "Use without your consent",
			"", ""},
		{"a summary of the author", func(p *policy.Policy) {
			p.Revision = policy.Revision{Reduces: true, Summary: text}
		}, "", "", ""},
		{"a purpose that becomes required", func(p *policy.Policy) { p.Purpose("functional").Required = true },
			englishName(before, "functional") + "\u00a0· can no longer be rejected", "", ""},
		{"the address", func(p *policy.Policy) { p.Controller.Address = text }, "Address", "", "Different"},
	} {
		t.Run(test.name, func(t *testing.T) {
			after := *before
			after.Version = "next"
			after.Purposes = append([]policy.Purpose(nil), before.Purposes...)
			test.edit(&after)
			for language, words := range map[string]Words{"en": wordsOf(t, "en"), "zh-CN": wordsOf(t, "zh-CN"),
				"zh-TW": wordsOf(t, "zh-TW"), "ar": wordsOf(t, "ar")} {
				test.check(t, language, RevisionOf(site, before, &after, View{Language: language, Words: words}))
			}
		})
	}
}

// englishName is the English name of a purpose.
func englishName(p *policy.Policy, id string) string { return p.Purpose(id).Name["en"] }

// Each locale names the same items.
func TestEachLanguageNamesTheSameItems(t *testing.T) {
	want := wordsOf(t, "en").Changes
	for _, language := range []string{"zh-CN", "zh-TW", "ar"} {
		got := wordsOf(t, language).Changes
		for key := range want.Items {
			if got.Items[key] == "" {
				t.Errorf("%s has no item %s", language, key)
			}
		}
		for key := range want.Flags {
			if got.Flags[key] == "" {
				t.Errorf("%s has no flag %s", language, key)
			}
		}
		if len(got.Items) != len(want.Items) || len(got.Flags) != len(want.Flags) {
			t.Errorf("%s has %d items and %d flags", language, len(got.Items), len(got.Flags))
		}
	}
}
