package e2e

import (
	"strings"
	"testing"
)

// sendInFiveWays sends in five ways that can be held, and by a synchronous request, which cannot. ended has the result
// of each. $ is the collector and $$ the mark of the test.
const sendInFiveWays = `
	window.ended = {};
	const end = (name) => (e) => ended[name] = e?.type || e?.name || e?.constructor?.name || "sent";
	fetch("$/$$/fetch", { method: "POST", body: "x" }).then(end("fetch"), end("fetch"));
	ended.beacon = navigator.sendBeacon("$/$$/beacon", "x") + "";
	const i = new Image();
	i.onerror = end("image");
	i.src = "$/$$/image";
	const x = new XMLHttpRequest();
	x.onloadend = () => ended.xhr = x.status + "";
	x.open("POST", "$/$$/xhr");
	x.setRequestHeader("content-type", "text/plain");
	x.send("body");
	const y = new XMLHttpRequest();
	y.open("GET", "$/$$/waits", false);
	try { y.send() } catch (e) { end("waits")(e) }
	const s = document.createElement("script");
	s.onload = s.onerror = end("script");
	s.src = "$/$$/script.js";
	document.head.append(s)`

// openWithRequestsHeld opens a page whose requests are held.
func openWithRequestsHeld(t *testing.T, mark string) *Tab {
	t.Helper()
	tab := open(t, stage.Address(Page{Site: holdSite}))
	tab.expectMessages("blob:nod")
	tab.wait(visible(banner))
	tab.run(`window.held = []; nod.on("blocked", (d) => held.push((d.held ? "held " : "blocked ") + d.by))`)
	tab.run(strings.NewReplacer("$$", mark, "$", stage.Collector).Replace(sendInFiveWays))
	tab.wait(`ended.waits == "NetworkError"`)
	tab.check(`Object.keys(ended).sort().join() == "beacon,waits" && ended.beacon == "true"`)
	if got := eval[string](tab.view, `held.sort().join()`); got !=
		"blocked xhr,held fetch,held img,held script,held sendBeacon,held xhr" {
		t.Errorf("reported: %s", got)
	}
	if n := len(stage.collector.requests("/" + mark + "/")); n > 0 {
		t.Errorf("%d requests before the decision", n)
	}
	return tab
}

func TestHeldRequestsAreSentOnAGrant(t *testing.T) {
	tab := openWithRequestsHeld(t, "granted")
	tab.run(`nod.save({ analytics: true })`)
	tab.wait(`ended.fetch == "cors" && ended.xhr == "200" && ended.script == "load" && ended.image == "error"`)
	waitFor(t, "all five requests", func() bool { return len(stage.collector.requests("/granted/")) == 5 })
	tab.run(`await fetch("` + stage.Collector + `/granted/after")`)
	if n := len(stage.collector.requests("/granted/")); n != 6 {
		t.Errorf("%d requests; want each once", n)
	}
}

func TestHeldRequestsAreDroppedOnARefusal(t *testing.T) {
	tab := openWithRequestsHeld(t, "refused")
	tab.run(`nod.rejectAll()`)
	tab.wait(`ended.fetch == "TypeError" && ended.xhr == "0" && ended.script == "error" && ended.image == "error"`)
	tab.run(`nod.acceptAll()`)
	waitForSilence()
	if n := len(stage.collector.requests("/refused/")); n > 0 {
		t.Errorf("%d dropped requests were sent", n)
	}
}

func TestAfterARefusalNothingIsHeld(t *testing.T) {
	tab := open(t, stage.Address(Page{Site: holdSite}))
	tab.expectMessages("blob:nod")
	tab.wait(visible(banner))
	tab.run(`nod.rejectAll()`)
	for _, when := range []string{"on the same page", "on the next page"} {
		tab.run(`window.held = []; nod.on("blocked", (d) => held.push((d.held ? "held " : "blocked ") + d.by))`)
		tab.run(strings.NewReplacer("$$", "after", "$", stage.Collector).Replace(sendInFiveWays))
		tab.wait(`ended.fetch == "TypeError" && ended.script == "error" && ended.image == "error" && ended.xhr == "0"`)
		if got := eval[string](tab.view, `ended.beacon + " " + held.sort().join()`); got !=
			"false blocked fetch,blocked img,blocked script,blocked sendBeacon,blocked xhr,blocked xhr" {
			t.Errorf("%s, reported: %s", when, got)
		}
		tab.load(stage.Address(Page{Site: holdSite}))
	}
	tab.run(`nod.acceptAll()`)
	waitForSilence()
	if n := len(stage.collector.requests("/after/")); n > 0 {
		t.Errorf("%d refused requests were sent by a later grant", n)
	}
}

// A page may abort or replace a request while it is held.
func TestOnlyHeldRequestsThatThePageStillWantsAreSent(t *testing.T) {
	tab := open(t, stage.Address(Page{Site: holdSite}))
	tab.wait(visible(banner))
	tab.run(strings.ReplaceAll(`
		const i = document.body.appendChild(new Image());
		i.src = "$/stands/old";
		i.src = "data:,x";
		const x = new XMLHttpRequest();
		x.open("GET", "$/stands/aborted");
		x.send();
		x.abort();
		window.y = new XMLHttpRequest();
		y.open("GET", "$/stands/reused");
		y.send();
		y.abort();
		y.open("GET", location.href);
		y.onload = () => window.isOwnLoaded = y.responseText.length > 0;
		y.send();
		const c = new AbortController();
		window.ended = "";
		fetch("$/stands/aborted", { signal: c.signal }).catch((e) => ended = e.name);
		c.abort();
		const z = new XMLHttpRequest();
		window.states = "";
		z.onreadystatechange = () => states += z.readyState;
		z.open("GET", "$/stands/waits");
		z.send()`, "$", stage.Collector))
	tab.wait(`ended == "AbortError" && isOwnLoaded`)
	tab.run(`nod.acceptAll()`)
	tab.wait(`states.endsWith("4")`)
	waitForSilence()
	if all := stage.collector.requests("/stands/"); len(all) != 1 || !strings.Contains(all[0], "waits") {
		t.Errorf("sent: %q", all)
	}
	tab.check(`document.querySelector("img").src == "data:,x"`)
}

func TestAtMostFiftyRequestsAreHeld(t *testing.T) {
	tab := open(t, stage.Address(Page{Site: holdSite}))
	tab.wait(visible(banner))
	tab.check(`Array.from({ length: 60 }, (_, i) => navigator.sendBeacon("` + stage.Collector +
		`/many/" + i)).filter((isTaken) => isTaken).length == 50`)
	tab.run(`nod.save({ analytics: true })`)
	waitFor(t, "the held requests", func() bool { return len(stage.collector.requests("/many/")) == 50 })
}
