package e2e

import (
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/debugger"
	"github.com/chromedp/chromedp"
)

// watchExceptions lists what the scripts of the consent server throw from now on, also what they catch: the first
// exception makes the browser parse the script again. The result returns the list so far.
func (tab *Tab) watchExceptions() (list func() []string) {
	tab.Helper()
	var mu sync.Mutex
	var thrown []string
	urls := map[string]string{} // of scripts, by id
	err := chromedp.Listen(tab.ctx, func(e any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := e.(type) {
		case *debugger.EventScriptParsed:
			urls[string(e.ScriptID)] = e.URL
		case *debugger.EventPaused:
			if len(e.CallFrames) > 0 {
				url := urls[string(e.CallFrames[0].Location.ScriptID)]
				if strings.HasPrefix(url, stage.Consent) {
					thrown = append(thrown, url+": "+string(e.Data))
				}
			}
			// In a goroutine of its own: the events come one after the other. A tab that is gone needs no answer.
			go func() { _, _ = chromedp.Call(tab.ctx, debugger.Resume, debugger.ResumeParams{}) }()
		}
	})
	if err != nil {
		tab.Fatal(err)
	}
	call(tab, debugger.Enable, debugger.EnableParams{})
	call(tab, debugger.SetPauseOnExceptions,
		debugger.SetPauseOnExceptionsParams{State: debugger.SetPauseOnExceptionsStateAll})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return thrown
	}
}

func TestNothingIsThrownOnOrdinaryVisits(t *testing.T) {
	stage.host.overrideWith(t, answerGatedFiles)
	for name, body := range map[string]string{"a page with tagged elements": taggedMarkup, "a page without": ""} {
		t.Run(name, func(t *testing.T) {
			address := stage.Address(Page{Body: body + `<script>onload = () => document.body.append("text",
				document.createComment("comment"), document.createElement("p"))</script>`})
			tab := openEmptyTab(t)
			list := tab.watchExceptions()
			tab.load(address)
			tab.wait(visible(banner))
			tab.waitForSecondHalf()
			tab.waitUntilIdle()
			tab.click(acceptButton)
			tab.wait(decisionIsSent)
			tab.load(address)
			tab.wait(visible(reopenButton))
			tab.waitUntilIdle()
			for _, e := range list() {
				t.Error(e)
			}
		})
	}
}

// TestExceptionsAreSeen checks the check above.
func TestExceptionsAreSeen(t *testing.T) {
	tab := openEmptyTab(t)
	list := tab.watchExceptions()
	tab.load(stage.Address(Page{}))
	tab.run(`nod.push([{ toString() { return "unknown" } }])`) // nod.unknown() throws, and the script catches it
	waitFor(t, "the exception", func() bool { return len(list()) == 1 })
}

func TestGrantedInlineScriptsRunInTasksOfTheirOwn(t *testing.T) {
	script := func(name string) string {
		return tagged("", `ran.push("`+name+`"); most = Math.max(most, ++inTask); Promise.resolve().then(() => inTask = 0)`)
	}
	body := `<script>ran = []; most = inTask = 0</script>` + script("a") + script("b") + script("c")
	const allRan = `ran.join("") == "abc" && most == 1`
	tab := open(t, stage.Address(Page{Body: body}))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(`ran.length == 3`)
	tab.check(allRan)
	tab.wait(decisionIsSent)
	tab.load(stage.Address(Page{Body: body})) // the starter comes while the page is parsed, or afterwards
	tab.wait(`ran.length == 3`)
	tab.check(allRan)
}

func TestNothingIsPreloadedWhereDataIsSaved(t *testing.T) {
	for _, test := range []struct {
		connection string
		isLoaded   bool
	}{
		{`{ saveData: true, effectiveType: "4g" }`, false},
		{`{ saveData: false, effectiveType: "2g" }`, false},
		{`{ saveData: false, effectiveType: "slow-2g" }`, false},
		{`{ saveData: false, effectiveType: "3g" }`, true},
		{`undefined`, true},
	} {
		t.Run(test.connection, func(t *testing.T) {
			tab := open(t, stage.Address(Page{}),
				`Object.defineProperty(navigator, "connection", { value: `+test.connection+` })`)
			tab.wait(visible(banner))
			tab.wait(`document.readyState == "complete"`)
			tab.waitUntilIdle()
			if n := len(tab.requests("/assets/more.")); n > 0 != test.isLoaded {
				t.Errorf("%d requests for the second half", n)
			}
			if !test.isLoaded {
				tab.click(preferencesButton)
				tab.wait(dialogIsOpen) // what the visitor asks for is loaded
			}
		})
	}
}

// Chromium notes the stack of what reads cookies. Within the tag's own run that is the whole script, which it would
// parse again for that.
func TestCookiesAreReadBetweenTheTagAndTheNextScript(t *testing.T) {
	const count = `window.reads = window.readsInTag = 0;
		let nod, isInTag;
		Object.defineProperty(window, "nod", { get: () => nod, set(api) {
			nod = api;
			isInTag = true;
			queueMicrotask(() => { isInTag = false }); // before the tag's own
		} });
		const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
		Object.defineProperty(Document.prototype, "cookie", {
			get() { reads++; if (isInTag) readsInTag++; return get.call(this) }, set })`
	page := Page{Head: `<script>window.atNext = reads</script>`}
	tab := open(t, stage.Address(page), count)
	tab.check(`atNext > 0 && readsInTag == 0`)
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(decisionIsSent)
	tab.load(stage.Address(page))
	tab.check(`atNext > 0 && readsInTag == 0 && nod.has("analytics")`)
}

// What is there for opening the preferences must not compete with what an answer allows.
func TestWhatAClickAllowsIsLoadedBeforeTheSecondHalf(t *testing.T) {
	stage.host.overrideWith(t, answerGatedFiles)
	const body = `<script type="text/plain" data-category="analytics" data-src="/gated/script"></script>`
	open := func(t *testing.T) *Tab {
		tab := open(t, stage.Address(Page{Body: body}),
			`Object.defineProperty(navigator, "connection", { value: { saveData: true } })`) // it is not preloaded
		tab.wait(visible(banner))
		tab.wait(`performance.getEntriesByType("resource").some((e) => e.name.includes("/assets/starter.") && e.responseEnd)`)
		tab.waitUntilIdle() // the starter runs
		return tab
	}
	point := func(button string) string {
		return button + `.dispatchEvent(new MouseEvent("mouseover", { bubbles: true, composed: true }))`
	}
	t.Run("the pointer on a button that answers loads nothing", func(t *testing.T) {
		tab := open(t)
		tab.run(point(acceptButton))
		tab.waitUntilIdle()
		if all := tab.requests("/assets/more."); len(all) > 0 {
			t.Errorf("it loads %v", all)
		}
		tab.run(point(preferencesButton))
		tab.waitForSecondHalf()
	})
	t.Run("a press moves the focus and answers", func(t *testing.T) {
		tab := open(t)
		tab.run(acceptButton + `.focus(); ` + acceptButton + `.click()`)
		tab.wait(decisionIsSent)
		tab.check(`(find => find("/gated/script") < find("/assets/more."))((part) =>
			performance.getEntriesByType("resource").find((e) => e.name.includes(part)).startTime)`)
	})
}

func TestTheProgramWaitsForTheVisitorWhereDataIsSaved(t *testing.T) {
	for connection, isLoaded := range map[string]bool{`{ saveData: true }`: false, `{ effectiveType: "4g" }`: true} {
		tab := open(t, stage.Consent+"/yunzhijia/preferences",
			`Object.defineProperty(navigator, "connection", { value: `+connection+` })`)
		tab.waitUntilIdle()
		if n := len(tab.requests("app.")); n > 0 != isLoaded {
			t.Errorf("%s: %d requests for WebAssembly", connection, n)
		}
	}
}
