package client

import "syscall/js"

// place is where the visitor is on the page. go-app puts a new tree in place of the one that the server rendered, and
// with it would go the focus, the open details and the scroll.
type viewport struct {
	focus  int        // number of the focused element among those that can be, -1 for none
	open   []bool     // of the details, in the page's order
	parts  []js.Value // what was loaded into them, likewise
	scroll js.Value
}

// focusable finds what can have the focus. Both trees have the same elements in the same order.
const focusable = "#nod-centre :is(h1, summary, button, input, a)"

func readViewport(document js.Value) viewport {
	p := viewport{focus: -1, scroll: js.Global().Get("scrollY")}
	i := 0
	for e := range listElements(document, focusable) {
		if e.Equal(document.Get("activeElement")) {
			p.focus = i
		}
		i++
	}
	for d := range listElements(document, "#nod-centre details") {
		p.open = append(p.open, d.Get("open").Bool())
	}
	for part := range listElements(document, "#nod-centre .part") {
		p.parts = append(p.parts, part)
	}
	return p
}

func (p viewport) restore(document js.Value) {
	i := 0
	for d := range listElements(document, "#nod-centre details") {
		if i < len(p.open) {
			d.Set("open", p.open[i])
		}
		i++
	}
	i = 0
	for part := range listElements(document, "#nod-centre .part") {
		if i < len(p.parts) && !part.Equal(p.parts[i]) {
			for child := p.parts[i].Get("firstChild"); child.Truthy(); child = p.parts[i].Get("firstChild") {
				part.Call("append", child)
			}
		}
		i++
	}
	js.Global().Call("scrollTo", 0, p.scroll)
	i = 0
	for e := range listElements(document, focusable) {
		if i == p.focus {
			e.Set("tabIndex", e.Get("tabIndex")) // a heading takes the focus only with it
			e.Call("focus", map[string]any{"preventScroll": true})
		}
		i++
	}
}
