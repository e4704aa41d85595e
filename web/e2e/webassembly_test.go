package e2e

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp/kb"
)

// takeScreenshot takes a picture of the dialog of the preferences.
func (tab *Tab) takeScreenshot() image.Image {
	tab.Helper()
	clip := eval[page.Viewport](tab.view,
		`(({x, y, width, height}) => ({x, y, width, height, scale: 1}))(`+dialog+`.getBoundingClientRect())`)
	got := call(tab, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng,
		Clip: &clip})
	picture, err := png.Decode(bytes.NewReader(got.Data))
	if err != nil {
		tab.Fatal(err)
	}
	return picture
}

// countDifferentPixels counts the pixels in which two pictures differ, by more than Chromium rounds differently when it
// paints a rounded corner again.
func countDifferentPixels(a, b image.Image) (n int) {
	if a.Bounds() != b.Bounds() {
		return -1
	}
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			if !isSameColour(a.At(x, y), b.At(x, y)) {
				n++
			}
		}
	}
	return n
}

// isSameColour reports whether each component is the same, or one of 256 steps away.
func isSameColour(a, b color.Color) bool {
	const step = 0x101
	isNear := func(x, y uint32) bool { return max(x, y)-min(x, y) <= step }
	ar, ag, ab, aa := a.RGBA()
	br, bg, bb, ba := b.RGBA()
	return isNear(ar, br) && isNear(ag, bg) && isNear(ab, bb) && isNear(aa, ba)
}

func TestWebAssemblyTakesOverWithoutAFlash(t *testing.T) {
	for _, listed := range listedOrigins() {
		t.Run(listed.name, func(t *testing.T) {
			release := holdResponses(t, ".wasm")
			tab := open(t, stage.Address(Page{Origin: listed.origin}))
			tab.setSize(800, 600) // where details that are open make the page longer
			tab.wait(visible(banner))
			tab.click(preferencesButton)
			f := tab.waitForPreferences()
			useForm(f)
			ticks := eval[string](f, tickedInputs)
			f.waitUntilIdle()
			f.run(`shifts.length = 0`)
			before := tab.takeScreenshot()
			if n := countDifferentPixels(before, tab.takeScreenshot()); n != 0 {
				t.Fatalf("the page is not still: %d pixels differ", n)
			}

			release()
			f.waitForWebAssembly()
			f.check(`!document.getElementById("nod-centre").prerendered`) // WebAssembly made a new element
			if got := eval[string](f, tickedInputs); got != ticks ||
				ticks != "functional account-memory help-chat analytics performance" {
				t.Errorf("ticked before: %s; after: %s", ticks, got)
			}
			f.check(`document.querySelector("#nod-performance").closest("details").open &&
				document.querySelectorAll("#nod-centre details[open]").length == 1`)
			f.check(`document.activeElement.id == "nod-performance"`)
			f.check(`scrollY == 260`)
			f.waitUntilIdle()
			f.check(`shifts.length == 0`)
			if n := countDifferentPixels(before, tab.takeScreenshot()); n != 0 {
				t.Errorf("%d pixels differ", n)
			}
			f.run(`document.querySelector("h1").style.marginTop = "40px"`) // the checks can fail
			f.waitUntilIdle()
			f.check(`shifts.length > 0`)
			if countDifferentPixels(before, tab.takeScreenshot()) == 0 {
				t.Error("no pixel differs after the heading has moved")
			}

			f.click(element("footer button[value=save]"))
			tab.waitForStates(granted, granted, denied) // a ticked service grants its purpose
			tab.check(`nod.has("performance") && !nod.has("usage-stats")`)
		})
	}
}

// tickedInputs is the JavaScript of the names of all ticked inputs.
const tickedInputs = `[...document.querySelectorAll("input:checked")].map((i) => i.name).join(" ")`

// useForm ticks, opens and scrolls something in the form. shifts collects the layout shifts.
func useForm(f view) {
	f.tab.Helper()
	f.run(`window.shifts = [];
		new PerformanceObserver((l) => shifts.push(...l.getEntries().map((e) => e.value)))
			.observe({ type: "layout-shift" });
		document.getElementById("nod-centre").prerendered = true`)
	f.click(element("#nod-functional"))
	f.run(`document.querySelector("#nod-performance").closest("details").open = true`)
	f.wait(`document.querySelector("details[open] .part").firstChild`)
	f.click(element("#nod-performance"))
	f.wait(`document.querySelector("#nod-performance").checked && document.querySelector("#nod-help-chat").checked`)
	f.run(`scrollTo(0, 260)`)
	f.wait(`scrollY == 260`)
}

func TestTheFormWorksWithoutWebAssembly(t *testing.T) { // C-61
	for _, test := range []struct {
		name    string
		prepare func(*testing.T, *Tab)
	}{
		{"not arrived yet", func(t *testing.T, _ *Tab) { holdResponses(t, ".wasm") }},
		{"missing in the browser", func(_ *testing.T, tab *Tab) { tab.addInitScripts(`delete window.WebAssembly`) }},
		{"not found", func(t *testing.T, tab *Tab) {
			stage.consent.overrideWith(t, answerNotFound(".wasm"))
			tab.expectMessages("404", "WebAssembly could not start")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := openEmptyTab(t)
			test.prepare(t, tab)
			tab.load(stage.Address(Page{}))
			tab.wait(visible(banner))
			tab.click(preferencesButton)
			f := tab.waitForPreferences()
			f.click(element("#nod-analytics"))
			f.click(element("#nod-policy details summary"))
			f.tabTo(`document.activeElement.value == "save"`)
			if test.name == "not found" {
				waitFor(t, "the failure", func() bool { return len(tab.consoleMessages("WebAssembly could not start")) > 0 })
			}
			tab.press(kb.Enter)
			tab.waitForStates(denied, granted, denied)
			tab.wait("!" + dialogIsOpen)
			if got := summarize(tab.waitForReceipt()); got != "save: functional=denied analytics=granted beacons=denied" {
				t.Errorf("record %s", got)
			}
			if test.name == "missing in the browser" && len(stage.consent.requests(".wasm")) > 0 {
				t.Error("app.wasm was loaded all the same")
			}
		})
	}
}

func TestTheFormStillWorksAfterWebAssemblyCrashes(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	f := tab.openPreferences()
	tab.expectMessages("panic: syscall/js: call of Value.Bool on string", "exit code", "Go program has already exited")
	// A changed page makes the program read a value of the wrong type.
	f.run(`(() => {
		const box = document.querySelector("#nod-beacons");
		Object.defineProperty(box, "checked", { get: () => "yes", configurable: true });
		box.dispatchEvent(new Event("change"));
		delete box.checked;
	})()`)
	waitFor(t, "the end of the program", func() bool { return len(tab.consoleMessages("exit code")) > 0 })
	f.click(element("#nod-analytics"))
	f.check(`document.querySelector("#nod-usage-stats").checked`)
	f.click(element("footer button[value=save]"))
	tab.waitForStates(denied, granted, denied)
	tab.wait("!" + dialogIsOpen)
}

// maxPreferencesScripts is what the preferences may load before the program itself, in bytes of brotli. Some 50 bytes
// count what is on, close other details beside the list, and hand over the own receipt to be checked.
const maxPreferencesScripts = 6100

func TestTheScriptsOfThePreferencesAreSmall(t *testing.T) {
	origin := strings.Replace(serveProductionScripts(t), "consent.yzj.localhost", "127.0.0.1", 1)
	get := func(path string) []byte {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", "br") // Go's client does not decompress it
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Encoding") != "br" {
			t.Fatalf("%s: status %d, encoding %q, error %v", path, answer.StatusCode,
				answer.Header.Get("Content-Encoding"), err)
		}
		return body
	}
	page, err := io.ReadAll(brotli.NewReader(bytes.NewReader(get("/yunzhijia/preferences"))))
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	scripts := regexp.MustCompile(`/assets/(?:boot|wasm_exec)\.[^"]+\.js`).FindAllString(string(page), -1)
	for _, path := range scripts {
		sum += len(get(path))
	}
	if t.Logf("%v: %d bytes", scripts, sum); len(scripts) != 2 || sum > maxPreferencesScripts {
		t.Errorf("%v have %d bytes; the budget of two is %d", scripts, sum, maxPreferencesScripts)
	}
}
