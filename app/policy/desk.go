package policy

// Desk says how persons' requests are taken and answered. A site that names no calendar takes none.
type Desk struct {
	// Calendar names whose working days count: CN, or the ISO code of another country, whose years the site adds. It
	// needs the site's time_zone, and the policy's answer_days and contact_days. A site without it takes no requests.
	Calendar  string `yaml:"calendar"`
	KeepDays  int    `yaml:"keep_days"` // how long contact and text are stored after the answer, 1 to 3650 days
	Assertion Issuer `yaml:"assertion"` // who can say which account a person has
}

// DefaultKeepDays is how long contact and text are stored after the answer where the site does not say it, in days.
const DefaultKeepDays = 180

// IsOn says whether the site takes requests.
func (d Desk) IsOn() bool { return d.Calendar != "" }

// Issuer is the host that knows the accounts: it signs who is signed in.
type Issuer struct {
	Issuer string      `yaml:"issuer"` // as in the claim "iss"
	Keys   []IssuerKey `yaml:"keys"`   // any of them can sign
}

// IssuerKey is a public key of the host.
type IssuerKey struct {
	ID        string `yaml:"id"`        // as in the header "kid"
	Algorithm string `yaml:"algorithm"` // EdDSA, ES256 or RS256
	Key       string `yaml:"key"`       // PEM, of a public key
}

// Ground finds a ground by its id.
func (r Requests) Ground(id string) (Ground, bool) {
	for _, g := range r.Grounds {
		if g.ID == id {
			return g, true
		}
	}
	return Ground{}, false
}

// IssuerAlgorithms lists how an assertion can be signed.
var IssuerAlgorithms = []string{"EdDSA", "ES256", "RS256"}

// Ground is a reason for which the policy says that a request can be refused.
type Ground struct {
	ID   string `yaml:"id"`   // a-z, 0-9 and "-"
	Text Text   `yaml:"text"` // the policy's words
}

// CalendarYear is the days of a year that differ from an ordinary week.
type CalendarYear struct {
	Year     int      `yaml:"year"`
	Source   string   `yaml:"source"` // who says so
	OffDays  []string `yaml:"off"`    // days from Monday to Friday that are free, YYYY-MM-DD
	WorkDays []string `yaml:"work"`   // Saturdays and Sundays that are worked, YYYY-MM-DD
}

// Webhook is a system of the company that is notified of events: Standard Webhooks 1.0. Its secret is not in the site's
// files.
type Webhook struct {
	ID     string   `yaml:"id"`     // a-z, 0-9 and "-"
	URL    string   `yaml:"url"`    // https://…
	Events []string `yaml:"events"` // types; all if none is named
}

// WebhookEvents lists the types of events.
var WebhookEvents = []string{
	"request.created", "request.verified", "request.answered", "request.due_soon", "request.overdue", "request.lapsed",
	"request.withdrawn",
	"decision.recorded", "subject.erased",
}
