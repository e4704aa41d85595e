package widget_test

import (
	"fmt"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/widget"
)

// portal is a page of another go-app program, with the banner and the preference centre as parts of it.
type portal struct {
	app.Compo
	view       widget.View
	lastAction string
	onStatus   func(widget.Status)
}

func (p *portal) Render() app.UI {
	return app.Div().Body(
		&widget.Banner{View: p.view, Host: p},
		&widget.Preferences{View: p.view, Host: p},
	)
}

// The banner's buttons.
func (p *portal) Accept()      { p.lastAction = "accept_all" }
func (p *portal) Reject()      { p.lastAction = "reject_all" }
func (p *portal) Preferences() { p.lastAction = "preferences" }

// The preferences' surroundings.
func (p *portal) Decide(action string) bool   { p.lastAction = action; return true }
func (p *portal) Close()                      { p.lastAction = "close" }
func (p *portal) Download()                   { p.lastAction = "download" }
func (p *portal) Watch(f func(widget.Status)) { p.onStatus = f }
func (p *portal) has(html string, texts ...string) bool {
	for _, t := range texts {
		if !strings.Contains(html, t) {
			return false
		}
	}
	return true
}

// A go-app program shows the banner and the preference centre on a page of its own.
func Example() {
	page := &portal{view: widget.View{
		Language:   "en",
		Direction:  "ltr",
		Controller: "Acme Ltd",
		Title:      "Your choices",
		Words: widget.Words{
			Accept: "Agree", Reject: "Refuse", Preferences: "Choose", Save: "Save", Count: "{on} of {all} on",
		},
		Purposes: []widget.Purpose{{ID: "analytics", Name: "Analytics", Summary: "Counts visits."}},
	}}
	window := app.NewClientTester(page)
	defer window.Close()

	html := app.HTMLString(page)
	fmt.Println(page.has(html, "Your choices", "Acme Ltd", "Agree", "Refuse", "Counts visits.", "0 of 1 on"))
	page.onStatus(widget.Status{States: map[string]consent.State{"analytics": consent.Granted}})
	window.Consume()
	fmt.Println(page.has(app.HTMLString(page), "1 of 1 on"))
	// Output:
	// true
	// true
}
