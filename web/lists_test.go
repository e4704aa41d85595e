package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// entries returns the ids of a list's entries that are shown.
func entries(doc *html.Node) (ids []string) {
	for _, n := range all(doc, "li") {
		if _, hidden := findAttribute(n, "hidden"); strings.HasPrefix(attribute(n, "class"), "entry") && !hidden {
			ids = append(ids, attribute(n, "id"))
		}
	}
	return ids
}

// joined is what the list of SDKs says about a number of rows, and of the policy's entries in them.
func joined(rows, entries int) string {
	return fmt.Sprintf("SDKs: %d (%d of 30 entries in the policy)", rows, entries)
}

// filteredLists are addresses of lists, with how many entries they show, and some of those.
var filteredLists = []struct {
	name, address string
	n             int
	found         string
	some          []string
}{
	{"all SDKs, on several platforms in one row", "sdks?lang=en", 19, joined(19, 30), nil},
	{"those of Android", "sdks?lang=en&platform=android", 19, joined(19, 19), []string{"sdk-android-bangcle"}},
	{"those of iOS", "sdks?lang=en&platform=ios&q=", 11, joined(11, 11), []string{"sdk-android-mars"}},
	{"a kind of data", "sdks?lang=en&kind=apps", 4, joined(4, 4),
		[]string{"sdk-android-huawei-push", "sdk-android-oppo-push", "sdk-android-shortcut-badger",
			"sdk-android-vivo-push"}},
	{"words in the reader's language", "sdks?lang=en&q=crash", 2, joined(2, 4),
		[]string{"sdk-android-bugly"}},
	{"words in Chinese", "sdks?lang=zh-CN&q=" + url.QueryEscape("谷歌"), 1, "显示 1 个SDK（政策 30 项中的 2 项）",
		[]string{"sdk-android-crashlytics"}},
	{"all at once", "sdks?lang=en&q=map&platform=ios&kind=location", 1, joined(1, 1), []string{"sdk-android-amap"}},
	{"nothing matches", "sdks?lang=en&q=zzz", 0, joined(0, 0), nil},
	{"unknown values are no filter", "sdks?lang=en&platform=%22%3E&kind=%3Cscript%3E&only=x&sort=%00", 19,
		joined(19, 30), nil},
	{"what the policy leaves out", "sdks?lang=en&only=gaps", 3, joined(3, 4),
		[]string{"sdk-android-mars", "sdk-android-shortcut-badger", "sdk-android-bangcle"}},
	{"what is sensitive", "sdks?lang=en&only=sensitive&platform=ios", 2, joined(2, 2), []string{"sdk-android-amap"}},
	{"what leaves the country", "sdks?lang=en&only=abroad", 1, joined(1, 2), []string{"sdk-android-crashlytics"}},
	{"who is abroad", "shared?lang=en&only=abroad", 1, "1 of 10 shown", nil},
	{"sensitive data", "collected?lang=en&only=sensitive", 5, "5 of 29 shown", []string{"collected-face"}},
	{"permissions", "permissions?lang=en", 10, "10 of 10 shown", []string{"permission-phone-state"}},
	{"shared", "shared?lang=zh-CN", 10, "显示 10 项，共 10 项", nil},
	{"collected", "collected?lang=zh-CN&kind=face", 7, "", []string{"collected-face"}},
	{"purposes", "purposes?lang=en&q=beacon", 1, "", []string{"purpose-beacons"}},
}

// C-20, C-22: without a script.
func TestListsAreFilteredByTheirAddress(t *testing.T) {
	s := shared(t)
	for _, test := range filteredLists {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			doc := parse(t, string(s.get("/yunzhijia/lists/"+test.address).is(http.StatusOK).body))
			got := entries(doc)
			if len(got) != test.n {
				t.Errorf("%d entries are shown: %v", len(got), got)
			}
			for _, id := range test.some {
				if !slices.Contains(got, id) {
					t.Errorf("%s is not among %v", id, got)
				}
			}
			if text := textOf(doc); !strings.Contains(text, test.found) {
				t.Errorf("the page does not say %q", test.found)
			}
			for _, n := range all(doc, "div") {
				if _, hidden := findAttribute(n, "hidden"); strings.Contains(attribute(n, "class"), "none") &&
					hidden != (test.n > 0) {
					t.Errorf("that nothing matches is hidden: %v", hidden)
				}
			}
		})
	}
	s.get("/yunzhijia/lists/others").problem(http.StatusNotFound, "unknown-list")
	s.get("/example/lists/sdks").problem(http.StatusNotFound, "unknown-list")
	for _, page := range []string{"lists/sdks", "policy"} {
		doc := parse(t, string(s.get("/yunzhijia/"+page+"?q="+url.QueryEscape(strings.Repeat("长", 300))).is(http.StatusOK).
			body))
		for _, n := range all(doc, "input") {
			if value := attribute(n, "value"); attribute(n, "type") == "search" &&
				(attribute(n, "maxlength") != "100" || value != strings.Repeat("长", 100)) {
				t.Errorf("%s: the field takes %s characters and has %d bytes", page, attribute(n, "maxlength"), len(value))
			}
		}
	}
}

// C-20: what the policy does not name is labelled, and not left out.
func TestAGapIsShownAsOne(t *testing.T) {
	s := shared(t)
	doc := parse(t, string(s.get("/acme/lists/sdks").is(http.StatusOK).body))
	gaps := 0
	for _, n := range all(doc, "dd") {
		if attribute(n, "class") == "gap" {
			gaps++
			if textOf(n) != "Not stated in the policy" {
				t.Errorf("a gap says %q", textOf(n))
			}
		}
	}
	if gaps != 6 { // provider, data, use, scene, collection, policy of the SDK that only has a name
		t.Errorf("%d gaps, want 6", gaps)
	}
}

func TestAListIsReachedFromEveryPageAroundIt(t *testing.T) { // C-22
	s := shared(t)
	for _, page := range []string{"policy", "lists/sdks", "preferences"} {
		doc := parse(t, string(s.get("/yunzhijia/"+page+"?lang=en").is(http.StatusOK).body))
		var links []string
		for _, a := range all(doc, "a") {
			links = append(links, attribute(a, "href"))
		}
		for _, list := range []string{"collected", "shared", "sdks", "permissions"} {
			if !slices.Contains(links, "/yunzhijia/lists/"+list+"?lang=en") {
				t.Errorf("%s does not lead to the list %s: %v", page, list, links)
			}
		}
	}
	// In an app the lists begin with what is the app's.
	if text := string(s.get("/yunzhijia/preferences?platform=ios&lang=en").is(http.StatusOK).
		body); !strings.Contains(text, `/yunzhijia/lists/sdks?lang=en&amp;platform=ios#nod-list-sdks`) {
		t.Error("the preferences of an iOS app lead to the SDKs of all platforms")
	}
	// A site without SDKs and permissions speaks of none.
	text := string(s.get("/example/policy").is(http.StatusOK).body)
	if strings.Contains(text, "lists/sdks") || !strings.Contains(text, "lists/shared") {
		t.Error("the example leads to a list of SDKs, or to no list")
	}
}

func TestThePolicyHasContentsAndMarksWhatIsLookedFor(t *testing.T) {
	s := shared(t)
	doc := parse(t, string(s.get("/yunzhijia/policy").is(http.StatusOK).body))
	var to []string
	for _, a := range all(doc, "a") {
		if h := attribute(a, "href"); strings.HasPrefix(h, "#") && h != "#nod-words" {
			to = append(to, h[1:])
			if n := byID(doc, h[1:]); n == nil || n.Data != "h2" {
				t.Errorf("%s leads to no heading", h)
			}
		}
	}
	if diff := cmp.Diff([]string{"collect", "cookies", "share", "protect", "rights", "minors", "changes", "contact"},
		to); diff != "" {
		t.Errorf("contents (-want +got):\n%s", diff)
	}
	strong := 0
	for _, n := range all(doc, "strong") {
		strong++
		if len(textOf(n)) < 15 {
			t.Errorf("%q is printed bold", textOf(n))
		}
	}
	if strong < 20 {
		t.Errorf("%d passages are printed bold", strong)
	}
	// The text has two, and a point in plain words one.
	for query, want := range map[string]int{"beacon": 3, "BEACON": 3, "amp": 0, "34": 0, "<strong>": 0, "\"云之家\"": 1,
		"“云之家”": 1, "ｂｅａｃｏｎ": 3, "</p>": 0} {
		doc := parse(t, string(s.get("/yunzhijia/policy?q="+url.QueryEscape(query)).is(http.StatusOK).body))
		if n := len(all(doc, "mark")); n != want {
			t.Errorf("%q is marked %d times, want %d", query, n, want)
		}
	}
}

func TestTheRecordedPresentationHasTheDetailsThatAreLoadedWhenTheyAreOpened(t *testing.T) { // C-37
	s := shared(t)
	var p struct{ Presentations map[string]string }
	if err := json.Unmarshal(s.get("/v1/yunzhijia/policy?lang=zh-CN").is(http.StatusOK).body, &p); err != nil {
		t.Fatal(err)
	}
	l, err := s.store.Presentation(t.Context(), "yunzhijia", p.Presentations["preferences"])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`id="nod-beacons"`, "援引页面的位址", "个人信息保护法第十三条第一款第一项", "_yzj_bcn"} {
		if !strings.Contains(l.HTML, want) {
			t.Errorf("the presentation does not show %q", want)
		}
	}
}

// What a filter shows has the label too: a reader who does not filter must see that data leave the country.
func TestAnEntryWhoseDataLeaveTheCountrySaysSo(t *testing.T) {
	doc := parse(t, string(shared(t).get("/yunzhijia/lists/sdks?lang=en").is(http.StatusOK).body))
	n := 0
	for _, entry := range all(doc, "li") {
		if !slices.Contains(strings.Fields(attribute(entry, "data-marks")), "abroad") {
			continue
		}
		n++
		if !slices.ContainsFunc(all(entry, "span"), func(tag *html.Node) bool {
			return attribute(tag, "class") == "tag" && textOf(tag) == "Sent abroad"
		}) {
			t.Errorf("%s has no label", attribute(entry, "id"))
		}
	}
	if n == 0 {
		t.Error("no entry is marked")
	}
}
