package client

import "syscall/js"

// place is where the visitor is on the page. go-app puts a new tree in place of the one that the server rendered, and
// with it would go the focus, the open details and the scroll.
type place struct {
	focus  string // id of the focused element
	open   []bool // of the details, in the page's order
	scroll js.Value
}

func look(document js.Value) place {
	p := place{scroll: js.Global().Get("scrollY")}
	if e := document.Get("activeElement"); e.Truthy() {
		p.focus = e.Get("id").String()
	}
	details := document.Call("querySelectorAll", "#nod-centre details")
	for i := range details.Length() {
		p.open = append(p.open, details.Index(i).Get("open").Bool())
	}
	return p
}

func (p place) restore(document js.Value) {
	details := document.Call("querySelectorAll", "#nod-centre details")
	for i := range min(details.Length(), len(p.open)) {
		details.Index(i).Set("open", p.open[i])
	}
	js.Global().Call("scrollTo", 0, p.scroll)
	if e := document.Call("getElementById", p.focus); p.focus != "" && e.Truthy() {
		e.Call("focus", map[string]any{"preventScroll": true})
	}
}
