package consent

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/policy"
)

// Action is what the visitor did.
type Action string

// The actions.
const (
	AcceptAll Action = "accept_all"
	RejectAll Action = "reject_all"
	Save      Action = "save"
	Withdraw  Action = "withdraw"
)

// Actions lists all actions.
var Actions = []Action{AcceptAll, RejectAll, Save, Withdraw}

// CustomPresentation is the presentation of a page that asks with its own interface.
const CustomPresentation = "custom"

// The longest values of a decision's free fields, in bytes.
const (
	maxLanguage = 35 // the longest tag of RFC 5646, section 4.4.1
	maxSubtag   = 8  // of a tag, section 2.1
	maxShort    = 64
)

// SecretLen is the length of a subject's secret, in bytes.
const SecretLen = 32

// Decision is one act of a visitor. The client makes it, and nothing changes it afterwards.
type Decision struct {
	ID           uuid.UUID        `json:"id"`       // UUIDv7; the idempotency key
	Previous     *uuid.UUID       `json:"previous"` // the last decision that the client knew
	Subject      uuid.UUID        `json:"subject"`  // UUIDv4, random
	Secret       string           `json:"secret,omitempty"`
	Policy       string           `json:"policy"`   // version
	Language     string           `json:"language"` // BCP 47, in which it was asked
	Platform     policy.Platform  `json:"platform"` // where it was asked
	Action       Action           `json:"action"`
	Answers      map[string]State `json:"answers"` // only what was asked; all others keep their state
	Services     map[string]State `json:"services,omitempty"`
	DecidedAt    time.Time        `json:"decided_at"`   // by the client's clock
	Presentation string           `json:"presentation"` // content hash of what was shown, "custom" or "platform"
	GPC          bool             `json:"gpc"`          // the signal was on, and the visitor was notified of it

	Permission string    `json:"permission,omitempty"`
	Tenant     string    `json:"tenant,omitempty"`
	Guardian   *Guardian `json:"guardian,omitempty"`
	Age        Age       `json:"age,omitempty"`    // with a grant, in an app of a site that asks for it
	Dialog     *Dialog   `json:"dialog,omitempty"` // with the presentation "platform", and with no other
}

// Age is the group of ages that a person belongs to, by policy.Minors. Nobody is asked for a birthday.
type Age string

// The groups of ages.
const (
	Child Age = "child" // a guardian decides
	Teen  Age = "teen"  // a guardian consents too
	Adult Age = "adult"
)

// Ages lists all groups of ages.
var Ages = []Age{Child, Teen, Adult}

// Guardian is the evidence that a guardian consented for a minor. It contains no names.
type Guardian struct {
	Method    string    `json:"method"`
	Time      time.Time `json:"time"`
	Reference string    `json:"reference"` // UUID, which stands on the document, too
}

// ErrMalformed marks a decision with a field that is missing or has the wrong form.
var ErrMalformed = errors.New("malformed decision")

// ErrRefused marks a well-formed decision that the policy does not allow.
var ErrRefused = errors.New("decision not allowed")

// CheckFields checks each field by itself. The error names the first malformed one, and wraps ErrMalformed.
func (d *Decision) CheckFields() error {
	for _, check := range []struct {
		field   string
		isValid bool
		problem string
	}{
		{"id", isUUID(d.ID, 7), "is not a UUID version 7. Make one for each decision"},
		{"id", DecidedAt(d.ID).UTC().Year() <= 9999, "its time is after the year 9999"}, // of RFC 3339
		{"previous", d.Previous == nil || isUUID(*d.Previous, 7), "is not a UUID version 7. Send the last id, or null"},
		{"previous", d.previous() != d.ID, "is the decision itself. Use the one before it, or null"},
		{"subject", isUUID(d.Subject, 4), "is not a UUID version 4. Make one for each visitor"},
		{"secret", d.Secret == "" || ValidSecret(d.Secret), "is not 32 bytes as base64url without padding"},
		{"policy", d.Policy != "" && len(d.Policy) <= maxShort, "is not the version of a policy"},
		{"language", isLanguage(d.Language), `is not a BCP 47 tag such as "en"`},
		{"platform", d.Platform.Valid(), "is not web, android, ios or harmony"},
		{"answers", d.Answers != nil && areAnswers(d.Answers), `is not an object such as {"analytics": "denied"}`},
		{"services", areAnswers(d.Services), `is not an object such as {"heatmap": "denied"}`},
		{"decided_at", isTime(d.DecidedAt), "is not a time as RFC 3339"},
		{"presentation", isPresentation(d.Presentation),
			`is not the hash that came with the page, "custom" or "platform"`},
		{"dialog", (d.Dialog != nil) == (d.Presentation == PlatformPresentation),
			`belongs to the presentation "platform". Send both, or neither`},
		{"dialog", d.Dialog == nil || d.Dialog.isValid(),
			"needs by (appgallery, wechat, douyin, uni-app or donut), statement and state (at most 64 bytes without " +
				"control characters), and time"},
		{"permission", isFreeText(d.Permission, maxShort), "is longer than 64 bytes or has control characters"},
		{"tenant", isFreeText(d.Tenant, maxShort), "is longer than 64 bytes or has control characters"},
		{"guardian", d.Guardian == nil || d.Guardian.isValid(),
			"needs method (at most 64 bytes without control characters), time, and reference (a UUID in lower case)"},
		{"age", d.Age == "" || slices.Contains(Ages, d.Age), "is not child, teen or adult"},
		{"action", slices.Contains(Actions, d.Action), "is not accept_all, reject_all, save or withdraw"},
	} {
		if !check.isValid {
			return fmt.Errorf("%w: %s: %s", ErrMalformed, check.field, check.problem)
		}
	}
	return nil
}

func isUUID(id uuid.UUID, version uuid.Version) bool {
	return id.Version() == version && id.Variant() == uuid.RFC4122
}

// isTime reports whether a time can be written as RFC 3339, in its own time zone and in UTC. There is no year 0.
func isTime(t time.Time) bool {
	isYear := func(year int) bool { return year >= 1 && year <= 9999 }
	return !t.IsZero() && isYear(t.Year()) && isYear(t.UTC().Year())
}

// isReference reports whether s is a UUID in its one form. It leads to the evidence, and can hold nobody's name.
func isReference(s string) bool {
	id, err := uuid.Parse(s)
	return err == nil && id.String() == s
}

func (g *Guardian) isValid() bool {
	return g.Method != "" && isFreeText(g.Method, maxShort) && isTime(g.Time) && isReference(g.Reference)
}

// CheckAnswers checks the answers against the form. It refuses an unknown purpose or service, a denial of a required
// purpose, "accept all" for a separate purpose, and an action that contradicts its answers. The error wraps ErrRefused.
func (d *Decision) CheckAnswers(form Form) error {
	for _, id := range slices.Sorted(maps.Keys(d.Answers)) {
		purpose, ok := form.Purpose(id)
		if !ok {
			return fmt.Errorf("%w: policy %s has no purpose %q. Leave it out", ErrRefused, d.Policy, id)
		}
		if err := d.checkAnswer(fmt.Sprintf("purpose %q", id), purpose, d.Answers[id]); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(d.Services)) {
		_, purpose, ok := form.Service(id)
		if !ok {
			return fmt.Errorf("%w: policy %s has no service %q. Leave it out", ErrRefused, d.Policy, id)
		}
		name := fmt.Sprintf("service %q of purpose %q", id, purpose.ID)
		if err := d.checkAnswer(name, purpose, d.Services[id]); err != nil {
			return err
		}
	}
	return nil
}

// checkAnswer checks the answer to a purpose, or to a service of it. name is what it answers.
func (d *Decision) checkAnswer(name string, purpose Item, state State) error {
	isDenial := d.Action == RejectAll || d.Action == Withdraw
	problem := ""
	switch {
	case purpose.Required && state != Granted:
		problem = name + " is required and cannot be denied. Leave it out"
	case purpose.PerCase && state == Granted:
		problem = name + " is asked about case by case: there is no consent for all cases. Leave it out"
	case purpose.Required: // naming it changes nothing
	case purpose.Separate && d.Action == AcceptAll:
		problem = name + " needs a separate consent. Leave it out of accept_all"
	case purpose.GPC && d.GPC && d.Action == AcceptAll:
		problem = name + " is refused by the Global Privacy Control signal. Leave it out of accept_all, or use save " +
			"for an express grant"
	case d.Action == AcceptAll && state != Granted:
		problem = "accept_all denies " + name + ". Use save"
	case isDenial && state != Denied:
		problem = string(d.Action) + " grants " + name + ". Use save"
	}
	if problem == "" {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrRefused, problem)
}

// CheckTime refuses a grant that is dated later than now by more than MaxClockLead. A denial is stored whatever its
// date. The error wraps ErrRefused.
func (d *Decision) CheckTime(form Form, now time.Time) error {
	date := latest(d.DecidedAt, DecidedAt(d.ID))
	if d.Grants(form) && date.After(now.Add(MaxClockLead)) {
		return fmt.Errorf("%w: decided_at, id: dated %s, but it is %s here: set the clock right and ask again",
			ErrRefused, date.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	return nil
}

// Grants reports whether the decision grants anything that a visitor can refuse, or accepts a reduction of rights.
func (d *Decision) Grants(form Form) bool {
	if form.Reduces && len(d.Answers)+len(d.Services) == 0 {
		return true
	}
	for id, state := range d.Answers {
		if p, ok := form.Purpose(id); state == Granted && !(ok && p.Required && !d.agreesTo(p)) {
			return true
		}
	}
	for id, state := range d.Services {
		if _, p, ok := form.Service(id); state == Granted && !(ok && p.Required) {
			return true
		}
	}
	return false
}

// agreesTo reports whether the decision grants a purpose that is required now, and was optional in an earlier version.
// In "reject all" and "withdraw" a grant of a required purpose changes nothing.
func (d *Decision) agreesTo(p Item) bool {
	return d.Answers[p.ID] == Granted && d.Action != RejectAll && d.Action != Withdraw && p.CouldBeRefused()
}

// ValidSecret reports whether s is 32 bytes as base64url without padding.
func ValidSecret(s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	hasLineBreaks := len(s) != base64.RawURLEncoding.EncodedLen(SecretLen)
	return err == nil && len(b) == SecretLen && !hasLineBreaks
}

// PresentationLen is the length of a presentation's content hash: 16 bytes of SHA-256 as base64url without padding.
const PresentationLen = 22

func isPresentation(s string) bool {
	if s == CustomPresentation || s == PlatformPresentation {
		return true
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == 16 && len(s) == PresentationLen
}

// isLanguage reports whether s has the form of a language tag: parts of up to eight letters and digits, the first of
// letters only. The policy has the list of its languages.
func isLanguage(s string) bool {
	for i, part := range strings.Split(s, "-") {
		isOther := func(r rune) bool {
			isLetter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
			return !isLetter && (i == 0 || r < '0' || r > '9')
		}
		if part == "" || len(part) > maxSubtag || strings.ContainsFunc(part, isOther) {
			return false
		}
	}
	return len(s) <= maxLanguage
}

// isFreeText reports whether a free field is short enough, and safe to store and to print: no control character, and
// none that turns the text around it, or begins a line.
func isFreeText(s string, maxLength int) bool {
	return len(s) <= maxLength && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
	})
}

// areAnswers reports whether each state is granted or denied. JSON's null leaves a state unasked, which is not an
// answer.
func areAnswers(answers map[string]State) bool {
	for _, s := range answers {
		if s != Granted && s != Denied {
			return false
		}
	}
	return true
}
