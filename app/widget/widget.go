// Package widget renders what a visitor sees: the banner, the preference centre and the first launch, as go-app
// components.
//
// A component is a pure function of its fields. The server renders it to HTML (web/prerender), and the WebAssembly
// program runs the same component in the browser, so what the browser shows is written once. A go-app program can use
// the components in its own pages: give them a View and a Host.
package widget

import (
	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// View is everything that the components show, in one language: a site's policy and the interface's own words.
type View struct {
	Policy     string          // version
	Platform   policy.Platform `json:"-"`          // where it is asked
	Language   string          `json:",omitempty"` // BCP 47
	Direction  string          `json:",omitempty"` // "ltr" or "rtl"
	Original   Original        `json:",omitzero"`  // language of the policy's texts, if it differs
	Layout     string          `json:",omitempty"` // of the banner: bar, box or centre
	Words      Words
	Controller string    `json:",omitempty"`
	Contact    string    `json:",omitempty"`
	Email      string    `json:"-"`
	Phone      string    `json:"-"`
	Title      string    `json:",omitempty"`
	Text       string    `json:",omitempty"`
	Retention  string    `json:",omitempty"`
	Rights     string    `json:",omitempty"`
	PolicyPage string    `json:",omitempty"` // address of the policy's page, relative to the program's base
	Centre     string    `json:",omitempty"` // address of the preference centre, relative to the program's base
	Details    string    `json:",omitempty"` // address of the list of purposes, relative to the preference centre
	Purposes   []Purpose `json:",omitempty"`
	Cases      []Case    `json:",omitempty"` // what is asked about case by case, and has no switch
	News       News      `json:",omitzero"`  // of the policy's versions; zero if there is only one
	Erasure    *Erasure  `json:"-"`          // nil: the page does not offer it
}

// News is a line on the last or the next change of the policy, with a link.
type News struct {
	Text string
	Link string
	Page string // address, relative to the preference centre
}

// Erasure is how a person deletes the own records, and what the result is called.
type Erasure struct {
	Title      string
	Text       string // what will happen to them
	Button     string
	Erased     string
	Restricted string // before a day
	Failed     string
}

// Purpose is a purpose as it is shown.
type Purpose struct {
	ID       string
	Name     string
	Summary  string
	Strokes  string // of its icon
	Details  string // what opens its details: "3 kinds of data", or "Details"
	Required bool
	Separate bool   // needs a separate consent
	Reasons  []Fact // of a sensitive or separate purpose: why it is needed, and how it can affect the person

	// WasRefusable means that it is required now, and was optional in an earlier version. A visitor who refused it then
	// has a switch for it.
	WasRefusable bool
	Services     []Service
}

// Case is a purpose without a standing consent: each case is asked about when it arises.
type Case struct{ Name, Summary string }

// PurposeLink returns the address of a purpose's details, relative to the preference centre.
func (v View) PurposeLink(id string) string {
	return v.Details + "#purpose-" + id
}

// Service is a service as it is shown.
type Service struct {
	ID      string
	Name    string
	Summary string
}

// Fact is one labelled detail, with one value or several.
type Fact struct {
	Label  string
	Values []string
	Link   bool // it leads to a page of somebody else
	Gap    bool // the policy does not state it, and the value says so
	Named  bool // the label is a name: of a service, or of a way to reach the controller
	Own    bool // the values are the interface's own words
	Aside  bool // in a list, it opens below the row
	Chips  bool // the values are a few words each

	Of      string // the platform that it holds for; "" for all
	Address string // of the link that the value is; "" for none
	Column  int    // in a table, from 1; 0 for none
}

// Section is a section of the policy in plain words.
type Section struct {
	ID      string
	Title   string
	Summary string
}

// Status is the visitor's earlier choice, as far as the components show it.
type Status struct {
	States     map[string]consent.State // of purposes and services
	Decided    string                   // when, in the visitor's language; "" for never
	Previous   string                   // id of that decision
	Signal     bool                     // a Global Privacy Control signal refuses something
	Receipt    bool                     // there is a receipt to download
	Saved      bool                     // the choice was saved just now
	Erasure    string                   // what was done just now: erased, restricted, failed; "": nothing
	ErasedBy   string                   // last day of restricted records, in the visitor's language
	IsReopened bool                     // the preference centre was opened again: unsaved ticks are dropped
}

// Host connects the preference centre with the page around it in a browser. Without one it is a plain form.
type Host interface {
	// Decide runs the action ("save", "accept_all", "reject_all", "withdraw") with the boxes as they are ticked, or
	// "erase". It returns false if the browser should post the form instead.
	Decide(action string) bool
	// Close closes the preference centre.
	Close()
	// Download saves the receipt of the last decision.
	Download()
	// Watch calls f with each new status from now on. It is called once, when the component is on the page.
	Watch(f func(Status))
}
