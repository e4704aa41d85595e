package client

import (
	"syscall/js"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"github.com/nod-consent/nod/app/widget"
)

// Run shows the preference centre in the page that it was started in, and does not return.
func Run() {
	document := js.Global().Get("document")
	data := js.Global().Get("JSON").Call("parse", document.Call("getElementById", "nod-page").Get("textContent"))
	var view widget.View
	read(data.Get("View"), &view)
	view.Purposes = readPurposes(document)

	h := &host{page: js.Global().Get("nodPage"), language: view.Language}
	status, connected := h.readStatus(h.page.Call("state"))
	if !connected {
		read(data.Get("Status"), &status)
	}
	status.Saved = hasSavedNotice(document)
	centre := &widget.Preferences{View: view, Status: status, Host: h}
	centre.Tick(readTicks(document))
	h.viewport = readViewport(document)

	app.RouteFunc(js.Global().Get("location").Get("pathname").String(), func() app.Composer { return centre })
	app.RunWhenOnBrowser()
}

// isSaidToBeSaved tells whether the form says that a choice was saved: that stays when the form is replaced.
func hasSavedNotice(document js.Value) bool {
	saved := document.Call("querySelector", "#nod-saved span")
	return saved.Truthy() && !saved.Get("hidden").Bool()
}

// ticks reads the boxes as the visitor left them.
func readTicks(document js.Value) map[string]bool {
	on := map[string]bool{}
	for box := range listElements(document, "input[type=checkbox]") {
		on[box.Get("name").String()] = box.Get("checked").Bool()
	}
	return on
}
