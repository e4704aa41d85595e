package e2e

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// addScript serves a script from the host of the pages and returns its path.
func addScript(content string) string { return stage.File("text/javascript", content) }

// emptyImage is an image without a size.
const emptyImage = `<svg xmlns="http://www.w3.org/2000/svg"/>`

// checkRan waits until as many scripts have run, and fails the test if these are not the ones in window.ran.
func (tab *Tab) checkRan(want ...string) {
	tab.Helper()
	list := strings.Join(want, " ")
	if len(want) > 0 {
		tab.wait(`ran.length >= ` + string(rune('0'+len(want))))
	}
	tab.waitUntilIdle()
	if got := eval[string](tab.view, `ran.join(" ")`); got != list {
		tab.Errorf("ran: %s; want %s", got, list)
	}
}

func TestTaggedElementsStartWhenTheirPurposeIsGranted(t *testing.T) {
	for _, test := range []struct {
		name string
		act  func(*Tab)
	}{
		{"by a click", func(tab *Tab) { tab.click(acceptButton) }},
		{"by the keyboard", func(tab *Tab) {
			tab.tabTo(focusedElement + " == " + acceptButton)
			tab.press(kb.Enter)
		}},
		{"by the API", func(tab *Tab) { tab.run(`nod.acceptAll()`) }},
		{"by an element of the page", func(tab *Tab) { tab.click(element(`[data-nod="accept-all"]`)) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			script := addScript(`ran.push("src")`)
			frame, image := stage.File("text/html", "<title>A frame</title>"), stage.File("image/svg+xml", emptyImage)
			tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script>
				<button data-nod="accept-all">Yes</button>
				<script type="text/plain" data-category="analytics" data-src="` + script + `"></script>
				<script type="text/plain" data-category="analytics">ran.push("inline")</script>
				<script type="text/plain" data-category="analytics" data-type="module">
					ran.push("module" + typeof import.meta)
				</script>
				<iframe data-category="functional" data-src="` + frame + `"></iframe>
				<img data-category="beacons" data-src="` + image + `" alt="">`}))
			tab.wait(visible(banner))
			tab.checkRan()
			test.act(tab)
			tab.wait("!" + visible(banner))
			tab.checkStates(granted, granted, granted)
			tab.wait(`document.querySelector("img").naturalWidth > 0`)
			tab.checkRan("src", "inline", "moduleobject") // in page order
			for _, path := range []string{frame, image} {
				if n := len(stage.host.requests(path)); n != 1 {
					t.Errorf("%s was fetched %d times", path, n)
				}
			}
			// Later decisions start nothing twice.
			tab.run(`nod.acceptAll(); nod.withdraw(); nod.acceptAll()`)
			tab.checkRan("src", "inline", "moduleobject")
		})
	}
}

func TestTaggedScriptsRunInPageOrder(t *testing.T) {
	slow, quick := addScript(`ran.push("slow")`), addScript(`ran.push("quick")`)
	quickRequested := make(chan struct{})
	stage.host.overrideWith(t, func(w http.ResponseWriter, r *http.Request) bool {
		switch r.URL.Path {
		case quick:
			close(quickRequested)
		case slow:
			<-quickRequested // both are fetched at once, the first arrives last
		}
		return false
	})
	const tag = `<script type="text/plain" data-category="analytics"`
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script>` +
		tag + ` data-src="` + slow + `"></script>` +
		tag + ` data-src="` + quick + `"></script>` +
		tag + `>ran.push("inline")</script>`}))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.checkRan("slow", "quick", "inline")
}

func TestBlockedElementsNeverStart(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: taggedMarkup}))
	tab.wait(visible(banner))
	tab.click(rejectButton)
	tab.wait("!" + visible(banner))
	tab.checkStates(denied, denied, denied)
	tab.checkRan()
	tab.run(`document.body.insertAdjacentHTML("beforeend", '<img data-category="beacons" data-src="/gated/late" alt="">')`)
	tab.load(stage.Address(Page{Body: taggedMarkup})) // it stays refused
	tab.wait(visible(reopenButton))
	tab.checkStates(denied, denied, denied)
	tab.checkRan()
	if all := stage.host.requests("/gated/"); len(all) > 0 {
		t.Errorf("%q were fetched", all)
	}
}

func TestElementsWithoutAKnownPurposeNeverStart(t *testing.T) { // C-40
	stage.host.overrideWith(t, answerGatedFiles)
	body := `<script>window.ran = []</script>`
	for _, category := range []string{"", " ", "unknown", "analytics unknown", "Analytics", "constructor",
		"__proto__", "*"} {
		body += `<script type="text/plain" data-category="` + category + `">ran.push("of '` + category + `'")</script>
			<img data-category="` + category + `" data-src="/gated/pixel" alt="">`
	}
	tab := open(t, stage.Address(Page{Body: body}))
	tab.wait(visible(banner))
	tab.waitForUnknownPurposeWarning()
	tab.click(acceptButton)
	tab.wait(`nod.receipt()`)
	tab.waitUntilIdle()
	tab.checkRan()
	if all := stage.host.requests("/gated/"); len(all) > 0 {
		t.Errorf("%q were fetched", all)
	}
}

func TestElementsAddedLaterFollowTheirPurpose(t *testing.T) {
	image := stage.File("image/svg+xml", emptyImage)
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script><div></div>`}))
	tab.wait(visible(banner))
	add := func(name string) {
		tab.run(`const div = document.createElement("div");
			div.innerHTML = '<p><script type="text/plain" data-category="analytics">ran.push("html ` + name +
			`")</scr' + 'ipt><img data-category="beacons" data-src="` + image + `?` + name + `" alt=""></p>';
			document.querySelector("div").append(div);
			const s = document.createElement("script");
			s.type = "text/plain"; s.dataset.category = "analytics"; s.text = 'ran.push("appended ` + name + `")';
			document.body.append(s)`)
	}
	add("before")
	tab.checkRan()
	tab.click(acceptButton)
	tab.checkRan("html before", "appended before")
	add("after")
	tab.checkRan("html before", "appended before", "html after", "appended after")
	waitFor(t, "both images", func() bool { return len(stage.host.requests(image)) == 2 })
}

func TestAnElementNeedsAllItsPurposesAndServices(t *testing.T) {
	tag := func(name, attributes string) string {
		return `<script type="text/plain" ` + attributes + `>ran.push("` + name + `")</script>`
	}
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script>` +
		tag("stats", `data-category="analytics" data-service="usage-stats"`) +
		tag("speed", `data-category="analytics" data-service="performance"`) +
		tag("both", `data-category="analytics beacons"`) +
		tag("three", `data-category="analytics  beacons functional"`) +
		tag("unknown", `data-category="marketing"`) +
		tag("needed", `data-category="necessary"`) +
		tag("odd", `data-category="constructor"`)}))
	tab.wait(visible(banner))
	tab.waitForUnknownPurposeWarning()
	tab.checkRan("needed")
	tab.run(`nod.save({ analytics: true, performance: false })`)
	tab.checkRan("needed", "stats")
	tab.run(`nod.save({ beacons: "granted" })`)
	tab.checkRan("needed", "stats", "both")
	tab.run(`nod.save({ performance: true })`)
	tab.checkRan("needed", "stats", "both", "speed")
	tab.run(`nod.save({ functional: true })`)
	tab.checkRan("needed", "stats", "both", "speed", "three")
}

func TestAttributesSurviveActivation(t *testing.T) {
	content := `ran.push("whole " + document.currentScript.dataset.own)`
	sum := sha256.Sum256([]byte(content))
	right, wrong := base64.StdEncoding.EncodeToString(sum[:]), base64.StdEncoding.EncodeToString(make([]byte, 32))
	const tag = `<script type="text/plain" data-category="analytics" nonce="abc" `
	external := func(content, hash, attributes string) string {
		return tag + `data-src="` + stage.Abroad + addScript(content) + `" crossorigin="anonymous" integrity="sha256-` +
			hash + `" ` + attributes + `></script>`
	}
	// Nothing runs without the nonce. Browsers check the integrity on another origin only with CORS.
	tab := open(t, stage.Address(Page{
		CSP: "script-src 'nonce-abc'",
		Tag: `<script nonce="abc" src="` + stage.Script(Page{}) + `"></script>`,
		Body: `<script nonce="abc">window.ran = []</script>` +
			tag + `>ran.push("inline")</script>` +
			`<script type="text/plain" data-category="analytics">ran.push("without nonce")</script>` +
			external(content, right, `data-own="own"`) +
			external(`ran.push("changed")`, wrong, ""),
	}))
	tab.expectMessages("Executing inline script violates", "integrity")
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.checkRan("inline", "whole own")
	tab.check(`document.querySelector("script[integrity]").crossOrigin == "anonymous" &&
		document.querySelector("script[integrity]").nonce == "abc"`)
}

// The parser may pause within an element, when a part of its text is still missing.
func TestAnInlineScriptThatArrivesInPiecesRunsAsAWhole(t *testing.T) {
	const inline = `<script type="text/plain" data-category="analytics">`
	for name, pieces := range map[string][]string{
		"after its tag":          {inline, `ran.push("inline")</script><p>More</p>`},
		"within its text":        {inline + `ran.`, `push("inline")</script><p>More</p>`},
		"at the end of the page": {inline + `ran.push`, `("inline")</script>`},
		"in an element":          {`<div><div>` + inline + `ran.push("in`, `line")</script></div></div>`, `<p>More</p>`},
	} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{}))
			tab.click(acceptButton)
			tab.wait(`nod.receipt()`)
			rest := newLatch()
			t.Cleanup(rest.open)
			stage.host.overrideWith(t, func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path != "/piecemeal" {
					return false
				}
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				io.WriteString(w, `<!doctype html><title>A page</title><link rel="icon" href="data:,">`+
					`<script src="`+stage.Script(Page{})+`"></script><script>window.ran = []</script>`)
				for i, piece := range pieces {
					if i > 0 {
						<-rest.opened
					}
					io.WriteString(w, piece)
					w.(http.Flusher).Flush()
				}
				return true
			})
			tab.leavePage(`location.href = "/piecemeal"`)
			tab.wait(`location.pathname == "/piecemeal" && window.nod?.has && document.querySelector("[data-category]")`)
			tab.check(`document.readyState == "loading" && ran.length == 0`)
			rest.open()
			tab.wait(`document.readyState == "complete"`)
			tab.checkRan("inline")
		})
	}
}
