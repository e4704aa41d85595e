package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// firstEvent is JavaScript: the name of the first event of an object that loads something.
func firstEvent(make, start string) string {
	return fmt.Sprintf(`new Promise((ok) => {
		const e = %s;
		for (const type of ["load", "open", "message", "error", "close"]) e.addEventListener(type, () => ok(type));
		%s;
	})`, make, start)
}

// blockedOutcomes are ways to send a request to $, and what the page finds where the request is blocked.
var blockedOutcomes = []struct{ name, outcome, want string }{
	{"fetch", `fetch("$").then(() => "answered", (e) => e.constructor === TypeError && "TypeError")`, "TypeError"},
	{"fetch of a frame", `(() => {
		const f = document.body.appendChild(document.createElement("iframe"));
		return f.contentWindow.fetch("$").then(() => "answered",
			(e) => e.constructor === f.contentWindow.TypeError && "TypeError");
	})()`, "TypeError"},
	{"XMLHttpRequest", `new Promise((ok) => {
		const x = new XMLHttpRequest(), seen = [];
		x.onerror = () => seen.push("error");
		x.onloadend = () => ok(seen + " " + x.status + " " + x.readyState);
		x.open("POST", "$");
		x.setRequestHeader("x-a", "b");
		x.send("x");
	})`, "error 0 4"},
	{"synchronous XMLHttpRequest", `(() => {
		const x = new XMLHttpRequest();
		x.open("GET", "$", false);
		try { x.send(); return "sent" } catch (e) { return e.name }
	})()`, "NetworkError"},
	{"sendBeacon", `navigator.sendBeacon("$", "x") + ""`, "false"},
	{"image", firstEvent("new Image()", `e.src = "$"`), "error"},
	{"image in markup", `new Promise((ok) => {
		window.failed = ok;
		document.body.insertAdjacentHTML("beforeend",
			'<img src="$" onerror="failed(this.naturalWidth + event.type)">');
	})`, "0error"},
	{"script", firstEvent(`document.createElement("script")`, `e.src = "$"; document.head.append(e)`), "error"},
	{"style sheet", firstEvent(`document.createElement("link")`,
		`e.rel = "stylesheet"; e.href = "$"; document.head.append(e)`), "error"},
	{"frame", firstEvent(`document.createElement("iframe")`, `e.src = "$"; document.body.append(e)`), "load"},
	{"WebSocket", firstEvent(`new WebSocket("$".replace("http", "ws"))`, ""), "error"},
	{"EventSource", firstEvent(`new EventSource("$")`, ""), "error"},
	{"audio", firstEvent(`new Audio("$")`, "e.load()"), "error"},
}

func TestABlockedRequestFailsLikeANetworkError(t *testing.T) { // C-12
	to := stage.Collector + "/quiet/"
	tab := open(t, stage.Address(Page{Site: gateSite}))
	tab.expectMessages("blob:nod", "WebSocket", "ERR_")
	tab.wait(visible(banner))
	tab.run(`window.blocked = []; nod.on("blocked", (d) => blocked.push(d)); window.events = [];
		document.addEventListener("nod:blocked", (e) => events.push(e.detail))`)
	for _, test := range blockedOutcomes {
		tab.run("blocked.length = events.length = 0")
		if got := eval[string](tab.view, strings.ReplaceAll(test.outcome, "$", to)); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
		reported := eval[string](tab.view,
			`[blocked, events].map((list) => list.map((d) => d.purpose + " " + d.host)).flat().join()`)
		if reported != "analytics stats.collector.localhost,analytics stats.collector.localhost" {
			t.Errorf("%s: reported %q", test.name, reported)
		}
	}
	if n := len(stage.collector.requests("/quiet/")); n > 0 {
		t.Errorf("%d requests", n)
	}
	// Hooked functions and classes look the same to the page.
	tab.check(`fetch.name == "fetch" && fetch.length == 1 && XMLHttpRequest.prototype.open.length == 2 &&
		WebSocket.OPEN == 1 && new Image() instanceof Image && /native code/.test(fetch) &&
		Object.keys(window).indexOf("fetch") == Object.keys(window).lastIndexOf("fetch")`)
	tab.check(`(() => {
		class Mine extends EventTarget {}
		class Own extends Audio {}
		return new Own() instanceof Own && new Mine() instanceof EventTarget;
	})()`)
}

func TestTheGateBreaksNothingOfThePages(t *testing.T) {
	tab := open(t, stage.Address(Page{Site: gateSite, Body: `<div id="x"></div>`}))
	tab.expectMessages("blob:nod")
	tab.wait(visible(banner))
	to := stage.Collector + "/broken"
	// A listener for blocked requests may send one itself, which is blocked too.
	tab.run(`window.count = 0;
		nod.on("blocked", () => { count++; navigator.sendBeacon("` + to + `", "x") });
		await fetch("` + to + `").catch(() => {})`)
	tab.check(`count == 1`)
	// The page may set a variable that is named like a property of the window.
	tab.run(`for (const length of [2.5, -1, 2e6]) {
			window.length = length;
			document.body.append(document.createElement("i"));
		}
		window.length = 0;
		document.body.append(document.createElement("iframe"));
		window.arrived = await window[0].fetch("` + to + `").then(() => true, () => false)`)
	tab.check(`!arrived`)
	checkMarkupIsPreserved(tab)
	// Long texts are read once, and a text that only mentions a host is not blocked.
	tab.run(`window.big = "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'><text>see ` + to +
		` now</text>" + "<g> </g>".repeat(1e5) + "</svg>";
		window.seen = 0;
		nod.on("blocked", () => seen++);
		seen = 0;
		const i = new Image();
		i.src = big;
		window.isImageLeft = i.src.startsWith("data:");
		const f = document.createElement("iframe");
		f.src = "/share?text=look at ` + to + `";
		window.isFrameLeft = f.src.includes("/share");
		x.innerHTML = "<p>` + to + `</p><img src=data:," + "x".repeat(8e6) + ">";
		x.innerHTML = "` + to + `" + '<img alt="'.repeat(3000)`)
	tab.check(`isImageLeft && isFrameLeft && seen == 0`)
}

// checkMarkupIsPreserved checks that the page reads the markup that it wrote.
func checkMarkupIsPreserved(tab *Tab) {
	tab.Helper()
	for _, test := range []struct{ markup, want string }{
		{`<svg><image href="$/x"/><rect/></svg>`, `<svg><image href="$/x"></image><rect></rect></svg>`},
		{`<img src="$/x"class="y"alt="z">`, `<img src="$/x" class="y" alt="z">`},
		{`<template data-category="analytics"><img src="$/x"></template>`,
			`<template data-category="analytics"><img src="$/x"></template>`},
		{`<script type="text/plain" data-category="analytics" src="$/x.js"></script>`,
			`<script type="text/plain" data-category="analytics" src="$/x.js"></script>`},
		{"<script data-category=\"analytics\"\n\ttype='text/plain' src=\"$/x.js\"></script>",
			"<script data-category=\"analytics\" type=\"text/plain\" src=\"$/x.js\"></script>"},
		{`<script data-category="analytics" src="$/x.js"></script>`,
			`<script data-category="analytics" src="$/x.js"></script>`},
		{`<script data-category="analytics" data-type="text/plain" src="$/x.js"></script>`,
			`<script data-category="analytics" data-type="text/plain" src="$/x.js"></script>`},
		{`<video-player src="$/x"></video-player>`, `<video-player src="$/x"></video-player>`},
	} {
		script := fmt.Sprintf(`(() => { x.innerHTML = %q; return x.innerHTML })()`, test.markup)
		got := eval[string](tab.view, strings.ReplaceAll(script, "$", stage.Collector))
		if want := strings.ReplaceAll(test.want, "$", stage.Collector); got != want {
			tab.Errorf("%s became %s; want %s", test.markup, got, want)
		}
	}
}
