package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// tagged is the markup of a tagged script of analytics.
func tagged(attributes, content string) string {
	return `<script type="text/plain" data-category="analytics" ` + attributes + `>` + content + `</script>`
}

// activationCases are pages whose tagged scripts push names to ran. As on a page without Nod, they run in this order.
var activationCases = []struct {
	name string
	body func() string
	want string

	messages []string // that the console has
}{
	{"a deferred script runs after a later inline one", func() string {
		return tagged(`defer data-src="`+addScript(`ran.push("defer")`)+`"`, "") + tagged("", `ran.push("inline")`)
	}, "inline defer", nil},
	{"a module runs after a later inline script", func() string {
		return tagged(`data-type="module"`, `ran.push("module")`) + tagged("", `ran.push("inline")`)
	}, "inline module", nil},
	{"a module with a source and deferred scripts run in order", func() string {
		return tagged(`data-type="module" data-src="`+addScript(`ran.push("module")`)+`"`, "") +
			tagged(`defer data-src="`+addScript(`ran.push("defer")`)+`"`, "") +
			tagged(`data-type="module"`, `ran.push("inline module")`) +
			tagged(`data-src="`+addScript(`ran.push("plain")`)+`"`, "") + tagged("", `ran.push("inline")`)
	}, "plain inline module defer inline module", nil},
	{"an inline script with a type of its own waits for the one before it", func() string {
		return tagged(`data-src="`+addScript(`ran.push("src")`)+`"`, "") +
			tagged(`data-type="text/javascript"`, `ran.push("inline")`) +
			tagged(`data-src="`+addScript(`ran.push("last")`)+`"`, "")
	}, "src inline last", nil},
	{"a script for old browsers holds up nobody", func() string {
		return tagged(`nomodule data-src="`+addScript(`ran.push("old")`)+`"`, "") + tagged("", `ran.push("inline")`) +
			tagged(`nomodule`, `ran.push("old")`)
	}, "inline", nil},
	{"a script that fails holds up nobody", func() string {
		return tagged(`data-src="/missing.js"`, "") + tagged("", `ran.push("inline")`)
	}, "inline", []string{"missing.js"}},
	{"a script that throws holds up nobody", func() string {
		return tagged("", `ran.push("first"); throw "expected"`) + tagged("", `ran.push("second")`)
	}, "first second", []string{"expected"}},
	{"a script knows its element", func() string {
		return tagged(`id="known" data-own="own"`, `const s = document.currentScript;
			ran.push(s.id, s.dataset.own, s == document.getElementById("known"), s.parentNode.localName)`)
	}, "known own true body", nil},
	{"a script with a source knows its element", func() string {
		return tagged(`id="known" data-src="`+addScript(`const s = document.currentScript;
			ran.push(s == document.getElementById("known"), s.isConnected, s.parentNode.localName)`)+`"`, "")
	}, "true true body", nil},
}

func TestTaggedScriptsRunAsWithoutNod(t *testing.T) {
	for _, test := range activationCases {
		t.Run(test.name, func(t *testing.T) {
			address := stage.Address(Page{Body: `<script>window.ran = []</script>` + test.body()})
			tab := open(t, address)
			tab.expectMessages(test.messages...)
			tab.wait(visible(banner))
			tab.click(acceptButton)
			for _, visit := range []string{"after the answer", "on the next visit"} {
				tab.waitForRan(visit, test.want)
				tab.wait(decisionIsSent)
				tab.load(address)
			}
		})
	}
}

// waitForRan waits until these have run, separated by spaces, and fails the test if others ran.
func (tab *Tab) waitForRan(what, want string) {
	tab.Helper()
	tab.wait(`ran.join(" ").length >= ` + "`" + want + "`.length")
	tab.waitUntilIdle()
	if got := eval[string](tab.view, `ran.join(" ")`); got != want {
		tab.Errorf("%s: ran %q; want %q", what, got, want)
	}
}

func TestAScriptThatNeverAnswersHoldsUpNobody(t *testing.T) {
	answer := newLatch()
	t.Cleanup(answer.open)
	stage.host.overrideWith(t, func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/never" {
			<-answer.opened
		}
		return false
	})
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script>` + tagged(`data-src="/never"`, "") +
		tagged("", `ran.push("inline")`) + tagged(`data-type="module"`, `ran.push("module")`) +
		`<script type="text/plain" data-category="functional">ran.push("functional")</script>`}))
	tab.click(acceptButton)
	tab.wait(`["inline", "functional"].every((name) => ran.includes(name))`)
}

func TestAScriptThatIsTakenOutAtOnceStartsAndHoldsUpNobody(t *testing.T) {
	script := addScript(`ran.push("src")`)
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script>`}))
	tab.click(acceptButton)
	tab.run(`const add = (properties) => {
			const s = Object.assign(document.createElement("script"), { type: "text/plain", ...properties });
			s.dataset.category = "analytics";
			if (!properties.text) s.dataset.src = "` + script + `";
			document.head.append(s);
			return s;
		};
		add({}).remove();
		add({ text: "ran.push('inline')" })`)
	tab.waitForRan("put in and taken out", "src inline")
}

func TestThePageHearsOfTheLoadOfItsOwnElement(t *testing.T) {
	script := addScript(`ran.push("src")`)
	tab := open(t, stage.Address(Page{Body: `<script>
		window.ran = [];
		window.load = (src, properties) => new Promise((resolve) => {
			const s = Object.assign(document.createElement("script"), { type: "text/plain", ...properties });
			s.dataset.category = "analytics";
			s.dataset.src = src;
			s.onload = (e) => resolve([e.type, e.target == s, s.isConnected].join(" "));
			s.addEventListener("error", s.onload);
			document.head.append(s);
		});
		window.all = Promise.all([load("` + script + `"), load("/missing.js"), load("` + script + `?2", { async: true })]);
	</script>`}))
	tab.expectMessages("missing.js")
	tab.click(acceptButton)
	if got := strings.Join(eval[[]string](tab.view, "all"), ", "); got !=
		"load true true, error true true, load true true" {
		t.Error(got)
	}
}

func TestDataBlocksGetTheirType(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: tagged(`data-type="text/partytown"`, "window.ran = 1") +
		tagged(`data-type="application/ld+json"`, `{"@type":"Thing"}`) +
		tagged(`data-type="text/x-template"`, "<b>x</b>")}))
	types := `[...document.querySelectorAll("[data-type]")].map((e) => e.type).join()`
	tab.wait(visible(banner))
	tab.check(types + ` == "text/plain,text/plain,text/plain"`)
	tab.click(acceptButton)
	tab.wait(types + ` == "text/partytown,application/ld+json,text/x-template" && !window.ran`)
}

func TestDocumentWriteKeepsThePage(t *testing.T) {
	other := addScript(`ran.push("written")`)
	address := stage.Address(Page{Body: `<script>window.ran = []</script><main>` +
		tagged("", `document.write("<i id=w>wri"); document.writeln("tten</i>", "<script src='`+other+`'></scr" + "ipt>");
			ran.push("inline")`) +
		tagged("", `document.currentScript.remove(); document.open(); document.write("<b id=v>more</b>"); document.close()`) +
		`<p id="after">after</p></main>`})
	tab := open(t, address)
	tab.wait(visible(banner))
	tab.click(acceptButton)
	for range 2 {
		tab.waitForRan("document.write", "inline written")
		tab.wait(`document.readyState == "complete"`)
		tab.check(`document.querySelector("h1") && document.querySelector("script + i#w ~ b#v ~ p#after") &&
			w.textContent == "written" && !Object.hasOwn(document, "write")`)
		tab.wait(decisionIsSent)
		tab.load(address)
	}
}

func TestListenersOfLateScriptsAreCalledOnce(t *testing.T) {
	// The last is jQuery's way: it listens to both, and to none of them any more once one has come.
	const listen = `
		document.addEventListener("DOMContentLoaded", (e) => ran.push("content " + (e.target == document)));
		addEventListener("load", { handleEvent() { ran.push("load") } });
		document.addEventListener("readystatechange", () => ran.push("state"), { once: true });
		window.onload = function () { ran.push("property " + (this == window)) };
		const done = () => {
			document.removeEventListener("DOMContentLoaded", done);
			removeEventListener("load", done);
			ran.push("done");
		};
		document.addEventListener("DOMContentLoaded", done);
		addEventListener("load", done);
		new Image().addEventListener("load", () => ran.push("never"));
		setTimeout(() => addEventListener("load", () => ran.push("later")));
		ran.push("run");`
	const own = `<script>window.ran = []; window.own = 0;
		for (const type of ["DOMContentLoaded", "load"]) addEventListener(type, () => own++)</script>`
	const want = "content true done load property true run state"
	for name, script := range map[string]string{
		"inline":        tagged("", "{"+listen+"}"),
		"with a source": tagged(`data-src="`+addScript("{"+listen+"}")+`"`, ""),
	} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Body: own + script}))
			tab.click(acceptButton)
			tab.checkListeners(want)
		})
	}
	t.Run("with a slow source, on the next visit", func(t *testing.T) {
		tab := open(t, stage.Address(Page{}))
		tab.click(acceptButton)
		tab.wait(decisionIsSent)
		answer := newLatch()
		t.Cleanup(answer.open)
		stage.host.overrideWith(t, func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/slow.js" {
				return false
			}
			<-answer.opened
			w.Header().Set("Content-Type", "text/javascript")
			io.WriteString(w, "{"+listen+"}")
			return true
		})
		tab.leavePage(`location.href = "` + stage.Address(Page{Body: own + tagged(`data-src="/slow.js"`, "")}) + `"`)
		tab.wait(`window.own == 2`)
		answer.open()
		tab.checkListeners(want)
	})
}

// checkListeners checks what the listeners of a late script recorded, in the order of the alphabet.
func (tab *Tab) checkListeners(want string) {
	tab.Helper()
	tab.wait(`document.readyState == "complete" && window.own == 2 && ran.length >= 6`)
	tab.waitUntilIdle()
	if got := eval[string](tab.view, `ran.sort().join(" ")`); got != want {
		tab.Errorf("called %q; want %q", got, want)
	}
	tab.check(`own == 2`)
}

func TestScriptsStartOnceTheStarterCanBeHad(t *testing.T) { // C-40
	stage.consent.overrideWith(t, answerNotFound("/assets/starter."))
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script>` + tagged("", `ran.push("inline")`) +
		tagged(`data-src="`+addScript(`ran.push("src")`)+`"`, "")}))
	tab.expectMessages("starter")
	waitFor(t, "the request for the starter", func() bool { return len(tab.consoleMessages("ERR_FAILED")) > 0 })
	tab.wait(visible(banner))
	tab.run(`nod.acceptAll()`)
	waitFor(t, "another request", func() bool { return len(tab.consoleMessages("ERR_FAILED")) > 1 })
	tab.check(`ran.length == 0`)
	stage.consent.setOverride(nil)
	tab.run(`document.body.append(document.querySelector("[data-category]").cloneNode())`) // a tagged element more
	tab.waitForRan("after two failures", "inline src")
}

// Firefox runs inline modules that a script starts as soon as it can.
func TestTaggedScriptsRunInOrderInOtherBrowsers(t *testing.T) {
	src := func(attributes, name string) string {
		return tagged(attributes+` data-src="`+addScript(`ran.push("`+name+`")`)+`"`, "")
	}
	body := src("defer", "defer") + src(`data-type="module"`, "module") + src("", "src") + src("nomodule", "old") +
		tagged("", `ran.push("inline")`) + src("", "last") + tagged("", `ran.push("end")`) +
		src("async", `" + (window.async = document.currentScript.isConnected ? "" : "lost") + "`) +
		`<div></div><script>document.querySelector("div").innerHTML =
			'<script type="text/plain" data-category="analytics">window.fromMarkup = true</scr' + 'ipt>';
			onload = () => document.querySelector("[data-src]").onload = () => window.isLoaded = true</script>`
	runInOtherBrowsers(t, func(t *testing.T, page otherBrowser, _ []string) {
		page.load(stage.Address(Page{Body: `<script>window.ran = []</script>` + body}))
		page.wait(visible(banner))
		page.run(`nod.acceptAll()`)
		page.wait(`ran.filter(Boolean).length >= 6 && ran.includes("") && window.fromMarkup && window.isLoaded`)
		if got := evalIn[string](page, `ran.filter(Boolean).join(" ")`); got != "src inline last end defer module" {
			t.Errorf("ran %q", got)
		}
	})
}
