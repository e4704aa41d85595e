package e2e

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/nod-consent/nod/web/sdk/gtm"
)

// runTemplate runs one of the templates for Google Tag Manager in an imitation of its sandbox, and keeps what it did in
// the page's variable "result".
func (v view) runTemplate(name string, settings map[string]any) {
	v.tab.Helper()
	sandbox, err := os.ReadFile("../sdk/gtm/testdata/sandbox.js")
	if err != nil {
		v.tab.Fatal(err)
	}
	template, err := gtm.Files.ReadFile(name)
	if err != nil {
		v.tab.Fatal(err)
	}
	sections := gtm.Sections(string(template))
	arguments, err := json.Marshal([]any{
		sections["SANDBOXED_JS_FOR_WEB_TEMPLATE"], json.RawMessage(sections["WEB_PERMISSIONS"]), settings,
	})
	if err != nil {
		v.tab.Fatal(err)
	}
	v.run(string(sandbox) + "\nwindow.result = runTemplate(..." + string(arguments) + ");")
}

// signalTable is a table of signals as an editor of Tag Manager fills it in.
var signalTable = map[string]any{"wait": "500", "signals": []map[string]string{
	{"signal": "analytics_storage", "purposes": "analytics"},
	{"signal": "ad_storage", "purposes": " analytics, beacons "},
	{"signal": "ad_user_data", "purposes": " , "},
}}

func TestTheTagForTagManagerTellsConsentModeTheAnswers(t *testing.T) { // C-41
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.runTemplate("nod-consent.tpl", signalTable)
	const listGranted = `result.updates.map((u) => Object.keys(u).filter((s) => u[s] == "granted").join("+")).join()`
	check := func(when, want string) {
		t.Helper()
		if got := eval[string](tab.view, listGranted); got != want {
			t.Errorf("%s the updates grant %q, want %q", when, got, want)
		}
	}
	tab.check(`result.succeeded == 1 && result.failed == 0 && result.defaults.length == 1`)
	tab.check(`Object.entries(result.defaults[0]).filter(([s, v]) => v == "denied").length == 7`)
	tab.check(`result.defaults[0].wait_for_update === 500 && result.updates.length == 0`)
	tab.run(`nod.save({ analytics: true })`)
	check("after a yes to one purpose", "analytics_storage")
	tab.run(`nod.acceptAll()`)
	check("after a yes to all", "analytics_storage,ad_storage+analytics_storage")
	tab.run(`nod.withdraw()`)
	check("after the withdrawal", "analytics_storage,ad_storage+analytics_storage,")
	tab.check(`dataLayer.filter((e) => e.event == "nod_consent").map((e) => e.nod.analytics).join() ==
		"granted,granted,denied"`)
	tab.check(`result.updates.every((u) => Object.keys(u).length == 7)`)
}

func TestTheTagForTagManagerKnowsTheAnswerOfAnEarlierPage(t *testing.T) { // C-41
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.load(stage.Address(Page{}))
	tab.runTemplate("nod-consent.tpl", signalTable)
	tab.check(`result.updates.length == 1 && result.updates[0].analytics_storage == "granted"`)
	tab.check(`result.updates[0].ad_user_data == "denied" && result.updates[0].security_storage == "denied"`)
}

func TestTheTemplatesForTagManagerDenyWithoutNod(t *testing.T) { // C-40
	for _, test := range []struct{ name, script string }{
		{"without its script", `delete window.nod`},
		{"with the array that waits for it", `window.nod = []`},
		{"with another variable of that name", `window.nod = { answers: 1, has: () => "yes" }`},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{}))
			tab.wait(visible(banner))
			tab.run(`nod.acceptAll();` + test.script)
			tab.runTemplate("nod-consent.tpl", signalTable)
			tab.check(`result.failed == 1 && result.succeeded == 0 && result.updates.length == 0`)
			tab.check(`result.defaults[0].analytics_storage == "denied" && /not in the page/.test(result.messages[0])`)
			tab.runTemplate("nod-answer.tpl", map[string]any{"id": "analytics"})
			tab.check(`result.value == "denied"`)
		})
	}
}

func TestTheVariableForTagManagerHasTheAnswer(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	for _, step := range []struct{ script, want string }{
		{``, "denied denied denied"},
		{`nod.save({ analytics: true, performance: false })`, "granted denied denied"},
		{`nod.withdraw()`, "denied denied denied"},
	} {
		tab.run(step.script)
		var got []string
		for _, id := range []string{"analytics", "performance", "no such purpose"} {
			tab.runTemplate("nod-answer.tpl", map[string]any{"id": id})
			got = append(got, eval[string](tab.view, `result.value`))
		}
		if strings.Join(got, " ") != step.want {
			t.Errorf("after %q: %q, want %s", step.script, got, step.want)
		}
	}
}

// The imitation has to refuse what Tag Manager refuses, or the tests above would prove nothing.
func TestTheImitatedSandboxOfTagManagerRefusesWhatIsNotPermitted(t *testing.T) {
	sandbox, err := os.ReadFile("../sdk/gtm/testdata/sandbox.js")
	if err != nil {
		t.Fatal(err)
	}
	tab := open(t, stage.Address(Page{}))
	for code, want := range map[string]string{
		`require("callInWindow")("nod.acceptAll")`:                           "no permission to execute nod.acceptAll",
		`require("createQueue")("dataLayer")`:                                "no permission to read dataLayer",
		`require("updateConsentState")({ ad_storage: "granted" })`:           "no permission to write ad_storage",
		`require("copyFromWindow")("nod")`:                                   "the sandbox has no copyFromWindow",
		`require("setDefaultConsentState")({ security_storage: "granted" })`: "no permission to write security_storage",
	} {
		tab.run(string(sandbox) + `window.refusal = ""; try { runTemplate(` + "`" + code + "`" +
			`, [], {}) } catch (e) { window.refusal = e.message }`)
		if got := eval[string](tab.view, `refusal`); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}
