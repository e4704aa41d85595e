package client

import "syscall/js"

// viewport is the visitor's position on the page. go-app replaces the tree that the server rendered, which would lose
// the focus, the open details and the scroll position.
type viewport struct {
	focus  int        // index of the focused element among the focusable ones; -1 for none
	isOpen []bool     // of the details, in the page's order
	parts  []js.Value // the parts that were loaded into the details, in the page's order
	scroll js.Value
}

// focusable selects what can have the focus. Both trees have the same elements in the same order.
const focusable = "#nod-centre :is(h1, summary, button, input, a)"

func readViewport(document js.Value) viewport {
	v := viewport{focus: -1, scroll: js.Global().Get("scrollY")}
	i := 0
	for e := range listElements(document, focusable) {
		if e.Equal(document.Get("activeElement")) {
			v.focus = i
		}
		i++
	}
	for d := range listElements(document, "#nod-centre details") {
		v.isOpen = append(v.isOpen, d.Get("open").Bool())
	}
	for part := range listElements(document, "#nod-centre .part") {
		v.parts = append(v.parts, part)
	}
	return v
}

// restore restores the viewport in the new tree.
func (v viewport) restore(document js.Value) {
	i := 0
	for d := range listElements(document, "#nod-centre details") {
		if i < len(v.isOpen) {
			d.Set("open", v.isOpen[i])
		}
		i++
	}
	i = 0
	for part := range listElements(document, "#nod-centre .part") {
		if i < len(v.parts) && !part.Equal(v.parts[i]) {
			for child := v.parts[i].Get("firstChild"); child.Truthy(); child = v.parts[i].Get("firstChild") {
				part.Call("append", child)
			}
		}
		i++
	}
	js.Global().Call("scrollTo", 0, v.scroll)
	i = 0
	for e := range listElements(document, focusable) {
		if i == v.focus {
			e.Set("tabIndex", e.Get("tabIndex")) // a heading takes the focus only if it has a tabindex
			e.Call("focus", map[string]any{"preventScroll": true})
		}
		i++
	}
}
