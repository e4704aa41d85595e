package e2e

import "testing"

func TestScriptsOfAnotherDocumentStart(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script><iframe id="f"></iframe>`}))
	tab.run(`nod.acceptAll();
		const s = f.contentDocument.createElement("script");
		s.type = "text/plain";
		s.dataset.category = "analytics";
		s.text = "ran.push('script')";
		document.body.append(s);
		const b = f.contentDocument.createElement("button");
		b.dataset.nod = "reject-all";
		document.body.append(b)`)
	tab.wait(`ran.join() == "script"`)
	tab.run(`document.querySelector("[data-nod=reject-all]").click()`)
	tab.wait(`!nod.has("analytics")`)
}

func TestAScriptThatGetsItsTextLaterStartsThen(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script>`}))
	tab.run(`nod.acceptAll();
		for (const set of [(s) => (s.text = "ran.push('text')"),
			(s) => (s.dataset.src = "` + addScript(`ran.push("src")`) + `")]) {
			const s = document.createElement("script");
			s.type = "text/plain";
			s.dataset.category = "analytics";
			document.body.append(s);
			setTimeout(() => set(s), 300);
		}`)
	tab.wait(`ran.sort().join() == "src,text"`)
}

func TestMarkupThatWasSavedAfterAScriptRanStartsItAgain(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script>` +
		tagged(`data-nod="ran"`, `ran.push("saved")`)}))
	tab.click(acceptButton)
	tab.wait(`ran.join() == "saved"`)
}

func TestALatePageshowListenerIsCalled(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script>` +
		tagged("", `addEventListener("pageshow", () => ran.push("pageshow"))`)}))
	tab.click(acceptButton)
	tab.wait(`ran.join() == "pageshow"`)
}

func TestACopyOfAScriptThatRanDoesNotRun(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script><main>` + tagged("", `ran.push("script")`) +
		`</main>`}))
	tab.click(acceptButton)
	tab.wait(`ran.length`)
	tab.run(`document.body.append(document.querySelector("main").cloneNode(true))
		document.body.append(document.querySelector("main"))
		await new Promise((done) => setTimeout(done))`)
	tab.check(`ran.join() == "script"`)
}

func TestAScriptInSVGStarts(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script><svg>` + tagged("", `ran.push("svg")`) +
		`</svg>`}))
	tab.click(acceptButton)
	tab.wait(`ran.join() == "svg"`)
}

// Markup that was saved after a visit has the mark of a script that ran, and asks for no reload.
func TestSavedMarkupAsksForNoReload(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: tagged(`data-nod="ran"`, "")}))
	tab.waitForSecondHalf()
	tab.check(`!document.getElementById("nod").shadowRoot.querySelector(".reload")`)
}
