package widget

import (
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/diff"
	"github.com/nod-consent/nod/assets"
)

// wordsOf reads a locale file.
func wordsOf(t *testing.T, language string) (words Words) {
	t.Helper()
	data, err := assets.Files.ReadFile("locales/" + language + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &words); err != nil {
		t.Fatal(err)
	}
	return words
}

func TestNamesAreJoinedAsInTheLanguage(t *testing.T) {
	files, err := assets.Files.ReadDir("locales")
	if err != nil {
		t.Fatal(err)
	}
	const several = "分享至微信、QQ、微博"
	joined := map[string][3]string{ // of two names, of one with a separator in it and one without, of texts
		"en":    {"Statistics, Camera", "\"" + several + "\", Camera", "a, b; c"},
		"zh-CN": {"Statistics、Camera", "“" + several + "”、Camera", "a, b；c"},
		"zh-TW": {"Statistics、Camera", "「" + several + "」、Camera", "a, b；c"},
		"ar":    {"Statistics، Camera", "«" + several + "»، Camera", "a, b؛ c"},
	}
	for _, f := range files {
		language := strings.TrimSuffix(f.Name(), ".yaml")
		words, want := wordsOf(t, language), joined[language]
		got := [3]string{
			words.Join([]string{"Statistics", "Camera"}), words.Join([]string{several, "Camera"}),
			words.joinClauses([]string{"a, b", "c"}),
		}
		if got != want {
			t.Errorf("%s: %q; want %q", language, got, want)
		}
		if words.Join([]string{several}) == several {
			t.Errorf("%s: the only name %s reads as three", language, got)
		}
		if words.PlaceholderService == "" {
			t.Errorf("%s has no placeholder_service", language)
		}
	}
}

// The separator is the locale file's. It never follows from a different mark.
func TestComponentsJoinNamesAsInTheirLanguage(t *testing.T) {
	words := wordsOf(t, "zh-CN")
	words.Colon = ": "
	view := View{Language: "zh-CN", Words: words, Purposes: []Purpose{
		{ID: "a", Name: "登录", Required: true}, {ID: "b", Name: "安全", Required: true},
		{ID: "c", Name: "分享至微信、QQ、微博", Separate: true}, {ID: "d", Name: "相机", Separate: true},
	}}
	changed := app.HTMLString(&ChangeBanner{View: view, Asks: []string{"分享至微信、QQ、微博", "相机"}})
	if want := "再选一次：“分享至微信、QQ、微博”、相机。"; !strings.Contains(changed, want) {
		t.Errorf("the change banner has no %s: %s", want, changed)
	}
	labels := LaunchWords{RequiredNames: "必需：{names}。"}
	launch := app.HTMLString(&LaunchScreen{View: LaunchView{View: view, Labels: labels}})
	for _, want := range []string{"必需：登录、安全。", "“分享至微信、QQ、微博”、相机"} {
		if !strings.Contains(launch, want) {
			t.Errorf("the first launch has no %s: %s", want, launch)
		}
	}
	in := func(t policy.Text) string { return t["zh-CN"] }
	purpose := &policy.Purpose{Data: []policy.Text{{"zh-CN": "头像、昵称"}, {"zh-CN": "位置"}}}
	_, facts := listQuestionFacts(purpose, words, in)
	if len(facts) == 0 || facts[0].Values[0] != "头像、昵称；位置" {
		t.Errorf("facts %+v", facts)
	}
	lines := describeService(&policy.Service{Hosts: []string{"a.example", "b.example"}}, words, in)
	if len(lines) != 1 || !strings.HasSuffix(lines[0], ": a.example；b.example") {
		t.Errorf("lines %q", lines)
	}
}

// A policy can have "no" as a value. Only a switch has no texts to show.
func TestSwitchesHaveNoReadableTexts(t *testing.T) {
	for _, test := range []struct {
		name string
		d    diff.Difference
		want bool
	}{
		{"a text with the value no", diff.Difference{Field: "fee", After: policy.Text{"en": "no"}}, true},
		{"a switch", diff.Difference{Part: "purpose", Field: "hold", Flag: diff.FlagOn}, false},
		{"a kind, which is a value of the file", diff.Difference{Field: "kind", After: policy.Text{"en": "cookie"}}, false},
	} {
		if got := hasReadableTexts(test.d); got != test.want {
			t.Errorf("%s: %t; want %t", test.name, got, test.want)
		}
	}
}

// C-46: the texts name the choices. They do not praise, urge or shame.
func TestButtonsHaveNeutralWords(t *testing.T) {
	neutral := map[string][4]string{ // one, the other, and both for all that is optional
		"en":    {"Accept", "Reject", "Accept optional", "Reject optional"},
		"zh-CN": {"同意", "拒绝", "同意可选项", "拒绝可选项"},
		"zh-TW": {"同意", "拒絕", "同意選用項目", "拒絕選用項目"},
		"ar":    {"قبول", "رفض", "قبول الاختياري", "رفض الاختياري"},
	}
	for language, want := range neutral {
		w := wordsOf(t, language)
		if got := [4]string{w.Accept, w.Reject, w.AcceptAll, w.RejectAll}; got != want {
			t.Errorf("%s: the buttons are %q; want %q, or other neutral words", language, got, want)
		}
	}
}
