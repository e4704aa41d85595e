package e2e

import (
	"strings"
	"testing"
)

func TestHeldRequestsAreSentOnAGrantAndDroppedOnARefusal(t *testing.T) {
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
		tab.wait(visible(banner))
		tab.run(`window.held = []; nod.on("blocked", (d) => held.push((d.held ? "held " : "stopped ") + d.by))`)
		tab.run(strings.NewReplacer("$$", mark, "$", stage.Collector).Replace(send))
		tab.wait(`ended.waits == "NetworkError"`)
		tab.check(`Object.keys(ended).sort().join() == "beacon,waits" && ended.beacon == "true"`)
		if got := eval[string](tab.view, `held.sort()
			.join()`); got != "held fetch,held img,held script,held sendBeacon,held xhr,stopped xhr" {
			t.Errorf("reported: %s", got)
		}
		if n := len(stage.collector.requests("/" + mark + "/")); n > 0 {
			t.Errorf("%d requests before the choice", n)
		}
	}
	t.Run("yes", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Site: holdSite}))
		tab.expectMessages("blob:nod")
		begin(tab, "yes")
		tab.run(`nod.save({ analytics: true })`)
		tab.wait(`ended.fetch == "cors" && ended.xhr == "200" && ended.script == "load" && ended.image == "error"`)
		waitFor(t, "all five", func() bool { return len(stage.collector.requests("/yes/")) == 5 })
		tab.run(`await fetch("` + stage.Collector + `/yes/after")`)
		if n := len(stage.collector.requests("/yes/")); n != 6 {
			t.Errorf("%d requests, want each once", n)
		}
	})
	t.Run("no", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Site: holdSite}))
		tab.expectMessages("blob:nod")
		begin(tab, "no")
		tab.run(`nod.rejectAll()`)
		tab.wait(`ended.fetch == "TypeError" && ended.xhr == "0" && ended.script == "error" && ended.image == "error"`)
		tab.run(`nod.acceptAll()`)
		waitForSilence()
		if n := len(stage.collector.requests("/no/")); n > 0 {
			t.Errorf("%d requests of what was given up", n)
		}
	})
	t.Run("only what still stands", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Site: holdSite}))
		tab.wait(visible(banner))
		tab.run(strings.ReplaceAll(`
			const i = document.body.appendChild(new Image()); i.src = "$/stands/old"; i.src = "data:,x";
			const x = new XMLHttpRequest(); x.open("GET", "$/stands/aborted"); x.send(); x.abort();
			window.y = new XMLHttpRequest(); y.open("GET", "$/stands/reused"); y.send(); y.abort(); y.open("GET", location.href);
				y.onload = () => window.own = y.responseText.length > 0; y.send();
			const c = new AbortController(); window.ended = "";
				fetch("$/stands/aborted", { signal: c.signal }).catch((e) => ended = e.name); c.abort();
			const z = new XMLHttpRequest(); window.states = ""; z.onreadystatechange = () => states += z.readyState;
				z.open("GET", "$/stands/waits"); z.send()`, "$", stage.Collector))
		tab.wait(`ended == "AbortError" && own`)
		tab.run(`nod.acceptAll()`)
		tab.wait(`states.endsWith("4")`)
		waitForSilence()
		if all := stage.collector.requests("/stands/"); len(all) != 1 || !strings.Contains(all[0], "waits") {
			t.Errorf("sent: %q", all)
		}
		tab.check(`document.querySelector("img").src == "data:,x"`)
	})
	t.Run("fifty at most", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Site: holdSite}))
		tab.wait(visible(banner))
		tab.check(`Array.from({ length: 60 }, (_, i) => navigator.sendBeacon("` + stage.Collector +
			`/many/" + i)).filter((took) => took).length == 50`)
		tab.run(`nod.save({ analytics: true })`)
		waitFor(t, "those that waited", func() bool { return len(stage.collector.requests("/many/")) == 50 })
	})
}
