package web_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

func TestTheFirstLayerNamesWhoAsksWhatForAndHowToReachThem(t *testing.T) { // C-08
	for lang, want := range map[string]map[string]string{
		"zh-CN": {
			"controller": "云之家网络（重庆）有限公司",
			"purposes":   "记住账户和偏好、了解使用习惯、统计浏览",
			"data":       "账户信息、操作日志、访问页面、停留时间、浏览环境和显示设定",
			"retention":  "可选Cookie最长180天",
			"rights":     "撤回同意，访问、更正或删除",
			"contact":    "service@yunzhijia.com · 400-830-8110",
		},
		"en": {
			"controller": "Yunzhijia Network (Chongqing) Co., Ltd.",
			"purposes":   "remember account details and preferences, understand usage and count visits",
			"data":       "account details, logs, pages, time spent, browsing environment, display settings",
			"retention":  "at most 180 days",
			"rights":     "withdraw at any time, and access, correct or delete your data",
			"contact":    "service@yunzhijia.com · 400-830-8110",
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
			text := textOf(hostile)
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
