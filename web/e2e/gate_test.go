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

func script(content string) string { return stage.File("text/javascript", content) }

// ran wants window.ran to be exactly this, as soon as it is as long.
func (tab *Tab) ran(want ...string) {
	tab.Helper()
	list := strings.Join(want, " ")
	if len(want) > 0 {
		tab.until(`ran.length >= ` + string(rune('0'+len(want))))
	}
	tab.settled()
	if got := eval[string](tab.view, `ran.join(" ")`); got != list {
		tab.Errorf("ran: %s; want %s", got, list)
	}
}

func TestTaggedElementsStartWhenTheirPurposeIsGranted(t *testing.T) {
	for _, test := range []struct {
		name string
		act  func(*Tab)
	}{
		{"by a click", func(tab *Tab) { tab.click(agree) }},
		{"by the keyboard", func(tab *Tab) {
			tab.tabTo(`document.getElementById("nod").shadowRoot.activeElement == ` + agree)
			tab.press(kb.Enter)
		}},
		{"by the API", func(tab *Tab) { tab.run(`nod.acceptAll()`) }},
		{"by an element of the page", func(tab *Tab) { tab.click(element(`[data-nod="accept-all"]`)) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			frame, image := stage.File("text/html", "<title>A frame</title>"), stage.File("image/svg+xml",
				`<svg xmlns="http://www.w3.org/2000/svg"/>`)
			tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script><button data-nod="accept-all">Yes</button>
				<script type="text/plain" data-category="analytics" data-src="` + script(`ran.push("src")`) + `"></script>
				<script type="text/plain" data-category="analytics">ran.push("inline")</script>
				<script type="text/plain" data-category="analytics" data-type="module">ran.push("module" +
					typeof import.meta)</script>
				<iframe data-category="functional" data-src="` + frame + `"></iframe><img data-category="beacons" data-src="` +
				image + `" alt="">`}))
			tab.until(visible(banner))
			tab.ran()
			test.act(tab)
			tab.until("!" + visible(banner))
			tab.stands(granted, granted, granted)
			tab.until(`document.querySelector("img").naturalWidth > 0`)
			tab.ran("src", "inline", "moduleobject") // in the order of the page
			for _, path := range []string{frame, image} {
				if n := len(stage.host.requests(path)); n != 1 {
					t.Errorf("%s was fetched %d times", path, n)
				}
			}
			// Nothing starts twice, whatever is chosen later.
			tab.run(`nod.acceptAll(); nod.withdraw(); nod.acceptAll()`)
			tab.ran("src", "inline", "moduleobject")
		})
	}
}

func TestTaggedScriptsKeepTheOrderOfThePage(t *testing.T) {
	slow, quick := script(`ran.push("slow")`), script(`ran.push("quick")`)
	asked := make(chan struct{})
	stage.host.answer(t, func(w http.ResponseWriter, r *http.Request) bool {
		switch r.URL.Path {
		case quick:
			close(asked)
		case slow:
			<-asked // both are fetched at once, the first comes last
		}
		return false
	})
	tag := `<script type="text/plain" data-category="analytics"`
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script>` + tag + ` data-src="` + slow + `">` +
		`</script>` +
		tag + ` data-src="` + quick + `"></script>` + tag + `>ran.push("inline")</script>`}))
	tab.until(visible(banner))
	tab.click(agree)
	tab.ran("slow", "quick", "inline")
}

func TestRefusedElementsNeverStart(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: tagged}))
	tab.until(visible(banner))
	tab.click(refuse)
	tab.until("!" + visible(banner))
	tab.stands(denied, denied, denied)
	tab.ran()
	tab.run(`document.body.insertAdjacentHTML("beforeend", '<img data-category="beacons" data-src="/gated/late" alt="">')`)
	tab.load(stage.Address(Page{Body: tagged})) // it stays refused
	tab.until(visible(wayBack))
	tab.stands(denied, denied, denied)
	tab.ran()
	if all := stage.host.requests("/gated/"); len(all) > 0 {
		t.Errorf("%q were fetched", all)
	}
}

func TestWhatNamesNoPurposeOrAnUnknownOneNeverStarts(t *testing.T) { // C-40
	stage.host.answer(t, gatedFiles)
	body := `<script>window.ran = []</script>`
	for _, category := range []string{"", " ", "unknown", "analytics unknown", "Analytics", "constructor", "__proto__",
		"*"} {
		body += `<script type="text/plain" data-category="` + category + `">ran.push("script of '` + category +
			`'")</script>` +
			`<img data-category="` + category + `" data-src="/gated/pixel" alt="">`
	}
	tab := open(t, stage.Address(Page{Body: body}))
	tab.until(visible(banner))
	tab.doubted()
	tab.click(agree)
	tab.until(`nod.receipt()`)
	tab.settled()
	tab.ran()
	if all := stage.host.requests("/gated/"); len(all) > 0 {
		t.Errorf("%q were fetched", all)
	}
}

func TestWhatComesLaterIsHeldAndStartedToo(t *testing.T) {
	image := stage.File("image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"/>`)
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script><div></div>`}))
	tab.until(visible(banner))
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
	tab.ran()
	tab.click(agree)
	tab.ran("html before", "appended before")
	add("after")
	tab.ran("html before", "appended before", "html after", "appended after")
	eventually(t, "both images", func() bool { return len(stage.host.requests(image)) == 2 })
}

func TestServicesAndSeveralCategoriesAreAllNeeded(t *testing.T) {
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
	tab.until(visible(banner))
	tab.doubted()
	tab.ran("needed")
	tab.run(`nod.save({ analytics: true, performance: false })`)
	tab.ran("needed", "stats")
	tab.run(`nod.save({ beacons: "granted" })`)
	tab.ran("needed", "stats", "both")
	tab.run(`nod.save({ performance: true })`)
	tab.ran("needed", "stats", "both", "speed")
	tab.run(`nod.save({ functional: true })`)
	tab.ran("needed", "stats", "both", "speed", "three")
}

func TestAttributesSurviveTheStart(t *testing.T) {
	content := `ran.push("whole " + document.currentScript.dataset.own)`
	sum := sha256.Sum256([]byte(content))
	right, wrong := base64.StdEncoding.EncodeToString(sum[:]), base64.StdEncoding.EncodeToString(make([]byte, 32))
	tag := `<script type="text/plain" data-category="analytics" nonce="abc" `
	// The nonce is needed for anything to run, CORS for the integrity to be checked at all on another origin.
	tab := open(t, stage.Address(Page{
		CSP: "script-src 'nonce-abc'",
		Tag: `<script nonce="abc" src="` + stage.Script(Page{}) + `"></script>`,
		Body: `<script nonce="abc">window.ran = []</script>` +
			tag + `>ran.push("inline")</script>` +
			`<script type="text/plain" data-category="analytics">ran.push("without nonce")</script>` +
			tag + `data-src="` + stage.Abroad + script(content) + `" data-own="own" crossorigin="anonymous" integrity="sha256-` +
			right + `"></script>` +
			tag + `data-src="` + stage.Abroad + script(`ran.push("changed")`) + `" crossorigin="anonymous" integrity="sha256-` +
			wrong + `"></script>`,
	}))
	tab.expects("Executing inline script violates", "integrity")
	tab.until(visible(banner))
	tab.click(agree)
	tab.ran("inline", "whole own")
	tab.is(`document.querySelector("script[integrity]").crossOrigin == "anonymous" &&
		document.querySelector("script[integrity]").nonce == "abc"`)
}

func TestElementsOfAReturningVisitorStartWhileThePageIsParsed(t *testing.T) {
	stage.host.answer(t, gatedFiles)
	tab := open(t, stage.Address(Page{Body: tagged}))
	tab.until(visible(banner))
	tab.click(agree)
	tab.until(`nod.receipt()`)
	tab.load(stage.Address(Page{}))
	stage.host.forget()
	tab.load(stage.Address(Page{Body: tagged}))
	tab.ran("inline")
	for _, path := range []string{"script", "frame", "image"} {
		if n := len(stage.host.requests("/gated/" + path)); n != 1 {
			t.Errorf("the %s was fetched %d times", path, n)
		}
	}
}

// The parser may rest anywhere, also within an element: its text is not all there then.
func TestAnInlineScriptThatArrivesInPiecesIsRunWhole(t *testing.T) {
	const inline = `<script type="text/plain" data-category="analytics">`
	for name, pieces := range map[string][]string{
		"after its tag":           {inline, `ran.push("inline")</script><p>More</p>`},
		"within its text":         {inline + `ran.`, `push("inline")</script><p>More</p>`},
		"as the page's last word": {inline + `ran.push`, `("inline")</script>`},
		"in an element":           {`<div><div>` + inline + `ran.push("in`, `line")</script></div></div>`, `<p>More</p>`},
	} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{}))
			tab.click(agree)
			tab.until(`nod.receipt()`)
			rest := newLatch()
			t.Cleanup(rest.open)
			stage.host.answer(t, func(w http.ResponseWriter, r *http.Request) bool {
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
			tab.run(`location.href = "/piecemeal"`)
			tab.until(`location.pathname == "/piecemeal" && window.nod?.has && document.querySelector("[data-category]")`)
			tab.is(`document.readyState == "loading" && ran.length == 0`)
			rest.open()
			tab.until(`document.readyState == "complete"`)
			tab.ran("inline")
		})
	}
}
