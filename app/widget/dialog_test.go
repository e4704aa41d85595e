package widget

import (
	"testing"

	"golang.org/x/net/html"
)

func TestDialogSharesNoIDWithTheBanner(t *testing.T) {
	view := testView(t)
	seen := map[string]bool{}
	for _, root := range []*html.Node{
		render(t, &Banner{View: view}), render(t, &ReopenButton{View: view}),
		render(t, &Dialog{View: view}), render(t, &ReloadNotice{View: view}),
	} {
		for n := range root.Descendants() {
			id := attribute(n, "id")
			if id != "" && seen[id] {
				t.Errorf("#%s is a duplicate", id)
			}
			seen[id] = true
		}
	}
}

func TestDialogHasNoHiddenFieldsAndStartsWithItsHeading(t *testing.T) {
	root := render(t, &Dialog{View: testView(t)})
	for _, input := range elements(root, "input") {
		if attribute(input, "type") == "hidden" {
			t.Errorf("the dialog has the hidden field %s, which only a posted form needs", attribute(input, "name"))
		}
	}
	if titles := elements(root, "h2"); len(titles) == 0 || attribute(titles[0], "tabindex") != "-1" {
		t.Error("the heading can't take the focus when the dialog opens")
	}
	if len(elements(root, "h1")) > 0 {
		t.Error("the dialog has a heading of the first level on another page")
	}
}

func TestOptionalPurposesAreNotTickedAtFirst(t *testing.T) { // C-02
	root := render(t, &Dialog{View: testView(t)})
	type state struct{ isOn, isFixed bool }
	for id, want := range map[string]state{
		"nod-form-analytics": {}, "nod-form-stats": {}, "nod-form-face": {},
	} {
		box := findByID(t, root, id)
		if got := (state{hasAttribute(box, "checked"), hasAttribute(box, "disabled")}); got != want {
			t.Errorf("#%s: %+v; want %+v", id, got, want)
		}
	}
}

func TestSeparatePurposesAreInAListOfTheirOwn(t *testing.T) { // C-14
	root := render(t, &Dialog{View: testView(t)})
	lists := map[string]string{}
	for _, class := range []string{"group optional", "group always", "group separate"} {
		for _, item := range elements(findByAttribute(t, root, "class", class), "li") {
			lists[attribute(item, "data-id")] = class
		}
	}
	if lists["face"] != "group separate" || lists["analytics"] != "group optional" ||
		lists["necessary"] != "group always" {
		t.Errorf("lists %v", lists)
	}
}
