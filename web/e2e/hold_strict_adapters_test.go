package e2e

import (
	"strings"
	"testing"
)

func TestWhatWaitsIsSentOnAYesAndGivenUpOnANo(t *testing.T) {
	const send = `
		window.ended = {};
		const end = (name) => (e) => ended[name] = e?.type || e?.name || e?.constructor?.name || "sent";
		fetch("$/$$/fetch", { method: "POST", body: "x" }).then(end("fetch"), end("fetch"));
		ended.beacon = navigator.sendBeacon("$/$$/beacon", "x") + "";
		const i = new Image(); i.onerror = end("image"); i.src = "$/$$/image";
		const x = new XMLHttpRequest(); x.onloadend = () => ended.xhr = x.status + ""; x.open("POST", "$/$$/xhr");
			x.setRequestHeader("content-type", "text/plain"); x.send("body");
		const y = new XMLHttpRequest(); y.open("GET", "$/$$/waits", false); try { y.send() } catch (e) { end("waits")(e) }
		const s = document.createElement("script"); s.onload = s.onerror = end("script"); s.src = "$/$$/script.js";
			document.head.append(s)`
	begin := func(tab *Tab, mark string) {
		tab.until(visible(banner))
		tab.run(`window.held = []; nod.on("blocked", (d) => held.push((d.held ? "held " : "stopped ") + d.by))`)
		tab.run(strings.NewReplacer("$$", mark, "$", stage.Collector).Replace(send))
		tab.until(`ended.waits == "NetworkError"`)
		tab.is(`Object.keys(ended).sort().join() == "beacon,waits" && ended.beacon == "true"`)
		if got := eval[string](tab.view, `held.sort()
			.join()`); got != "held fetch,held img,held script,held sendBeacon,held xhr,stopped xhr" {
			t.Errorf("reported: %s", got)
		}
		if n := len(stage.sink.requests("/" + mark + "/")); n > 0 {
			t.Errorf("%d requests before the choice", n)
		}
	}
	t.Run("yes", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Site: holdSite}))
		tab.expects("blob:nod")
		begin(tab, "yes")
		tab.run(`nod.save({ analytics: true })`)
		tab.until(`ended.fetch == "cors" && ended.xhr == "200" && ended.script == "load" && ended.image == "error"`)
		eventually(t, "all five", func() bool { return len(stage.sink.requests("/yes/")) == 5 })
		tab.run(`await fetch("` + stage.Collector + `/yes/after")`)
		if n := len(stage.sink.requests("/yes/")); n != 6 {
			t.Errorf("%d requests, want each once", n)
		}
	})
	t.Run("no", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Site: holdSite}))
		tab.expects("blob:nod")
		begin(tab, "no")
		tab.run(`nod.rejectAll()`)
		tab.until(`ended.fetch == "TypeError" && ended.xhr == "0" && ended.script == "error" && ended.image == "error"`)
		tab.run(`nod.acceptAll()`)
		nothingMore()
		if n := len(stage.sink.requests("/no/")); n > 0 {
			t.Errorf("%d requests of what was given up", n)
		}
	})
	t.Run("only what still stands", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Site: holdSite}))
		tab.until(visible(banner))
		tab.run(strings.ReplaceAll(`
			const i = document.body.appendChild(new Image()); i.src = "$/stands/old"; i.src = "data:,x";
			const x = new XMLHttpRequest(); x.open("GET", "$/stands/aborted"); x.send(); x.abort();
			window.y = new XMLHttpRequest(); y.open("GET", "$/stands/reused"); y.send(); y.abort(); y.open("GET", location.href);
				y.onload = () => window.own = y.responseText.length > 0; y.send();
			const c = new AbortController(); window.ended = "";
				fetch("$/stands/aborted", { signal: c.signal }).catch((e) => ended = e.name); c.abort();
			const z = new XMLHttpRequest(); window.states = ""; z.onreadystatechange = () => states += z.readyState;
				z.open("GET", "$/stands/waits"); z.send()`, "$", stage.Collector))
		tab.until(`ended == "AbortError" && own`)
		tab.run(`nod.acceptAll()`)
		tab.until(`states.endsWith("4")`)
		nothingMore()
		if all := stage.sink.requests("/stands/"); len(all) != 1 || !strings.Contains(all[0], "waits") {
			t.Errorf("sent: %q", all)
		}
		tab.is(`document.querySelector("img").src == "data:,x"`)
	})
	t.Run("fifty at most", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Site: holdSite}))
		tab.until(visible(banner))
		tab.is(`Array.from({ length: 60 }, (_, i) => navigator.sendBeacon("` + stage.Collector +
			`/many/" + i)).filter((took) => took).length == 50`)
		tab.run(`nod.save({ analytics: true })`)
		eventually(t, "those that waited", func() bool { return len(stage.sink.requests("/many/")) == 50 })
	})
}

func TestStrictModeStopsWhatNobodyNamed(t *testing.T) {
	file := stage.File("text/plain", "here")
	tab := open(t, stage.Address(Page{Site: tidySite, Before: `<script>document.cookie = "old=1;path=/";
		localStorage.setItem("old", 1); sessionStorage.setItem("old", 1); caches.open("old");
		indexedDB.open("old").onsuccess = (e) => e.target.result.close()</script>`}))
	tab.expects("blob:nod")
	tab.until(visible(banner))
	tab.run(`window.seen = []; nod.on("blocked", (d) => seen.push([d.by, d.purpose, d.host || d.key].join(" ")))`)
	tab.run(`
		window.mine = await fetch("` + file + `").then((r) => r.text());
		window.theirs = await fetch("` + stage.Abroad + file + `").then((r) => r.text(), (e) => e.name);
		document.cookie = "stray=1;path=/"; document.cookie = "_yzj_id=1;path=/"; document.cookie = "yzj_session=1;path=/";
		localStorage.setItem("stray", 1); localStorage.setItem("yzj.stats.a", 1); sessionStorage.setItem("stray", 1);
		window.db = (() => { try { indexedDB.open("stray"); return "opened" } catch (e) { return e.name } })();
		window.store = await caches.open("stray").then(() => "opened", (e) => e.name);
		window.jar = await cookieStore.set("stray", 1).then(() => "set", (e) => e.name)`)
	tab.is(`mine == "here" && theirs == "TypeError" && db == "SecurityError" && store == "SecurityError" &&
		jar == "SecurityError"`)
	if got := eval[string](tab.view, `seen
		.join()`); got != "fetch  www.abroad.localhost,cookie  stray,cookie analytics _yzj_id,local  stray,local analytics "+
		"yzj.stats.a,session  stray,indexeddb  stray,cache  stray,cookie  stray" {
		t.Errorf("reported: %s", got)
	}
	tab.is(`!/stray|_yzj_id/.test(document.cookie) && document.cookie.includes("yzj_session=1") &&
		!localStorage.getItem("stray") && !sessionStorage.getItem("stray")`)
	tab.until(`!/old/.test(document.cookie) && !localStorage.getItem("old") && !sessionStorage.getItem("old")`)
	tab.until(`(async () => !(await caches.has("old")) && !(await indexedDB.databases()).some((d) => d.name == "old"))()
		.then((gone) => window.gone = gone) && window.gone`)
	tab.run(`const l = document.createElement("link"); l.rel = "canonical"; l.href = "https://elsewhere.example/";
		document.head.append(l); document.body.insertAdjacentHTML("beforeend",
		'<link rel="alternate" href="https://elsewhere.example/">')`)
	tab.is(`[...document.querySelectorAll("link[href*=elsewhere]")].length == 2`)
	tab.run(`nod.acceptAll(); document.cookie = "_yzj_id=1;path=/"; localStorage.setItem("yzj.stats.a", 1)`)
	tab.is(`document.cookie.includes("_yzj_id=1") && localStorage.getItem("yzj.stats.a") == 1 &&
		document.cookie.includes("nod=")`)
	tab.run(`const f = document.body.appendChild(document.createElement("iframe"));
		f.contentWindow.localStorage.setItem("yzj.stats.b", 1)`)
	tab.is(`localStorage.getItem("yzj.stats.b") == 1`)
	tab.run(`nod.withdraw()`)
	tab.until(`!/_yzj_id/.test(document.cookie) && !localStorage.getItem("yzj.stats.a") &&
		document.cookie.includes("yzj_session=1")`)
}

func TestEveryAdapterHearsOfTheAnswers(t *testing.T) { // C-41
	address := stage.Address(Page{Site: tellSite, Head: `<script>window.atFirst = JSON.stringify(dataLayer
		.map((a) => [...a]))</script>`})
	tab := open(t, address)
	tab.until(visible(banner))
	const denied = `"ad_storage":"denied","ad_user_data":"denied","ad_personalization":"denied","analytics_storage":"denied","functionality_storage":"denied","personalization_storage":"denied","security_storage":"denied"`
	want := `[["consent","default",{` + denied + `,"wait_for_update":500}],["consent","default",{` +
		strings.Replace(denied, `"analytics_storage":"denied"`, `"analytics_storage":"granted"`, 1) +
		`,"wait_for_update":500,"region":["US","US-CA"]}]]`
	if got := eval[string](tab.view, `atFirst`); got != want {
		t.Errorf("before any other tag:\n%s\nwant\n%s", got, want)
	}
	last := func() string {
		return eval[string](tab.view, `(() => { const [what, how, signals] = dataLayer.at(-1); return dataLayer.length + " " +
			what + " " + how + " " + Object.keys(signals).filter((s) => signals[s] == "granted").sort() })()`)
	}
	step := func(act, want string) {
		t.Helper()
		tab.run(act)
		if got := last(); got != want {
			t.Errorf("after %s: %s, want %s", act, got, want)
		}
	}
	step(`nod.save({ analytics: true })`, "3 consent update analytics_storage,security_storage")
	step(`nod.acceptAll()`, "4 consent update ad_storage,analytics_storage,functionality_storage,security_storage")
	step(`nod.withdraw()`, "5 consent update security_storage")
	if got := eval[string](tab.view, `layer.map((e) => e.event + " " + e.nod.analytics)
		.join()`); got != "nod_consent unasked,nod_consent granted,nod_consent granted,nod_consent denied" {
		t.Errorf("data layer: %s", got)
	}
	if got := eval[string](tab.view, `_paq.join()`); got != "requireConsent,setConsentGiven,forgetConsentGiven" {
		t.Errorf("Matomo: %s", got)
	}
	if got := eval[string](tab.view, `clarity.q.map(([call, s]) => call + " " + s.ad_Storage + " " + s.analytics_Storage)
		.join()`); got != "consentv2 denied denied,consentv2 denied granted,consentv2 denied granted,consentv2 denied "+
		"denied" {
		t.Errorf("Clarity: %s", got)
	}
	tab.run(`nod.acceptAll()`)
	tab.load(address) // whoever comes back is known from the first
	if got := last(); got != "3 consent update ad_storage,analytics_storage,functionality_storage,security_storage" {
		t.Errorf("on the next page: %s", got)
	}
}

func TestAnAdapterThatMeetsOddNamesStopsNothing(t *testing.T) { // C-40
	tag := `<script src="` + stage.Script(Page{Site: tellSite}) + `"></script>`
	tab := open(t, stage.Address(Page{Site: tellSite, Before: `<script>window.clarity = { get q() { throw "odd" } };
		Object.defineProperty(window, "_paq", { get() { throw "odd" } })</script>`, Tag: `<p id="dataLayer"></p>` +
		`<a id="nod"></a><form name="layer"></form>` + tag + tag}))
	tab.expects("blob:nod")
	tab.until(visible(banner))
	tab.run(`window.ended = await fetch("` + stage.Collector + `/odd").catch((e) => e.name)`)
	tab.is(`ended == "TypeError" && dataLayer.length == 2 && layer.length == 1`) // also with two tags
}

func TestWhatNoScriptCanStopIsFound(t *testing.T) { // C-12
	tab := open(t, stage.Address(Page{Site: gateSite, Head: `<script>window.leaks = [];
		nod.on("leak", (d) => leaks.push([d.by, d.purpose, d.host].join(" ")))</script>`,
		Body: `<img alt="" src="` + stage.Collector + `/leak/1"><img alt="" src="` + stage.Collector + `/leak/2">` +
			`<img alt="" src="` + stage.Abroad + `/nowhere"><img alt="" src="/nowhere">`}))
	tab.expects("404")
	tab.until(`leaks.length >= 2`)
	tab.settled()
	if got := eval[string](tab.view, `leaks.sort()
		.join()`); got != "img  www.abroad.localhost,img analytics stats.collector.localhost" {
		t.Errorf("found: %s", got)
	}
	// What is asked for after a yes is no leak, also when it is refused later.
	tab.run(`leaks.length = 0; nod.acceptAll(); await fetch("` + stage.Helper + `/leak/3"); nod.rejectAll()`)
	tab.settled()
	tab.is(`leaks.length == 0`)
	// Nor where nobody looked for leaks until then.
	tab.run(`nod.acceptAll()`)
	tab.settled()
	tab = tab.another(stage.Address(Page{Site: gateSite}))
	tab.run(`await fetch("` + stage.Helper +
		`/leak/4"); nod.rejectAll(); window.leaks = []; nod.on("leak", (d) => leaks.push(d))`)
	tab.settled()
	tab.is(`leaks.length == 0`)
}

func TestACookieThatCannotBeRemovedIsTold(t *testing.T) { // C-10
	tab := open(t, stage.Address(Page{Before: `<script>document.cookie = "_yzj_id=1;path=/";
		const d = Object.getOwnPropertyDescriptor(Document.prototype, "cookie"), get = d.get;
		d.get = function () { return get.call(this) + "; _yzj_ses.stays=1" };
		Object.defineProperty(Document.prototype, "cookie", d)</script>`}))
	tab.until(visible(banner))
	tab.run(`window.left = []; nod.on("leak", (d) => left.push([d.by, d.purpose, d.key].join(" ")))`)
	tab.run(`nod.rejectAll()`)
	tab.until(`left.join() == "cookie analytics _yzj_ses.stays"`)
	tab.is(`!document.cookie.includes("_yzj_id")`)
}
