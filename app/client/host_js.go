package client

import (
	"syscall/js"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/widget"
)

// host is the page that boot.js runs, as the preference centre's surroundings.
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
	if action != "withdraw" {
		h.Close()
	}
	return true
}

func (h *host) Close() { h.page.Call("close") }

func (h *host) Download() { h.page.Call("download") }

// Watch is called when the component stands in the page: from here on boot.js leaves the form alone.
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

// status reads what boot.js was told. Where there is no connection it was told nothing.
func (h *host) readStatus(state js.Value) (widget.Status, bool) {
	if !state.Truthy() {
		return widget.Status{}, false
	}
	s := widget.Status{
		States:     map[string]consent.State{},
		Signal:     state.Get("signal").Length() > 0,
		Receipt:    state.Get("receipt").Truthy(),
		IsReopened: state.Get("opened").Truthy(),
	}
	states := js.Global().Get("Object").Call("entries", state.Get("states"))
	for i := range states.Length() {
		var one consent.State
		if one.UnmarshalText([]byte(states.Index(i).Index(1).String())) == nil {
			s.States[states.Index(i).Index(0).String()] = one
		} else {
			s.States[states.Index(i).Index(0).String()] = consent.Unasked
		}
	}
	if at := state.Get("decided"); at.Truthy() {
		s.Decided = js.Global().Get("Date").New(at).Call("toLocaleString", h.language, map[string]any{"dateStyle": "medium", "timeStyle": "short"}).String()
	}
	return s, true
}
