package client

import (
	"encoding/json"
	"slices"
	"syscall/js"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/widget"
)

func testPurposes() []widget.Purpose {
	return []widget.Purpose{
		{ID: "analytics", Name: "Analytics", Summary: "Counts visits.", Services: []widget.Service{
			{ID: "stats", Name: "Stats", Summary: "By Stats Ltd."}, {ID: "heat", Name: "Heat", Summary: "By Heat Ltd."},
		}},
		{ID: "necessary", Name: "Necessary", Summary: "Keeps you signed in.", Required: true},
		{ID: "face", Name: "Face", Summary: "Unlocks doors.", Separate: true, Reasons: []widget.Fact{
			{Label: "Why it is needed", Values: []string{"A door knows you by your face."}},
			{Label: "How it can affect you", Values: []string{"A face can hardly be changed."}},
		}},
	}
}

func testErasure() *widget.Erasure {
	return &widget.Erasure{
		Title: "Delete", Text: "All goes.", Button: "Now", Erased: "Gone", Restricted: "Until: ", Failed: "Failed",
	}
}

// renderPage puts the preference centre into the page, as the server renders it.
func renderPage(t *testing.T, purposes []widget.Purpose) js.Value {
	t.Helper()
	document := js.Global().Get("document")
	html := app.HTMLString(&widget.Preferences{View: widget.View{
		Language: "en", Purposes: purposes, Erasure: testErasure(),
	}})
	document.Get("body").Set("innerHTML", html)
	// go-app prints boolean attributes that are false, and the server's rendering leaves them out.
	for _, name := range []string{"checked", "disabled", "hidden"} {
		for e := range listElements(document, "["+name+"=false]") {
			e.Call("removeAttribute", name)
		}
	}
	return document
}

func TestPurposesAreReadFromTheForm(t *testing.T) {
	want := testPurposes()
	if diff := cmp.Diff(want, readPurposes(renderPage(t, want))); diff != "" {
		t.Errorf("purposes (-shown +read):\n%s", diff)
	}
}

func TestHowRecordsAreDeletedIsReadFromTheForm(t *testing.T) {
	if diff := cmp.Diff(testErasure(), readErasure(renderPage(t, testPurposes()))); diff != "" {
		t.Errorf("erasure (-shown +read):\n%s", diff)
	}
}

func TestTicksAreReadFromTheForm(t *testing.T) {
	document := renderPage(t, testPurposes())
	document.Call("getElementById", "nod-stats").Set("checked", true)
	want := map[string]bool{"analytics": false, "stats": true, "heat": false, "face": false}
	if diff := cmp.Diff(want, readTicks(document)); diff != "" {
		t.Errorf("ticks (-want +got):\n%s", diff)
	}
}

func TestSavedNoticeIsRead(t *testing.T) {
	document := renderPage(t, testPurposes())
	if hasSavedNotice(document) {
		t.Error("nothing was saved")
	}
	document.Call("querySelector", "#nod-saved span").Call("removeAttribute", "hidden")
	if !hasSavedNotice(document) {
		t.Error("the message is not found")
	}
}

func TestViewportIsRestoredInANewTree(t *testing.T) {
	document := renderPage(t, testPurposes())
	document.Call("getElementById", "nod-analytics").Call("focus")
	document.Call("querySelectorAll", "#nod-centre details").Index(1).Set("open", true)
	document.Call("querySelectorAll", "#nod-centre .part").Index(1).Set("innerHTML", "<dl>loaded</dl>")
	before := readViewport(document)

	document.Get("body").Set("innerHTML", document.Get("body").Get("innerHTML").String())
	document.Call("querySelectorAll", "#nod-centre details").Index(1).Set("open", false)
	document.Call("querySelectorAll", "#nod-centre .part").Index(1).Set("innerHTML", "")
	before.restore(document)

	if got := document.Get("activeElement").Get("id").String(); got != "nod-analytics" {
		t.Errorf("the focus is at %q", got)
	}
	var open []bool
	for d := range listElements(document, "#nod-centre details") {
		open = append(open, d.Get("open").Bool())
	}
	if !slices.Equal(open, []bool{false, true, false, false, false}) {
		t.Errorf("open details: %v", open)
	}
	part := document.Call("querySelectorAll", "#nod-centre .part").Index(1)
	if got := part.Get("textContent").String(); got != "loaded" {
		t.Errorf("the part contains %q", got)
	}
}

func TestStateOfTheHostPageBecomesAStatus(t *testing.T) {
	state := js.Global().Get("JSON").Call("parse", `{
		"states": {"analytics": "granted", "stats": "denied", "face": "unasked", "heat": "maybe"},
		"signal": ["analytics"], "decided": 1767225600000, "receipt": {"record": {}}, "isOpening": true}`)
	h := &host{language: "en-GB"}
	got, isConnected := h.readStatus(state)
	want := map[string]consent.State{
		"analytics": consent.Granted, "stats": consent.Denied, "face": consent.Unasked, "heat": consent.Unasked,
	}
	if diff := cmp.Diff(want, got.States); diff != "" || !isConnected {
		t.Errorf("connected: %t; states (-want +got):\n%s", isConnected, diff)
	}
	if !got.Signal || !got.Receipt || !got.IsReopened || got.Decided == "" {
		t.Errorf("status %+v", got)
	}
	if got.Erasure != "" || got.ErasedBy != "" {
		t.Errorf("nothing was deleted, and the status has %q and %q", got.Erasure, got.ErasedBy)
	}
	if _, isConnected := h.readStatus(js.Undefined()); isConnected {
		t.Error("connected without a state")
	}
}

func TestTheStatusThatTheServerPrintedIsReadWithItsStates(t *testing.T) {
	want := widget.Status{
		States:  map[string]consent.State{"analytics": consent.Granted, "stats": consent.Denied, "face": consent.Unasked},
		Decided: "29 Nov 2026", Previous: "one", Signal: true,
	}
	printed, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got := readPrintedStatus(js.Global().Get("JSON").Call("parse", string(printed)))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("status (-printed +read):\n%s", diff)
	}
}

func TestTheStatusSaysWhatWasDoneWithTheRecords(t *testing.T) {
	state := js.Global().Get("JSON").Call("parse", `{
		"states": {}, "signal": [], "erasure": {"state": "restricted", "until": "2030-11-29T00:00:00Z"}}`)
	got, _ := (&host{language: "en-GB"}).readStatus(state)
	if got.Erasure != "restricted" || got.ErasedBy != "29 Nov 2030" {
		t.Errorf("status %+v", got)
	}
}

func TestFormIsPostedIfTheHostPageDoesNotAcceptADecision(t *testing.T) {
	closed := 0
	page := js.Global().Get("Object").New()
	page.Set("close", js.FuncOf(func(js.Value, []js.Value) any { closed++; return nil }))
	for _, test := range []struct {
		action     string
		isAccepted bool
		closed     int
	}{{"save", false, 0}, {"save", true, 1}, {"withdraw", true, 1}, {"erase", true, 1}} {
		page.Set("decide", js.FuncOf(func(js.Value, []js.Value) any { return test.isAccepted }))
		h := &host{page: page}
		if got := h.Decide(test.action); got != test.isAccepted || closed != test.closed {
			t.Errorf("%s: accepted %t, closed %d times; want %t, %d", test.action, got, closed, test.isAccepted, test.closed)
		}
	}
}

func TestReadCopiesValuesByTheNamesOfFields(t *testing.T) {
	var view widget.View
	read(js.Global().Get("JSON").Call("parse", `{
		"Language": "zh-CN", "Words": {"Save": "保存", "Colon": null}, "Purposes": [{"ID": "a", "Required": true}],
		"Unknown": 1}`), &view)
	want := widget.View{
		Language: "zh-CN", Words: widget.Words{Save: "保存"}, Purposes: []widget.Purpose{{ID: "a", Required: true}},
	}
	if diff := cmp.Diff(want, view); diff != "" {
		t.Errorf("view (-want +got):\n%s", diff)
	}
}
