package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/consent"
)

// C-14, C-17, C-18, C-50
func TestAPermissionIsAskedForWhenTheAppNeedsIt(t *testing.T) {
	tab := open(t, launchAddress(""), appScript(helloMessage))
	tab.agreeAsAdult()
	accepted := tab.messages("decision")[0]
	if a := accepted["answers"].(map[string]any); len(a) != 3 || a["functional"] != "granted" {
		t.Errorf("agreeing answered %v", a)
	}
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", state: "prompt", re: "a" })`)
	tab.wait(onScreen("q-camera"))
	tab.check(visible(element("#nod-q-camera .system")) + ` &&
		document.querySelector("#nod-q-camera .system .state").textContent == "Not asked yet"`)
	tab.check(action("grant") + `.offsetWidth == ` + action("refuse") + `.offsetWidth`)
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "microphone", re: "b" })`) // one at a time
	tab.check(onScreen("q-camera") + ` && messages.some((m) => m.re == "b" && m.state == "unasked")`)
	tab.click(action("settings"))
	tab.wait(`messages.at(-1).type == "nod:openSettings" && messages.at(-1).permission == "camera"`)
	tab.click(action("refuse"))
	tab.wait(`messages.some((m) => m.re == "a" && m.state == "denied")`)
	tab.wait(onScreen("menu"))
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "c" })`) // it rests
	tab.check(onScreen("menu") + ` && messages.some((m) => m.re == "c" && m.state == "denied")`)
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "microphone", re: "d" })`)
	tab.wait(onScreen("q-microphone"))
	tab.click(action("grant"))
	tab.wait(`messages.some((m) => m.re == "d" && m.state == "granted")`)
	tab.wait(onScreen("menu"))
	r := tab.waitForRecords(3)
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
	tab.wait(onScreen("q-photos"))
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.wait(onScreen("menu") + ` && messages.at(-1).re == "e" && messages.at(-1).state == "unasked"`)
	tab.checkMessages()

	// It may be asked again after 48 hours, and not before. Answers are remembered by their day (UTC), so it is the
	// beginning of the third day after. C-06
	external := tab.external()
	third := r[1].DecidedAt.UTC().Truncate(24*time.Hour).AddDate(0, 0, 3)
	for at, asks := range map[time.Time]bool{third.Add(-time.Minute): false, third.Add(time.Minute): true} {
		later := open(t, launchAddress("&permission=camera"), fmt.Sprintf(`Date.now = () => %d`, at.UnixMilli()),
			returningApp(external))
		later.wait(`window.greeted`)
		later.waitUntilIdle()
		if got := eval[bool](later.view, "!!"+onScreen("q-camera")); got != asks {
			t.Errorf("at %s it asks: %v", at, got)
		}
	}
}

// C-17
func TestEveryPermissionQuestionOfAnAppIsAnswered(t *testing.T) {
	tab := open(t, launchAddress(""), appScript(helloMessage))
	tab.agreeAsAdult()
	tab.run(`nodReceive({ v: 1, type: "nod:permission" })`) // for nothing
	tab.check(`messages.findLast((m) => m.type == "nod:permission").state == "denied" && messages.every((m) => m.reason != "done")`)
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "a" })`)
	tab.wait(onScreen("q-camera"))
	tab.run(`nodReceive(` + strings.Replace(denyingTenant, `["functional"`, `["camera", "functional"`, 1) + `);
		nodReceive({ v: 1, type: "nod:back" })`)
	tab.wait(onScreen("menu") + ` && messages.some((m) => m.re == "a" && m.state == "denied")`)
	tab.checkMessages()
}

func TestAQuestionThatFailsToLoadStaysUnanswered(t *testing.T) {
	var down atomic.Bool
	down.Store(true)
	stage.consent.overrideWith(t, func(w http.ResponseWriter, r *http.Request) bool {
		if down.Load() && strings.Contains(r.URL.Path, "/assets/questions.") {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return true
		}
		return false
	})
	tab := open(t, launchAddress(""), appScript(helloMessage))
	tab.expectMessages("503")
	tab.agreeAsAdult()
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "a" })`)
	tab.wait(`messages.some((m) => m.re == "a" && m.state == "unasked")`)
	tab.check(onScreen("menu"))
	down.Store(false)
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "b" })`)
	tab.wait(onScreen("q-camera"))
	tab.click(action("grant"))
	tab.wait(`messages.some((m) => m.re == "b" && m.state == "granted")`)
}

// C-06: the location is a separate consent as well as a permission.
func TestARefusedLocationIsAskedAgainAfterThreeDays(t *testing.T) {
	tab := open(t, launchAddress(""), appScript(helloMessage))
	tab.agreeAsAdult()
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "location", re: "a" })`)
	tab.wait(onScreen("q-location"))
	tab.click(action("refuse"))
	tab.wait(onScreen("menu"))
	later := open(t, launchAddress("&permission=location"), `{ const real = Date.now; Date.now = () => real() +
		73 * 36e5 }`, returningApp(tab.external()))
	later.wait(onScreen("q-location"))
}

// C-21: an SDK starts after its purpose's yes, and not before.
func TestAnSDKStartsOnlyAfterItsPurposeIsGranted(t *testing.T) {
	tab := open(t, launchAddress(""), appScript(helloMessage))
	tab.agreeAsAdult()
	state := func(sdk string) string {
		tab.run(`nodReceive({ v: 1, type: "nod:sdk", sdk: ` + fmt.Sprintf("%q", sdk) + `})`)
		return eval[string](tab.view, `messages.filter((m) => m.type == "nod:sdk").at(-1).state`)
	}
	for _, sdk := range []string{"amap", "nobody", "constructor", "__proto__"} {
		if s := state(sdk); s != "denied" {
			t.Errorf("%s is %s", sdk, s)
		}
	}
	tab.openQuestion("location")
	tab.click(action("grant"))
	tab.wait(onScreen("menu"))
	if s := state("amap"); s != "granted" {
		t.Errorf("after the yes it is %s", s)
	}
	tab.click(action("withdraw"))
	tab.wait(`messages.some((m) => m.action == "withdraw")`)
	if s := state("amap"); s != "denied" {
		t.Errorf("after the withdrawal it is %s", s)
	}
}
