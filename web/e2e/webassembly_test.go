package e2e

import (
	"bytes"
	"image"
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

// shot is what is to be seen of the preference centre, pixel by pixel.
func (tab *Tab) shot() image.Image {
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

// differing counts the pixels in which two pictures differ.
func differing(a, b image.Image) (n int) {
	if a.Bounds() != b.Bounds() {
		return -1
	}
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			if a.At(x, y) != b.At(x, y) {
				n++
			}
		}
	}
	return n
}

func TestWebAssemblyTakesThePageOverUnnoticed(t *testing.T) {
	for _, where := range []string{stage.Host, stage.Abroad} {
		t.Run(where[len("http://"):len("http://")+7], func(t *testing.T) {
			release := hold(t, ".wasm")
			tab := open(t, stage.Address(Page{Origin: where}))
			tab.until(visible(banner))
			tab.click(preferences)
			f := tab.opened()
			f.run(`window.shifts = []; new PerformanceObserver((l) => shifts.push(...l.getEntries()
				.map((e) => e.value))).observe({ type: "layout-shift" });
				document.getElementById("nod-centre").prerendered = true`)
			f.click(element("#nod-functional"))
			f.run(`document.querySelector("#nod-performance").closest("details").open = true`)
			f.until(`document.querySelector("details[open] .part").firstChild`)
			f.click(element("#nod-performance"))
			f.until(`document.querySelector("#nod-performance").checked && document.querySelector("#nod-help-chat").checked`)
			f.run(`scrollTo(0, 260)`)
			f.until(`scrollY == 260`)
			const inputs = `[...document.querySelectorAll("input:checked")].map((i) => i.name).join(" ")`
			ticks := eval[string](f, inputs)
			f.settled()
			f.run(`shifts.length = 0`)
			before := tab.shot()
			if n := differing(before, tab.shot()); n != 0 {
				t.Fatalf("the page does not rest: %d pixels differ", n)
			}

			release()
			f.takenOver()
			f.is(`!document.getElementById("nod-centre").prerendered`) // it is another tree
			if got := eval[string](f, inputs); got != ticks ||
				ticks != "necessary functional account-memory help-chat analytics performance announcements" {
				t.Errorf("ticked before: %s; after: %s", ticks, got)
			}
			f.is(`document.querySelector("#nod-performance").closest("details").open &&
				document.querySelectorAll("#nod-centre details[open]").length == 1`)
			f.is(`document.activeElement.id == "nod-performance"`)
			f.is(`scrollY == 260`)
			f.settled()
			f.is(`shifts.length == 0`)
			if n := differing(before, tab.shot()); n != 0 {
				t.Errorf("%d pixels differ", n)
			}
			f.run(`document.querySelector("h1").style.marginTop = "40px"`) // the measures could fail
			f.settled()
			f.is(`shifts.length > 0`)
			if differing(before, tab.shot()) == 0 {
				t.Error("no pixel differs after the heading has moved")
			}

			f.click(element("footer [value=save]"))
			tab.untilStands(granted, granted, denied) // a service that is on has its purpose on
			tab.is(`nod.has("performance") && !nod.has("usage-stats")`)
		})
	}
}

func TestTheFormWorksWithoutWebAssembly(t *testing.T) { // C-61
	for _, test := range []struct {
		name    string
		prepare func(*testing.T, *Tab)
	}{
		{"which has not arrived yet", func(t *testing.T, _ *Tab) { hold(t, ".wasm") }},
		{"which the browser lacks", func(_ *testing.T, tab *Tab) { tab.first(`delete window.WebAssembly`) }},
		{"which can't be loaded", func(t *testing.T, tab *Tab) {
			stage.consent.answer(t, refusing(".wasm"))
			tab.expects("404", "WebAssembly could not start")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := arrive(t)
			test.prepare(t, tab)
			tab.load(stage.Address(Page{}))
			tab.until(visible(banner))
			tab.click(preferences)
			f := tab.opened()
			f.click(element("#nod-analytics"))
			f.click(element("#nod-policy details summary"))
			f.tabTo(`document.activeElement.value == "save"`)
			if test.name == "which can't be loaded" {
				eventually(t, "the failure", func() bool { return len(tab.said("WebAssembly could not start")) > 0 })
			}
			tab.press(kb.Enter)
			tab.untilStands(denied, granted, denied)
			tab.until("!" + dialog + shown)
			if got := saying(tab.receipt()); got != "save: functional=denied analytics=granted beacons=denied" {
				t.Errorf("record %s", got)
			}
			if test.name == "which the browser lacks" && len(stage.consent.requests(".wasm")) > 0 {
				t.Error("app.wasm was loaded for nothing")
			}
		})
	}
}

func TestTheFormGoesOnWhereTheProgramEnds(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	f := tab.centre()
	tab.expects("panic: syscall/js: call of Value.Bool on string", "exit code", "Go program has already exited")
	// A page of the future, or somebody's hand in the console: what the program reads is not what it takes it for.
	f.run(`(() => {
		const box = document.querySelector("#nod-beacons");
		Object.defineProperty(box, "checked", { get: () => "yes", configurable: true });
		box.dispatchEvent(new Event("change"));
		delete box.checked;
	})()`)
	eventually(t, "the end", func() bool { return len(tab.said("exit code")) > 0 })
	f.click(element("#nod-analytics"))
	f.is(`document.querySelector("#nod-usage-stats").checked`)
	f.click(element("footer [value=save]"))
	tab.untilStands(denied, granted, denied)
	tab.until("!" + dialog + shown)
}

// maxPreferencesScripts is what the preferences may load before the program itself, in bytes of brotli.
const maxPreferencesScripts = 5250

func TestTheScriptsOfThePreferencesAreSmall(t *testing.T) {
	origin := strings.Replace(servedScripts(t), "consent.yzj.localhost", "127.0.0.1", 1)
	get := func(path string) []byte {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", "br") // of which Go's client unpacks nothing
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Encoding") != "br" {
			t.Fatalf("%s: status %d, encoding %q, error %v", path, answer.StatusCode, answer.Header.Get("Content-Encoding"), err)
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
