package e2e

import (
	"fmt"
	"strings"
	"testing"
)

func TestEverySpellingOfAHostIsRecognised(t *testing.T) { // C-12
	tab := open(t, stage.Address(Page{Site: gateSite}))
	tab.wait(visible(banner))
	port := stage.Collector[strings.LastIndex(stage.Collector, ":"):]
	got := eval[[]string](tab.view, `(async () => {
		const host = "stats.collector.localhost", port = "`+port+`", wrong = [];
		const spellings = [
			"http://" + host, "http://" + host + "/", "https://" + host + "?x", "wss://" + host + "#x",
			"ws://" + host + port + "/", "HTTP://STATS.Collector.LOCALHOST" + port + "/x",
			"//" + host + "/", "\\\\" + host + "/", "http:\\\\" + host, "http:///" + host, "http:/" + host, "http:" + host,
			" http://" + host + " ", "h\nttp:/\t/" + host, "http://st\nats.collector.localhost/",
			"http://a:b@" + host + "/", "http://a:80@" + host, "http://" + host + ".", "http://" + host + "./x",
			"http://" + host + ":", "http://stats%2Ecollector.localhost/", "http://%73tats.collector.localhost",
			"http://ｓｔａｔｓ.collector.localhost/", "http://stats。collector.localhost/",
			"http://stats\u00adcollector.localhost/", "http://stats\u00ad.collector.localhost/",
			"http://" + host + "\\@www.example/",
			host, "/" + host, "?" + host, "http://www.example/" + host, "http://www.example/?//" + host,
			"http://www.example#@" + host, "http://" + host + "@www.example/", "http://" + host + ".example/",
			"http://x" + host + "/", "http://collector.localhost/", "http://a.b.collector.localhost/",
			"http://localhost/", "data:,http://" + host, "blob:http://" + host + "/x", "javascript:0//" + host, "http://",
			"http://[::1]/", "http://127.0.0.1/", "http://0x7f.1/", "", "http://a_b.collector.localhost/",
		];
		for (const spelling of spellings) {
			let isBlocked = false, isHost = false;
			nod.on("blocked", () => isBlocked = true);
			isBlocked = false;
			fetch(spelling, { signal: AbortSignal.abort() }).catch(() => {});
			try {
				isHost = new URL(spelling, document.baseURI).hostname.replace(/\.$/, "").endsWith(".collector.localhost");
			} catch {}
			if (isBlocked != isHost) wrong.push(JSON.stringify(spelling) + " blocked: " + isBlocked);
		}
		return wrong;
	})()`)
	for _, w := range got {
		t.Error(w)
	}
}

func TestAHostOfTwoPurposesNeedsBothGrants(t *testing.T) {
	tab := open(t, stage.Address(Page{Site: gateSite}))
	tab.expectMessages("blob:nod")
	tab.wait(visible(banner))
	countArrived := func(mark string) int {
		tab.run(`await fetch("` + stage.Helper + "/" + mark + `").catch(() => {})`)
		return len(stage.collector.requests("/" + mark))
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
		if got := countArrived(test.mark); got != test.want {
			t.Errorf("%s granted: %d requests, want %d (%s)", test.mark, got, test.want,
				eval[string](tab.view, `JSON.stringify(nod.answers())`))
		}
	}
}

func TestRequestsToOtherHostsAreNotBlocked(t *testing.T) {
	file := stage.File("text/plain", "here")
	tab := open(t, stage.Address(Page{Site: gateSite, Body: `<div id="x"></div>`}))
	tab.wait(visible(banner))
	tab.run(`nod.rejectAll()`)
	got := eval[string](tab.view, `Promise.all([fetch("`+file+`"), fetch(new URL("`+file+`", location))]
		.map((p) => p.then((r) => r.text()))).then(String)`)
	if got != "here,here" {
		t.Errorf("the page's own file: %q", got)
	}
	frame := stage.Abroad + stage.File("text/html",
		"<script>onmessage = (e) => e.source.postMessage(e.data, '*')</script>")
	if !eval[bool](tab.view, `new Promise((ok) => {
		onmessage = (e) => ok(e.data == "back");
		const f = document.createElement("iframe");
		f.src = "`+frame+`";
		f.onload = () => f.contentDocument === null && f.contentWindow.postMessage("back", "*");
		document.body.append(f);
	})`) {
		t.Error("no message from a frame of another origin")
	}
	// A host in text or in a link, and incomplete markup, stay as they are.
	text := `<p title="https://stats.collector.localhost/">See <a href="https://stats.collector.localhost/">` +
		`stats.collector.localhost</a> &amp; <b>it`
	tab.run("document.getElementById('x').innerHTML = `" + text + "`")
	tab.check("document.getElementById('x').innerHTML == `" + text + "</b></p>`")
	tab.run(`const d = document.createElement("div"); d.setAttribute("data-src", "https://stats.collector.localhost/");
		d.setAttribute("src", "https://stats.collector.localhost/"); window.d = d`)
	tab.check(`d.dataset.src == d.getAttribute("src") && d.getAttribute("src") == "https://stats.collector.localhost/"`)
	tab.check(`document.body.setAttribute("a", 1) === undefined`)
	// Wrong calls throw, as they do without Nod.
	for _, wrong := range []string{`new WebSocket("mailto:a")`, `document.createElement("img").setAttribute()`,
		`document.body.appendChild("text")`, `new XMLHttpRequest().open()`} {
		tab.check(`(() => { try { ` + wrong + `; return false } catch (e) { return e.stack.length > 0 } })()`)
	}
}

// What a script puts into a prototype opens no gate, nor does a class of its own by the name of a browser's.
func TestPropertiesThatEverythingInheritsOpenNoGate(t *testing.T) { // C-12, C-40
	for i, code := range []string{`Object.prototype.url = "/x"`, `Object.prototype.nodeType = 1`,
		`Object.prototype.startContainer = Object.prototype.ownerDocument = {}`,
		`Object.prototype.value = 1; class Node {}`, `String.prototype.endsWith = () => false`} {
		tab := open(t, stage.Address(Page{Site: gateSite, Head: `<script>` + code + `</script>`}))
		tab.expectMessages("blob:nod", "WebSocket")
		mark := fmt.Sprintf("inherited%d", i)
		sendEveryWay(tab, stage.Collector, mark)
		tab.waitUntilIdle()
		checkArrived(t, mark, nil)
	}
}
