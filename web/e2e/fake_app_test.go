package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/assets"
)

// appScript is an app around the first launch page. It collects the messages of the page and answers nod:ready with
// hello. It also counts everything that the page stores in the browser.
func appScript(hello string) string {
	return `window.messages = []; window.writes = [];
	{
		const setItem = Storage.prototype.setItem;
		Storage.prototype.setItem = function (...a) { writes.push("setItem " + a[0]); return setItem.apply(this, a) };
		const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
		Object.defineProperty(Document.prototype, "cookie", {
			...cookie, set(v) { writes.push("cookie " + v); cookie.set.call(this, v) },
		});
		const open = IDBFactory.prototype.open;
		IDBFactory.prototype.open = function (...a) { writes.push("indexedDB"); return open.apply(this, a) };
	}
	if (window == top) window.NodBridge = { postMessage(m) {
		messages.push(JSON.parse(m));
		if (messages.at(-1).type == "nod:ready" && !messages.at(-1).newer) setTimeout(() => {
			nodReceive(JSON.stringify(` + hello + `));
			window.greeted = true;
		});
	} };`
}

const helloMessage = `{ v: 1, type: "nod:hello", platform: "android", app: "10.7.19", locale: "zh-CN",
	permissions: window.system || { camera: "prompt" } }`

// reportPermissions has the app report again what its system says about permissions, such as "{ camera: 'denied' }".
func (v view) reportPermissions(permissions string) {
	v.tab.Helper()
	v.run(`window.system = ` + permissions + `; nodReceive(` + helloMessage + `)`)
}

// returningApp is an app that gives the page what an earlier page had it store.
func returningApp(external json.RawMessage) string {
	return returningAppWith(external, helloMessage)
}

func returningAppWith(external json.RawMessage, hello string) string {
	return "window.nodExternal = " + string(external) + ";" + appScript(hello)
}

func launchAddress(query string) string {
	return stage.Consent + "/" + siteID + "/first-launch?platform=android&lang=en" + query
}

// openFirstLaunch opens the first launch in an app as a new visitor.
func openFirstLaunch(t testing.TB) *Tab {
	t.Helper()
	return open(t, launchAddress(""), appScript(helloMessage))
}

// action is the JavaScript of the visible button for an action, such as "agree" or "grant".
func action(name string) string {
	return `[...document.querySelectorAll("[data-do=` + name + `]")].find((b) => b.checkVisibility())`
}

// onScreen is the JavaScript that is true while a screen of the first launch shows.
func onScreen(id string) string { return visible(element("#nod-" + id)) }

// appPreference is the JavaScript of an element of the preferences in the first launch.
func appPreference(selector string) string {
	return fmt.Sprintf(`document.querySelector("#nod-preferences iframe")?.contentDocument?.querySelector(%q)`, selector)
}

// lastDecision is the JavaScript of the last decision that the app received.
const lastDecision = `messages.findLast((m) => m.type == "nod:decision")`

// lastReport is the JavaScript of the last message that is not about storage: nod:keep comes whenever the server has
// answered, also between another message and a look at it.
const lastReport = `messages.findLast((m) => m.type != "nod:keep")`

// isClosedBy is JavaScript: the page last asked the app to close it, for a reason.
func isClosedBy(reason string) string {
	return `((m) => m.type == "nod:close" && m.reason == "` + reason + `")(` + lastReport + `)`
}

func (v view) waitForHello() {
	v.tab.Helper()
	v.wait(onScreen("ask") + ` && messages.length > 0 && window.greeted`)
}

// messages lists the messages of a type that the app received.
func (v view) messages(kind string) (list []map[string]any) {
	v.tab.Helper()
	return eval[[]map[string]any](v, `messages.filter((m) => m.type == "nod:`+kind+`")`)
}

// agreeAs agrees and answers the question for the age: "adult", "teen" or "child".
func (tab *Tab) agreeAs(age string) {
	tab.Helper()
	tab.waitForHello()
	tab.click(action("agree"))
	tab.wait(onScreen("age"))
	tab.click(action(age))
}

// agreeAsAdult goes through the first launch to its menu.
func (tab *Tab) agreeAsAdult() {
	tab.Helper()
	tab.agreeAs("adult")
	tab.wait(onScreen("menu"))
}

// askPermission has the app ask whether it may use a permission. The answer of the page has the same re.
func (v view) askPermission(permission, re string) {
	v.tab.Helper()
	v.run(`nodReceive({ v: 1, type: "nod:permission", permission: "` + permission + `", re: "` + re + `" })`)
}

// askAboutPermission has the app ask whether it may use a permission, and waits for the question to the person.
func (v view) askAboutPermission(permission, re string) {
	v.tab.Helper()
	v.askPermission(permission, re)
	v.wait(onScreen("q-" + permission))
}

// isAnswered is JavaScript: the page answered the app's question with a state.
func isAnswered(re, state string) string {
	return `messages.some((m) => m.re == "` + re + `" && m.state == "` + state + `")`
}

// goBack is the app's back button.
func (v view) goBack() {
	v.tab.Helper()
	v.run(`nodReceive({ v: 1, type: "nod:back" })`)
}

// goForward is the browser's forward button. It does nothing if there is no page to go to.
func (v view) goForward() {
	v.tab.Helper()
	v.run(`if (navigation.canGoForward) await navigation.forward().finished.catch(() => {})`)
}

// openQuestion opens a question from the menu.
func (tab *Tab) openQuestion(question string) {
	tab.Helper()
	tab.click(element("#nod-menu [data-question=" + question + "]"))
	tab.wait(onScreen("q-" + question))
}

// external is what the page last had the app store.
func (v view) external() json.RawMessage {
	v.tab.Helper()
	return eval[json.RawMessage](v, `messages.filter((m) => m.external).at(-1).external`)
}

// waitForRecords waits until the ledger has n records of the app's subject.
func (v view) waitForRecords(n int) []ledger.Record {
	v.tab.Helper()
	var stored struct{ Subject uuid.UUID }
	if err := json.Unmarshal(v.external(), &stored); err != nil {
		v.tab.Fatal(err)
	}
	var records []ledger.Record
	waitFor(v.tab, fmt.Sprintf("%d records", n), func() bool {
		var err error
		records, err = stage.Ledger.Records(v.tab.Context(), siteID, stored.Subject)
		if err != nil {
			v.tab.Fatal(err)
		}
		return len(records) >= n
	})
	return records
}

// checkMessages checks every message that the app received against the schema.
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
