package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// manyLinks are links that fill more than a window.
var manyLinks = strings.Repeat(`<p><a href="#">A link with a long text that goes on and on and on</a></p>`, 40)

// findCovered is the JavaScript of the links that the banner covers when they have the focus.
const findCovered = `[...document.querySelectorAll("a, main + button")].flatMap((e, i) => {
	e.focus();
	const r = e.getBoundingClientRect(), at = document.elementFromPoint(r.x + 5, r.y + r.height / 2);
	return at == e ? [] : [i + " at " + Math.round(r.y)];
})`

func TestTheFocusIsVisibleWhateverScrolls(t *testing.T) { // C-42; WCAG 2.2, 2.4.11
	for name, body := range map[string]string{
		"a fixed element": `<style>html, body { height: 100%; margin: 0; overflow: hidden }
			main { position: fixed; inset: 0; overflow: auto }</style><main>` + manyLinks + `</main>`,
		"an element of full height": `<style>html, body { height: 100%; margin: 0; overflow: hidden }
			main { height: 100%; overflow: auto }</style><main>` + manyLinks + `</main>`,
		"the page, around a bar at its end": `<main>` + manyLinks + `</main>
			<button style="position: fixed; bottom: 0; width: 100%">Basket</button>`,
	} {
		t.Run(name, func(t *testing.T) {
			tab := openEmptyTab(t)
			tab.setSize(700, 500)
			tab.load(stage.Address(Page{Body: body}))
			tab.wait(visible(banner))
			tab.waitForSecondHalf()
			style := `[document.documentElement, document.querySelector("main")].map((e) => e.getAttribute("style")).join()`
			before := eval[string](tab.view, style)
			for _, c := range eval[[]string](tab.view, findCovered) {
				t.Errorf("the banner covers link %s", c)
			}
			tab.run(`nod.rejectAll()`)
			tab.wait(style + ` == "` + before + `"`)
			if strings.Contains(body, "overflow: hidden") {
				tab.check(`scrollY == 0 && document.body.scrollTop == 0`) // nobody could scroll it back
			}
		})
	}
}

// A visitor who clicks into a long text or a large field sees where; it must not jump away.
func TestWhatIsTallerThanTheRoomAboveTheBannerStaysWhereItIs(t *testing.T) { // C-42; WCAG 2.2, 2.4.11
	tab := openEmptyTab(t)
	tab.setSize(700, 500)
	tab.load(stage.Address(Page{Body: `<style>body { margin: 0 }</style><main tabindex="-1">` + manyLinks + `</main>`}))
	tab.wait(visible(banner))
	tab.waitForSecondHalf()
	for _, by := range []int{0, 100} {
		tab.run(fmt.Sprintf(`document.activeElement.blur(); scrollTo(0, %d);
			window.bodyStyle = document.documentElement.getAttribute("style");
			document.querySelector("main").focus({ preventScroll: true });
			await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))`, by))
		tab.check(fmt.Sprintf(`scrollY == %d && document.documentElement.getAttribute("style") == bodyStyle`, by))
	}
	tab.run(`[...document.querySelectorAll("a")].at(-1).focus()`) // one that is covered comes into view all the same
	tab.wait(`scrollY > 100`)
}

func TestTheFocusIsVisibleInAShadowRoot(t *testing.T) { // C-42; WCAG 2.2, 2.4.11
	tab := openEmptyTab(t)
	tab.setSize(700, 500)
	tab.load(stage.Address(Page{Body: `<main></main><script>document.querySelector("main")
		.attachShadow({ mode: "open" }).innerHTML = ` + "`" + manyLinks + "`" + `</script>`}))
	tab.wait(visible(banner))
	tab.waitForSecondHalf()
	tab.run(`document.querySelector("main").shadowRoot.querySelector("a").focus()`)
	for range 12 {
		tab.press(kb.Tab)
		tab.wait(`((e) => ((r) => document.elementFromPoint(r.x + 5, r.y + r.height / 2)?.shadowRoot == e.getRootNode())(
			e.getBoundingClientRect()))(document.activeElement.shadowRoot.activeElement)`)
	}
}

func TestAFocusTrapOfThePageLeavesTheBannerAlone(t *testing.T) { // C-43
	for name, trap := range map[string]string{
		"that listens to what bubbles": `document.addEventListener("focusin", trap)`, // Bootstrap
		"that listens first":           `document.addEventListener("focusin", trap, true)`,
	} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Body: `<button id="outside">Outside</button>
				<div id="modal" role="dialog"><button id="inside">Inside</button></div>
				<script>const trap = (e) => modal.contains(e.target) || inside.focus(); ` + trap + `; inside.focus()</script>`}))
			tab.wait(visible(banner))
			tab.run(`outside.focus()`)
			tab.check(`document.activeElement == inside`) // the trap works
			tab.tabTo(focusedElement + " == " + rejectButton)
			tab.press(kb.Enter)
			tab.wait("!" + visible(banner))
			tab.checkStates(denied, denied, denied)
		})
	}
}

func TestTheBannerCanBeAnsweredOverAFullScreen(t *testing.T) { // C-43
	tab := open(t, stage.Address(Page{Body: `<button id="full" onclick="screen1.requestFullscreen()">Full screen</button>
		<div id="screen1" style="background: silver">A video</div>`}))
	tab.wait(visible(banner))
	tab.waitForSecondHalf()
	tab.click(element("#full"))
	tab.wait(`document.fullscreenElement == screen1 && document.getElementById("nod").matches(":popover-open")`)
	// The browser without a window, which runs this test, draws nothing over a full screen, and sends it no input.
	tab.run(rejectButton + `.click()`)
	tab.wait("!" + visible(banner))
	tab.checkStates(denied, denied, denied)
	tab.check(`document.fullscreenElement == screen1 &&
		!document.getElementById("nod").shadowRoot.querySelector(":modal")`)
}
