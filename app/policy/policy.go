// Package policy holds the types of a site and its privacy policy.
//
// A site is a directory. Its site.yaml lists the site's pages and says how they ask. Each file policy/<version>.yaml is
// one version of the policy in structured form: who processes which data for what purpose, on which legal basis, for
// how long, and what refusing costs. policy/<version>.<language>.md is the full text of the same version.
//
// The types compile for the browser, too. Three packages beside it are for the server only: load reads and checks the
// files, lint finds what a careful reader would find in them, and diff compares the versions of a policy.
package policy

// Text is one text in several languages, by BCP 47 tag ("zh-CN", "en").
type Text map[string]string

// In returns the text in the language, or else in the first of the fallbacks that has it, or "".
func (t Text) In(language string, fallbacks ...string) string {
	if s, ok := t[language]; ok {
		return s
	}
	for _, l := range fallbacks {
		if s, ok := t[l]; ok {
			return s
		}
	}
	return ""
}

// Site is one property that asks for consent: its pages, languages, theme and policy versions.
type Site struct {
	ID        string    `yaml:"-"`         // directory name; the {site} of every address
	Name      Text      `yaml:"name"`      // what visitors call it
	Origins   []string  `yaml:"origins"`   // pages that embed the script, exactly as a browser writes their origin
	Languages []string  `yaml:"languages"` // BCP 47; the first is the default and the language of the original
	Interface []string  `yaml:"interface"` // more languages for buttons and labels; texts stay in the first one
	Published string    `yaml:"policy"`    // the last version that is published; "": every version is
	TimeZone  string    `yaml:"time_zone"` // in which the days of effect begin
	Cookie    Cookie    `yaml:"cookie"`    // where the visitor's browser stores the answers
	Ask       Ask       `yaml:"ask"`       // when a question is asked again
	Location  Location  `yaml:"location"`  // headers in which a trusted proxy says where a visitor is
	Regions   []Region  `yaml:"regions"`   // where other terms hold
	Evidence  Evidence  `yaml:"evidence"`  // how long records are stored, and what an erasure does
	Desk      Desk      `yaml:"requests"`  // turns on the desk for persons' requests
	Webhooks  []Webhook `yaml:"webhooks"`  // systems that are notified of decisions and requests

	Incidents []Incident `yaml:"incidents"` // what people are notified of when something went wrong with their information
	Closure   Closure    `yaml:"closure"`   // when the service ends

	FirstLaunch FirstLaunch `yaml:"first_launch"` // how an app asks when it is first started
	Layout      Layout      `yaml:"layout"`       // where the banner is: across the bottom, in a corner or in the middle
	Theme       Theme       `yaml:"theme"`        // the site's look; it changes what it names

	// Strict blocks what the policy does not name: requests to hosts that are not the page's own and not of a purpose,
	// and cookies and entries that no purpose stores.
	Strict   bool      `yaml:"strict"`
	Adapters []Adapter `yaml:"adapters"` // tools on the page that are notified of the answers

	Locales map[string]map[string]any `yaml:"-"` // words of its own for the interface, by language

	Policies []*Policy `yaml:"-"` // every version found, by their day of effect
	Current  string    `yaml:"-"` // the current version, see At
	HasEnded bool      `yaml:"-"` // the service has ended, see At

	CalendarYears []CalendarYear `yaml:"-"` // years that the site adds to the calendar of its desk
}

// Cookie says where the visitor's browser stores the answers.
type Cookie struct {
	Domain string `yaml:"domain"` // its Domain attribute; without it, the page's own host only
	Days   int    `yaml:"days"`   // its life in days, 1 to 400 (the browsers' limit)
}

// Ask says when a question is asked again.
type Ask struct {
	GrantedDays int `yaml:"granted_days"` // how long a grant holds, 1 to 3650 days
	DeniedDays  int `yaml:"denied_days"`  // how long a denial holds, 1 to 3650 days

	// PermissionHours is how long a device's permission is not asked for again after a denial, in hours. It is rounded
	// up to whole days.
	PermissionHours int `yaml:"permission_hours"`
}

// Layout is where the banner is on the page.
type Layout string

// The banner's layouts.
const (
	LayoutBar    Layout = "bar"    // across the bottom edge
	LayoutBox    Layout = "box"    // in a bottom corner
	LayoutCentre Layout = "centre" // in the middle of the window
)

// Layouts lists all layouts.
var Layouts = []Layout{LayoutBar, LayoutBox, LayoutCentre}

// Policy is one version of a privacy policy.
type Policy struct {
	Version    string     `yaml:"version"`    // as in the file's name
	Updated    string     `yaml:"updated"`    // date of the text, YYYY-MM-DD
	Effective  string     `yaml:"effective"`  // first day in force, YYYY-MM-DD
	Title      Text       `yaml:"title"`      // of the policy
	Source     string     `yaml:"source"`     // where the original text is from
	Revision   Revision   `yaml:"revision"`   // how it differs from the version before, beyond what a comparison finds
	Controller Controller `yaml:"controller"` // who decides on the processing, and how to reach them
	Notice     Notice     `yaml:"notice"`     // the first layer: what everybody reads before they answer
	Launch     Launch     `yaml:"launch"`     // the first layer in an app, where it says more than the notice
	Sections   []Section  `yaml:"sections"`   // the full text in plain words
	Purposes   []Purpose  `yaml:"purposes"`   // what is asked

	Definitions []Definition `yaml:"definitions"` // terms of the policy
	DataKinds   []DataKind   `yaml:"data_kinds"`  // kinds of data by which the lists are filtered
	Collected   []Collected  `yaml:"collected"`   // the list of collected information
	Permissions []Permission `yaml:"permissions"` // the list of the device's permissions
	SDKs        []SDK        `yaml:"sdks"`        // the list of third parties' software
	Recipients  []Recipient  `yaml:"recipients"`  // the list of shared information
	Keeping     Keeping      `yaml:"keeping"`     // where, how long and how safely data are stored
	Rights      []Right      `yaml:"rights"`      // what a person can ask for
	Requests    Requests     `yaml:"requests"`    // how a person asks for it
	Changes     []Change     `yaml:"changes"`     // which changes of the policy are announced
	Minors      Minors       `yaml:"minors"`      // the rules for children and young people
	Exceptions  []Text       `yaml:"exceptions"`  // processing that the law allows without consent
	Emphasis    []string     `yaml:"emphasis"`    // passages of the original that are printed bold, word for word

	Accepted []AcceptedNote `yaml:"accepted"` // notes of the linter that stay

	Incidents []Incident `yaml:"-"` // the site's published ones

	FullText map[string]string `yaml:"-"` // Markdown by language; always the original, and translations if there are any
}

// Controller is the company that decides on the processing (PIPL 73, GDPR 4(7)), and how to reach it.
type Controller struct {
	Name       Text   `yaml:"name"`       // of the company
	Department Text   `yaml:"department"` // who answers
	Address    Text   `yaml:"address"`    // for letters; a controller has an email, a phone or an address
	Postcode   string `yaml:"postcode"`   // of the address
	Phone      string `yaml:"phone"`      // with the country's code
	Hours      Text   `yaml:"hours"`      // in which the phone is answered
	Email      string `yaml:"email"`      // for questions of privacy
	URL        string `yaml:"url"`        // of its website
}

// Notice is the first layer: what everybody reads before they answer. With the controller's name and contact it has
// what PIPL art. 17 requires first.
type Notice struct {
	Title     Text `yaml:"title"`     // of the banner
	Text      Text `yaml:"text"`      // what for, and which kinds of data; neutral, two or three sentences
	Retention Text `yaml:"retention"` // how long, one sentence
	Rights    Text `yaml:"rights"`    // what one can do later, one sentence
}

// Section is one section of the full text, in plain words.
type Section struct {
	ID      string `yaml:"id"`      // also the anchor of its heading in the full text ("## Your rights {#rights}")
	Title   Text   `yaml:"title"`   // of its heading
	Summary Text   `yaml:"summary"` // what it says, in plain words
}

// Purpose is one thing that personal data are processed for, and so one question.
type Purpose struct {
	ID         string       `yaml:"id"`         // a-z, 0-9 and "-", at most 32 characters
	Kind       Kind         `yaml:"kind"`       // what it is about
	Icon       Icon         `yaml:"icon"`       // its drawing in the preferences, if not the usual one of its kind
	Required   bool         `yaml:"required"`   // the service needs it: shown, not asked
	Ground     string       `yaml:"ground"`     // of a required purpose: the policy's passage that says so, word for word
	PerCase    bool         `yaml:"per_case"`   // each case is asked about when it arises: there is no standing consent
	Separate   bool         `yaml:"separate"`   // needs separate consent (PIPL 23, 25, 29, 39): "accept all" leaves it out
	GPC        bool         `yaml:"gpc"`        // a Global Privacy Control signal refuses it
	Platforms  []Platform   `yaml:"platforms"`  // where it is asked; all if none is named
	Name       Text         `yaml:"name"`       // what visitors call it
	Summary    Text         `yaml:"summary"`    // one sentence: what happens and why
	Refusal    Text         `yaml:"refusal"`    // whether it can be refused, and what refusing costs
	Necessity  Text         `yaml:"necessity"`  // of a sensitive or separate purpose: why it is needed (PIPL 30)
	Effect     Text         `yaml:"effect"`     // and how it can affect the person (PIPL 30)
	Instead    Text         `yaml:"instead"`    // another way to do the same
	Basis      Basis        `yaml:"basis"`      // the legal basis
	Data       []Text       `yaml:"data"`       // kinds of data, in the policy's own words
	Retention  Text         `yaml:"retention"`  // how long the data are stored
	Recipients []Text       `yaml:"recipients"` // who receives the data
	Cookies    []StoredItem `yaml:"cookies"`    // what it keeps in cookies; a refusal clears them
	Storage    []StoredItem `yaml:"storage"`    // what it keeps elsewhere in the browser; a refusal clears it
	Hosts      []string     `yaml:"hosts"`      // where its requests go ("*.example.com"); blocked until it is granted
	ReaskSince string       `yaml:"anew"`       // version since which this is asked again, without a change of its texts
	Hold       bool         `yaml:"hold"`       // requests to the hosts wait for the answer, at most 50 on a page
	Services   []Service    `yaml:"services"`   // parties or tools that can be refused by themselves
	Example    bool         `yaml:"example"`    // its cookies, storage, hosts and services stand for the real ones
	Tracking   bool         `yaml:"tracking"`   // links data with other companies' for adverts, or sells them: iOS asks
}

// Basis is the legal basis of a purpose.
type Basis struct {
	Law  string `yaml:"law"`  // the article ("PIPL 13(1)(1)")
	Text Text   `yaml:"text"` // the same in words
}

// Area is where a browser stores an item.
type Area string

// The areas of StoredItem.
const (
	AreaCookie    Area = "cookie"
	AreaLocal     Area = "local"     // localStorage
	AreaSession   Area = "session"   // sessionStorage
	AreaIndexedDB Area = "indexeddb" // a database
	AreaCache     Area = "cache"     // Cache Storage
)

// StoredItem is a cookie or a storage entry that a purpose sets. Withdrawing the purpose clears it.
type StoredItem struct {
	Name     string `yaml:"name"`     // exact, or a pattern ending in "*" ("_ga_*")
	Area     Area   `yaml:"area"`     // where it is stored; cookie for cookies, local for storage if not given
	Lifetime Text   `yaml:"lifetime"` // in words
	Use      Text   `yaml:"use"`      // what is in it

	// OutOfReach says that no script of the page can remove it: an HttpOnly cookie, or one of another site.
	OutOfReach bool `yaml:"out_of_reach"`

	Example bool `yaml:"example"` // stands for a real one, until the author replaces it
}

// Service is one party or tool within a purpose. A visitor can answer it separately.
type Service struct {
	ID       string       `yaml:"id"`       // as a purpose's; unique in the policy
	Name     Text         `yaml:"name"`     // what visitors call it
	Provider Text         `yaml:"provider"` // the company
	Summary  Text         `yaml:"summary"`  // one sentence: what it does
	URL      string       `yaml:"url"`      // the provider's privacy policy
	Cookies  []StoredItem `yaml:"cookies"`  // as a purpose's
	Storage  []StoredItem `yaml:"storage"`  // as a purpose's
	Hosts    []string     `yaml:"hosts"`    // as a purpose's
	Hold     bool         `yaml:"hold"`     // as a purpose's
	Example  bool         `yaml:"example"`  // stands for a real one, until the author replaces it
}

// NeedsReasons reports whether a grant counts only if its presentation says why the purpose is needed, and how it can
// affect the person (PIPL 30).
func (p *Purpose) NeedsReasons() bool { return !p.Required && (p.Separate || p.Kind == KindSensitive) }

// Purpose finds a purpose by id; nil if it does not exist.
func (p *Policy) Purpose(id string) *Purpose {
	for i := range p.Purposes {
		if p.Purposes[i].ID == id {
			return &p.Purposes[i]
		}
	}
	return nil
}

// SDK finds an SDK by id, on the first platform that has it.
func (p *Policy) SDK(id string) (SDK, bool) {
	for _, s := range p.SDKs {
		if s.ID == id {
			return s, true
		}
	}
	return SDK{}, false
}

// Policy finds a version of the site's policy.
func (s *Site) Policy(version string) (*Policy, bool) {
	for _, p := range s.Policies {
		if p.Version == version {
			return p, true
		}
	}
	return nil, false
}

// Versions lists the versions of the site's policy, by their day of effect.
func (s *Site) Versions() []string {
	all := make([]string, len(s.Policies))
	for i, p := range s.Policies {
		all[i] = p.Version
	}
	return all
}

// CurrentPolicy returns the current version. A loaded site always has one.
func (s *Site) CurrentPolicy() *Policy {
	p, _ := s.Policy(s.Current)
	return p
}

// Language returns the site's default language, which is that of the original text.
func (s *Site) Language() string { return s.Languages[0] }
