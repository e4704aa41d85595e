package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
)

// storeEverything stores what the policy names, and what it does not name, in every area of the browser.
const storeEverything = `
	document.cookie = "_yzj_id=1;path=/";
	document.cookie = "_yzj_id=2;path=/;domain=yzj.localhost";
	document.cookie = "_yzj_id=3;path=" + location.pathname;
	document.cookie = "_yzj_ses.a=4;path=/pages";
	document.cookie = "_yzj_ses=5;path=/pages/;domain=www.yzj.localhost";
	document.cookie = "theirs=6;path=/";
	document.cookie = "yzj_lang=en;path=/";
	localStorage.setItem("yzj.stats.page", "1");
	localStorage.setItem("yzj.ui.menu", "2");
	localStorage.setItem("theirs", "3");
	sessionStorage.setItem("stats-session", "1");
	sessionStorage.setItem("theirs", "2");
	for (const name of ["stats-1", "stats-2", "theirs"]) await new Promise((done) => {
		const r = indexedDB.open(name);
		r.onsuccess = () => { r.result.close(); done() };
	});
	for (const name of ["stats-cache", "theirs"]) await (await caches.open(name)).put("/x", new Response("x"));`

// listStored is the JavaScript of the names of everything that is stored.
const listStored = `(async () => [
	...document.cookie.split("; ").map((c) => c.split("=")[0]).filter((c) => c != "nod"),
	...Object.keys(localStorage).filter((k) => k != "nod"), ...Object.keys(sessionStorage),
	...(await indexedDB.databases()).map((d) => d.name), ...await caches.keys()].sort().join(" "))()`

func TestWithdrawalClearsWhatThePurposeStored(t *testing.T) { // C-10
	for _, test := range []struct{ name, statement string }{
		{"of one purpose", `nod.withdraw("analytics")`},
		{"by saving", `nod.save({ analytics: false })`},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Site: storageSite}))
			tab.wait(visible(banner))
			tab.run(`nod.acceptAll()`)
			tab.run(storeEverything)
			if got := eval[string](tab.view, listStored); len(strings.Fields(got)) != 17 {
				t.Fatalf("set up %s", got)
			}
			tab.run(test.statement)
			tab.checkStates(granted, denied, granted)
			tab.wait(listStored + `.then((f) => f == "theirs theirs theirs theirs theirs yzj.ui.menu yzj_lang")`)
			// The browser's own list, of every path. A page's removals reach it by another way than the page's next look at
			// document.cookie, which may be ahead.
			waitFor(t, "the removal of the cookies", func() bool {
				isTheirs := func(c *network.Cookie) bool { return strings.HasPrefix(c.Name, "_yzj") }
				return !slices.ContainsFunc(tab.cookies(), isTheirs)
			})
			tab.run(`nod.withdraw()`)
			tab.wait(listStored + `.then((f) => f == "theirs theirs theirs theirs theirs")`)
			tab.check(`document.cookie.includes("nod=")`)
		})
	}
}

func TestWithdrawalClearsCookiesOfEveryParentDomain(t *testing.T) { // C-10
	for _, host := range []string{"www.shop.example.com.cn", "www.shop.example.co.uk"} { // the suffixes are public
		t.Run(host, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Origin: "http://" + host + ":" + stage.host.port()}))
			tab.expectMessages("is not among the origins")
			tab.wait(visible(banner))
			tab.click(acceptButton)
			tab.run(`const [www, shop, example, ...suffix] = location.hostname.split(".");
				const domains = [location.hostname, [shop, example, ...suffix].join("."),
					[example, ...suffix].join("."), suffix.join(".")];
				for (const domain of ["", ...domains.map((d) => ";domain=" + d)])
					for (const path of ["/", "/pages", location.pathname])
						document.cookie = "_yzj_id=1;path=" + path + domain`)
			const count = `document.cookie.split("; ").filter((c) => c.startsWith("_yzj_id")).length`
			if n := eval[int](tab.view, count); n != 12 { // browsers refuse those of a public suffix
				t.Fatalf("%d cookies at the start", n)
			}
			tab.run(`nod.withdraw("analytics")`)
			tab.wait(count + ` == 0`)
		})
	}
}

func TestStorageOfTwoPurposesIsClearedWithTheSecond(t *testing.T) { // C-10
	tab := open(t, stage.Address(Page{Site: storageSite}))
	tab.wait(visible(banner))
	tab.run(`nod.acceptAll(); localStorage.setItem("of-both", 1); localStorage.setItem("yzj.stats.page", 1);
		nod.withdraw("analytics")`)
	tab.wait(`!("yzj.stats.page" in localStorage)`)
	tab.waitUntilIdle()
	tab.check(`"of-both" in localStorage`)
	tab.run(`nod.withdraw("beacons")`)
	tab.wait(`!("of-both" in localStorage)`)
}

func TestRefusingClearsWhatAnEarlierPageStored(t *testing.T) { // C-10
	tab := open(t, stage.Address(Page{Site: storageSite}))
	tab.wait(visible(banner))
	tab.run(storeEverything)
	tab.click(rejectButton)
	tab.wait(listStored + `.then((f) => f == "theirs theirs theirs theirs theirs")`)
}

func TestWithdrawalUnloadsElementsAndIsRecorded(t *testing.T) {
	frame, image := stage.File("text/html", "<title>A frame</title>"), stage.File("image/svg+xml", emptyImage)
	body := `<iframe data-category="functional" data-src="` + frame + `"></iframe>` +
		`<img data-category="beacons" data-src="` + image + `" alt=""><button data-nod="withdraw">Withdraw</button>`
	for _, test := range []struct {
		name string
		act  func(*Tab)
		want string
	}{
		{"by the page's button", func(tab *Tab) { tab.click(element("button")) }, withdrewAll},
		{"by the API", func(tab *Tab) { tab.run(`nod.withdraw()`) }, withdrewAll},
		{"of two purposes", func(tab *Tab) { tab.run(`nod.withdraw(["functional", "beacons"])`) },
			"withdraw: functional=denied beacons=denied"},
		{"in the preference centre", func(tab *Tab) {
			tab.click(reopenButton)
			tab.waitForPreferences().click(element("#nod-withdraw"))
		}, withdrewAll},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Body: body}))
			tab.wait(visible(banner))
			tab.click(acceptButton)
			tab.wait(`document.querySelector("img").complete && document.querySelector("iframe").src`)
			first := tab.waitForReceipt()
			test.act(tab)
			tab.wait(`!document.querySelector("img").hasAttribute("src") &&
				!document.querySelector("iframe").hasAttribute("src")`)
			tab.wait(`nod.receipt()?.record.action == "withdraw"`)
			r := tab.waitForReceipt()
			if got := summarize(r); got != test.want || r.Previous == nil || *r.Previous != first.ID {
				t.Errorf("record %s after %v; want %s after %s", got, r.Previous, test.want, first.ID)
			}
			if all := tab.records(); len(all) != 2 || summarize(all[0]) != acceptedAll {
				t.Errorf("the ledger has %d records; the first must stay as it was", len(all))
			}
			if got := tab.fetchServerState(); !strings.HasPrefix(got, "functional=denied") {
				t.Errorf("the server has the state %s", got)
			}
		})
	}
}
