package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// answerCollector answers every request to the collector, from any origin, with an empty response.
func answerCollector(w http.ResponseWriter, r *http.Request) {
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

// waysToSend are the ways in which a script of a page can send something to another host. $ is an address there, which
// is different for each way.
var waysToSend = []struct{ name, script string }{
	{"fetch", `fetch("$").catch(() => {})`},
	{"fetch of a URL", `fetch(new URL("$")).catch(() => {})`},
	{"fetch of a Request", `fetch(new Request("$")).catch(() => {})`},
	{"fetch that outlives the page",
		`fetch("$", { method: "POST", keepalive: true, mode: "no-cors", body: "x" }).catch(() => {})`},
	{"XMLHttpRequest", `{ const x = new XMLHttpRequest(); x.open("POST", "$"); x.send("x") }`},
	{"synchronous XMLHttpRequest",
		`{ const x = new XMLHttpRequest(); x.open("GET", "$", false); try { x.send() } catch {} }`},
	{"sendBeacon", `navigator.sendBeacon("$", "x")`},
	{"an image's src", `new Image().src = "$"`},
	{"an image's srcset", `new Image().srcset = "$ 2x, $b 1x"`},
	{"an image's srcset without spaces", `new Image().srcset = "/nowhere 4x,$ 1x"`},
	{"setAttribute", `document.createElement("img").setAttribute("SRC", "$")`},
	{"setAttribute with one argument more", `document.createElement("img").setAttribute("src", "$", 0)`},
	{"setAttributeNS", `document.createElement("img").setAttributeNS(null, "src", "$")`},
	{"innerHTML", `put().innerHTML = '<p>Text<img alt="a > b" src="$"></p>'`},
	{"innerHTML with a name that only the parser takes", `put().innerHTML = '<img =:href="$" src="$">'`},
	{"innerHTML without quotes", `put().innerHTML = "<img alt='' src=$ width=1>"`},
	{"outerHTML", `put().outerHTML = "<b><img src='$'></b>"`},
	{"insertAdjacentHTML", `put().insertAdjacentHTML("beforeend", '<img src="$">')`},
	{"innerHTML of a shadow root", `put().attachShadow({ mode: "open" }).innerHTML = '<img src="$">'`},
	{"createContextualFragment", `put().append(document.createRange().createContextualFragment('<img src="$">'))`},
	{"DOMParser", `put().append(new DOMParser().parseFromString('<img src="$">', "text/html").body.firstChild)`},
	{"markup with character references", `put().innerHTML = '<img src="$">'.replaceAll(".", "&#46;")`},
	{"an import from a template", `put().append(document.importNode(inert('<img src="$">'), true))`},
	{"a copy of a template", `put().append(inert('<p><img src="$"></p>').cloneNode(true))`},
	{"an element of a template", `put().replaceWith(inert('<img src="$">').firstChild)`},
	{"an adopted element", `document.adoptNode(inert('<img src="$">').firstChild)`},
	{"a template's content beside a comment", `{ const c = document.createComment("");
		put().append(c); c.before(inert('<img src="$">')) }`},
	{"a range", `{ const r = document.createRange(); r.selectNode(put()); r.insertNode(inert('<img src="$">')) }`},
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
	{"fetch of a frame by its index", `put().appendChild(document.createElement("iframe"));
		window[window.length - 1].fetch("$", { mode: "no-cors" }).catch(() => {})`},
	{"fetch of another window's Request", `{ const f = document.createElement("iframe"); put().append(f);
		fetch(new f.contentWindow.Request("$", { mode: "no-cors" })).catch(() => {}) }`},
	{"an image of a frame", `{ const f = document.createElement("iframe"); put().append(f);
		new f.contentWindow.Image().src = "$" }`},
	{"sendBeacon of a frame", `{ const p = put(); p.innerHTML = "<iframe></iframe>";
		p.firstChild.contentWindow.navigator.sendBeacon("$", "x") }`},
	{"a ping", `{ const a = document.createElement("a"); a.href = "#here"; a.ping = "$"; put().append(a); a.click() }`},
	{"a ping in markup", `{ const p = put(); p.innerHTML = '<a href="#here" ping="$">x</a>'; p.firstChild.click() }`},
	{"the ping of a link that is not on the page", `link("$").click()`},
	{"the ping of a link in a closed root", `{ const a = link("$"); put().attachShadow({ mode: "closed" }).append(a);
		a.click() }`},
	{"the ping of a link in a frame", `{ const a = link("$", frame().contentDocument); a.ownerDocument.body.append(a);
		a.click() }`},
	{"a ping that a click sets", `{ const a = link(""); a.onclick = () => (a.ping = "$"); put().append(a); a.click() }`},
	{"the ping of a link in SVG", `{ const p = put();
		p.innerHTML = '<svg><a href="#here" ping="$"><text>x</text></a></svg>';
		p.querySelector("a").dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })) }`},
	{"markup with a tab in the host", `put().innerHTML = '<img src="$">'.replace("collector", "col&Tab;lector")`},
	{"markup with a new line in the host", `put().innerHTML = '<img src="$">'.replace("collector", "col\nlector")`},
	{"markup with a percent sign in the host", `put().innerHTML = '<img src="$">'.replace("collector", "%63ollector")`},
	{"markup with a soft hyphen in the host", `put().innerHTML = '<img src="$">'.replace("collector", "col\u00adlector")`},
	{"markup with a wide letter in the host", `put().innerHTML = '<img src="$">'.replace("collector", "ｃollector")`},
	{"markup with a reference that needs no semicolon",
		`put().innerHTML = '<img src="$">'.replace(".localhost", "&shy.localhost")`},
	{"references within a frame's own document", `put().innerHTML =
		'<iframe srcdoc="<img src=$>"></iframe>'.replace("collector", "&amp;#99;ollector")`},
	{"a base in a frame's own document", `{ const f = document.createElement("iframe");
		f.srcdoc = '<base href="$"><img src="x">'; put().append(f) }`},
	{"a base in a frame, and an image", `{ const d = frame().contentDocument, b = d.createElement("base");
		b.href = "$"; d.head.append(b); d.body.append(Object.assign(d.createElement("img"), { src: "y" })) }`},
	{"a base in a frame, and fetch", `{ const f = frame(), d = f.contentDocument, b = d.createElement("base");
		b.href = "$"; d.head.append(b); f.contentWindow.fetch("y").catch(() => {}) }`},
	{"a track", `{ const v = document.createElement("video"), t = document.createElement("track");
		v.crossOrigin = "anonymous"; v.src = "data:,"; t.src = "$"; t.default = true; v.append(t); put().append(v);
		t.track.mode = "showing" }`},
	{"surroundContents", `{ const r = document.createRange(); r.selectNode(put());
		r.surroundContents(inert('<video src="$"></video>').firstChild) }`},
	{"execCommand", `{ const p = put(); p.contentEditable = "true"; p.textContent = "x"; p.focus();
		getSelection().selectAllChildren(p); document.execCommand("insertHTML", false, '<img src="$">') }`},
	{"an image in SVG with a prefix of its own", `{
		const s = document.createElementNS("http://www.w3.org/2000/svg", "svg");
		const i = s.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "image"));
		put().append(s); i.setAttributeNS("http://www.w3.org/1999/xlink", "x:href", "$") }`},
	{"a socket as a stream",
		`self.WebSocketStream && new WebSocketStream("$".replace("http", "ws")).opened.catch(() => {})`},
	{"fetch of an object with url and toString", `fetch({ url: "/x", toString: () => "$" }).catch(() => {})`},
	{"an element of a form with a field named ownerDocument", `{ const p = put();
		p.innerHTML = "<form><input name=ownerDocument></form>";
		p.firstChild.insertAdjacentHTML("beforeend", '<img src="$">') }`},
}

// sendEveryWay has the page send to the origin in every way.
func sendEveryWay(tab *Tab, origin, mark string) {
	tab.Helper()
	tab.run(sendEveryWayScript(origin, mark))
}

// sendEveryWayScript is the script of sendEveryWay. Elements are added to a new element of the page.
func sendEveryWayScript(origin, mark string) string {
	var all strings.Builder
	all.WriteString(`const put = () => document.body.appendChild(document.createElement("div"));
		const frame = () => put().appendChild(document.createElement("iframe"));
		const link = (ping, d = document) => Object.assign(d.createElement("a"), { href: "#here", ping });
		const inert = (html) => {
			const t = document.createElement("template");
			t.innerHTML = html;
			return t.content;
		};`)
	for i, w := range waysToSend {
		all.WriteString(strings.ReplaceAll(w.script, "$", fmt.Sprintf("%s/%s/%d/", origin, mark, i)) + ";\n")
	}
	return "{" + all.String() + "}"
}

// listArrived lists the ways whose request arrived.
func listArrived(mark string) (names []string) {
	for i, w := range waysToSend {
		if len(stage.collector.requests(fmt.Sprintf("/%s/%d/", mark, i))) > 0 {
			names = append(names, w.name)
		}
	}
	return names
}

// waitForSilence waits until the collector has received nothing for a while.
func waitForSilence() {
	for count, quietPolls := -1, 0; quietPolls < 5; quietPolls++ {
		if now := len(stage.collector.requests("")); now != count {
			count, quietPolls = now, 0
		}
		time.Sleep(10 * pollInterval)
	}
}

func TestNothingIsSentInAnyWayBeforeAGrant(t *testing.T) { // C-01, C-12
	plain := open(t, stage.Address(Page{Tag: "<!-- none -->"}))
	plain.expectMessages("WebSocket")
	sendEveryWay(plain, stage.Collector, "without")
	for end := time.Now().Add(10 * time.Second); len(listArrived("without")) < len(waysToSend); time.Sleep(pollInterval) {
		if time.Now().After(end) {
			for _, w := range waysToSend {
				if !slices.Contains(listArrived("without"), w.name) {
					t.Fatalf("without a gate %s does not arrive", w.name)
				}
			}
		}
	}
	waitForSilence()
	without := listArrived("without")
	t.Logf("without a gate %d of %d ways arrive", len(without), len(waysToSend))

	tab := open(t, stage.Address(Page{Site: gateSite}))
	tab.expectMessages("blob:nod", "WebSocket", "ERR_")
	tab.wait(visible(banner))
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
		sendEveryWay(tab, stage.Collector, phase.mark)
		if len(phase.want) > 0 {
			waitFor(t, "granted requests", func() bool { return len(listArrived(phase.mark)) >= len(phase.want) })
		}
		checkArrived(t, phase.mark, phase.want)
	}
}

// checkArrived waits until all requests have arrived and compares their ways with those that should arrive.
func checkArrived(t *testing.T, mark string, want []string) {
	t.Helper()
	waitFor(t, "the requests that are not stopped", func() bool {
		got := listArrived(mark)
		return !slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(got, w) })
	})
	waitForSilence()
	got := listArrived(mark)
	t.Logf("%s: %d of %d ways arrive", mark, len(got), len(waysToSend))
	for _, w := range waysToSend {
		if slices.Contains(got, w.name) != slices.Contains(want, w.name) {
			t.Errorf("%s: %s: arrived %t, want %t", mark, w.name, slices.Contains(got, w.name),
				slices.Contains(want, w.name))
		}
	}
}
