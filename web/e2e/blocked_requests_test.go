package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// collect answers whatever is sent to a collector, from anywhere, with nothing.
func collect(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Allow-Headers", "*")
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case strings.HasSuffix(r.URL.Path, ".js"):
		w.Header().Set("Content-Type", "text/javascript")
	case strings.Contains(r.Header.Get("Accept"), "event-stream"):
		w.Header().Set("Content-Type", "text/event-stream")
	}
	w.WriteHeader(http.StatusOK)
}

// ways are the ways in which a script of a page can send something to another host. $ is an address of its own there.
var ways = []struct{ name, script string }{
	{"fetch", `fetch("$").catch(() => {})`},
	{"fetch of a URL", `fetch(new URL("$")).catch(() => {})`},
	{"fetch of a Request", `fetch(new Request("$")).catch(() => {})`},
	{"fetch that outlives the page", `fetch("$", { method: "POST", keepalive: true, mode: "no-cors",
		body: "x" }).catch(() => {})`},
	{"XMLHttpRequest", `{ const x = new XMLHttpRequest(); x.open("POST", "$"); x.send("x") }`},
	{"XMLHttpRequest that waits", `{ const x = new XMLHttpRequest(); x.open("GET", "$", false);
		try { x.send() } catch {} }`},
	{"sendBeacon", `navigator.sendBeacon("$", "x")`},
	{"an image's src", `new Image().src = "$"`},
	{"an image's srcset", `new Image().srcset = "$ 2x, $b 1x"`},
	{"an image's srcset without spaces", `new Image().srcset = "/nowhere 4x,$ 1x"`},
	{"setAttribute", `document.createElement("img").setAttribute("SRC", "$")`},
	{"setAttribute with something more", `document.createElement("img").setAttribute("src", "$", 0)`},
	{"setAttributeNS", `document.createElement("img").setAttributeNS(null, "src", "$")`},
	{"innerHTML", `put().innerHTML = '<p>Text<img alt="a > b" src="$"></p>'`},
	{"innerHTML without quotes", `put().innerHTML = "<img alt='' src=$ width=1>"`},
	{"outerHTML", `put().outerHTML = "<b><img src='$'></b>"`},
	{"insertAdjacentHTML", `put().insertAdjacentHTML("beforeend", '<img src="$">')`},
	{"innerHTML of a shadow root", `put().attachShadow({ mode: "open" }).innerHTML = '<img src="$">'`},
	{"createContextualFragment", `put().append(document.createRange().createContextualFragment('<img src="$">'))`},
	{"DOMParser", `put().append(new DOMParser().parseFromString('<img src="$">', "text/html").body.firstChild)`},
	{"document.write", `{ const f = document.createElement("iframe"); put().append(f);
		f.contentDocument.write('<p>Text<img src="$">') }`},
	{"a script", `{ const s = document.createElement("script"); s.src = "$.js"; document.head.append(s) }`},
	{"a module", `{ const s = document.createElement("script"); s.type = "module"; s.src = "$.js";
		document.head.append(s) }`},
	{"a style sheet", `{ const l = document.createElement("link"); l.rel = "stylesheet"; l.href = "$";
		document.head.append(l) }`},
	{"a prefetch", `{ const l = document.createElement("link"); l.href = "$"; l.rel = "prefetch";
		document.head.append(l) }`},
	{"a frame", `{ const f = document.createElement("iframe"); f.src = "$"; put().append(f) }`},
	{"a frame's own document", `{ const f = document.createElement("iframe"); f.srcdoc = '<img src="$">';
		put().append(f) }`},
	{"a script in a frame's own document", `{ const f = document.createElement("iframe");
		f.srcdoc = '<script>new Image().src = "$"</' + "script>"; put().append(f) }`},
	{"an audio", `new Audio("$").load()`},
	{"a video", `{ const v = document.createElement("video"); v.src = "$"; v.load(); put().append(v) }`},
	{"a video's poster", `{ const v = document.createElement("video"); v.poster = "$"; put().append(v) }`},
	{"a source", `{ const v = document.createElement("video"), s = document.createElement("source"); s.src = "$";
		v.append(s); put().append(v) }`},
	{"an object", `{ const o = document.createElement("object"); o.data = "$"; put().append(o) }`},
	{"an embed", `{ const e = document.createElement("embed"); e.src = "$"; put().append(e) }`},
	{"an input", `{ const i = document.createElement("input"); i.type = "image"; i.src = "$"; put().append(i) }`},
	{"an image in SVG", `put().innerHTML = '<svg><image href="$"/></svg>'`},
	{"an image in SVG by attribute", `{ const s = put().appendChild(document.createElementNS("http://www.w3.org/2000/svg",
		"svg")); s.append(document.createElementNS("http://www.w3.org/2000/svg", "image"));
		s.firstChild.setAttribute("href", "$") }`},
	{"WebSocket", `try { new WebSocket("$".replace("http", "ws")) } catch {}`},
	{"EventSource", `{ const e = new EventSource("$"); e.onerror = () => e.close() }`},
	{"fetch of a frame", `{ const f = document.createElement("iframe"); put().append(f);
		f.contentWindow.fetch("$", { mode: "no-cors" }).catch(() => {}) }`},
	{"fetch of a frame by its place", `put().appendChild(document.createElement("iframe"));
		window[window.length - 1].fetch("$", { mode: "no-cors" }).catch(() => {})`},
	{"fetch of another window's Request", `{ const f = document.createElement("iframe"); put().append(f);
		fetch(new f.contentWindow.Request("$", { mode: "no-cors" })).catch(() => {}) }`},
	{"an image of a frame", `{ const f = document.createElement("iframe"); put().append(f);
		new f.contentWindow.Image().src = "$" }`},
	{"sendBeacon of a frame", `{ const p = put(); p.innerHTML = "<iframe></iframe>";
		p.firstChild.contentWindow.navigator.sendBeacon("$", "x") }`},
	{"a ping", `{ const a = document.createElement("a"); a.href = "#here"; a.ping = "$"; put().append(a); a.click() }`},
	{"a ping in markup", `{ const p = put(); p.innerHTML = '<a href="#here" ping="$">x</a>'; p.firstChild.click() }`},
}

// everyWay has the page send to the origin in all ways, from a place of its own in the page.
func everyWay(tab *Tab, origin, mark string) {
	tab.Helper()
	tab.run(inEveryWay(origin, mark))
}

// inEveryWay are the statements of everyWay.
func inEveryWay(origin, mark string) string {
	var all strings.Builder
	all.WriteString(`const put = () => document.body.appendChild(document.createElement("div"));`)
	for i, w := range ways {
		all.WriteString(strings.ReplaceAll(w.script, "$", fmt.Sprintf("%s/%s/%d/", origin, mark, i)) + ";\n")
	}
	return "{" + all.String() + "}"
}

// arrived are the ways that came through, by name.
func arrived(mark string) (names []string) {
	for i, w := range ways {
		if len(stage.sink.requests(fmt.Sprintf("/%s/%d/", mark, i))) > 0 {
			names = append(names, w.name)
		}
	}
	return names
}

// nothingMore waits until nobody has sent anything for a while.
func nothingMore() {
	for n, calm := -1, 0; calm < 5; calm++ {
		if now := len(stage.sink.requests("")); now != n {
			n, calm = now, 0
		}
		time.Sleep(10 * tick)
	}
}

func TestNothingIsSentInAnyWayBeforeAYes(t *testing.T) { // C-01, C-12
	plain := open(t, stage.Address(Page{Tag: "<!-- none -->"}))
	plain.expects("WebSocket")
	everyWay(plain, stage.Collector, "without")
	for end := time.Now().Add(10 * time.Second); len(arrived("without")) < len(ways); time.Sleep(tick) {
		if time.Now().After(end) {
			for _, w := range ways {
				if !slices.Contains(arrived("without"), w.name) {
					t.Fatalf("without a gate %s does not arrive", w.name)
				}
			}
		}
	}
	nothingMore()
	without := arrived("without")
	t.Logf("without a gate %d of %d ways arrive", len(without), len(ways))

	tab := open(t, stage.Address(Page{Site: gateSite}))
	tab.expects("blob:nod", "WebSocket", "ERR_")
	tab.until(visible(banner))
	for _, phase := range []struct {
		mark, act string
		want      []string
	}{
		{"before", "", nil},
		{"refused", "nod.rejectAll()", nil},
		{"agreed", "nod.acceptAll()", without},
		{"withdrawn", "nod.withdraw()", nil},
	} {
		tab.run(phase.act)
		everyWay(tab, stage.Collector, phase.mark)
		if len(phase.want) > 0 {
			eventually(t, "what is granted", func() bool { return len(arrived(phase.mark)) >= len(phase.want) })
		}
		nothingMore()
		got := arrived(phase.mark)
		t.Logf("%s: %d of %d ways arrive", phase.mark, len(got), len(ways))
		for _, w := range ways {
			if slices.Contains(got, w.name) != slices.Contains(phase.want, w.name) {
				t.Errorf("%s: %s: arrived %t, want %t", phase.mark, w.name, slices.Contains(got, w.name),
					slices.Contains(phase.want, w.name))
			}
		}
	}
}

func TestWhatIsStoppedLooksLikeAFailureOfTheNetwork(t *testing.T) { // C-12
	to := stage.Collector + "/quiet/"
	tab := open(t, stage.Address(Page{Site: gateSite}))
	tab.expects("blob:nod", "WebSocket", "ERR_")
	tab.until(visible(banner))
	tab.run(`window.blocked = []; nod.on("blocked", (d) => blocked.push(d)); window.told = [];
		document.addEventListener("nod:blocked", (e) => told.push(e.detail))`)
	ended := func(make, begin string) string {
		return fmt.Sprintf(`new Promise((ok) => { const e = %s;
			for (const type of ["load", "open", "message", "error", "close"]) e.addEventListener(type, () => ok(type)); %s })`,
			make, begin)
	}
	for _, test := range []struct{ name, outcome, want string }{
		{"fetch", `fetch("$").then(() => "answered", (e) => e.constructor === TypeError && "TypeError")`, "TypeError"},
		{"fetch of a frame", `(() => { const f = document.body.appendChild(document.createElement("iframe"));
			return f.contentWindow.fetch("$").then(() => "answered", (e) => e.constructor === f.contentWindow.TypeError &&
			"TypeError") })()`, "TypeError"},
		{"XMLHttpRequest", `new Promise((ok) => { const x = new XMLHttpRequest(), seen = [];
			x.onerror = () => seen.push("error"); x.onloadend = () => ok(seen + " " + x.status + " " + x.readyState);
			x.open("POST", "$"); x.setRequestHeader("x-a", "b"); x.send("x") })`, "error 0 4"},
		{"XMLHttpRequest that waits", `(() => { const x = new XMLHttpRequest(); x.open("GET", "$", false);
			try { x.send(); return "sent" } catch (e) { return e.name } })()`, "NetworkError"},
		{"sendBeacon", `navigator.sendBeacon("$", "x") + ""`, "false"},
		{"image", ended("new Image()", `e.src = "$"`), "error"},
		{"image in markup", `new Promise((ok) => { window.failed = ok; document.body.insertAdjacentHTML("beforeend",
			'<img src="$" onerror="failed(this.naturalWidth + event.type)">') })`, "0error"},
		{"script", ended(`document.createElement("script")`, `e.src = "$"; document.head.append(e)`), "error"},
		{"style sheet", ended(`document.createElement("link")`, `e.rel = "stylesheet"; e.href = "$";
			document.head.append(e)`), "error"},
		{"frame", ended(`document.createElement("iframe")`, `e.src = "$"; document.body.append(e)`), "load"},
		{"WebSocket", ended(`new WebSocket("$".replace("http", "ws"))`, ""), "error"},
		{"EventSource", ended(`new EventSource("$")`, ""), "error"},
		{"audio", ended(`new Audio("$")`, "e.load()"), "error"},
	} {
		tab.run("blocked.length = told.length = 0")
		if got := eval[string](tab.view, strings.ReplaceAll(test.outcome, "$", to)); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
		if got := eval[string](tab.view, `[blocked, told].map((list) => list.map((d) => d.purpose + " " + d.host)).flat()
			.join()`); got != "analytics stats.collector.localhost,analytics stats.collector.localhost" {
			t.Errorf("%s: reported %q", test.name, got)
		}
	}
	if n := len(stage.sink.requests("/quiet/")); n > 0 {
		t.Errorf("%d requests", n)
	}
	// What was hooked is what it was, to whoever looks.
	tab.is(`fetch.name == "fetch" && fetch.length == 1 && XMLHttpRequest.prototype.open.length == 2 &&
		WebSocket.OPEN == 1 && new Image() instanceof Image && /native code/.test(fetch) &&
		Object.keys(window).indexOf("fetch") == Object.keys(window).lastIndexOf("fetch")`)
	tab.is(`(() => { class Mine extends EventTarget {} ; class Own extends Audio { }; return new Own() instanceof Own &&
		new Mine() instanceof EventTarget })()`)
}

func TestAHostOfTwoPurposesNeedsBoth(t *testing.T) {
	tab := open(t, stage.Address(Page{Site: gateSite}))
	tab.expects("blob:nod")
	tab.until(visible(banner))
	try := func(mark string) int {
		tab.run(`await fetch("` + stage.Helper + "/" + mark + `").catch(() => {})`)
		return len(stage.sink.requests("/" + mark))
	}
	for _, test := range []struct {
		mark, act string
		want      int
	}{
		{"neither", "", 0},
		{"one", "nod.save({ functional: true, analytics: false })", 0},
		{"other", "nod.save({ functional: false, analytics: true })", 0},
		{"both", "nod.save({ functional: true, analytics: true })", 1},
	} {
		tab.run(test.act)
		if got := try(test.mark); got != test.want {
			t.Errorf("%s granted: %d requests, want %d (%s)", test.mark, got, test.want, eval[string](tab.view,
				`JSON.stringify(nod.answers())`))
		}
	}
}

func TestWhatGoesElsewhereIsLeftAlone(t *testing.T) {
	file := stage.File("text/plain", "here")
	tab := open(t, stage.Address(Page{Site: gateSite, Body: `<div id="x"></div>`}))
	tab.until(visible(banner))
	tab.run(`nod.rejectAll()`)
	if got := eval[string](tab.view,
		`Promise.all([fetch("`+file+`"), fetch(new URL("`+file+`", location))].map((p) => p.then((r) => r.text()))).then(String)`); got != "here,here" {
		t.Errorf("the page's own file: %q", got)
	}
	frame := stage.Abroad + stage.File("text/html",
		"<script>onmessage = (e) => e.source.postMessage(e.data, '*')</script>")
	if !eval[bool](tab.view, `new Promise((ok) => { onmessage = (e) => ok(e.data == "back");
		const f = document.createElement("iframe");
		f.src = "`+frame+`"; f.onload = () => f.contentDocument === null && f.contentWindow.postMessage("back", "*"); document.body.append(f) })`) {
		t.Error("no word from a frame of another origin")
	}
	// Words that name a host, links that lead to it, and markup that breaks off are not touched.
	text := `<p title="https://stats.collector.localhost/">See <a href="https://stats.collector.localhost/">stats.collector.localhost</a> &amp; <b>it`
	tab.run("document.getElementById('x').innerHTML = `" + text + "`")
	tab.is("document.getElementById('x').innerHTML == `" + text + "</b></p>`")
	tab.run(`const d = document.createElement("div"); d.setAttribute("data-src", "https://stats.collector.localhost/");
		d.setAttribute("src", "https://stats.collector.localhost/"); window.d = d`)
	tab.is(`d.dataset.src == d.getAttribute("src") && d.getAttribute("src") == "https://stats.collector.localhost/"`)
	tab.is(`document.body.setAttribute("a", 1) === undefined`)
	for _, bad := range []string{`new WebSocket("mailto:a")`, `document.createElement("img").setAttribute()`,
		`document.body.appendChild("text")`, `new XMLHttpRequest().open()`} {
		tab.is(`(() => { try { ` + bad + `; return false } catch (e) { return e.stack.length > 0 } })()`) // as without us
	}
}

func TestEveryWritingOfAHostIsRecognised(t *testing.T) { // C-12
	tab := open(t, stage.Address(Page{Site: gateSite}))
	tab.until(visible(banner))
	port := stage.Collector[strings.LastIndex(stage.Collector, ":"):]
	got := eval[[]string](tab.view, `(async () => {
		const host = "stats.collector.localhost", port = "`+port+`", wrong = [];
		const writings = [
			"http://" + host, "http://" + host + "/", "https://" + host + "?x", "wss://" + host + "#x", "ws://" + host + port +
				"/", "HTTP://STATS.Collector.LOCALHOST" + port + "/x",
			"//" + host + "/", "\\\\" + host + "/", "http:\\\\" + host, "http:///" + host, "http:/" + host, "http:" + host, " http://" + host + " ", "h\nttp:/\t/" + host, "http://st\nats.collector.localhost/",
			"http://a:b@" + host + "/", "http://a:80@" + host, "http://" + host + ".", "http://" + host + "./x", "http://" +
				host + ":", "http://stats%2Ecollector.localhost/", "http://%73tats.collector.localhost",
				"http://ｓｔａｔｓ.collector.localhost/", "http://stats。collector.localhost/",
			"http://stats\u00adcollector.localhost/", "http://stats\u00ad.collector.localhost/", "http://" + host +
				"\\@www.example/", 
			host, "/" + host, "?" + host, "http://www.example/" + host, "http://www.example/?//" + host, "http://www.example#@" +
				host, "http://" + host + "@www.example/", "http://" + host + ".example/", "http://x" + host + "/",
			"http://collector.localhost/", "http://a.b.collector.localhost/", "http://localhost/", "data:,http://" +
				host, "blob:http://" + host + "/x", "javascript:0//" + host, "http://", "http://[::1]/", "http://127.0.0.1/",
				"http://0x7f.1/", "", "http://a_b.collector.localhost/",
		];
		for (const w of writings) {
			let stopped = false;
			nod.on("blocked", () => stopped = true);
			stopped = false;
			fetch(w, { signal: AbortSignal.abort() }).catch(() => {});
			let meant = false;
			try { meant = new URL(w, document.baseURI).hostname.replace(/\.$/, "").endsWith(".collector.localhost") } catch {}
			if (stopped != meant) wrong.push(JSON.stringify(w) + " stopped: " + stopped);
		}
		return wrong })()`)
	for _, w := range got {
		t.Error(w)
	}
}

func TestTheGateBreaksNothingOfThePages(t *testing.T) {
	tab := open(t, stage.Address(Page{Site: gateSite, Body: `<div id="x"></div>`}))
	tab.expects("blob:nod")
	tab.until(visible(banner))
	to := stage.Collector + "/broken"
	// Whoever is told of a stop may send, and be stopped, too.
	tab.run(`window.told = 0; nod.on("blocked", () => { told++;
		navigator.sendBeacon("` + to + `", "x") }); await fetch("` + to + `").catch(() => {})`)
	tab.is(`told == 1`)
	// A variable of the page's may be named like what a window has.
	tab.run(`for (const length of [2.5, -1, 2e6]) { window.length = length;
		document.body.append(document.createElement("i")) }
		window.length = 0; document.body.append(document.createElement("iframe")); window.arrived = await window[0].fetch("` +
		to + `").then(() => true, () => false)`)
	tab.is(`!arrived`)
	// Markup keeps its form.
	for _, test := range []struct{ markup, want string }{
		{`<svg><image href="$/x"/><rect/></svg>`, `<svg><image href="blob:nod"></image><rect></rect></svg>`},
		{`<img src="$/x"class="y"alt="z">`, `<img src="blob:nod" class="y" alt="z">`},
		{`<template data-category="analytics"><img src="$/x"></template>`, `<template data-category="analytics">` +
			`<img src="$/x"></template>`},
		{`<script type="text/plain" data-category="analytics" src="$/x.js"></script>`,
			`<script type="text/plain" data-category="analytics" src="$/x.js"></script>`},
		{"<script data-category=\"analytics\"\n\ttype='text/plain' src=\"$/x.js\"></script>",
			"<script data-category=\"analytics\" type=\"text/plain\" src=\"$/x.js\"></script>"},
		// which would run
		{`<script data-category="analytics" src="$/x.js"></script>`, `<script data-category="analytics" src="blob:nod">` +
			`</script>`},
		{`<script data-category="analytics" data-type="text/plain" src="$/x.js"></script>`,
			`<script data-category="analytics" data-type="text/plain" src="blob:nod"></script>`},
		{`<video-player src="$/x"></video-player>`, `<video-player src="$/x"></video-player>`},
	} {
		got := eval[string](tab.view, strings.ReplaceAll(fmt.Sprintf(`(() => { x.innerHTML = %q; return x.innerHTML })()`,
			test.markup), "$", stage.Collector))
		if want := strings.ReplaceAll(test.want, "$", stage.Collector); got != want {
			t.Errorf("%s became %s; want %s", test.markup, got, want)
		}
	}
	// What is long is not looked at again and again, and what only speaks of a host is not stopped.
	tab.run(`window.big = "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'><text>see ` + to +
		` now</text>" + "<g> </g>".repeat(1e5) + "</svg>"; window.seen = 0; nod.on("blocked", () => seen++); seen = 0;
		const i = new Image(); i.src = big; window.kept = i.src.startsWith("data:");
			const f = document.createElement("iframe"); f.src = "/share?text=look at ` + to +
		`"; window.framed = f.src.includes("/share");
		x.innerHTML = "<p>` + to + `</p><img src=data:," + "x".repeat(8e6) + ">"; x.innerHTML = "` + to +
		`" + '<img alt="'.repeat(3000)`)
	tab.is(`kept && framed && seen == 0`)
}
