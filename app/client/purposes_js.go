package client

import (
	"syscall/js"

	"github.com/nod-consent/nod/app/widget"
)

// readPurposes reads the purposes from the form that the server rendered. As data, their texts would make the page a
// fifth larger.
func readPurposes(document js.Value) (list []widget.Purpose) {
	for item := range listElements(document, "#nod-centre .purpose") {
		u := widget.Purpose{
			ID:           item.Get("dataset").Get("id").String(),
			Name:         readText(item, "summary .name"),
			Summary:      readText(item, "summary .about"),
			Strokes:      item.Call("querySelector", "path").Call("getAttribute", "d").String(),
			Details:      readText(item, "summary .sum"),
			Required:     item.Call("closest", ".always").Truthy(),
			WasRefusable: item.Call("querySelector", ":scope > .refused").Truthy(),
			Separate:     item.Call("closest", ".separate").Truthy(),
		}
		for reason := range listElements(item, ":scope > .reasons > p") {
			u.Reasons = append(u.Reasons, widget.Fact{
				Label: readText(reason, ".label"), Values: []string{readText(reason, ".reason")},
			})
		}
		for part := range listElements(item, ".services > li") {
			u.Services = append(u.Services, widget.Service{
				ID:      part.Get("dataset").Get("id").String(),
				Name:    readText(part, ".name"),
				Summary: readText(part, ":scope > p"),
			})
		}
		list = append(list, u)
	}
	return list
}

// readErasure reads how the records are deleted from the form, for the same reason.
func readErasure(document js.Value) *widget.Erasure {
	form := document.Call("getElementById", "nod-withdrawal")
	return &widget.Erasure{
		Title: readText(form, "summary"), Text: readText(form, "p"), Button: readText(form, "button"),
		Erased: readText(form, "[data-erasure=erased]"), Restricted: readText(form, "[data-erasure=restricted]"),
		Failed: readText(form, "[data-erasure=failed]"),
	}
}

// listElements yields the elements that the selector finds.
func listElements(in js.Value, selector string) func(yield func(js.Value) bool) {
	return func(yield func(js.Value) bool) {
		found := in.Call("querySelectorAll", selector)
		for i := range found.Length() {
			if !yield(found.Index(i)) {
				return
			}
		}
	}
}

// readText returns the text of the first element that the selector finds.
func readText(in js.Value, selector string) string {
	return in.Call("querySelector", selector).Get("textContent").String()
}
