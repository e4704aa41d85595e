package e2e

import (
	"net/http"
	"testing"

	"github.com/chromedp/cdproto/page"
)

// holdLoad serves an image that never comes, so that the page's load never ends.
func holdLoad(t *testing.T) (body string) {
	t.Helper()
	never := newLatch()
	t.Cleanup(never.open)
	stage.host.overrideWith(t, func(w http.ResponseWriter, r *http.Request) bool {
		return never.holdRequests("/never")(w, r) || answerGatedFiles(w, r)
	})
	return `<img src="/never" alt="">`
}

// loadForever loads a page whose load never ends.
func (tab *Tab) loadForever(address string) {
	tab.Helper()
	call(tab, page.Navigate, page.NavigateParams{URL: address})
	tab.wait(`location.href == "` + address + `" && document.readyState == "interactive" && document.querySelector("img")`)
}

func TestWhatOtherTabsDecideIsFollowedWhereLoadNeverComes(t *testing.T) { // C-11
	one := open(t, stage.Address(Page{}))
	one.wait(visible(banner))
	one.click(acceptButton)
	one.wait(decisionIsSent)
	body := holdLoad(t) + `<iframe width="560" height="315" data-category="functional" data-src="/gated/frame"></iframe>`
	two := one.openTab("about:blank")
	two.loadForever(stage.Address(Page{Body: body}))
	two.checkStates(granted, granted, granted)
	one.run(`nod.withdraw()`)
	two.waitForStates(denied, denied, denied)
	two.wait(`!document.querySelector("iframe").hasAttribute("src")`)
	two.wait(visible(placeholder("p")))
}

func TestAWaitingDecisionIsSentWhereLoadNeverComes(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	tab.goOffline()
	tab.click(rejectButton)
	tab.waitForFailedRequest()
	tab.setOffline(false)
	tab.loadForever(stage.Address(Page{Body: holdLoad(t)}))
	tab.wait(decisionIsSent)
	tab.checkRecords(rejectedAll)
}

func TestAPageFromTheHistoryFollowsWhatOtherPagesDecided(t *testing.T) { // C-11
	body := `<script type="text/plain" data-category="analytics">window.ran = 1</script>`
	tab := open(t, stage.Address(Page{Body: body, Cached: true}))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(decisionIsSent)
	tab.run(`window.isSame = true`)
	tab.load(stage.Address(Page{Cached: true}))
	tab.run(`nod.withdraw()`)
	tab.wait(decisionIsSent)
	tab.leavePage(`history.back()`)
	tab.wait(`document.readyState == "complete" && window.nod && nod.answers().analytics == "denied"`)
}

func TestDecisionsAreSentAndAppliedWithoutTheSecondHalf(t *testing.T) { // C-10, C-40
	stage.consent.overrideWith(t, answerNotFound("/assets/more."))
	address := stage.Address(Page{})
	tab := openEmptyTab(t)
	tab.expectMessages("Access-Control-Allow-Origin", "ERR_FAILED")
	tab.load(address)
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(emptyQueue)
	tab.run(`document.cookie = "_yzj_id=1;path=/"; document.cookie = "own=1;path=/"`)
	tab.run(`nod.withdraw("analytics")`)
	tab.checkStates(granted, denied, granted)
	tab.check(`!document.cookie.includes("_yzj_id") && document.cookie.includes("own=1")`)
	tab.wait(emptyQueue)
	tab.click(reopenButton) // opens the page instead
	tab.waitForWindow("/preferences").run(`close()`)
	stage.consent.setOverride(nil)
	tab.load(address)
	tab.checkStates(granted, denied, granted)
	tab.checkRecords(acceptedAll, "withdraw: analytics=denied")
}

func TestAQueueIsStoredPastToJSON(t *testing.T) {
	tab := openEmptyTab(t)
	tab.load(stage.Address(Page{Before: `<script>
		for (const c of [Array, Object, String, Number, Date]) c.prototype.toJSON = () => "odd";
	</script>`}))
	tab.goOffline()
	tab.click(rejectButton)
	tab.check(`Array.isArray(JSON.parse(localStorage.nod).queue)`)
	tab.waitForFailedRequest()
	tab.setOffline(false)
	tab.wait(emptyQueue)
	tab.checkRecords(rejectedAll)
}

func TestOnlyTheBannersOwnButtonStopsAtWhatTheBannerAsks(t *testing.T) {
	body := `<button data-nod="reject-all">Refuse</button>`
	for _, test := range []struct{ name, want string }{
		{"the banner's button", granted},
		{"the banner's button, by a script", granted},
		{"the page's button", denied},
		{"the API", denied},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Body: body}))
			tab.wait(visible(banner))
			tab.run(`nod.save({ functional: true })`) // the banner asks for the others
			tab.wait(visible(banner))
			switch test.name {
			case "the banner's button":
				tab.click(rejectButton)
			case "the banner's button, by a script":
				tab.run(rejectButton + `.click()`)
			case "the page's button":
				tab.click(element("button"))
			case "the API":
				tab.run(`nod.rejectAll()`)
			}
			tab.waitForStates(test.want, denied, denied)
		})
	}
}

func TestAScriptRunByAnOptimiserAsksNoWrongServer(t *testing.T) { // C-40
	script := stage.Script(Page{})
	for _, test := range []struct{ name, tag string }{
		{"by eval after a request", `<script>fetch("` + script +
			`").then((r) => r.text()).then((s) => (0, eval)(s))</script>`},
		{"by eval in a file of its own", `<script src="` + addScript(`const r = new XMLHttpRequest();
			r.open("GET", "`+script+`", false); r.send(); (0, eval)(r.responseText)`) + `"></script>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := openEmptyTab(t)
			tab.expectMessages("nod: tag not found")
			tab.load(stage.Address(Page{Tag: test.tag}))
			tab.wait(visible(banner))
			tab.click(rejectButton)
			tab.wait("!" + visible(banner))
			tab.run(`nod.preferences()`)
			tab.wait(visible(banner)) // there is no other interface
			tab.waitUntilIdle()
			tab.checkStates(denied, denied, denied)
			if n := len(tab.consoleMessages("nod:")); n != 1 {
				t.Errorf("%d warnings", n)
			}
			if all := append(stage.host.requests("/v1/"), stage.host.requests("/assets/")...); len(all) > 0 {
				t.Errorf("the page's own server was asked: %q", all)
			}
		})
	}
}

func TestAPlantedCookieGrantsNothingThatWasRefusedHere(t *testing.T) { // C-40
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.wait(visible(banner))
	tab.click(rejectButton)
	tab.wait(decisionIsSent)
	planted := makeCookie(grantAll(today())) // newer, and of another subject
	tab.run(`document.cookie = "nod=` + planted + `;path=/;domain=yzj.localhost";
		document.cookie = "nod=;path=/;max-age=0"`)
	tab.load(address)
	tab.checkStates(denied, denied, denied)
	tab.run(`nod.acceptAll()`) // the visitor can still change it
	tab.load(address)
	tab.checkStates(granted, granted, granted)
}

// location.origin of a sandboxed page is that of its address; its own is null, and the server takes nothing from it.
func TestASandboxedPageSendsNothing(t *testing.T) {
	tab := open(t, stage.Address(Page{CSP: "sandbox allow-scripts"}))
	tab.expectMessages("is not among the origins")
	tab.run(`nod.rejectAll()`)
	tab.waitForSecondHalf()
	tab.waitUntilIdle()
}
