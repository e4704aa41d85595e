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
	Origins   []string  `yaml:"origins"`   // exact, of pages that send decisions ("https://www.example.com")
	Languages []string  `yaml:"languages"` // BCP 47; the first is the default and the language of the original
	Interface []string  `yaml:"interface"` // more languages for buttons and labels; texts stay in the first one
	Published string    `yaml:"policy"`    // the last version that is published; "": every version is
	TimeZone  string    `yaml:"time_zone"` // in which the days of effect begin ("Asia/Shanghai"); UTC if not given
	Cookie    Cookie    `yaml:"cookie"`
	Ask       Ask       `yaml:"ask"`
	Location  Location  `yaml:"location"`
	Regions   []Region  `yaml:"regions"`
	Evidence  Evidence  `yaml:"evidence"`
	Desk      Desk      `yaml:"requests"`
	Webhooks  []Webhook `yaml:"webhooks"` // who is notified of decisions and requests

	FirstLaunch FirstLaunch `yaml:"first_launch"`
	Layout      Layout      `yaml:"layout"`
	Theme       Theme       `yaml:"theme"`

	// Strict blocks what the policy does not name: requests to hosts that are not the page's own and not of a purpose,
	// and cookies and entries that no purpose stores.
	Strict   bool      `yaml:"strict"`
	Adapters []Adapter `yaml:"adapters"`

	Locales map[string]map[string]any `yaml:"-"` // words of its own for the interface, by language

	Policies []*Policy `yaml:"-"` // every version found, by their day of effect
	Current  string    `yaml:"-"` // the current version, see At

	CalendarYears []CalendarYear `yaml:"-"` // years that the site adds to the calendar of its desk
}

// Cookie says where the visitor's browser stores the answers.
type Cookie struct {
	Domain string `yaml:"domain"` // Domain attribute, "" for the page's own host only
	Days   int    `yaml:"days"`   // Max-Age in days, 1 to 400 (the browsers' limit); 365 if not given
}

// Ask says when a question is asked again.
type Ask struct {
	GrantedDays int `yaml:"granted_days"` // how long a grant lasts; 365 if not given
	DeniedDays  int `yaml:"denied_days"`  // how long a denial lasts; 184 (six months) if not given

	// PermissionHours is how long a device's permission is not asked for again after a denial, in hours; 48 if not
	// given. It is rounded up to whole days.
	PermissionHours int `yaml:"permission_hours"`
}

// Evidence says how long records are stored, and what happens to them when a person asks for erasure.
type Evidence struct {
	Years   int     `yaml:"years"`   // after the end of a consent, 3 to 30; 3 if not given
	Erasure Erasure `yaml:"erasure"` // has to be given
}

// Erasure is what happens to a person's records when that person asks for erasure.
type Erasure string

// The ways of erasure.
const (
	ErasureErase    Erasure = "erase"    // the contents are erased at once
	ErasureRestrict Erasure = "restrict" // they stay as evidence to their term, and are used for nothing else
)

// Erases reports whether a person who asks for erasure has the records erased. If not, they are restricted.
func (e Evidence) Erases() bool { return e.Erasure == ErasureErase }

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
	Version    string     `yaml:"version"`   // as in the file's name
	Updated    string     `yaml:"updated"`   // date of the text, YYYY-MM-DD
	Effective  string     `yaml:"effective"` // first day in force, YYYY-MM-DD
	Title      Text       `yaml:"title"`
	Source     string     `yaml:"source"` // where the original text is from
	Revision   Revision   `yaml:"revision"`
	Controller Controller `yaml:"controller"`
	Notice     Notice     `yaml:"notice"`
	Launch     Launch     `yaml:"launch"`
	Sections   []Section  `yaml:"sections"`
	Purposes   []Purpose  `yaml:"purposes"`

	Definitions []Definition `yaml:"definitions"`
	DataKinds   []DataKind   `yaml:"data_kinds"`
	Collected   []Collected  `yaml:"collected"`
	Permissions []Permission `yaml:"permissions"`
	SDKs        []SDK        `yaml:"sdks"`
	Recipients  []Recipient  `yaml:"recipients"`
	Keeping     Keeping      `yaml:"keeping"`
	Rights      []Right      `yaml:"rights"`
	Requests    Requests     `yaml:"requests"`
	Changes     []Change     `yaml:"changes"`
	Minors      Minors       `yaml:"minors"`
	Exceptions  []Text       `yaml:"exceptions"` // processing that the law allows without consent
	Emphasis    []string     `yaml:"emphasis"`   // passages of the original that are printed bold, word for word

	Accepted []AcceptedNote `yaml:"accepted"` // notes of the linter that stay

	FullText map[string]string `yaml:"-"` // Markdown by language; always the original, and translations if there are any
}

// Controller is the company that decides on the processing (personal information processor, PIPL art. 73; controller,
// GDPR art. 4(7)), and how to reach it.
type Controller struct {
	Name       Text   `yaml:"name"`
	Department Text   `yaml:"department"`
	Address    Text   `yaml:"address"`
	Postcode   string `yaml:"postcode"`
	Phone      string `yaml:"phone"`
	Hours      Text   `yaml:"hours"`
	Email      string `yaml:"email"`
	URL        string `yaml:"url"`
}

// Notice is the first layer: what everybody reads before they answer. With the controller's name and contact it has
// what PIPL art. 17 requires first.
type Notice struct {
	Title     Text `yaml:"title"`
	Text      Text `yaml:"text"`      // what for, and which kinds of data; neutral, two or three sentences
	Retention Text `yaml:"retention"` // how long, one sentence
	Rights    Text `yaml:"rights"`    // what one can do later, one sentence
}

// Section is one section of the full text, in plain words.
type Section struct {
	ID      string `yaml:"id"` // also the anchor in the full text
	Title   Text   `yaml:"title"`
	Summary Text   `yaml:"summary"`
}

// Purpose is one thing that personal data are processed for, and so one question.
type Purpose struct {
	ID         string       `yaml:"id"` // a-z, 0-9 and "-", at most 32 characters
	Kind       Kind         `yaml:"kind"`
	Icon       Icon         `yaml:"icon"`      // if it has not that of its kind
	Required   bool         `yaml:"required"`  // the service needs it: shown, not asked
	Ground     string       `yaml:"ground"`    // of a required purpose: the policy's passage that says so, word for word
	PerCase    bool         `yaml:"per_case"`  // each case is asked about when it arises: there is no standing consent
	Separate   bool         `yaml:"separate"`  // needs separate consent (PIPL 23, 25, 29, 39): "accept all" leaves it out
	GPC        bool         `yaml:"gpc"`       // a Global Privacy Control signal refuses it
	Platforms  []Platform   `yaml:"platforms"` // where it is asked; all if none is named
	Name       Text         `yaml:"name"`
	Summary    Text         `yaml:"summary"`   // one sentence: what happens and why
	Refusal    Text         `yaml:"refusal"`   // whether it can be refused, and what refusing costs
	Necessity  Text         `yaml:"necessity"` // of a sensitive or separate purpose: why it is needed (PIPL 30)
	Effect     Text         `yaml:"effect"`    // and how it can affect the person (PIPL 30)
	Instead    Text         `yaml:"instead"`   // another way to do the same
	Basis      Basis        `yaml:"basis"`
	Data       []Text       `yaml:"data"` // kinds of data, in the policy's own words
	Retention  Text         `yaml:"retention"`
	Recipients []Text       `yaml:"recipients"` // who receives the data
	Cookies    []StoredItem `yaml:"cookies"`
	Storage    []StoredItem `yaml:"storage"`
	Hosts      []string     `yaml:"hosts"` // where requests of this purpose go ("stats.example.com", "*.example.com")
	ReaskSince string       `yaml:"anew"`  // version since which this is asked again, without a change of its texts
	Hold       bool         `yaml:"hold"`  // requests to them wait for the answer, instead of failing
	Services   []Service    `yaml:"services"`
	Example    bool         `yaml:"example"` // its cookies, storage, hosts and services stand for the real ones

	// Tracking says that it links data with those of other companies' apps or sites for advertising, or gives data to a
	// broker: what iOS asks the person about.
	Tracking bool `yaml:"tracking"`
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
	Area     Area   `yaml:"area"`     // "cookie" for cookies, "local" for storage if not given
	Lifetime Text   `yaml:"lifetime"` // in words
	Use      Text   `yaml:"use"`      // what is in it

	// OutOfReach says that no script of the page can remove it: an HttpOnly cookie, or one of another site.
	OutOfReach bool `yaml:"out_of_reach"`

	Example bool `yaml:"example"` // stands for a real one, until the author replaces it
}

// Service is one party or tool within a purpose. A visitor can answer it separately.
type Service struct {
	ID       string       `yaml:"id"` // as a purpose's; unique in the policy
	Name     Text         `yaml:"name"`
	Provider Text         `yaml:"provider"`
	Summary  Text         `yaml:"summary"`
	URL      string       `yaml:"url"` // the provider's privacy policy
	Cookies  []StoredItem `yaml:"cookies"`
	Storage  []StoredItem `yaml:"storage"`
	Hosts    []string     `yaml:"hosts"`
	Hold     bool         `yaml:"hold"`
	Example  bool         `yaml:"example"` // stands for a real one, until the author replaces it
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
