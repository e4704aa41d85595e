package widget

import "github.com/nod-consent/nod/app/policy"

// Words are the interface's own words. A file of assets/locales has them in one language.
type Words struct {
	Colon string `yaml:"colon" json:",omitempty"` // with its space, between a label and its text

	ListSeparator   string `yaml:"list_separator" json:"-"`   // with its space, between names
	ClauseSeparator string `yaml:"clause_separator" json:"-"` // with its space, between texts that contain commas
	QuotedName      string `yaml:"quoted_name" json:"-"`      // with {name}, for a name that would read as several

	Accept       string `yaml:"accept" json:",omitempty"`
	Reject       string `yaml:"reject" json:",omitempty"`
	Preferences  string `yaml:"preferences" json:",omitempty"`
	PolicyLink   string `yaml:"policy_link" json:",omitempty"`
	Contact      string `yaml:"contact" json:",omitempty"`
	SignalNotice string `yaml:"signal_notice" json:",omitempty"`
	Reopen       string `yaml:"reopen" json:",omitempty"`
	FrameBlocked string `yaml:"frame_blocked" json:",omitempty"`
	OpenWindow   string `yaml:"open_window" json:",omitempty"`

	NotFound      string `yaml:"not_found" json:"-"`     // heads a page of an unknown address
	Failed        string `yaml:"failed" json:"-"`        // heads a page of another problem
	LanguageName  string `yaml:"language_name" json:"-"` // of this language, in itself
	Language      string `yaml:"language" json:"-"`      // names the links to other languages
	Home          string `yaml:"home" json:"-"`
	HomeIntro     string `yaml:"home_intro" json:"-"`
	HomeChoices   string `yaml:"home_choices" json:"-"`
	HomeMine      string `yaml:"home_mine" json:"-"`       // heads the visitor's own choices
	HomeOtherSite string `yaml:"home_other_site" json:"-"` // where they are, if not here
	HomeContact   string `yaml:"home_contact" json:"-"`
	HomeReceipt   string `yaml:"home_receipt" json:"-"`
	EntryCount    string `yaml:"entry_count" json:"-"` // with {n}

	Title          string `yaml:"title" json:",omitempty"`
	Intro          string `yaml:"intro" json:",omitempty"`
	Close          string `yaml:"close" json:",omitempty"`
	Required       string `yaml:"required" json:",omitempty"`
	RefusedEarlier string `yaml:"refused_earlier" json:",omitempty"` // of a required purpose that stays denied
	Optional       string `yaml:"optional" json:",omitempty"`        // heads what can be refused
	DataCount      string `yaml:"data_count" json:",omitempty"`      // with {n}
	Details        string `yaml:"details" json:",omitempty"`
	Services       string `yaml:"services" json:",omitempty"`
	AllDetails     string `yaml:"all_details" json:",omitempty"`
	Separate       string `yaml:"separate" json:",omitempty"`
	SeparateIntro  string `yaml:"separate_intro" json:",omitempty"`
	PerCase        string `yaml:"per_case" json:",omitempty"`
	PerCaseIntro   string `yaml:"per_case_intro" json:",omitempty"`
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
	Erase          string `yaml:"erase" json:"-"`
	EraseText      string `yaml:"erase_text" json:"-"`
	EraseButton    string `yaml:"erase_button" json:"-"`
	Restrict       string `yaml:"restrict" json:"-"`      // instead of erase, where records stay as evidence
	RestrictText   string `yaml:"restrict_text" json:"-"` // with {years}
	RestrictButton string `yaml:"restrict_button" json:"-"`
	Erased         string `yaml:"erased" json:"-"`
	Restricted     string `yaml:"restricted" json:"-"` // before a day
	EraseFailed    string `yaml:"erase_failed" json:"-"`
	AcceptAll      string `yaml:"accept_all" json:",omitempty"`
	RejectAll      string `yaml:"reject_all" json:",omitempty"`
	Save           string `yaml:"save" json:",omitempty"`
	Saved          string `yaml:"saved" json:",omitempty"`
	Change         string `yaml:"change" json:"-"`         // opens the preferences again after "saved"
	Count          string `yaml:"count" json:",omitempty"` // with {on} and {all}
	SwitchedOn     string `yaml:"on" json:",omitempty"`    // state of a switch, in print
	SwitchedOff    string `yaml:"off" json:",omitempty"`   // state of a switch, in print
	Summary        string `yaml:"summary" json:",omitempty"`
	FullText       string `yaml:"full_text" json:",omitempty"`
	OpenPage       string `yaml:"open_page" json:",omitempty"`
	OriginalOnly   string `yaml:"original_only" json:",omitempty"`
	Effective      string `yaml:"effective" json:",omitempty"`
	InForceFrom    string `yaml:"in_force_from" json:",omitempty"` // of an announced version
	Updated        string `yaml:"updated" json:",omitempty"`
	NotSaved       string `yaml:"not_saved" json:",omitempty"`
	NotSavedText   string `yaml:"not_saved_text" json:",omitempty"`
	NotAccepted    string `yaml:"not_accepted" json:",omitempty"`
	ServicesHint   string `yaml:"services_hint" json:",omitempty"` // for pages without a script
	Back           string `yaml:"back" json:",omitempty"`

	Placeholder        string `yaml:"placeholder" json:"-"`         // with {host} and {purposes}
	PlaceholderService string `yaml:"placeholder_service" json:"-"` // with {service}, after the purposes
	LoadOnce           string `yaml:"load_once" json:"-"`           // loads the embed, and stores nothing
	LoadAlways         string `yaml:"load_always" json:"-"`         // grants the purposes
	AlreadyRan         string `yaml:"already_ran" json:"-"`         // something refused has run
	ReloadNow          string `yaml:"reload_now" json:"-"`
	ReloadLater        string `yaml:"reload_later" json:"-"`

	Check   CheckWords  `yaml:"check" json:"-"`
	Changes ChangeWords `yaml:"changes" json:"-"`

	OutOfReach     string `yaml:"out_of_reach" json:"-"` // of a cookie that no script can remove
	LoadFailed     string `yaml:"load_failed" json:"-"`  // a part could not be loaded
	Contents       string `yaml:"contents" json:"-"`
	TextSearch     string `yaml:"text_search" json:"-"`
	TextFoundCount string `yaml:"text_found_count" json:"-"` // with {n}
	NextMatch      string `yaml:"next_match" json:"-"`
	Print          string `yaml:"print" json:"-"`
	SkipToText     string `yaml:"skip_to_text" json:"-"`

	Lists ListWords `yaml:"lists" json:"-"`
}

// CheckWords are the words of the page that checks receipts.
type CheckWords struct {
	Title      string `yaml:"title" json:"-"`
	Intro      string `yaml:"intro" json:"-"`
	File       string `yaml:"file" json:"-"`
	Script     string `yaml:"script" json:"-"` // there is no script
	Working    string `yaml:"working" json:"working"`
	Good       string `yaml:"good" json:"good"`
	Stored     string `yaml:"stored" json:"stored"`     // with {time}, {n} and {all}
	Native     string `yaml:"native" json:"native"`     // the app drew the question by itself
	Platform   string `yaml:"platform" json:"platform"` // a platform drew it: {by}, {statement}, {state}, {time}
	Form       string `yaml:"form" json:"form"`         // this and the next four: the step that failed
	Record     string `yaml:"record" json:"record"`
	Checkpoint string `yaml:"checkpoint" json:"checkpoint"`
	Signature  string `yaml:"signature" json:"signature"`
	Inclusion  string `yaml:"inclusion" json:"inclusion"`
	Failed     string `yaml:"failed" json:"failed"`
	Granted    string `yaml:"granted" json:"granted"`
	Denied     string `yaml:"denied" json:"denied"`
	Version    string `yaml:"version" json:"version"`
	ID         string `yaml:"id" json:"id"`
	JSON       string `yaml:"json" json:"json"`

	Actions map[string]string `yaml:"actions" json:"actions"` // what the visitor did
}

// ChangeWords are the words about a new version of the policy.
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

	AnnouncedReduction string `yaml:"announced_reduction"` // with {date}

	Days        string            `yaml:"days"`         // with {n}, as the next two
	WorkingDays string            `yaml:"working_days"` //
	Years       string            `yaml:"years"`        //
	Items       map[string]string `yaml:"items"`        // names of what has none in the policy, by part, "." and field
	Flags       map[string]string `yaml:"flags"`        // what became of a switch, by part, field, and on or off
}

// kindLabel returns the name of a kind of material change.
func (w ChangeWords) kindLabel(k policy.ChangeKind) string {
	switch k {
	case policy.ChangeProcessing:
		return w.Processing
	case policy.ChangeOwnership:
		return w.Ownership
	case policy.ChangeRecipients:
		return w.Recipients
	case policy.ChangeRights:
		return w.Rights
	case policy.ChangeContact:
		return w.Contact
	case policy.ChangeRisk:
		return w.Risk
	}
	return w.Other
}
