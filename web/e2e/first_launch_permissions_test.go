package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
)

// C-14, C-17, C-18, C-50
func TestAPermissionIsAskedForWhenTheAppNeedsIt(t *testing.T) {
	tab := openFirstLaunch(t)
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
	tab.askPermission("microphone", "b") // one question at a time
	tab.check(onScreen("q-camera") + " && " + isAnswered("b", "unasked"))
	tab.check(`!` + action("settings")) // the system asks by itself
	tab.reportPermissions(`{ camera: "denied" }`)
	tab.click(action("settings"))
	tab.wait(`messages.some((m) => m.type == "nod:openSettings" && m.permission == "camera")`)
	tab.click(action("refuse"))
	tab.wait(isAnswered("a", "denied"))
	tab.wait(onScreen("menu"))
	tab.askPermission("camera", "c") // not asked again so soon
	tab.check(onScreen("menu") + " && " + isAnswered("c", "denied"))
	tab.askAboutPermission("microphone", "d")
	tab.click(action("grant"))
	tab.wait(isAnswered("d", "granted"))
	tab.wait(onScreen("menu"))
	records := tab.waitForRecords(3)
	checkPermissionRecords(tab, records)
	tab.askAboutPermission("photos", "e")
	tab.goBack()
	tab.wait(onScreen("menu") + ` && ` + isAnswered("e", "unasked"))
	tab.checkMessages()

	// The question may be asked again after 48 hours. The page remembers answers by their day (UTC), so it asks from the
	// beginning of the third day after. C-06
	external := tab.external()
	thirdDay := records[1].DecidedAt.UTC().Truncate(24*time.Hour).AddDate(0, 0, 3)
	for now, isAsked := range map[time.Time]bool{thirdDay.Add(-time.Minute): false, thirdDay.Add(time.Minute): true} {
		later := open(t, launchAddress("&permission=camera"), fmt.Sprintf(`Date.now = () => %d`, now.UnixMilli()),
			returningApp(external))
		later.wait(`window.greeted`)
		later.waitUntilIdle()
		if got := eval[bool](later.view, "!!"+onScreen("q-camera")); got != isAsked {
			t.Errorf("at %s the page asks: %v", now, got)
		}
	}
}

// checkPermissionRecords checks the records of the first layer, of a refused camera and of a granted microphone, and
// that each names the screen that was shown.
func checkPermissionRecords(tab *Tab, r []ledger.Record) {
	tab.Helper()
	if r[1].Permission != "camera" || r[1].Answers["camera"] != consent.Denied || r[2].Permission != "microphone" ||
		r[2].Answers["microphone"] != consent.Granted {
		tab.Errorf("stored: %v %v, %v %v", r[1].Permission, r[1].Answers, r[2].Permission, r[2].Answers)
	}
	for i, screen := range []string{"ask", "q-camera", "q-microphone"} {
		title := eval[string](tab.view, element("#nod-"+screen+" :is(h1, h2)")+`.innerHTML`)
		presentation, err := stage.Ledger.Presentation(tab.Context(), siteID, r[i].Presentation)
		if err != nil || title == "" || !strings.Contains(presentation.HTML, title) {
			tab.Errorf("record %d does not name the screen %q (%q): %v", i, screen, title, err)
		}
	}
}

// C-17
func TestEveryPermissionQuestionOfAnAppIsAnswered(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.agreeAsAdult()
	tab.run(`nodReceive({ v: 1, type: "nod:permission" })`) // without a permission
	tab.check(`messages.findLast((m) => m.type == "nod:permission").state == "denied" &&
		messages.every((m) => m.reason != "done")`)
	tab.askAboutPermission("camera", "a")
	tab.run(`nodReceive(` + strings.Replace(denyingTenant, `["functional"`, `["camera", "functional"`, 1) + `);
		nodReceive({ v: 1, type: "nod:back" })`)
	tab.wait(onScreen("menu") + " && " + isAnswered("a", "denied"))
	tab.checkMessages()
}

func TestAQuestionThatFailsToLoadStaysUnanswered(t *testing.T) {
	var isDown atomic.Bool
	isDown.Store(true)
	stage.consent.overrideWith(t, func(w http.ResponseWriter, r *http.Request) bool {
		if isDown.Load() && strings.Contains(r.URL.Path, "/assets/questions.") {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return true
		}
		return false
	})
	tab := openFirstLaunch(t)
	tab.expectMessages("503")
	tab.agreeAsAdult()
	tab.askPermission("camera", "a")
	tab.wait(isAnswered("a", "unasked"))
	tab.check(onScreen("menu"))
	isDown.Store(false)
	tab.askAboutPermission("camera", "b")
	tab.click(action("grant"))
	tab.wait(isAnswered("b", "granted"))
}

// C-06: the location is a separate consent as well as a permission.
func TestARefusedLocationIsAskedAgainAfterThreeDays(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.agreeAsAdult()
	tab.askAboutPermission("location", "a")
	tab.click(action("refuse"))
	tab.wait(onScreen("menu"))
	later := open(t, launchAddress("&permission=location"),
		`{ const real = Date.now; Date.now = () => real() + 73 * 36e5 }`, returningApp(tab.external()))
	later.wait(onScreen("q-location"))
}

// C-21
func TestAnSDKStartsOnlyAfterItsPurposeIsGranted(t *testing.T) {
	tab := openFirstLaunch(t)
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
		t.Errorf("after the grant it is %s", s)
	}
	tab.click(action("withdraw"))
	tab.wait(`messages.some((m) => m.action == "withdraw")`)
	if s := state("amap"); s != "denied" {
		t.Errorf("after the withdrawal it is %s", s)
	}
}
