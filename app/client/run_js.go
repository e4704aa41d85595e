package client

import (
	"syscall/js"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"github.com/nod-consent/nod/app/widget"
)

// Run takes over the preference centre of the page that it runs in. It does not return.
func Run() {
	document := js.Global().Get("document")
	data := js.Global().Get("JSON").Call("parse", document.Call("getElementById", "nod-page").Get("textContent"))
	var view widget.View
	read(data.Get("View"), &view)
	view.Purposes, view.Erasure = readPurposes(document), readErasure(document)

	h := &host{page: js.Global().Get("nodPage"), language: view.Language}
	status, isConnected := h.readStatus(h.page.Call("state"))
	if !isConnected {
		status = readPrintedStatus(data.Get("Status"))
	}
	status.Saved = hasSavedNotice(document)
	centre := &widget.Preferences{View: view, Status: status, Host: h}
	centre.Tick(readTicks(document))
	h.viewport = readViewport(document)

	app.RouteFunc(js.Global().Get("location").Get("pathname").String(), func() app.Composer { return centre })
	app.RunWhenOnBrowser()
}

// hasSavedNotice reports whether the form shows that a choice was saved. The new form shows it, too.
func hasSavedNotice(document js.Value) bool {
	saved := document.Call("querySelector", "#nod-saved span")
	return saved.Truthy() && !saved.Get("hidden").Bool()
}

// readTicks reads the boxes as the visitor ticked them.
func readTicks(document js.Value) map[string]bool {
	on := map[string]bool{}
	for box := range listElements(document, "input[type=checkbox]") {
		on[box.Get("name").String()] = box.Get("checked").Bool()
	}
	return on
}

// readPrintedStatus reads the status that the server rendered the form with.
func readPrintedStatus(from js.Value) (s widget.Status) {
	read(from, &s)
	s.States = readStates(from.Get("States"))
	return s
}
