package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"

	desk "github.com/nod-consent/nod/app/request"
)

// rightsWalk is the way of one request through the pages, by keyboard and without script: a person sends it, staff
// answer, the person reads the answer.
type rightsWalk struct {
	*Tab
	axe  string
	kind desk.Kind
	lang string
}

// C-31, C-32, C-33, C-42, C-44: every kind of request, in two languages, on a narrow screen.
func TestAPersonAndStaffGoThroughARequestByKeyboardWithoutScript(t *testing.T) {
	axe := readAxe(t)
	kinds := []desk.Kind{desk.Leave}
	if isFullRun {
		kinds = desk.Kinds()
	}
	for n, kind := range kinds {
		for _, lang := range []string{"zh-CN", "en"} {
			if !isFullRun && lang == "en" {
				continue
			}
			t.Run(string(kind)+" in "+lang, func(t *testing.T) {
				w := rightsWalk{openEmptyTab(t), axe, kind, lang}
				w.setSize(320, 640)
				w.allowScript(false)
				person := w.ask()
				w.answer(desk.Outcomes[n%len(desk.Outcomes)])
				w.readAnswer(person)
			})
		}
	}
}

func (w rightsWalk) allowScript(isAllowed bool) {
	w.Helper()
	call(w.Tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !isAllowed})
}

// checkPage checks a page that came without script: it fits the screen, and axe finds nothing.
func (w rightsWalk) checkPage() {
	w.Helper()
	w.check(needsNoScrolling)
	w.allowScript(true) // for axe alone: the page's own script does not run any more
	eval[bool](w.view, w.axe)
	w.checkAccessibility(allRules)
	w.allowScript(false)
}

// enter goes to a field, and writes or presses keys there.
func (w rightsWalk) enter(field string, keys ...string) {
	w.Helper()
	w.tabTo(`document.activeElement.matches('` + field + `')`)
	w.check(`getComputedStyle(document.activeElement).outlineStyle != "none"`)
	w.press(keys...)
}

// follow presses what has the focus, and waits for the page that the expression is true on.
func (w rightsWalk) follow(field, arrived string) {
	w.Helper()
	w.enter(field, kb.Enter)
	w.wait(arrived + ` && document.readyState == "complete"`)
}

// ask fills in the form, and returns the address of the request.
func (w rightsWalk) ask() (address string) {
	w.Helper()
	w.load(stage.Consent + "/yunzhijia/rights?lang=" + w.lang)
	w.checkPage()
	w.enter("[value="+string(w.kind)+"]", " ")
	w.check(`document.querySelectorAll("[name=kind]:checked").length == 1`)
	if w.kind == desk.Leave {
		w.enter("[name=tenant]", "a", "c", "m", "e")
	}
	w.enter("[name=text]", "x")
	w.enter("[name=contact]", "a", "@", "b", ".", "c", "n")
	w.follow("[type=submit]", `location.search.includes("key=")`)
	w.checkPage()
	w.check(`document.documentElement.lang == "` + w.lang + `"`)
	return eval[string](w.view, `location.href`)
}

// answer answers the request as staff do, with a look at what the person will read.
func (w rightsWalk) answer(outcome desk.Outcome) {
	w.Helper()
	reference := eval[string](w.view, `/R-\w{5}-\w{5}/.exec(document.querySelector("h1").textContent)[0]`)
	w.load(stage.Consent + "/v1/admin/yunzhijia/requests")
	w.checkPage()
	w.enter("[name=token]", adminToken)
	w.press(kb.Enter)
	w.wait(element("[name=out]") + ` && document.readyState == "complete"`)
	w.checkPage()
	w.tabTo(`document.activeElement.textContent == "` + reference + `"`)
	w.press(kb.Enter)
	w.wait(element(".preview") + ` && document.readyState == "complete"`)
	w.checkPage()
	if w.kind.NeedsIdentity() {
		w.follow("[value=verify]", element("[name=outcome]"))
	}
	for range w.kind.Checks() {
		w.enter("[name=checked]", " ")
	}
	w.enter("[name=outcome]", string(outcome)) // its letters choose it
	if outcome == desk.Refused || outcome == desk.Partly {
		w.enter("[name=ground]", kb.ArrowDown)
	}
	w.enter("[name=letter]", answerOfTheWalk)
	w.follow("[value=preview]", element("[value=answer]"))
	w.check(`document.querySelector(".preview").textContent.includes("` + answerOfTheWalk + `")`)
	w.checkPage()
	w.follow("[value=answer]", `!document.querySelector("[name=outcome]")`)
}

const answerOfTheWalk = "We looked at everything, and this is the answer."

// readAnswer reads the answer as the person does, and reaches the receipts.
func (w rightsWalk) readAnswer(address string) {
	w.Helper()
	w.load(address)
	w.check(`document.querySelector("main").textContent.includes("` + answerOfTheWalk + `")`)
	w.check(`!document.querySelector("[name=withdraw]")`)
	steps := "2"
	if w.kind.NeedsIdentity() {
		steps = "3" // with the proof
	}
	w.check(`document.querySelectorAll('a[href*="/receipts/"]').length == ` + steps)
	w.tabTo(`document.activeElement.matches('a[href*="/receipts/"]')`)
	w.checkPage()
}
