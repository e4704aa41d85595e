package e2e

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/assets"
)

// appScript is what an app does for the page that it shows: it hears what the page says, and answers nod:ready. Beside it
// stands what counts all that the page keeps in the browser.
func appScript(hello string) string {
	return `window.messages = []; window.writes = [];
	for (const name of ["setItem"]) { const f = Storage.prototype[name]; Storage.prototype[name] = function (...a) {
		writes.push(name + " " + a[0]); return f.apply(this, a) } }
	{ const c = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
		Object.defineProperty(Document.prototype, "cookie", { ...c, set(v) { writes.push("cookie " + v);
		c.set.call(this, v) } }) }
	{ const f = IDBFactory.prototype.open; IDBFactory.prototype.open = function (...a) { writes.push("indexedDB");
		return f.apply(this, a) } }
	if (window == top) window.NodBridge = { postMessage(m) { messages.push(JSON.parse(m));
		if (messages.at(-1).type == "nod:ready" && !messages.at(-1).newer) setTimeout(() => {
		nodReceive(JSON.stringify(` + hello + `)); window.greeted = true }) } };`
}

const helloMessage = `{ v: 1, type: "nod:hello", platform: "android", app: "10.7.19", locale: "zh-CN", permissions: {
	camera: "prompt" } }`

// returningApp has the page begin with what an app kept of an earlier one.
func returningApp(external json.RawMessage) string {
	return "window.nodExternal = " + string(external) + ";" + appScript(helloMessage)
}

func launchAddress(query string) string {
	return stage.Consent + "/" + siteID + "/first-launch?platform=android&lang=en" + query
}

// action is a button of the screen that is seen.
func action(what string) string {
	return `[...document.querySelectorAll("[data-do=` + what + `]")].find((b) => b.checkVisibility())`
}

func onScreen(id string) string { return visible(element("#nod-" + id)) }

func (v view) waitForHello() {
	v.tab.Helper()
	v.wait(onScreen("ask") + ` && messages.length > 0 && window.greeted`)
}

// messages are the messages of a type.
func (v view) messages(kind string) (list []map[string]any) {
	v.tab.Helper()
	return eval[[]map[string]any](v, `messages.filter((m) => m.type == "nod:`+kind+`")`)
}

// agreeAs has a visitor agree, who is so old.
func (tab *Tab) agreeAs(age string) {
	tab.Helper()
	tab.waitForHello()
	tab.click(action("agree"))
	tab.wait(onScreen("age"))
	tab.click(action(age))
}

// agreeAsAdult brings the visitor to where the first layer is agreed to.
func (tab *Tab) agreeAsAdult() {
	tab.Helper()
	tab.agreeAs("adult")
	tab.wait(onScreen("menu"))
}

// goForward goes where the browser's button would, if there is such a place.
func (v view) goForward() {
	v.tab.Helper()
	v.run(`if (navigation.canGoForward) await navigation.forward().finished.catch(() => {})`)
}

// openQuestion has the visitor go from the menu to one question.
func (tab *Tab) openQuestion(question string) {
	tab.Helper()
	tab.click(element("#nod-menu [data-question=" + question + "]"))
	tab.wait(onScreen("q-" + question))
}

// external is what the app was last told to keep.
func (v view) external() json.RawMessage {
	v.tab.Helper()
	return eval[json.RawMessage](v, `messages.filter((m) => m.external).at(-1).external`)
}

// waitForRecords are the records of the subject of an app.
func (v view) waitForRecords(n int) []ledger.Record {
	v.tab.Helper()
	var kept struct{ Subject uuid.UUID }
	if err := json.Unmarshal(v.external(), &kept); err != nil {
		v.tab.Fatal(err)
	}
	var records []ledger.Record
	waitFor(v.tab, fmt.Sprintf("%d records", n), func() bool {
		var err error
		records, err = stage.Ledger.Records(v.tab.Context(), siteID, kept.Subject)
		if err != nil {
			v.tab.Fatal(err)
		}
		return len(records) >= n
	})
	return records
}

// checkMessages checks all that the page said.
func (v view) checkMessages() {
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
	for _, m := range eval[[]any](v, `messages`) {
		if err := schema.Validate(m); err != nil {
			v.tab.Errorf("%v: %v", m, err)
		}
	}
}
