package client

import (
	"syscall/js"

	"github.com/nod-consent/nod/app/widget"
)

// purposes reads the purposes back from the form that widget.Preferences rendered on the server. Sending their texts a
// second time, as data, would make up a fifth of the page.
func purposes(document js.Value) (list []widget.Purpose) {
	for item := range each(document, "#nod-centre .purpose") {
		box := item.Call("querySelector", ":scope > .row input")
		u := widget.Purpose{
			ID:           box.Get("name").String(),
			Name:         text(item, ":scope > .row .name"),
			Summary:      text(item, ":scope > p"),
			WasRefusable: item.Call("querySelector", ":scope > .refused").Truthy(),
			Separate:     item.Call("closest", ".separate").Truthy(),
		}
		u.Required = u.WasRefusable || box.Get("disabled").Bool()
		for part := range each(item, ".services > li") {
			u.Services = append(u.Services, widget.Service{
				ID:      part.Call("querySelector", "input").Get("name").String(),
				Name:    text(part, ".name"),
				Summary: text(part, ":scope > p"),
			})
		}
		list = append(list, u)
	}
	return list
}

// each yields the elements that the selector finds.
func each(in js.Value, selector string) func(yield func(js.Value) bool) {
	return func(yield func(js.Value) bool) {
		found := in.Call("querySelectorAll", selector)
		for i := range found.Length() {
			if !yield(found.Index(i)) {
				return
			}
		}
	}
}

// text is the text of the first element that the selector finds.
func text(in js.Value, selector string) string {
	return in.Call("querySelector", selector).Get("textContent").String()
}
