// Package widget is what a visitor sees: the banner and the preference centre, as go-app components.
//
// A component is a pure function of its fields. The same component is rendered by the server into HTML (web/prerender)
// and run by the WebAssembly build in its place, so what the browser shows is written once. A go-app program can use
// the components as parts of its own pages: give a View and a Host.
package widget

import (
	"slices"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// View is everything that the components show, in one language: a site's policy beside the interface's own words.
type View struct {
	Policy     string          // version
	Platform   policy.Platform `json:"-"`          // where it is asked
	Language   string          `json:",omitempty"` // BCP 47
	Direction  string          `json:",omitempty"` // "ltr" or "rtl"
	Original   Original        `json:",omitzero"`  // language of the policy's texts, where it is another
	Layout     string          `json:",omitempty"` // of the banner: bar, box or centre
	Words      Words
	Controller string    `json:",omitempty"`
	Contact    string    `json:",omitempty"`
	Title      string    `json:",omitempty"`
	Text       string    `json:",omitempty"`
	Retention  string    `json:",omitempty"`
	Rights     string    `json:",omitempty"`
	PolicyPage string    `json:",omitempty"` // address of the policy's page, relative to the program's base
	Centre     string    `json:",omitempty"` // address of the preference centre, likewise
	Details    string    `json:",omitempty"` // address of the purposes' list, relative to the preferences
	Purposes   []Purpose `json:",omitempty"`
	News       News      `json:",omitzero"` // of the policy's versions; zero where there is but one
}

// News is a line on what was changed in the policy, or will be, with a link.
type News struct {
	Text string
	Link string
	Page string // address, relative to the preferences
}

// Purpose is a purpose as it is shown.
type Purpose struct {
	ID       string
	Name     string
	Summary  string
	Required bool
	Separate bool // wants a consent of its own

	// WasRefusable says that it is required and could be refused under an earlier version: a visitor who refused it has a switch for it.
	WasRefusable bool
	Services     []Service
}

// Purpose is the address of the purpose's details, relative to the preferences.
func (v View) PurposeLink(id string) string {
	return v.Details + "#purpose-" + id
}

// separate says whether any purpose wants a consent of its own.
func (v View) hasSeparate() bool {
	return slices.ContainsFunc(v.Purposes, func(u Purpose) bool { return u.Separate })
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
	Link   bool // the values are addresses
	Gap    bool // the value says that the policy does not tell
	Named  bool // the label is the name of a service
}

// Section is a section of the policy in plain words.
type Section struct {
	ID      string
	Title   string
	Summary string
}

// CheckWords are those of the page that checks receipts.
type CheckWords struct {
	Title      string `yaml:"title" json:"-"`
	Intro      string `yaml:"intro" json:"-"`
	File       string `yaml:"file" json:"-"`
	Script     string `yaml:"script" json:"-"` // where there is none
	Working    string `yaml:"working" json:"working"`
	Good       string `yaml:"good" json:"good"`
	Stored     string `yaml:"stored" json:"kept"` // with {time}, {n} and {all}
	Form       string `yaml:"form" json:"form"`   // this one and the next four: the step that failed (ledger.Step)
	Record     string `yaml:"record" json:"record"`
	Checkpoint string `yaml:"checkpoint" json:"checkpoint"`
	Signature  string `yaml:"signature" json:"signature"`
	Inclusion  string `yaml:"inclusion" json:"inclusion"`
	Failed     string `yaml:"failed" json:"failed"`
	Granted    string `yaml:"granted" json:"granted"`
	Denied     string `yaml:"denied" json:"denied"`
}

// ChangeWords are those that tell of a new version of the policy.
type ChangeWords struct {
	Title          string `yaml:"title"`
	Since          string `yaml:"since"`
	Version        string `yaml:"version"`
	Ask            string `yaml:"ask"`
	NothingAsked   string `yaml:"nothing_asked"`
	Reduces        string `yaml:"reduces"`
	Before         string `yaml:"before"`
	After          string `yaml:"after"`
	Added          string `yaml:"added"`
	Removed        string `yaml:"removed"`
	More           string `yaml:"more"`
	Done           string `yaml:"done"`
	Agree          string `yaml:"agree"`
	KeepEarlier    string `yaml:"keep_earlier"`
	NewMark        string `yaml:"new_mark"`
	Announced      string `yaml:"announced"`
	TakesEffect    string `yaml:"takes_effect"`
	ReadNewVersion string `yaml:"read_new_version"`
	LastChange     string `yaml:"last_change"`
	OtherVersion   string `yaml:"other_version"`
	ReadCurrent    string `yaml:"read_current"`
	Processing     string `yaml:"processing"`
	Ownership      string `yaml:"ownership"`
	Recipients     string `yaml:"recipients"`
	Rights         string `yaml:"rights"`
	Contact        string `yaml:"contact"`
	Risk           string `yaml:"risk"`
	Other          string `yaml:"other"`
}

// Words are the interface's own words; assets/locales holds them by language.
type Words struct {
	Colon string `yaml:"colon" json:",omitempty"` // with its space, between a label and what it is about

	ListSeparator   string `yaml:"list_separator" json:"-"`   // with its space, between names
	ClauseSeparator string `yaml:"clause_separator" json:"-"` // with its space, between texts with commas of their own
	QuotedName      string `yaml:"quoted_name" json:"-"`      // of a name that would read as several, with {name}

	Accept       string `yaml:"accept" json:",omitempty"`
	Reject       string `yaml:"reject" json:",omitempty"`
	Preferences  string `yaml:"preferences" json:",omitempty"`
	PolicyLink   string `yaml:"policy_link" json:",omitempty"`
	Contact      string `yaml:"contact" json:",omitempty"`
	SignalNotice string `yaml:"signal_notice" json:",omitempty"`
	Reopen       string `yaml:"reopen" json:",omitempty"`
	FrameBlocked string `yaml:"frame_blocked" json:",omitempty"`
	OpenWindow   string `yaml:"open_window" json:",omitempty"`

	Title          string `yaml:"title" json:",omitempty"`
	Intro          string `yaml:"intro" json:",omitempty"`
	Close          string `yaml:"close" json:",omitempty"`
	Required       string `yaml:"required" json:",omitempty"`
	RefusedEarlier string `yaml:"refused_earlier" json:",omitempty"` // of what is required and stays refused
	Details        string `yaml:"details" json:",omitempty"`
	Services       string `yaml:"services" json:",omitempty"`
	AllDetails     string `yaml:"all_details" json:",omitempty"`
	Separate       string `yaml:"separate" json:",omitempty"`
	SeparateIntro  string `yaml:"separate_intro" json:",omitempty"`
	Data           string `yaml:"data" json:",omitempty"`
	Refusal        string `yaml:"refusal" json:",omitempty"`
	Basis          string `yaml:"basis" json:",omitempty"`
	Retention      string `yaml:"retention" json:",omitempty"`
	Recipients     string `yaml:"recipients" json:",omitempty"`
	Cookies        string `yaml:"cookies" json:",omitempty"`
	Storage        string `yaml:"storage" json:",omitempty"`
	Hosts          string `yaml:"hosts" json:",omitempty"`
	Provider       string `yaml:"provider" json:",omitempty"`
	LastDecision   string `yaml:"last_decision" json:",omitempty"`
	Receipt        string `yaml:"receipt" json:",omitempty"`
	Withdraw       string `yaml:"withdraw" json:",omitempty"`
	AcceptAll      string `yaml:"accept_all" json:",omitempty"`
	RejectAll      string `yaml:"reject_all" json:",omitempty"`
	Save           string `yaml:"save" json:",omitempty"`
	Saved          string `yaml:"saved" json:",omitempty"`
	Count          string `yaml:"count" json:",omitempty"` // with {on} and {all}
	Summary        string `yaml:"summary" json:",omitempty"`
	FullText       string `yaml:"full_text" json:",omitempty"`
	OpenPage       string `yaml:"open_page" json:",omitempty"`
	OriginalOnly   string `yaml:"original_only" json:",omitempty"`
	Effective      string `yaml:"effective" json:",omitempty"`
	InForceFrom    string `yaml:"in_force_from" json:",omitempty"` // of a version that is announced
	Updated        string `yaml:"updated" json:",omitempty"`
	NotSaved       string `yaml:"not_saved" json:",omitempty"`
	NotSavedText   string `yaml:"not_saved_text" json:",omitempty"`
	NotAccepted    string `yaml:"not_accepted" json:",omitempty"`
	ServicesHint   string `yaml:"services_hint" json:",omitempty"` // where no script sets services with their purpose
	Back           string `yaml:"back" json:",omitempty"`

	Placeholder        string `yaml:"placeholder" json:"-"`         // in the place of a blocked embed, with {host} and {purposes}
	PlaceholderService string `yaml:"placeholder_service" json:"-"` // behind the purposes, with {service}
	LoadOnce           string `yaml:"load_once" json:"-"`           // loads it, and remembers nothing
	LoadAlways         string `yaml:"load_always" json:"-"`         // agrees to the purposes
	AlreadyRan         string `yaml:"already_ran" json:"-"`         // what was refused has run already
	ReloadNow          string `yaml:"reload_now" json:"-"`
	ReloadLater        string `yaml:"reload_later" json:"-"`

	Check   CheckWords  `yaml:"check" json:"-"`
	Changes ChangeWords `yaml:"changes" json:"-"`

	OutOfReach     string `yaml:"out_of_reach" json:"-"` // of a cookie that no page can remove
	LoadFailed     string `yaml:"load_failed" json:"-"`  // a part could not be loaded
	Contents       string `yaml:"contents" json:"-"`
	TextSearch     string `yaml:"text_search" json:"-"`
	TextFoundCount string `yaml:"text_found_count" json:"-"` // with {n}
	NextMatch      string `yaml:"next_match" json:"-"`
	Print          string `yaml:"print" json:"-"`
	SkipToText     string `yaml:"skip_to_text" json:"-"`

	Lists ListWords `yaml:"lists" json:"-"`
}

// Status is what was chosen before, as far as the components show it.
type Status struct {
	States     map[string]consent.State // of purposes and services
	Decided    string                   // when, in the visitor's language; "" for never
	Previous   string                   // id of that decision
	Signal     bool                     // a Global Privacy Control signal refuses something
	Receipt    bool                     // there is a receipt to download
	Saved      bool                     // the choice was made just now
	IsReopened bool                     // the preferences were opened anew: what was ticked and not saved is forgotten
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
