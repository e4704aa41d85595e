//go:build !js

package main

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// A script that closes its input gets the defaults, and no questions.
func TestTheNullDeviceIsNoTerminal(t *testing.T) {
	f, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if isTerminal(f) {
		t.Errorf("%s is taken for a terminal", f.Name())
	}
}

func TestQuestionsFillInWhatTheFlagsLeaveOut(t *testing.T) {
	for _, test := range []struct {
		name    string
		given   initOptions
		answers string
		want    initOptions
	}{
		{
			"only Enter", initOptions{}, "\n\n\n\n\n\n",
			initOptions{dir: "shop", name: "Shop", languages: []string{"en"}, origins: defaultOrigins, layout: "box"},
		},
		{
			"an answer to each question", initOptions{},
			"portal\nOur portal\nzh-CN、en\nhttps://a.example, https://b.example\nbar\n#0a6b4f\n",
			initOptions{
				dir: "portal", name: "Our portal", languages: []string{"zh-CN", "en"},
				origins: []string{"https://a.example", "https://b.example"}, layout: "bar", colour: "#0a6b4f",
			},
		},
		{
			"wrong answers first", initOptions{}, "Shop\nv1\nshop\n\ntlh\nen\nexample.com\nhttps://a.example\ntop\nbox\nred\n\n",
			initOptions{
				dir: "shop", name: "Shop", languages: []string{"en"}, origins: []string{"https://a.example"}, layout: "box",
			},
		},
		{
			"flags for all but the colour",
			initOptions{dir: "a", name: "A", languages: []string{"en"}, origins: []string{"https://a.example"}, layout: "bar"},
			"#0a6b4f\n",
			initOptions{
				dir: "a", name: "A", languages: []string{"en"}, origins: []string{"https://a.example"}, layout: "bar",
				colour: "#0a6b4f",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asked strings.Builder
			got := test.given
			err := newQuestioner(strings.NewReader(test.answers), &asked, englishWords).ask(&got)
			isSame := got.dir == test.want.dir && got.name == test.want.name && got.layout == test.want.layout &&
				got.colour == test.want.colour && slices.Equal(got.languages, test.want.languages) &&
				slices.Equal(got.origins, test.want.origins)
			if err != nil || !isSame {
				t.Errorf("got %+v, error %v; want %+v\n%s", got, err, test.want, asked.String())
			}
		})
	}
}

func TestWithoutFurtherAnswersNothingIsWritten(t *testing.T) {
	var o initOptions
	if err := newQuestioner(strings.NewReader("shop\n"), &strings.Builder{}, chineseWords).ask(&o); err != errStopped {
		t.Errorf("error %v", err)
	}
}

func TestTheSystemsLanguageDecidesHowInitSpeaks(t *testing.T) {
	for _, test := range []struct{ all, messages, lang, site, want string }{
		{"", "", "", "", "en"}, {"", "", "zh_CN.UTF-8", "", "zh-CN"}, {"", "en_US.UTF-8", "zh_CN.UTF-8", "", "en"},
		{"C", "zh_CN", "zh_CN", "", "en"}, {"", "", "ZH_TW", "", "zh-CN"},
		// Where the system speaks none, the first language of the site does.
		{"", "", "", "zh-CN", "zh-CN"}, {"", "", "C.UTF-8", "zh-CN,en", "zh-CN"}, {"", "", "POSIX", "en,zh-CN", "en"},
		{"", "", "en_GB.UTF-8", "zh-CN", "en"}, {"", "", "zh_CN", "en", "zh-CN"},
	} {
		t.Setenv("LC_ALL", test.all)
		t.Setenv("LC_MESSAGES", test.messages)
		t.Setenv("LANG", test.lang)
		var languages []string
		if test.site != "" {
			languages = strings.Split(test.site, ",")
		}
		if got := chooseInitWords(languages).language; got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}

// Each language's starter has the same texts in the same order, so that they can be put together.
func TestStartersOfAllLanguagesFitTogether(t *testing.T) {
	for _, languages := range [][]string{{"en", "zh-CN"}, {"zh-CN", "en"}} {
		o := initOptions{dir: t.TempDir() + "/both", languages: languages}.withDefaults(englishWords)
		result, err := initSite(o, serverAddress{defaultAddr, "http://localhost:8080"})
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(result.Files[1])
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "Counts visits") || !strings.Contains(string(text), "统计访问") {
			t.Errorf("%v: one of the languages is missing", languages)
		}
	}
	if _, err := mergeLanguage("a:\n  en: x\nb:\n  en: y\n", "en", "a:\n  zh-CN: 甲\n", "zh-CN"); err == nil {
		t.Error("starters with different texts are put together")
	}
	merged, err := mergeLanguage(
		"a:\n  en: >-\n    x\n    y\nb:\n  - en: z\n", "en", "a:\n  zh-CN: 甲\nb:\n  - zh-CN: 乙\n", "zh-CN")
	if want := "a:\n  en: >-\n    x\n    y\n  zh-CN: 甲\nb:\n  - en: z\n    zh-CN: 乙\n"; err != nil || merged != want {
		t.Errorf("%q, error %v", merged, err)
	}
}

func TestTheSnippetNamesAPortThatIsFree(t *testing.T) {
	t.Setenv("NOD_ADDR", "")
	for taken, want := range map[string]serverAddress{
		"":               {defaultAddr, "http://localhost:8080"},
		"127.0.0.1:8080": {"127.0.0.1:8081", "http://localhost:8081"},
	} {
		if got := findServerAddress(func(addr string) bool { return addr != taken }); got != want {
			t.Errorf("%q is taken: %+v; want %+v", taken, got, want)
		}
	}
	if got := findServerAddress(func(string) bool { return false }); got.listen != defaultAddr {
		t.Errorf("all ports are taken: %+v", got)
	}
	t.Setenv("NOD_ADDR", "0.0.0.0:9000")
	if got := findServerAddress(isFreePort); got.url != "http://localhost:9000" {
		t.Errorf("with NOD_ADDR: %+v", got)
	}
}
