package widget

import (
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/assets"
)

func TestFilterMatchesEntriesWithAllWords(t *testing.T) {
	e := Entry{
		ID: "x", Name: "Amap SDK", Tags: []string{"Android"}, Text: "Finds the place.",
		Platforms: []string{"android"}, Kinds: []string{"device", "location"},
		Facts: []Fact{{Label: "Provider", Values: []string{"高德软件有限公司", "AutoNavi"}}},
	}
	everywhere := Entry{Name: "Cookies", Kinds: []string{"usage"}}
	for _, test := range []struct {
		name   string
		filter Filter
		entry  Entry
		want   bool
	}{
		{"an empty filter", Filter{}, e, true},
		{"a word of the name", Filter{Query: "amap"}, e, true},
		{"in any case of letters", Filter{Query: "AMAP sdk"}, e, true},
		{"words of several fields, in any order", Filter{Query: "autonavi android place"}, e, true},
		{"Chinese", Filter{Query: "高德"}, e, true},
		{"full width, from a Chinese keyboard", Filter{Query: "ＡＭＡＰ　ｓｄｋ"}, e, true},
		{"a label, which all entries have", Filter{Query: "provider"}, e, false},
		{"one word that is not there", Filter{Query: "amap baidu"}, e, false},
		{"a byte order mark, which is white space", Filter{Query: "\ufeffamap"}, e, true},
		{"a next line, which is not white space", Filter{Query: "amap\u0085sdk"}, e, false},
		{"a letter whose lower case has two characters", Filter{Query: "İ"}, Entry{Name: "I"}, false},
		{"only white space", Filter{Query: " \t "}, e, true},
		{"its platform", Filter{Platform: "android"}, e, true},
		{"a different platform", Filter{Platform: "ios"}, e, false},
		{"an unknown platform", Filter{Platform: "\"><script>"}, e, false},
		{"an entry on all platforms", Filter{Platform: "ios"}, everywhere, true},
		{"its kind of data", Filter{Kind: "location"}, e, true},
		{"a different kind of data", Filter{Kind: "usage"}, e, false},
		{"all at once", Filter{Query: "amap", Platform: "android", Kind: "device"}, e, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.filter.Matches(test.entry); got != test.want {
				t.Errorf("%+v matches %q: %v; want %v", test.filter, test.entry.Name, got, test.want)
			}
		})
	}
}

func TestLocalesHaveATitleAndAnIntroductionForEachList(t *testing.T) {
	files, err := assets.Files.ReadDir("locales")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		language := strings.TrimSuffix(f.Name(), ".yaml")
		words := wordsOf(t, language)
		titles := map[string]bool{}
		for _, kind := range listKinds {
			id, title := kind.id, kind.title(words.Lists)
			if title.Title == "" || title.Intro == "" || titles[title.Title] {
				t.Errorf("%s: the list %s has the title %q and the introduction %q", language, id, title.Title, title.Intro)
			}
			titles[title.Title] = true
		}
	}
}

// C-22
func TestAPolicyHasOnlyTheListsThatItFills(t *testing.T) {
	text := policy.Text{"en": "Text"}
	for want, p := range map[string]*policy.Policy{
		"":            {},
		"collected":   {Collected: []policy.Collected{{ID: "a", Name: text}}},
		"shared":      {Recipients: []policy.Recipient{{ID: "a", Name: text}}},
		"sdks":        {SDKs: []policy.SDK{{ID: "a", Name: text}}},
		"permissions": {Permissions: []policy.Permission{{ID: "a", Name: text}}},
		"purposes":    {Purposes: []policy.Purpose{{ID: "a", Name: text}}},
		"rights":      {Rights: []policy.Right{{ID: "a", Name: text}}},
		"keeping":     {Keeping: policy.Keeping{Term: text}},
		"terms":       {Exceptions: []policy.Text{text}},
	} {
		if got := strings.Join(FindLists(p), " "); got != want {
			t.Errorf("it has the lists %q; want %q", got, want)
		}
		list, isKnown := ListOf(want, &policy.Site{Languages: []string{"en"}}, p, "en", Words{})
		if isKnown != (want != "") || isKnown && len(list.Entries) == 0 {
			t.Errorf("the list %q has %d entries; known: %v", want, len(list.Entries), isKnown)
		}
	}
}

// C-31
func TestTheContactHasEveryWayOnce(t *testing.T) {
	p := &policy.Policy{Controller: policy.Controller{Email: "privacy@shop.example", Phone: "+49 30 1"}}
	p.Requests.Channels = []policy.Channel{
		{Name: policy.Text{"en": "By e-mail"}, To: policy.Text{"en": "to privacy@shop.example"}},
	}
	list, _ := ListOf("rights", &policy.Site{Languages: []string{"en"}}, p, "en", Words{})
	var ways []string
	for _, fact := range list.Entries[len(list.Entries)-1].Facts {
		if fact.Address != "" {
			ways = append(ways, fact.Address)
		}
	}
	if got := strings.Join(ways, " "); got != "tel:+49301 mailto:privacy@shop.example" {
		t.Errorf("it leads to %s", got)
	}
}
