package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

// keeps is what analytics and others keep, each where the policy says.
const keeps = `
	document.cookie = "_yzj_id=1;path=/";
	document.cookie = "_yzj_id=2;path=/;domain=yzj.localhost";
	document.cookie = "_yzj_id=3;path=" + location.pathname;
	document.cookie = "_yzj_ses.a=4;path=/pages";
	document.cookie = "_yzj_ses=5;path=/pages/;domain=www.yzj.localhost";
	document.cookie = "theirs=6;path=/";
	document.cookie = "yzj_lang=en;path=/";
	localStorage.setItem("yzj.stats.page", "1"); localStorage.setItem("yzj.ui.menu", "2");
		localStorage.setItem("theirs", "3");
	sessionStorage.setItem("stats-session", "1"); sessionStorage.setItem("theirs", "2");
	for (const name of ["stats-1", "stats-2", "theirs"]) await new Promise((done) => { const r = indexedDB.open(name);
		r.onsuccess = () => { r.result.close(); done() } });
	for (const name of ["stats-cache", "theirs"]) await (await caches.open(name)).put("/x", new Response("x"));`

// found is what there is of it.
const found = `(async () => [
	...document.cookie.split("; ").map((c) => c.split("=")[0]).filter((c) => c != "nod"),
	...Object.keys(localStorage).filter((k) => k != "nod"), ...Object.keys(sessionStorage),
	...(await indexedDB.databases()).map((d) => d.name), ...await caches.keys()].sort().join(" "))()`

func TestWithdrawalClearsWhatThePurposeKept(t *testing.T) { // C-10
	for _, test := range []struct{ name, statement string }{
		{"of one purpose", `nod.withdraw("analytics")`},
		{"by saving", `nod.save({ analytics: false })`},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Site: richSite}))
			tab.until(visible(banner))
			tab.run(`nod.acceptAll()`)
			tab.run(keeps)
			if got := eval[string](tab.view, found); len(strings.Fields(got)) != 17 {
				t.Fatalf("set up %s", got)
			}
			tab.run(test.statement)
			tab.stands(granted, denied, granted)
			tab.until(found + `.then((f) => f == "theirs theirs theirs theirs theirs yzj.ui.menu yzj_lang")`)
			for _, c := range tab.cookies() { // those of other paths too
				if strings.HasPrefix(c.Name, "_yzj") {
					t.Errorf("cookie %s of %s%s is still there", c.Name, c.Domain, c.Path)
				}
			}
			tab.run(`nod.withdraw()`)
			tab.until(found + `.then((f) => f == "theirs theirs theirs theirs theirs")`)
			tab.is(`document.cookie.includes("nod=")`)
		})
	}
}

func TestWithdrawalClearsCookiesOfEveryParentDomain(t *testing.T) { // C-10
	for _, host := range []string{"www.shop.example.com.cn", "www.shop.example.co.uk"} { // two labels above are anybody's
		t.Run(host, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Origin: "http://" + host + ":" + stage.host.port()}))
			tab.expects("is not among the origins")
			tab.until(visible(banner))
			tab.click(agree)
			tab.run(`const [www, shop, example, ...suffix] = location.hostname.split(".");
				for (const domain of ["", ";domain=" + location.hostname, ";domain=" + [shop, example, ...suffix].join("."),
					";domain=" + [example, ...suffix].join("."), ";domain=" + suffix.join(".")])
					for (const path of ["/", "/pages", location.pathname]) document.cookie = "_yzj_id=1;path=" + path + domain`)
			const left = `document.cookie.split("; ").filter((c) => c.startsWith("_yzj_id")).length`
			if n := eval[int](tab.view, left); n != 12 { // browsers keep none of a public suffix
				t.Fatalf("%d cookies to begin with", n)
			}
			tab.run(`nod.withdraw("analytics")`)
			tab.until(left + ` == 0`)
		})
	}
}

func TestWhatTwoPurposesKeepGoesWithTheSecond(t *testing.T) { // C-10
	tab := open(t, stage.Address(Page{Site: richSite}))
	tab.until(visible(banner))
	tab.run(`nod.acceptAll(); localStorage.setItem("of-both", 1); localStorage.setItem("yzj.stats.page", 1);
		nod.withdraw("analytics")`)
	tab.until(`!("yzj.stats.page" in localStorage)`)
	tab.settled()
	tab.is(`"of-both" in localStorage`)
	tab.run(`nod.withdraw("beacons")`)
	tab.until(`!("of-both" in localStorage)`)
}

func TestRefusingClearsWhatAnEarlierPageLeft(t *testing.T) { // C-10
	tab := open(t, stage.Address(Page{Site: richSite}))
	tab.until(visible(banner))
	tab.run(keeps)
	tab.click(refuse)
	tab.until(found + `.then((f) => f == "theirs theirs theirs theirs theirs")`)
}

func TestWithdrawalSwitchesElementsOffAndIsRecorded(t *testing.T) {
	frame, image := stage.File("text/html", "<title>A frame</title>"), stage.File("image/svg+xml",
		`<svg xmlns="http://www.w3.org/2000/svg"/>`)
	body := `<iframe data-category="functional" data-src="` + frame + `"></iframe>` +
		`<img data-category="beacons" data-src="` + image + `" alt=""><button data-nod="withdraw">Withdraw</button>`
	for _, test := range []struct {
		name string
		act  func(*Tab)
		want string
	}{
		{"by the page's button", func(tab *Tab) { tab.click(element("button")) },
			"withdraw: functional=denied analytics=denied beacons=denied"},
		{"by the API", func(tab *Tab) { tab.run(`nod.withdraw()`) },
			"withdraw: functional=denied analytics=denied beacons=denied"},
		{"of two purposes", func(tab *Tab) { tab.run(`nod.withdraw(["functional", "beacons"])`) },
			"withdraw: functional=denied beacons=denied"},
		{"in the preference centre", func(tab *Tab) { tab.click(wayBack); tab.opened().click(element("#nod-withdraw")) },
			"withdraw: functional=denied analytics=denied beacons=denied"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Body: body}))
			tab.until(visible(banner))
			tab.click(agree)
			tab.until(`document.querySelector("img").complete && document.querySelector("iframe").src`)
			first := tab.receipt()
			test.act(tab)
			tab.until(`!document.querySelector("img").hasAttribute("src") &&
				!document.querySelector("iframe").hasAttribute("src")`)
			tab.until(`nod.receipt()?.record.action == "withdraw"`)
			r := tab.receipt()
			if got := saying(r); got != test.want || r.Previous == nil || *r.Previous != first.ID {
				t.Errorf("record %s after %v; want %s after %s", got, r.Previous, test.want, first.ID)
			}
			if all := tab.records(); len(all) != 2 ||
				saying(all[0]) != "accept_all: functional=granted analytics=granted beacons=granted" {
				t.Errorf("the ledger has %d records; the first must stay as it was", len(all))
			}
			if got := tab.state(); !strings.HasPrefix(got, "functional=denied") {
				t.Errorf("the server says %s", got)
			}
		})
	}
}

// state is what the server says of the visitor to whoever has the secret.
func (v view) state() string {
	v.tab.Helper()
	k := v.kept()
	return eval[string](v, `fetch("`+stage.Consent+`/v1/`+siteID+`/subjects/`+k.Subject+`", { headers: { authorization: "Bearer `+k.Secret+`" } })
		.then((r) => r.json()).then((s) => ["functional", "analytics", "beacons"].map((id) => id + "=" + s.answers[id])
			.join(" "))`)
}

func TestOtherTabsFollowAtOnce(t *testing.T) { // C-11
	address := stage.Address(Page{Body: tagged})
	stage.host.answer(t, gatedFiles)
	one := open(t, address)
	one.until(visible(banner))
	two := one.another(address)
	two.until(visible(banner))
	two.run(`window.changes = []; nod.on("change", (a) => changes.push(a.functional)); changes.length = 0`)

	one.click(agree)
	two.untilStands(granted, granted, granted)
	two.until("!" + visible(banner))
	two.until(`ran.includes("inline") && document.querySelector("iframe").src`)

	// An open preference centre follows as well, and keeps what was ticked meanwhile and is not concerned.
	centre := two.centre()
	centre.is(`["functional", "analytics", "beacons"].every((id) => document.getElementById("nod-" + id).checked)`)
	centre.click(element("#nod-beacons"))
	one.run(`nod.withdraw("functional")`)
	two.untilStands(denied, granted, granted)
	two.until(`!document.querySelector("iframe").hasAttribute("src")`)
	centre.until(`!document.getElementById("nod-functional").checked && !document.getElementById("nod-help-chat").checked`)
	centre.is(`document.getElementById("nod-analytics").checked && !document.getElementById("nod-beacons").checked`)
	centre.click(element("footer [value=save]"))
	two.untilStands(denied, granted, denied)
	one.untilStands(denied, granted, denied)
	two.is(`changes.join() == "granted,denied,denied"`)

	one.until(`JSON.parse(localStorage.nod).queue.length == 0`)
	all := one.records()
	var said []string
	for i, r := range all {
		said = append(said, string(r.Action))
		if i > 0 && (r.Previous == nil || *r.Previous != all[i-1].ID) {
			t.Errorf("record %d does not follow the one before it", i)
		}
	}
	if !slices.Equal(said, []string{string(consent.AcceptAll), string(consent.Withdraw), string(consent.Save)}) {
		t.Errorf("records %q", said)
	}
}
