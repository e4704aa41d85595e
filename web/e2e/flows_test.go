package e2e

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var updateFlows = flag.Bool("update-flows", false, "write the recorded flows of the app again")

// recordedFlow is what a person saw and pressed in an app, and what app and page sent each other.
type recordedFlow struct {
	*Tab
	text strings.Builder
	seen int // messages that are recorded
}

// step records what the person sees and does: the title and the visible lines of a screen.
func (f *recordedFlow) step(what, screen string) {
	f.Helper()
	f.wait(onScreen(screen))
	f.record()
	fmt.Fprintf(&f.text, "\n# %s\n", what)
	lines := `document.querySelector("#nod-` + screen + `").innerText.split("\n").map((l) => l.trim()).filter(Boolean)`
	if screen == "menu" { // what is answered, and the rest of the screen
		lines = `[...document.querySelectorAll("#nod-menu :is(.note, .menu button, .cases p, footer button)")]
			.filter((e) => e.checkVisibility()).map((e) => e.innerText.trim().replace(/\s*\n\s*/g, ": "))
			.filter((l) => l && !/: (Not asked yet|未询问)$/.test(l))`
	}
	for _, line := range eval[[]string](f.view, lines) {
		fmt.Fprintf(&f.text, "  | %s\n", line)
	}
}

// press presses a button, and records its text.
func (f *recordedFlow) press(name string) {
	f.Helper()
	fmt.Fprintf(&f.text, "  > %s\n", eval[string](f.view, action(name)+`.innerText.trim()`))
	f.click(action(name))
}

// sendFromApp has the app send a message, and records that.
func (f *recordedFlow) sendFromApp(message string) {
	f.Helper()
	f.record()
	fmt.Fprintf(&f.text, "  app:  %s\n", message)
	f.run(`nodReceive({ v: 1, ...` + message + ` })`)
}

// record writes the messages of the page since the last time, without what differs each time.
func (f *recordedFlow) record() {
	f.Helper()
	messages := eval[[]map[string]any](f.view, fmt.Sprintf(`messages.slice(%d)`, f.seen))
	f.seen += len(messages)
	for _, m := range messages {
		if m["type"] == "nod:keep" {
			continue // when a receipt arrives is not the same each time
		}
		for _, key := range []string{"v", "id", "site", "policy", "external", "services"} {
			delete(m, key)
		}
		delete(m, "states") // the answers say what changed
		if sdks, ok := m["sdks"].(map[string]any); ok {
			m["sdks"] = listGranted(sdks)
		}
		line, err := json.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		fmt.Fprintf(&f.text, "  page: %s\n", line)
	}
}

func listGranted(states map[string]any) []string {
	granted := []string{}
	for _, id := range slices.Sorted(maps.Keys(states)) {
		if states[id] == "granted" {
			granted = append(granted, id)
		}
	}
	return granted
}

// C-01, C-02, C-05, C-11, C-14, C-17, C-18, C-21, C-23: the app does what the person decided. The flows are recorded in
// testdata/flows; run with -update-flows to write them again.
func TestTheFlowsOfTheAppAreAsRecorded(t *testing.T) {
	for _, language := range []string{"zh-CN", "en"} {
		t.Run(language, func(t *testing.T) {
			address := stage.Consent + "/" + siteID + "/first-launch?platform=android&lang=" + language
			f := &recordedFlow{Tab: open(t, address, appScript(`{ v: 1, type: "nod:hello", platform: "android",
				permissions: window.system || {} }`))}
			f.waitForHello()
			f.refuseAndGrantOnePermission()
			f.changeInTheSystem()
			f.savePreferences()
			path := "testdata/flows/" + language + ".txt"
			got := strings.TrimSpace(f.text.String()) + "\n"
			t.Log("\n" + got)
			if *updateFlows {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the flows are not as in %s", path)
			}
		})
	}
}

func (f *recordedFlow) refuseAndGrantOnePermission() {
	f.Helper()
	f.step("The app is opened for the first time", "ask")
	f.press("disagree")
	f.step("The person disagreed", "basic")
	f.press("close")
	f.step("The app goes on in the basic mode", "menu")
	f.sendFromApp(`{ type: "nod:sdk", sdk: "tbs" }`)
	f.sendFromApp(`{ type: "nod:sdk", sdk: "tbs", ask: true }`)
	f.step("The app needs the browser of Tencent", "q-browser")
	f.press("refuse")
	f.step("The person refused it", "menu")
	f.sendFromApp(`{ type: "nod:permission", permission: "location", state: "prompt" }`)
	f.step("The app needs the location", "q-location")
	f.press("grant")
	f.step("The site asks for the age", "age")
	f.press("adult")
	f.step("The person agreed to the location alone", "menu")
	f.sendFromApp(`{ type: "nod:sdk", sdk: "amap" }`)
}

func (f *recordedFlow) changeInTheSystem() {
	f.Helper()
	f.run(`window.system = { location: "granted" }`)
	f.sendFromApp(`{ type: "nod:hello", permissions: { location: "granted" } }`)
	f.run(`window.system = { location: "denied" }`)
	f.sendFromApp(`{ type: "nod:hello", permissions: { location: "denied" } }`)
	f.step("The person turned the location off in the system's settings", "menu")
	f.sendFromApp(`{ type: "nod:sdk", sdk: "amap" }`)
	f.run(`window.system = { location: "prompt" }`)
	f.sendFromApp(`{ type: "nod:hello", permissions: { location: "prompt" } }`)
	f.sendFromApp(`{ type: "nod:permission", permission: "location", state: "prompt" }`)
	f.step("The system forgot the answer: the page asks again", "q-location")
	f.press("refuse")
	f.step("The person refused this time", "menu")
	f.sendFromApp(`{ type: "nod:permission", permission: "location", state: "prompt" }`)
}

func (f *recordedFlow) savePreferences() {
	f.Helper()
	f.click(element("#nod-menu [data-page=preferences]"))
	f.wait(appPreference("html[data-connected] #nod-analytics"))
	f.record()
	f.text.WriteString("\n# The preferences: what has no switch\n")
	for _, line := range eval[[]string](f.view, appPreference(".cases")+`.parentElement.innerText
		.split("\n").map((l) => l.trim()).filter(Boolean)`) {
		fmt.Fprintf(&f.text, "  | %s\n", line)
	}
	f.run(appPreference("#nod-analytics") + `.click(); ` + appPreference("button[value=save]") + `.click()`)
	f.step("The person turned statistics on, and saved", "menu")
}
