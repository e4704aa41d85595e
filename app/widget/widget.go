// Package widget is what a visitor sees: the banner and the preference centre, as go-app components.
//
// A component is a pure function of its fields. The same component is rendered by the server into HTML (web/prerender)
// and run by the WebAssembly build in its place, so what the browser shows is written once. A go-app program can use
// the components as parts of its own pages: give a View and a Host.
package widget

import "github.com/nod-consent/nod/app/consent"

// View is everything that the components show, in one language: a site's policy beside the interface's own words.
type View struct {
	Policy     string // version
	Language   string // BCP 47
	Direction  string // "ltr" or "rtl"
	Layout     string // of the banner: bar, box or centre
	Words      Words
	Controller string
	Contact    string
	Title      string
	Text       string
	Retention  string
	Rights     string
	PolicyPage string // address of the policy's page, relative to the program's base
	Centre     string // address of the preference centre, likewise
	Purposes   []Purpose
	Sections   []Section
}

// Purpose is a purpose as it is shown.
type Purpose struct {
	ID       string
	Name     string
	Summary  string
	Required bool
	Facts    []Fact
	Services []Service
}

// Service is a service as it is shown.
type Service struct {
	ID      string
	Name    string
	Summary string
	Facts   []Fact
}

// Fact is one labelled detail, with one value or several.
type Fact struct {
	Label  string
	Values []string
}

// Section is a section of the policy in plain words.
type Section struct {
	ID      string
	Title   string
	Summary string
}

// Words are the interface's own words; assets/locales holds them by language.
type Words struct {
	Colon       string `yaml:"colon"` // with its space, between a label and what it is about
	Accept      string `yaml:"accept"`
	Reject      string `yaml:"reject"`
	Preferences string `yaml:"preferences"`
	More        string `yaml:"more"`
	Contact     string `yaml:"contact"`
	Signal      string `yaml:"signal"`
	Return      string `yaml:"return"`
	Blocked     string `yaml:"blocked"`
	BlockedLink string `yaml:"blocked_link"`

	Title        string `yaml:"title"`
	Intro        string `yaml:"intro"`
	Close        string `yaml:"close"`
	Required     string `yaml:"required"`
	Details      string `yaml:"details"`
	Services     string `yaml:"services"`
	Data         string `yaml:"data"`
	Refusal      string `yaml:"refusal"`
	Basis        string `yaml:"basis"`
	Retention    string `yaml:"retention"`
	Recipients   string `yaml:"recipients"`
	Cookies      string `yaml:"cookies"`
	Storage      string `yaml:"storage"`
	Hosts        string `yaml:"hosts"`
	Provider     string `yaml:"provider"`
	Decided      string `yaml:"decided"`
	Receipt      string `yaml:"receipt"`
	Withdraw     string `yaml:"withdraw"`
	AcceptAll    string `yaml:"accept_all"`
	RejectAll    string `yaml:"reject_all"`
	Save         string `yaml:"save"`
	Saved        string `yaml:"saved"`
	Count        string `yaml:"count"` // with {on} and {all}
	Summary      string `yaml:"summary"`
	FullText     string `yaml:"full_text"`
	OpenFullText string `yaml:"open_full_text"`
	OriginalOnly string `yaml:"original_only"`
	Effective    string `yaml:"effective"`
	Updated      string `yaml:"updated"`
	NotSaved     string `yaml:"not_saved"`
	NotSavedText string `yaml:"not_saved_text"`
	Back         string `yaml:"back"`
}

// Status is what was chosen before, as far as the components show it.
type Status struct {
	States   map[string]consent.State // of purposes and services
	Decided  string                   // when, in the visitor's language; "" for never
	Previous string                   // id of that decision
	Signal   bool                     // a Global Privacy Control signal refuses something
	Receipt  bool                     // there is a receipt to download
	Saved    bool                     // the choice was made just now
}

// Host is the surroundings of the preference centre in a browser. Without one it is a plain form.
type Host interface {
	// Decide carries out the action ("save", "accept_all", "reject_all", "withdraw") with the boxes as they stand. It
	// returns false where the form should be posted instead.
	Decide(action string) bool
	// Close closes the preference centre.
	Close()
	// Download saves the receipt of the last choice.
	Download()
	// Watch calls f, from now on, with each new state of things. It is called once, when the component is on the page.
	Watch(f func(Status))
}
