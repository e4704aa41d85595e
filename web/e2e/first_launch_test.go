package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/google/uuid"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/assets"
)

// anApp is what an app does for the page that it shows: it hears what the page says, and answers nod:ready. Beside it
// stands what counts all that the page keeps in the browser.
func anApp(hello string) string {
	return `window.told = []; window.writes = [];
	for (const name of ["setItem"]) { const f = Storage.prototype[name]; Storage.prototype[name] = function (...a) {
		writes.push(name + " " + a[0]); return f.apply(this, a) } }
	{ const c = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
		Object.defineProperty(Document.prototype, "cookie", { ...c, set(v) { writes.push("cookie " + v);
		c.set.call(this, v) } }) }
	{ const f = IDBFactory.prototype.open; IDBFactory.prototype.open = function (...a) { writes.push("indexedDB");
		return f.apply(this, a) } }
	if (window == top) window.NodBridge = { postMessage(m) { told.push(JSON.parse(m));
		if (told.at(-1).type == "nod:ready" && !told.at(-1).newer) setTimeout(() => {
		nodReceive(JSON.stringify(` + hello + `)); window.greeted = true }) } };`
}

const hello = `{ v: 1, type: "nod:hello", platform: "android", app: "10.7.19", locale: "zh-CN", permissions: {
	camera: "prompt" } }`

// returning has the page begin with what an app kept of an earlier one.
func returning(external json.RawMessage) string {
	return "window.nodExternal = " + string(external) + ";" + anApp(hello)
}

func launchAddress(query string) string {
	return stage.Consent + "/" + siteID + "/first-launch?platform=android&lang=en" + query
}

// deed is a button of the screen that is seen.
func deed(what string) string {
	return `[...document.querySelectorAll("[data-do=` + what + `]")].find((b) => b.checkVisibility())`
}

func onScreen(id string) string { return visible(element("#nod-" + id)) }

func (v view) untilGreeted() {
	v.tab.Helper()
	v.until(onScreen("ask") + ` && told.length > 0 && window.greeted`)
}

// told are the messages of a type.
func (v view) told(kind string) (list []map[string]any) {
	v.tab.Helper()
	return eval[[]map[string]any](v, `told.filter((m) => m.type == "nod:`+kind+`")`)
}

// agreeing has a visitor agree, who is so old.
func (tab *Tab) agreeing(age string) {
	tab.Helper()
	tab.untilGreeted()
	tab.click(deed("agree"))
	tab.until(onScreen("age"))
	tab.click(deed(age))
}

// agreed brings the visitor to where the first layer is agreed to.
func (tab *Tab) agreed() {
	tab.Helper()
	tab.agreeing("adult")
	tab.until(onScreen("menu"))
}

// goForward goes where the browser's button would, if there is such a place.
func (v view) goForward() {
	v.tab.Helper()
	v.run(`if (navigation.canGoForward) await navigation.forward().finished.catch(() => {})`)
}

// opens has the visitor go from the menu to one question.
func (tab *Tab) opens(question string) {
	tab.Helper()
	tab.click(element("#nod-menu [data-question=" + question + "]"))
	tab.until(onScreen("q-" + question))
}

// external is what the app was last told to keep.
func (v view) external() json.RawMessage {
	v.tab.Helper()
	return eval[json.RawMessage](v, `told.filter((m) => m.external).at(-1).external`)
}

// launched are the records of the subject of an app.
func (v view) launched(n int) []ledger.Record {
	v.tab.Helper()
	var kept struct{ Subject uuid.UUID }
	if err := json.Unmarshal(v.external(), &kept); err != nil {
		v.tab.Fatal(err)
	}
	var records []ledger.Record
	eventually(v.tab, fmt.Sprintf("%d records", n), func() bool {
		var err error
		records, err = stage.Ledger.Records(v.tab.Context(), siteID, kept.Subject)
		if err != nil {
			v.tab.Fatal(err)
		}
		return len(records) >= n
	})
	return records
}

// fitsTheSchema checks all that the page said.
func (v view) fitsTheSchema() {
	v.tab.Helper()
	text, err := assets.Files.ReadFile("schema/bridge.json")
	if err != nil {
		v.tab.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		v.tab.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("bridge.json", document); err != nil {
		v.tab.Fatal(err)
	}
	schema, err := c.Compile("bridge.json")
	if err != nil {
		v.tab.Fatal(err)
	}
	for _, m := range eval[[]any](v, `told`) {
		if err := schema.Validate(m); err != nil {
			v.tab.Errorf("%v: %v", m, err)
		}
	}
}

// C-01, C-02, C-05, C-21
func TestTheWholeFirstLaunchLeavesNoTraceBeforeAYes(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.untilGreeted()
	tab.settled()
	quiet := func(when string) {
		t.Helper()
		if w := eval[[]string](tab.view, `writes`); len(w) > 0 {
			t.Errorf("%s the page kept %q", when, w)
		}
		if n := eval[int](tab.view, holdings); n > 0 || len(tab.cookies()) > 0 {
			t.Errorf("%s the browser holds %d things and %d cookies", when, n, len(tab.cookies()))
		}
		for _, r := range tab.requests("") {
			if !strings.HasPrefix(r.URL, stage.Consent+"/") && !strings.HasPrefix(r.URL, "data:") {
				t.Errorf("%s %s was asked for", when, r.URL)
			}
		}
		for _, m := range tab.told("decision") {
			for sdk, state := range m["sdks"].(map[string]any) {
				if p := stage.purposeOf(sdk); state != "denied" && p != "app-core" {
					t.Errorf("%s the SDK %s of %s is %s", when, sdk, p, state)
				}
			}
		}
	}
	quiet("before a choice")
	if all := eval[[]string](tab.view, `told.map((m) => m.type)`); len(all) != 1 || all[0] != "nod:ready" {
		t.Errorf("before a choice the app heard %q", all)
	}
	// C-03
	tab.is(deed("agree") + `.getBoundingClientRect().width == ` + deed("disagree") + `.getBoundingClientRect().width`)
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "1" });
		nodReceive({ v: 1, type: "nod:sdk", sdk: "amap", re: "2" })`)
	tab.is(onScreen("ask")) // nothing is asked before
	tab.is(`told.at(-2).state == "denied" && told.at(-1).state == "denied" && told.at(-1).re == "2"`)

	tab.click(deed("disagree"))
	tab.until(onScreen("basic"))
	quiet("after a no")
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "3" });
		nodReceive({ v: 1, type: "nod:sdk", sdk: "amap", re: "4" })`)
	tab.is(onScreen("basic") + ` && told.filter((m) => m.re > 2).every((m) => m.state == "denied")`)
	r := tab.launched(1)[0]
	if saying(r) != "reject_all: functional=denied analytics=denied beacons=denied" || r.Platform != "android" {
		t.Errorf("kept: %s on %s", saying(r), r.Platform)
	}
	tab.click(deed("close"))
	tab.until(`told.at(-1).type == "nod:close" && told.at(-1).reason == "basic"`) // no exit, no loop
	tab.fitsTheSchema()

	external := tab.external()
	again := open(t, launchAddress(""), returning(external)) // the app is started anew
	again.until(onScreen("menu"))
	again.settled()
	if len(again.told("decision")) > 0 {
		t.Error("it is asked again")
	}
}

func (s *Stage) purposeOf(sdk string) string {
	sites, err := loadSites()
	if err != nil {
		return err.Error()
	}
	for _, e := range sites[0].CurrentPolicy().SDKs {
		if e.ID == sdk && e.Platform == "android" {
			return e.Purpose
		}
	}
	return ""
}

// C-14, C-17, C-18, C-50
func TestAPermissionIsAskedForWhenItIsNeeded(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreed()
	accepted := tab.told("decision")[0]
	if a := accepted["answers"].(map[string]any); len(a) != 3 || a["functional"] != "granted" {
		t.Errorf("agreeing answered %v", a)
	}
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", state: "prompt", re: "a" })`)
	tab.until(onScreen("q-camera"))
	tab.is(visible(element("#nod-q-camera .system")) + ` &&
		document.querySelector("#nod-q-camera .system .state").textContent == "Not asked yet"`)
	tab.is(deed("grant") + `.offsetWidth == ` + deed("refuse") + `.offsetWidth`)
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "microphone", re: "b" })`) // one at a time
	tab.is(onScreen("q-camera") + ` && told.some((m) => m.re == "b" && m.state == "unasked")`)
	tab.click(deed("settings"))
	tab.until(`told.at(-1).type == "nod:openSettings" && told.at(-1).permission == "camera"`)
	tab.click(deed("refuse"))
	tab.until(`told.some((m) => m.re == "a" && m.state == "denied")`)
	tab.until(onScreen("menu"))
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "c" })`) // it rests
	tab.is(onScreen("menu") + ` && told.some((m) => m.re == "c" && m.state == "denied")`)
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "microphone", re: "d" })`)
	tab.until(onScreen("q-microphone"))
	tab.click(deed("grant"))
	tab.until(`told.some((m) => m.re == "d" && m.state == "granted")`)
	tab.until(onScreen("menu"))
	r := tab.launched(3)
	if r[1].Permission != "camera" || r[1].Answers["camera"] != consent.Denied || r[2].Permission != "microphone" ||
		r[2].Answers["microphone"] != consent.Granted {
		t.Errorf("kept: %v %v, %v %v", r[1].Permission, r[1].Answers, r[2].Permission, r[2].Answers)
	}
	for i, screen := range []string{"ask", "q-camera", "q-microphone"} {
		title := eval[string](tab.view, element("#nod-"+screen+" :is(h1, h2)")+`.innerHTML`)
		shown, err := stage.Ledger.Presentation(t.Context(), siteID, r[i].Presentation)
		if err != nil || title == "" || !strings.Contains(shown.HTML, title) {
			t.Errorf("record %d does not lead to the screen %q (%q): %v", i, screen, title, err)
		}
	}
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "photos", re: "e" })`)
	tab.until(onScreen("q-photos"))
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("menu") + ` && told.at(-1).re == "e" && told.at(-1).state == "unasked"`)
	tab.fitsTheSchema()

	// It may be asked again after 48 hours, and not before. Answers are remembered by their day (UTC), so it is the
	// beginning of the third day after. C-06
	external := tab.external()
	third := r[1].DecidedAt.UTC().Truncate(24*time.Hour).AddDate(0, 0, 3)
	for at, asks := range map[time.Time]bool{third.Add(-time.Minute): false, third.Add(time.Minute): true} {
		later := open(t, launchAddress("&permission=camera"), fmt.Sprintf(`Date.now = () => %d`, at.UnixMilli()),
			returning(external))
		later.until(`window.greeted`)
		later.settled()
		if got := eval[bool](later.view, "!!"+onScreen("q-camera")); got != asks {
			t.Errorf("at %s it asks: %v", at, got)
		}
	}
}

// A decision of a time that is not yet there is none; where the clock went back by less than a day it holds, and the
// next one is after it.
func TestAClockThatGoesBackGrantsNothingInAnApp(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreed()
	external := tab.external()
	before := tab.launched(1)[0]
	for hours, screen := range map[int]string{1: "menu", 9600: "ask"} {
		later := open(t, launchAddress(""), fmt.Sprintf(`{ const real = Date.now; Date.now = () => real() - %d * 36e5 }`,
			hours), returning(external))
		later.until(onScreen(screen) + ` && told.length > 0`)
		if screen == "ask" {
			later.is(`!told[0].decided`)
			continue
		}
		later.is(`told[0].decided`)
		later.click(deed("withdraw"))
		later.until(`told.some((m) => m.action == "withdraw")`)
		if id := later.told("decision")[0]["id"].(string); id <= before.ID.String() {
			t.Errorf("decision %s is not after %s", id, before.ID)
		}
	}
}

// C-21: an SDK starts after its purpose's yes, and not before.
func TestAnSDKStartsAfterItsYes(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreed()
	state := func(sdk string) string {
		tab.run(`nodReceive({ v: 1, type: "nod:sdk", sdk: ` + fmt.Sprintf("%q", sdk) + `})`)
		return eval[string](tab.view, `told.filter((m) => m.type == "nod:sdk").at(-1).state`)
	}
	for _, sdk := range []string{"amap", "nobody", "constructor", "__proto__"} {
		if s := state(sdk); s != "denied" {
			t.Errorf("%s is %s", sdk, s)
		}
	}
	tab.opens("location")
	tab.click(deed("grant"))
	tab.until(onScreen("menu"))
	if s := state("amap"); s != "granted" {
		t.Errorf("after the yes it is %s", s)
	}
	tab.click(deed("withdraw"))
	tab.until(`told.some((m) => m.action == "withdraw")`)
	if s := state("amap"); s != "denied" {
		t.Errorf("after the withdrawal it is %s", s)
	}
}

// C-23, C-24
func TestAGuardianConsentsForAMinor(t *testing.T) {
	for _, whose := range []string{"child", "teen"} {
		t.Run(whose, func(t *testing.T) {
			tab := open(t, launchAddress(""), anApp(hello))
			tab.untilGreeted()
			tab.click(deed("agree"))
			tab.until(onScreen("age"))
			tab.click(deed(whose))
			tab.until(onScreen("guardian"))
			tab.is(visible(element(".of-"+whose)) + ` && told.every((m) => m.type != "nod:decision")`)
			tab.click(deed("consents")) // without evidence
			tab.is(onScreen("guardian"))
			tab.run(`const f = document.querySelector("#nod-guardian form"); f.elements.reference.value = "HR-2026-114";
				f.elements.method.value = "signed-file"`)
			tab.click(deed("consents"))
			tab.until(onScreen("menu"))
			g := tab.launched(1)[0].Guardian
			if g == nil || g.Method != "signed-file" || g.Reference != "HR-2026-114" || g.Time.IsZero() {
				t.Errorf("evidence: %v", g)
			}
			tab.opens("face") // each further yes wants the guardian's, too
			tab.click(deed("grant"))
			tab.until(onScreen("guardian"))
			tab.click(deed("declines"))
			tab.until(onScreen("q-face"))
			tab.click(deed("grant"))
			tab.until(onScreen("guardian"))
			tab.click(deed("consents"))
			tab.until(onScreen("menu"))
			tab.click(element("#nod-menu [data-page=preferences]")) // nor do the preferences take one without it
			tab.until(`document.querySelector("#nod-preferences iframe")?.contentDocument?.querySelector("#nod-analytics")?.checked`)
			tab.run(`const d = document.querySelector("#nod-preferences iframe").contentDocument;
				d.querySelector("#nod-kingdee").click(); d.querySelector("#nod-analytics").click();
				d.querySelector("[value=save]").click()`)
			tab.until(onScreen("guardian") + ` && told.findLast((m) => m.type == "nod:decision").states.analytics == "denied"`)
			tab.is(`told.findLast((m) => m.type == "nod:decision").states.kingdee != "granted"`)
			tab.run(`document.querySelector("#nod-guardian form").elements.reference.value = "HR-2026\t115"`)
			tab.click(deed("consents"))
			tab.until(onScreen("preferences") + ` && told.findLast((m) => m.type == "nod:decision").states.kingdee == "granted"`)
			tab.until(`document.querySelector("#nod-preferences iframe").contentDocument.querySelector("#nod-kingdee").checked`)
			if r := tab.launched(2)[1]; r.Guardian == nil || r.Answers["face"] != consent.Granted {
				t.Errorf("kept: %v with %v", r.Answers, r.Guardian)
			}
			if r := tab.launched(4); r[2].Guardian != nil || r[3].Guardian == nil || r[3].Guardian.Reference != "HR-2026 115" {
				t.Errorf("kept: %v, then %v", r[2].Guardian, r[3].Guardian)
			}
			tab.fitsTheSchema()
		})
	}
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreeing("child")
	tab.until(onScreen("guardian"))
	tab.click(deed("declines"))
	tab.until(onScreen("basic"))
	if r := tab.launched(1)[0]; r.Action != consent.RejectAll || r.Guardian != nil {
		t.Errorf("kept: %s", saying(r))
	}
}

// C-23
func TestNoYesComesBeforeAnAge(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.untilGreeted()
	tab.click(deed("disagree"))
	tab.until(onScreen("basic"))
	tab.click(deed("close"))
	tab.until(onScreen("menu"))
	tab.opens("face")
	tab.click(deed("grant"))
	tab.until(onScreen("age"))
	tab.click(deed("child"))
	tab.until(onScreen("guardian") + ` && told.at(-1).type == "nod:keep" && told.at(-1).external.age == "child"`)
	tab.click(deed("declines"))
	tab.until(onScreen("q-face"))
	for range 2 { // the browser's way forward leads to no other age
		tab.goForward()
		tab.is(onScreen("q-face"))
	}
	tab.click(deed("grant"))
	tab.until(onScreen("guardian"))
	tab.is(`told.every((m) => m.type != "nod:decision" || Object.values(m.answers).every((a) => a == "denied"))`)
	kept := tab.external()

	again := open(t, launchAddress(""), returning(kept)) // a child that refused everything is a child still
	again.until(onScreen("menu"))
	again.opens("face")
	again.click(deed("grant"))
	again.until(onScreen("guardian"))
	again.run(`document.querySelector("#nod-guardian form").elements.reference.value = "HR-2026-116"`)
	again.click(deed("consents"))
	again.until(onScreen("menu") + ` && told.at(-1).external?.age == "child" &&
		told.findLast((m) => m.type == "nod:decision").states.face == "granted"`)
	again.fitsTheSchema()
}

// C-23
func TestWhoAgreedIsNotAskedAnotherAgeByTheWayForward(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreeing("teen")
	tab.until(onScreen("guardian"))
	tab.run(`document.querySelector("#nod-guardian form").elements.reference.value = "HR-2026-117"`)
	tab.click(deed("consents"))
	tab.until(onScreen("menu"))
	for range 2 {
		tab.goForward()
		tab.is(onScreen("menu") + ` && ` + visible(element("#nod-top")) + ` == false`)
	}
	tab.is(`told.filter((m) => m.type == "nod:decision").length == 1`)
}

func TestTwoQuickBacksCloseALayerAndThenThePage(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreed()
	tab.opens("face")
	tab.run(`nodReceive({ v: 1, type: "nod:back" }); nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("menu") + ` && told.at(-1).type == "nod:close" && told.at(-1).reason == "back"`)
}

// C-25, C-26
func TestAnAppThatAnswersLateOrTwiceChangesNothing(t *testing.T) {
	silent := strings.Replace(anApp("null"), `setTimeout(() => nodReceive(JSON.stringify(null)))`, "0", 1)
	tab := open(t, launchAddress(""), silent)
	tab.agreed()
	before := tab.external()
	from := func(name, denied string) string {
		return `nodReceive({ v: 1, type: "nod:hello", platform: "android", tenant: { id: "` + name + `", name: "` + name +
			`", contact: "", denied: ["` + denied + `"] } });`
	}
	tab.run(from("acme", "location")) // long after the answer
	tab.is(onScreen("menu"))
	tab.run(from("other", "face"))
	tab.run(`document.querySelector("[data-question=face]").click()`)
	tab.until(onScreen("q-face") + ` && !` + deed("grant") + `.disabled`)
	tab.click(deed("refuse"))
	tab.until(onScreen("menu"))
	if r := tab.launched(2); r[0].Tenant != "" || r[1].Tenant != "acme" || r[1].Answers["face"] != consent.Denied {
		t.Errorf("kept: %s of %q, then %s of %q", saying(r[0]), r[0].Tenant, saying(r[1]), r[1].Tenant)
	}
	if string(before) == string(tab.external()) {
		t.Error("the second answer was not given to the app")
	}
	tab.run(`document.querySelector("[data-question=location]").click()`)
	tab.until(onScreen("q-location") + ` && ` + deed("grant") + `.disabled &&
		document.querySelector("#nod-q-location .locked").textContent.includes("acme")`)
}

// C-50
func TestWhatNoAppTakesTheBrowserKeeps(t *testing.T) {
	tab := open(t, launchAddress(""), `window.nodExternal = { cookie: "none" }`) // and no bridge
	tab.until(onScreen("ask"))
	tab.click(deed("disagree"))
	tab.until(onScreen("basic") + ` && document.cookie.includes("nod=")`)
	again := open(t, launchAddress("&again"), `window.nodExternal = { cookie: "none" };
		document.cookie = "`+eval[string](tab.view, `document.cookie`)+`"`)
	again.until(onScreen("menu"))
}

// C-25, C-26
func TestAnEnterpriseKeepsThingsOffAndTurnsNothingOn(t *testing.T) {
	tenant := `tenant: { id: "acme", name: "<b>Acme</b>", contact: "it@acme.example", denied: ["location", "analytics",
		"necessary", "nobody", "constructor", 7, null], granted: ["face"] }`
	tab := open(t, launchAddress(""), anApp(`{ v: 1, type: "nod:hello", platform: "android", `+tenant+` }`))
	tab.agreed()
	d := tab.told("decision")[0]
	if a := d["answers"].(map[string]any); a["analytics"] != nil || a["functional"] != "granted" {
		t.Errorf("answered: %v", a)
	}
	if s := d["states"].(map[string]any); s["analytics"] != "denied" || s["necessary"] != "granted" ||
		s["face"] != "unasked" {
		t.Errorf("states: %v", s)
	}
	later := open(t, launchAddress(""), "window.nodExternal = "+string(tab.external())+";"+anApp(`{ v: 1,
		type: "nod:hello", platform: "android", `+tenant+` }`))
	// not asked again
	later.until(onScreen("menu") + ` && told.filter((m) => m.type == "nod:ready").map((m) => m.decided)
		.join() == "false,true"`)
	later.is(onScreen("menu"))
	tab.opens("location")
	tab.is(deed("grant") + `.disabled && document.querySelector("#nod-q-location .locked").textContent ==
		"<b>Acme</b> (it@acme.example) has turned this off for its members."`)
	tab.run(deed("grant") + `.disabled = false`)
	tab.click(deed("grant"))
	tab.is(`told.every((m) => m.type != "nod:decision" || m.action == "accept_all")`)
	if r := tab.launched(1); len(r) != 1 || r[0].Tenant != "acme" {
		t.Errorf("kept: %v of %q", r, r[0].Tenant)
	}
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("menu"))
	tab.click(element("[data-page='lists/collected']"))
	tab.until(onScreen("reader") + ` && document.querySelector("#collected-enterprise-work > .note")?.textContent ==
		"Decided by <b>Acme</b> · it@acme.example"`)
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("menu"))
	tab.opens("location")
	// who says it twice
	tab.run(`nodReceive({ v: 1, type: "nod:hello", tenant: { id: "other", name: "Other", denied: [] } })`)
	tab.is(deed("grant") + `.disabled`)
}

func TestBackClosesLayersInOrder(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreed()
	back := func(to string) {
		t.Helper()
		tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
		tab.until(onScreen(to))
	}
	tab.click(element("[data-page='lists/sdks']")) // C-20, C-22: in a second layer
	tab.until(onScreen("reader") + ` && document.querySelectorAll("#nod-reader .entry:not([hidden])").length == 19`)
	tab.is(`document.querySelector("#sdk-android-amap > .note").textContent == "Not asked yet"`)
	back("menu")
	tab.click(element("#nod-menu [data-page=policy]")) // C-07: two taps
	tab.until(onScreen("reader") + ` && document.querySelector("#nod-reader").textContent.includes("云之家网络（重庆）有限公司")`)
	tab.press(kb.Escape)
	tab.until(onScreen("menu"))
	tab.click(element("#nod-menu [data-page=preferences]"))
	tab.until(onScreen("preferences"))
	back("menu")
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(`told.at(-1).type == "nod:close" && told.at(-1).reason == "back"`)
	tab.is(onScreen("menu"))
}

func TestADecisionInAnAppIsSentOnceAlsoAfterItWasKilled(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.expects("ERR_CONNECTION_REFUSED")
	tab.untilGreeted()
	stage.consent.stop()
	back := false
	t.Cleanup(func() {
		if !back {
			stage.consent.start(t)
		}
	})
	tab.click(deed("agree"))
	tab.click(deed("adult"))
	tab.until(onScreen("menu"))
	external := tab.external()
	eventually(t, "the failure", func() bool { return len(tab.said("ERR_CONNECTION_REFUSED")) > 0 })
	tab.is(`told.filter((m) => m.external).at(-1).external.queue.length == 1`)
	tab.load("about:blank") // killed
	stage.consent.start(t)
	back = true
	again := open(t, launchAddress(""), returning(external))
	again.until(`told.some((m) => m.type == "nod:keep" && m.external.queue.length == 0 && m.external.receipt)`)
	if r := again.launched(1); len(r) != 1 || r[0].Action != consent.AcceptAll {
		t.Errorf("%d records", len(r))
	}
	third := open(t, launchAddress(""), returning(again.external()))
	third.until(onScreen("menu"))
	third.settled()
	if r := again.launched(1); len(r) != 1 || len(third.requests("/decisions")) > 0 {
		t.Errorf("%d records, %d requests", len(r), len(third.requests("/decisions")))
	}
}

// Whatever an app says, it grants nothing, and the page goes on.
func TestNoMessageOfAnAppGrantsAnything(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.expects("nod: a message of the app was not understood", "nod: more than 50 messages in a second")
	tab.untilGreeted()
	for _, m := range []string{
		`"{"`, `""`, `"null"`, `null`, `undefined`, `7`, `[]`, `{}`, `{ type: "nod:hello" }`, `{ v: 2, type: "nod:hello",
			tenant: { id: "a", name: "A" } }`, `{ v: "1", type: "nod:permission", permission: "camera" }`,
		`{ v: 1, type: "nod:decision", answers: { analytics: "granted" }, states: { analytics: "granted" } }`,
		`{ v: 1, type: "nod:keep", external: { cookie: "1.x" } }`,
		`{ v: 1, type: "nod:hello", permissions: "all", tenant: "acme", locale: 7, large: "yes" }`,
		`{ v: 1, type: "nod:hello", external: { cookie: "1" }, answers: { analytics: "granted" } }`,
		`{ v: 1, type: "nod:permission" }`, `{ v: 1, type: "nod:permission", permission: "__proto__" }`,
		`{ v: 1, type: "nod:permission", permission: { toString() { throw 1 } } }`,
		`{ v: 1, type: "nod:theme", scheme: "<script>" }`, `{ get type() { throw new Error("thrown") } }`,
		`JSON.stringify({ v: 1, type: "nod:sdk", sdk: "x".repeat(1e5) })`,
	} {
		tab.run(`nodReceive(` + m + `)`)
	}
	tab.is(onScreen("ask") + ` && told.every((m) => m.type != "nod:decision" && m.state != "granted") &&
		!document.documentElement.dataset.scheme`)
	tab.run(`window.nodExternal = { answers: { analytics: "granted" } }; for (let i = 0; i < 2000;
		i++) nodReceive({ v: 1, type: "nod:sdk", sdk: "amap" })`)
	if n := len(tab.told("sdk")); n > 120 {
		t.Errorf("a flood had %d answers", n)
	}
	tab.run(`{ const now = performance.now.bind(performance); performance.now = () => now() + 2e3 } // the flood is counted by the second
		NodBridge.postMessage = () => { throw new Error("a bridge that throws") }`)
	tab.click(deed("disagree"))
	tab.until(onScreen("basic"))
}

func TestAPageThatHoldsTheFirstLaunchIsHeardByItsOrigin(t *testing.T) {
	page := Page{Tag: " ", Body: `<iframe src="` + launchAddress("") + `" width="400" height="700"></iframe>` +
		`<script>window.told = []; addEventListener("message", (e) => told.push([e.origin, e.data]))</script>`}
	for origin, heard := range map[string]bool{stage.Host: true, stage.Unlisted: false} {
		page.Origin = origin
		tab := open(t, stage.Address(page))
		if !heard {
			tab.expects("frame-ancestors")
			tab.settled()
			tab.is(`told.length == 0`)
			continue
		}
		tab.until(`told.some(([origin, m]) => origin == "` + stage.Consent + `" && m.type == "nod:ready")`)
		tab.run(`document.querySelector("iframe").contentWindow.postMessage({ v: 1, type: "nod:sdk", sdk: "amap", re: "x" },
			"` + stage.Consent + `")`)
		tab.until(`told.some(([, m]) => m.type == "nod:sdk" && m.re == "x" && m.state == "denied")`)
	}
}

// The page works without an app, as any page does.
func TestTheFirstLaunchWorksAsAPage(t *testing.T) {
	tab := open(t, launchAddress(""))
	tab.until(onScreen("ask"))
	tab.click(deed("disagree"))
	tab.until(onScreen("basic") + ` && JSON.parse(localStorage.nod).queue.length == 0`)
	if r := tab.records(); len(r) != 1 || r[0].Action != consent.RejectAll {
		t.Errorf("%d records", len(r))
	}
	tab.load(launchAddress(""))
	tab.until(onScreen("basic")) // where the visitor was
	tab.click(deed("close"))
	tab.until(onScreen("menu"))
	tab.load(stage.Consent + "/demo/?lang=en")
	tab.settled()
	tab.is("!" + visible(banner)) // one decision holds for the page too (C-50)
}

func TestTheDemoPlaysAnApp(t *testing.T) {
	tab := open(t, stage.Localhost+"/demo/app?lang=en")
	tab.until(`document.querySelector("#log").textContent.includes("nod:ready")`)
	f := tab.frame("/first-launch")
	f.until(onScreen("ask"))
	f.run(deed("agree") + `.click()`)
	f.until(onScreen("age"))
	f.run(deed("adult") + `.click()`)
	tab.until(`document.querySelector("#log").textContent.includes('"action":"accept_all"')`)
	tab.click(`[...document.querySelectorAll("button")].find((b) => b.textContent == "Need the camera")`)
	f.until(onScreen("q-camera"))
	f.run(deed("refuse") + `.click()`)
	tab.until(`document.querySelector("#log").textContent.includes('"permission":"camera","state":"denied"')`)
}

// C-45, C-54
func TestTheFirstLaunchHasLargeTargetsAndLargeType(t *testing.T) {
	for large, want := range map[string]struct{ target, text int }{"0": {44, 14}, "1": {60, 18}} {
		for _, lang := range []string{"en", "zh-CN", "zh-TW"} {
			tab := arrive(t)
			tab.size(320, 640)
			tab.first(anApp(hello))
			tab.load(stage.Consent + "/" + siteID + "/first-launch?platform=android&lang=" + lang + "&large=" + large)
			tab.agreed()
			tab.until(element("#nod-q-camera"))
			for _, id := range eval[[]string](tab.view, `[...document.querySelectorAll(".screen")].map((s) => s.id)
				.filter((id) => !/reader|preferences/.test(id))`) {
				tab.run(`for (const s of document.querySelectorAll(".screen")) s.hidden = s.id != "` + id +
					`"; document.getElementById("nod-top").hidden = false; for (const d of document.querySelectorAll("details")) d.open = true`)
				for _, e := range eval[[]string](tab.view,
					fmt.Sprintf(`[...document.querySelectorAll("button, a, select, input:not([type=hidden]), summary")]
					.filter((e) => e.checkVisibility({ visibilityProperty: true }))
					.filter((e) => e.getBoundingClientRect().height < %d).map((e) => e.getBoundingClientRect().height + ": " +
						e.outerHTML.slice(0, 90))`, want.target)) {
					t.Errorf("%s in %s: less than %d pixels: %s", id, lang, want.target, e)
				}
				for _, e := range eval[[]string](tab.view,
					fmt.Sprintf(`[...document.querySelectorAll("h1, h2, p, li, dt, dd, span, a, button, label, select, input, summary")].filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.textContent.trim())
					.filter((e) => parseFloat(getComputedStyle(e).fontSize) < %d).map((e) => getComputedStyle(e).fontSize + ": " +
						e.outerHTML.slice(0, 90))`, want.text)) {
					t.Errorf("%s in %s: less than %d pixels: %s", id, lang, want.text, e)
				}
				if !eval[bool](tab.view, `document.documentElement.scrollWidth <= innerWidth`) { // C-44
					t.Errorf("%s in %s is %d pixels wide", id, lang, eval[int](tab.view, `document.documentElement.scrollWidth`))
				}
			}
		}
	}
}

func TestAnAppThatKeptNonsenseIsAskedAgain(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreed()
	cookie := eval[string](tab.view, `told.filter((m) => m.external).at(-1).external.cookie`)
	for name, external := range map[string]string{
		"nothing of it": `null`, "a text": `"1"`, "a cookie cut short": `{ cookie: "` + cookie[:len(cookie)-3] + `" }`,
		"one of another program": `{ cookie: "2.x.y.ga" }`, "one that is no text": `{ cookie: {
			toString() { throw new Error("no") } } }`,
		"one that throws": `{ get cookie() { throw new Error("no") } }`,
	} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, launchAddress(""), "window.nodExternal = "+external+";"+anApp(hello))
			tab.until(`window.told?.length > 0`)
			tab.is(`told.every((m) => m.state != "granted" && m.type != "nod:decision")`)
			tab.run(`nodReceive({ v: 1, type: "nod:sdk", sdk: "amap" })`)
			tab.is(`told.at(-1).state == "denied"`)
		})
	}
	queue := open(t, launchAddress(""), `window.nodExternal = {
		cookie: "`+cookie+`", subject: "x", secret: "y", queue: [null, 7, { url: "https://elsewhere.example/", id: "a", body: "{}", bearer: "" }, { url: "`+stage.Consent+`/v1/yunzhijia/decisions", id: "b", body: "{}", bearer: "a\r\nb" }] };`+anApp(hello))
	queue.until(onScreen("menu"))
	queue.settled()
	if r := queue.requests("elsewhere"); len(r) > 0 || len(queue.requests("/decisions")) > 0 {
		t.Errorf("sent: %v", r)
	}
}

func TestAQuestionThatDoesNotComeIsNotAnswered(t *testing.T) {
	var down atomic.Bool
	down.Store(true)
	stage.consent.answer(t, func(w http.ResponseWriter, r *http.Request) bool {
		if down.Load() && strings.Contains(r.URL.Path, "/assets/questions.") {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return true
		}
		return false
	})
	tab := open(t, launchAddress(""), anApp(hello))
	tab.expects("503")
	tab.agreed()
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "a" })`)
	tab.until(`told.some((m) => m.re == "a" && m.state == "unasked")`)
	tab.is(onScreen("menu"))
	down.Store(false)
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "b" })`)
	tab.until(onScreen("q-camera"))
	tab.click(deed("grant"))
	tab.until(`told.some((m) => m.re == "b" && m.state == "granted")`)
}

func TestAnAppIsToldThatThePageIsForAnotherPlatform(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(`{ v: 1, type: "nod:hello", platform: "ios" }`))
	tab.expects("the app is on ios, and this page is for android")
	eventually(t, "the warning", func() bool { return len(tab.said("the app is on ios")) > 0 })
}

func TestTheFirstLaunchWorksWithoutStorage(t *testing.T) {
	tab := open(t, launchAddress(""), `for (const name of ["localStorage", "sessionStorage",
		"indexedDB"]) Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError") } });
		Object.defineProperty(Document.prototype, "cookie", { get() { throw new DOMException("denied", "SecurityError") },
			set() { throw new DOMException("denied", "SecurityError") } })`)
	tab.until(onScreen("ask"))
	tab.click(deed("agree"))
	tab.until(onScreen("age"))
	tab.click(deed("adult"))
	tab.until(onScreen("menu"))
	// with the cookie renewed, it is two
	eventually(t, "the decision", func() bool { return len(stage.consent.requests("POST /v1/"+siteID+"/decisions")) > 0 })
}

func TestAMessageFromAnywhereElseIsNotHeard(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.untilGreeted()
	tab.run(`addEventListener("message", () => (window.arrived = true));
		postMessage({ v: 1, type: "nod:sdk", sdk: "amap", re: "own" }, "*")`)
	tab.until(`window.arrived`) // after the page's own listener
	tab.is(`told.every((m) => m.type != "nod:sdk")`)
}
