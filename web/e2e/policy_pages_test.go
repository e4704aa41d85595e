package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"golang.org/x/net/html"
)

func TestListsWorkWithScreenReaderAndKeyboard(t *testing.T) { // C-42
	tab := openEmptyTab(t)
	tab.load(stage.Consent + "/yunzhijia/lists/sdks?lang=en")
	tab.checkReadingOrder("link Skip to the text", "navigation Privacy", "link SDKs",
		"heading Third-party SDKs", "search Third-party SDKs", "searchbox Search", "combobox Platform",
		"combobox Kind of data", "combobox Sort", "link Not stated 4", "link Download as CSV",
		"heading Bugly SDK", "heading Amap SDK", "link lbs.amap.com", "heading Firebase Crashlytics")
	// The keyboard reaches the filter, which filters while the visitor types, and after it the link of the first entry.
	tab.tabTo(`document.activeElement.name == "q"`)
	tab.press("c", "r", "a", "s", "h")
	tab.wait(`document.querySelectorAll(".entry:not([hidden])").length == 2 &&
		document.querySelector(".found").textContent.startsWith("SDKs: 2 (4 of ") &&
		location.search.includes("q=crash")`)
	tab.press(kb.Tab, "i") // in a select, the letter selects iOS
	tab.wait(`document.querySelectorAll(".entry:not([hidden])").length == 2 && location.search.includes("platform=ios")`)
	tab.tabTo(`document.activeElement.dataset.only == "abroad"`)
	tab.press(kb.Enter)
	tab.wait(`document.querySelectorAll(".entry:not([hidden])").length == 1 && location.search.includes("only=abroad") &&
		document.querySelector(".found").textContent.startsWith("SDKs: 1 (1 of ")`)
	tab.press(kb.Enter)
	tab.wait(`document.querySelectorAll(".entry:not([hidden])").length == 2`)
	tab.press(kb.Tab)
	tab.check(`document.activeElement.href.includes("/lists/sdks.csv?lang=en&only=&q=crash&platform=ios")`)
	tab.press(kb.Tab)
	tab.check(`document.activeElement.href == document.querySelector(".entry:not([hidden]) a").href`)
	tab.check(`getComputedStyle(document.activeElement).outlineStyle != "none"`)
	tab.load(eval[string](tab.view, `location.href`)) // the address has the filter
	tab.wait(`document.querySelectorAll(".entry:not([hidden])").length == 2 &&
		document.querySelector("[name=q]").value == "crash"`)
	tab.run(`document.querySelector("[name=q]").value = "zzz";
		document.querySelector("[name=q]").dispatchEvent(new Event("input", { bubbles: true }))`)
	tab.wait(visible(`document.querySelector(".none a")`))
	tab.click(`document.querySelector(".none a")`)
	tab.wait(`document.querySelectorAll(".entry:not([hidden])").length == 19 && document.activeElement.name == "q"`)
}

// shownEntries is the JavaScript of what a filtered list shows: the ids of its entries and the count.
const shownEntries = `[...document.querySelectorAll(".entry:not([hidden])")].map((e) => e.id +
	(e.matches(".same") ? " same" : "")).join(" ") + document.querySelector(".found").textContent`

// listEntriesOfServer reads the same from the page that the server filters. It also returns the value of the search
// field: the server trims characters that a browser does not treat as spaces.
func listEntriesOfServer(t *testing.T, address string) (shown, query string) {
	t.Helper()
	page, err := html.Parse(strings.NewReader(fetchPage(t, strings.Replace(address, stage.Consent, stage.Loopback, 1))))
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
		case strings.HasPrefix(attributes["class"], "entry") && attributes["data-size"] != "" && !isHidden:
			ids = append(ids, attributes["id"]+strings.TrimPrefix(attributes["class"], "entry"))
		case attributes["class"] == "found":
			found = n.FirstChild.Data
		case attributes["name"] == "q":
			query = attributes["value"]
		}
	}
	return strings.Join(ids, " ") + found, query
}

// The script filters like the server (widget.Filter.Matches).
func TestScriptAndServerFilterAlike(t *testing.T) {
	queries := []string{
		"q=", "q=SDK", "q=google+crash", "q=%E4%BD%8D%E7%BD%AE", "q=provider", "q=%EF%BC%B3%EF%BC%A4%EF%BC%AB", "q=.*",
		"q=%22%3E", "platform=ios", "platform=android&q=push", "kind=location", "kind=device&platform=ios&q=kit",
		"kind=unknown", "q=%C4%B0nformation", "sort=name", "sort=policy&q=sdk",
		"only=gaps", "only=sensitive&sort=name", "only=abroad&platform=ios", "only=none",
		"q=%C2%85information", "q=%EF%BB%BFinformation", "q=a%C2%85b",
	}
	tab := openEmptyTab(t)
	for _, list := range []string{"sdks", "collected", "permissions", "purposes"} {
		for _, lang := range []string{"en", "zh-CN"} {
			address := stage.Consent + "/yunzhijia/lists/" + list + "?lang=" + lang
			tab.load(address)
			different := map[string]bool{}
			for _, query := range queries {
				byServer, words := listEntriesOfServer(t, address+"&"+query)
				tab.run(fmt.Sprintf(`const { elements } = document.querySelector(".filter");
					elements.q.value = %q;
					for (const name of ["platform", "kind", "only", "sort"]) {
						const value = new URLSearchParams(%q).get(name) ?? "", { options } = elements[name];
						const isKnown = options ? [...options].some((o) => o.value == value)
							: [...document.querySelectorAll("[data-only]")].some((a) => a.dataset.only == value);
						elements[name].value = isKnown ? value : "";
					}
					elements.q.form.dispatchEvent(new Event("input"))`, words, query))
				byScript := eval[string](tab.view, shownEntries)
				if byServer != byScript {
					t.Errorf("%s?%s in %s: the server shows %s; the script %s", list, query, lang, byServer, byScript)
				}
				different[byScript] = true
			}
			if len(different) < 3 {
				t.Errorf("%s in %s: the queries have only %d different results", list, lang, len(different))
			}
		}
	}
}

// The script finds the same matches that the server marks for browsers without JavaScript.
func TestScriptAndServerSearchAlike(t *testing.T) { // C-42
	tab := openEmptyTab(t)
	for query, count := range map[string]int{
		"“云之家”": 1, "ｃｏｏｋｉｅ": 14, "</p>": 0, "，将停止运营的通知以提前【60】天": 1, "我们将停止运营的通知": 0,
	} {
		address := stage.Consent + "/yunzhijia/policy?lang=zh-CN&q=" + url.QueryEscape(query)
		tab.load(address)
		tab.wait(`CSS.highlights.has("nod-found")`)
		found := eval[[]string](tab.view, `[...CSS.highlights.get("nod-found")].map(String)`)
		page := fetchPage(t, strings.Replace(address, stage.Consent, stage.Loopback, 1))
		countText := regexp.MustCompile(`class="found"[^>]*>([^<]*)`).FindStringSubmatch(page)[1]
		marked := ""
		for _, m := range regexp.MustCompile(`<mark>([^<]*)</mark>`).FindAllStringSubmatch(page, -1) {
			marked += html.UnescapeString(m[1])
		}
		if len(found) != count || !strings.Contains(countText, fmt.Sprint(" ", count, " ")) ||
			strings.Join(found, "") != marked {
			t.Errorf("%s: the script finds %q, want %d; the server writes %q and marks %q", query, found, count, countText,
				marked)
		}
	}
}

func TestThePolicyIsSearchedByKeyboard(t *testing.T) { // C-42
	tab := openEmptyTab(t)
	tab.load(stage.Consent + "/yunzhijia/policy?lang=zh-CN")
	tab.checkReadingOrder("navigation 目录", "link 二、我们如何使用Cookie和其他技术",
		"heading 云之家网络（重庆）有限公司隐私政策", "heading 二、我们如何使用Cookie和其他技术")
	tab.tabTo(`document.activeElement.name == "q"`)
	tab.press("b", "e", "a", "c", "o", "n")
	tab.wait(`document.querySelector(".find .found").textContent == "找到 3 处" &&
		CSS.highlights.get("nod-found").size == 3`)
	// The page scrolls to each match, and a live region announces it.
	const (
		first  = `document.querySelector(".find .found").textContent.startsWith("1 / 3 ")`
		second = `document.querySelector(".find .found").textContent.startsWith("2 / 3 ")`
	)
	tab.press(kb.Enter)
	tab.wait(first + ` && CSS.highlights.get("nod-here").size == 1`)
	tab.press(kb.Enter)
	tab.wait(second + ` && document.querySelector(".find .of").textContent.includes("beacon") && scrollY > 1000`)
	shiftEnter := chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierShift))
	if err := chromedp.Do(tab.ctx, shiftEnter); err != nil {
		t.Fatal(err)
	}
	tab.wait(first)
	tab.run(`scrollTo(0, 0)`)
	tab.tabTo(`document.activeElement.hash == "#minors"`)
	tab.press(kb.Enter)
	tab.wait(`Math.abs(document.getElementById("minors").getBoundingClientRect().top) < 100 &&
		location.hash == "#minors"`)
	// The script replaces the server's marks.
	tab.load(stage.Consent + "/yunzhijia/policy?lang=zh-CN&q=cookie")
	tab.wait(`!document.querySelector("mark") && CSS.highlights.get("nod-found").size == 14`)
}

// fetchPage reads a page without a browser.
func fetchPage(t *testing.T, address string) string {
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
