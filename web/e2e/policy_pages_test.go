package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"golang.org/x/net/html"
)

// heard is what a screen reader finds on the page: role and name of what has both, in the page's order.
func (tab *Tab) heard() (all []string) {
	tab.Helper()
	nodes := call(tab, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes
	byID := map[accessibility.NodeID]*accessibility.Node{}
	for _, n := range nodes {
		byID[n.NodeID] = n
	}
	text := func(v *accessibility.Value) (s string) {
		if v != nil {
			json.Unmarshal(v.Value, &s) // other kinds of values are no texts
		}
		return s
	}
	var walk func(n *accessibility.Node)
	walk = func(n *accessibility.Node) {
		role, name := text(n.Role), text(n.Name)
		if !n.Ignored && role != "" && name != "" && role != "StaticText" && role != "InlineTextBox" {
			all = append(all, role+" "+name)
		}
		for _, id := range n.ChildIDs {
			if child := byID[id]; child != nil {
				walk(child)
			}
		}
	}
	walk(nodes[0])
	return all
}

// inOrder wants the page to say these things, one after another.
func (tab *Tab) inOrder(want ...string) {
	tab.Helper()
	all := tab.heard()
	rest := all
	for _, w := range want {
		i := slices.Index(rest, w)
		if i < 0 {
			tab.Errorf("a screen reader does not find %q after what comes before it, in %q", w, all)
			return
		}
		rest = rest[i+1:]
	}
}

func TestListsAreReadAndFilteredByEarAndKeyboard(t *testing.T) { // C-42
	tab := arrive(t)
	tab.load(stage.Consent + "/yunzhijia/lists/sdks?lang=en")
	tab.inOrder("link Skip to the text", "navigation Privacy", "link Third-party SDKs", "heading Third-party SDKs",
		"search Third-party SDKs", "searchbox Search", "combobox Platform", "combobox Kind of data",
		"heading Amap SDK Android", "link https://lbs.amap.com/pages/privacy", "heading Firebase Crashlytics Android",
		"heading Firebase Crashlytics iOS")
	// By keyboard: from the beginning to the filter, which filters while one types, and past it to the first entry's link.
	tab.tabTo(`document.activeElement.name == "q"`)
	tab.press("c", "r", "a", "s", "h")
	tab.until(`document.querySelectorAll(".entry:not([hidden])").length == 4 &&
		document.querySelector(".found").textContent == "4 of 30 shown" && location.search.includes("q=crash")`)
	tab.press(kb.Tab, "i") // in a select, the letter chooses iOS
	tab.until(`document.querySelectorAll(".entry:not([hidden])").length == 2 && location.search.includes("platform=ios")`)
	tab.press(kb.Tab, kb.Tab)
	tab.is(`document.activeElement.href == document.querySelector(".entry:not([hidden]) a").href`)
	tab.is(`getComputedStyle(document.activeElement).outlineStyle != "none"`)
	tab.load(eval[string](tab.view, `location.href`)) // the address leads whoever gets it to the same
	tab.until(`document.querySelectorAll(".entry:not([hidden])").length == 2 && document.querySelector("[name=q]").value ==
		"crash"`)
	tab.run(`document.querySelector("[name=q]").value = "zzz";
		document.querySelector("[name=q]").dispatchEvent(new Event("input", { bubbles: true }))`)
	tab.until(visible(`document.querySelector(".none a")`))
	tab.click(`document.querySelector(".none a")`)
	tab.until(`document.querySelectorAll(".entry:not([hidden])").length == 30 && document.activeElement.name == "q"`)
}

// shownEntries is the JavaScript of what a filtered list shows: the ids of its entries, and how many it says there are.
const shownEntries = `[...document.querySelectorAll(".entry:not([hidden])")].map((e) => e.id).join(" ") +
	document.querySelector(".found").textContent`

// entriesShownByServer is the same of the page that the server filters, without a browser, and what its field of search
// holds: the server leaves out spaces that a browser does not take for any.
func entriesShownByServer(t *testing.T, address string) (shown, query string) {
	t.Helper()
	page, err := html.Parse(strings.NewReader(fetch(t, strings.Replace(address, stage.Consent, stage.Loopback, 1))))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	var found string
	for n := range page.Descendants() {
		attributes := map[string]string{}
		for _, a := range n.Attr {
			attributes[a.Key] = a.Val
		}
		_, isHidden := attributes["hidden"]
		switch {
		case attributes["class"] == "entry" && !isHidden:
			ids = append(ids, attributes["id"])
		case attributes["class"] == "found":
			found = n.FirstChild.Data
		case attributes["name"] == "q":
			query = attributes["value"]
		}
	}
	return strings.Join(ids, " ") + found, query
}

// The script filters as the server does (widget.Filter.Matches).
func TestScriptAndServerFilterAlike(t *testing.T) {
	queries := []string{
		"q=", "q=SDK", "q=google+crash", "q=%E4%BD%8D%E7%BD%AE", "q=provider", "q=%EF%BC%B3%EF%BC%A4%EF%BC%AB", "q=.*",
		"q=%22%3E", "platform=ios", "platform=android&q=push", "kind=location", "kind=device&platform=ios&q=kit",
		"kind=unknown", "q=%C4%B0nformation", "q=%C2%85information", "q=%EF%BB%BFinformation", "q=a%C2%85b",
	}
	tab := arrive(t)
	for _, list := range []string{"sdks", "collected", "permissions", "purposes"} {
		for _, lang := range []string{"en", "zh-CN"} {
			address := stage.Consent + "/yunzhijia/lists/" + list + "?lang=" + lang
			tab.load(address)
			different := map[string]bool{}
			for _, query := range queries {
				byServer, words := entriesShownByServer(t, address+"&"+query)
				tab.run(fmt.Sprintf(`const { elements } = document.querySelector(".filter");
					elements.q.value = %q;
					for (const name of ["platform", "kind"])
						if (elements[name]) elements[name].value = new URLSearchParams(%q).get(name) ?? "";
					elements.q.form.dispatchEvent(new Event("input"))`, words, query))
				byScript := eval[string](tab.view, shownEntries)
				if byServer != byScript {
					t.Errorf("%s?%s in %s: the server shows %s; the script %s", list, query, lang, byServer, byScript)
				}
				different[byScript] = true
			}
			if len(different) < 3 {
				t.Errorf("%s in %s: the queries lead to %d results only", list, lang, len(different))
			}
		}
	}
}

// Who walks through the headings by ear finds each part below its own.
func TestNoHeadingSkipsALevel(t *testing.T) { // C-42
	tab := arrive(t)
	for _, page := range []string{"preferences", "policy", "lists/collected", "lists/sdks", "lists/purposes"} {
		tab.load(stage.Consent + "/yunzhijia/" + page + "?lang=en")
		tab.run(`document.querySelectorAll("details").forEach((d) => (d.open = true))`)
		tab.until(`[...document.querySelectorAll(".part")].every((p) => p.firstChild)`)
		skipped := eval[[]string](tab.view, `(() => {
			const level = (h) => +(h.getAttribute("aria-level") || h.localName[1]);
			const all = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter((h) => h.checkVisibility());
			return all.filter((h, i) => level(h) > (i ? level(all[i - 1]) : 0) + 1).map((h) => h.outerHTML);
		})()`)
		if len(skipped) > 0 {
			t.Errorf("%s: %q", page, skipped)
		}
		if page == "preferences" {
			tab.is(`!document.querySelector(".part :is(h2, h3, h4):not([aria-level])")`)
		}
	}
}

// The script finds in the text what the server marks for browsers in which it can't.
func TestScriptAndServerFindAlike(t *testing.T) { // C-42
	tab := arrive(t)
	for query, count := range map[string]int{"“云之家”": 1, "ｃｏｏｋｉｅ": 11, "</p>": 0, "，将停止运营的通知以提前【60】天": 1,
		"我们将停止运营的通知": 0} {
		address := stage.Consent + "/yunzhijia/policy?lang=zh-CN&q=" + url.QueryEscape(query)
		tab.load(address)
		tab.until(`CSS.highlights.has("nod-found")`)
		found := eval[[]string](tab.view, `[...CSS.highlights.get("nod-found")].map(String)`)
		page := fetch(t, strings.Replace(address, stage.Consent, stage.Loopback, 1))
		said := regexp.MustCompile(`class="found"[^>]*>([^<]*)`).FindStringSubmatch(page)[1]
		marked := ""
		for _, m := range regexp.MustCompile(`<mark>([^<]*)</mark>`).FindAllStringSubmatch(page, -1) {
			marked += html.UnescapeString(m[1])
		}
		if len(found) != count || !strings.Contains(said, fmt.Sprint(" ", count, " ")) || strings.Join(found, "") != marked {
			t.Errorf("%s: the script finds %q, want %d; the server says %q and marks %q", query, found, count, said, marked)
		}
	}
}

func TestThePolicyIsSearchedByKeyboard(t *testing.T) { // C-42
	tab := arrive(t)
	tab.load(stage.Consent + "/yunzhijia/policy?lang=zh-CN")
	tab.inOrder("navigation 目录", "link 二、我们如何使用Cookie和其他技术", "heading 云之家网络（重庆）有限公司隐私政策", "heading 二、我们如何使用Cookie和其他技术")
	tab.tabTo(`document.activeElement.name == "q"`)
	tab.press("b", "e", "a", "c", "o", "n")
	tab.until(`document.querySelector(".find .found").textContent == "找到 2 处" && CSS.highlights.get("nod-found").size ==
		2`)
	// Where it is the eye is shown, and the ear is told.
	const first, second = `document.querySelector(".find .found").textContent.startsWith("1 / 2 ")`,
		`document.querySelector(".find .found").textContent.startsWith("2 / 2 ")`
	tab.press(kb.Enter)
	tab.until(first + ` && document.querySelector(".find .of").textContent.includes("beacon") &&
		CSS.highlights.get("nod-here").size == 1 && scrollY > 1000`)
	tab.press(kb.Enter)
	tab.until(second)
	if err := chromedp.Do(tab.ctx, chromedp.KeyEvent(kb.Enter,
		chromedp.KeyModifiers(chromedp.ModifierShift))); err != nil {
		t.Fatal(err)
	}
	tab.until(first)
	tab.run(`scrollTo(0, 0)`)
	tab.tabTo(`document.activeElement.hash == "#minors"`)
	tab.press(kb.Enter)
	tab.until(`Math.abs(document.getElementById("minors").getBoundingClientRect().top) < 100 &&
		location.hash == "#minors"`)
	// What the server marked is the script's from here on.
	tab.load(stage.Consent + "/yunzhijia/policy?lang=zh-CN&q=cookie")
	tab.until(`!document.querySelector("mark") && CSS.highlights.get("nod-found").size == 11`)
}

// fetch reads a page without a browser.
func fetch(t *testing.T, address string) string {
	t.Helper()
	r, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, r.Status, err)
	}
	return string(body)
}
