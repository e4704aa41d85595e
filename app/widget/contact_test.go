package widget

import (
	"testing"

	"golang.org/x/net/html"
)

func TestALineOfContactsThatEndsBetweenThemKeepsTheirOrder(t *testing.T) { // C-62
	view := testLaunchView(t)
	view.Language, view.Direction = "ar", "rtl"
	view.Email, view.Phone = "privacy@shop.example", "+44 1632 960123"
	for name, screen := range map[string]*html.Node{
		"the first screen":      render(t, &LaunchScreen{View: view}),
		"the screen of changes": render(t, &ChangesScreen{View: view}),
	} {
		for _, contact := range []string{view.Email, view.Phone} {
			if e := findByText(t, screen, contact); attribute(e, "dir") != "ltr" {
				t.Errorf("%s: %s has %v; want dir ltr", name, contact, e.Attr)
			}
		}
	}
}
