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

// C-17
func TestAnAppThatAskedIsAnsweredWhateverComesBetween(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreed()
	tab.run(`nodReceive({ v: 1, type: "nod:permission" })`) // for nothing
	tab.is(`told.findLast((m) => m.type == "nod:permission").state == "denied" && told.every((m) => m.reason != "done")`)
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "a" })`)
	tab.until(onScreen("q-camera"))
	tab.run(`nodReceive(` + strings.Replace(denying, `["functional"`, `["camera", "functional"`, 1) + `);
		nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("menu") + ` && told.some((m) => m.re == "a" && m.state == "denied")`)
	tab.fitsTheSchema()
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

// C-06: the location is a separate consent as well as a permission.
func TestARefusedLocationRestsAsLongAsAPermission(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreed()
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "location", re: "a" })`)
	tab.until(onScreen("q-location"))
	tab.click(deed("refuse"))
	tab.until(onScreen("menu"))
	later := open(t, launchAddress("&permission=location"), `{ const real = Date.now; Date.now = () => real() +
		73 * 36e5 }`, returning(tab.external()))
	later.until(onScreen("q-location"))
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
