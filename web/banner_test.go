package web_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
	"golang.org/x/net/html"
)

func TestTheFirstLayerNamesWhoAsksWhatForAndHowToReachThem(t *testing.T) { // C-08
	for lang, want := range map[string]map[string]string{
		"zh-CN": {
			"controller": "云之家网络（重庆）有限公司",
			"purposes":   "记住您的账户、了解使用习惯、统计浏览",
			"data":       "页面、来源页面、停留时间、浏览环境、显示设定",
			"retention":  "仅保留必需时长",
			"rights":     "撤回、查阅、更正、删除",
			"contact":    "400-830-8110",
		},
		"en": {
			"controller": "Yunzhijia Network (Chongqing) Co., Ltd.",
			"purposes":   "remember your account, learn your habits and count visits",
			"data":       "page, referrer, time, browser, display",
			"retention":  "Kept only while needed",
			"rights":     "see, correct or delete your data",
			"contact":    "400-830-8110",
		},
	} {
		got, _ := configIn(t, shared(t).get("/yunzhijia/consent.js?lang="+lang).is(http.StatusOK).body)
		banner := textOf(parse(t, got.HTML["banner"]))
		for what, text := range want {
			if !strings.Contains(banner, text) {
				t.Errorf("%s: the %s are not in the banner: %q is not in %q", lang, what, text, banner)
			}
		}
	}
}

// C-08: an invented cookie is not the company's practice, so no first layer shows what is in it.
func TestTheFirstLayersNameWhatBeaconsTakeAndNoExample(t *testing.T) {
	s := shared(t)
	p := loadtest.BuiltIn(t, "yunzhijia").CurrentPolicy()
	for _, lang := range []string{"zh-CN", "en"} {
		c, _ := configIn(t, s.get("/yunzhijia/consent.js?lang="+lang).is(http.StatusOK).body)
		launch := parse(t, string(s.get("/yunzhijia/first-launch?platform=android&lang="+lang).is(http.StatusOK).body))
		for name, layer := range map[string]string{
			"the banner": textOf(parse(t, c.HTML["banner"])), "the first launch": textOf(byID(launch, "nod-ask")),
		} {
			for _, purpose := range p.Purposes {
				for _, item := range slices.Concat(purpose.Cookies, purpose.Storage) {
					isExample := purpose.Example || item.Example
					if lifetime := item.Lifetime.In(lang); isExample && len(lifetime) > 6 && strings.Contains(layer, lifetime) {
						t.Errorf("%s: %s shows the lifetime of example %s", lang, name, item.Name)
					}
				}
			}
			if !strings.Contains(layer, map[string]string{"zh-CN": "来源页面", "en": "referr"}[lang]) {
				t.Errorf("in %s: %s lacks the referring page", lang, name)
			}
		}
	}
}

func TestTheBannerShowsHostileTextsAsText(t *testing.T) {
	s := shared(t)
	for _, language := range []string{"en", "ar"} {
		t.Run(language, func(t *testing.T) {
			s := s.in(t)
			banner := func(site string) *html.Node {
				c, _ := configIn(t, s.get("/"+site+"/consent.js?lang="+language).is(http.StatusOK).body)
				return parse(t, strings.Join(slices.Sorted(maps.Values(c.HTML)), ""))
			}
			hostile, harmless := banner("hostile"), banner("acme")
			if diff := cmp.Diff(skeleton(harmless), skeleton(hostile)); diff != "" {
				t.Errorf("hostile texts change elements or attributes (-harmless +hostile):\n%s", diff)
			}
			text := strings.ReplaceAll(textOf(hostile), "\u00a0", " ") // the telephone number stays in one line
			for _, field := range []string{"notice title", "notice text", "notice retention", "notice rights", "controller",
				"phone"} {
				if language != "en" && field != "phone" {
					field += " " + language
				}
				if !strings.Contains(text, hostileText(field)) {
					t.Errorf("the banner does not say %q", hostileText(field))
				}
			}
			if found := unsafe(hostile); len(found) > 0 {
				t.Errorf("the banner has %q", found)
			}
			if root := first(hostile, "body").
				FirstChild; attribute(root, "dir") != map[string]string{"en": "ltr", "ar": "rtl"}[language] {
				t.Errorf("direction %q", attribute(root, "dir"))
			}
		})
	}
}

// C-02, C-03: both answers are on the first layer, as the same kind of element with the same class.
func TestAgreeAndRefuseAreBesideEachOther(t *testing.T) {
	s := shared(t)
	c, _ := configIn(t, s.get("/yunzhijia/consent.js").is(http.StatusOK).body)
	var buttons []*html.Node
	for _, b := range all(parse(t, c.HTML["banner"]), "button") {
		if does := attribute(b, "data-nod"); does == "accept-all" || does == "reject-all" {
			buttons = append(buttons, b)
		}
	}
	if len(buttons) != 2 || buttons[0].Parent != buttons[1].Parent ||
		attribute(buttons[0], "class") != attribute(buttons[1], "class") {
		t.Errorf("%d buttons to agree and refuse; want two of one class side by side", len(buttons))
	}
}
