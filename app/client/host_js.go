package client

import (
	"syscall/js"

	"github.com/nod-consent/nod/app/widget"
)

// host connects the preference centre with the page that boot.js runs.
type host struct {
	page     js.Value // window.nodPage
	language string
	viewport viewport
	onState  js.Func
}

var _ widget.Host = (*host)(nil)

func (h *host) Decide(action string) bool {
	if !h.page.Call("decide", action).Bool() {
		return false
	}
	if action != "withdraw" && action != "erase" {
		h.Close()
	}
	return true
}

func (h *host) Close() { h.page.Call("close") }

func (h *host) Download() { h.page.Call("download") }

// Watch takes the form over from boot.js. It is called when the component is on the page.
func (h *host) Watch(f func(widget.Status)) {
	h.viewport.restore(js.Global().Get("document"))
	h.onState = js.FuncOf(func(_ js.Value, args []js.Value) any {
		if status, ok := h.readStatus(args[0]); ok {
			f(status)
		}
		return nil
	})
	h.page.Call("take", h.onState)
}

// readStatus reads the state that boot.js received. Without a connection it is empty.
func (h *host) readStatus(state js.Value) (widget.Status, bool) {
	if !state.Truthy() {
		return widget.Status{}, false
	}
	s := widget.Status{
		States:     readStates(state.Get("states")),
		Signal:     state.Get("signal").Length() > 0,
		Receipt:    state.Get("receipt").Truthy(),
		IsReopened: state.Get("isOpening").Truthy(),
	}
	if at := state.Get("decided"); at.Truthy() {
		style := map[string]any{"dateStyle": "medium", "timeStyle": "short"}
		s.Decided = js.Global().Get("Date").New(at).Call("toLocaleString", h.language, style).String()
	}
	if done := state.Get("erasure"); done.Truthy() {
		s.Erasure = done.Get("state").String()
		if until := done.Get("until"); until.Truthy() {
			style := map[string]any{"dateStyle": "medium", "timeZone": "UTC"}
			s.ErasedBy = js.Global().Get("Date").New(until).Call("toLocaleDateString", h.language, style).String()
		}
	}
	return s, true
}
