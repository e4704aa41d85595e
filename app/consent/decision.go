package consent

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"sort"
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

// Actions are all of them.
var Actions = []Action{AcceptAll, RejectAll, Save, Withdraw}

// CustomPresentation stands for the presentation of a page that asks with an interface of its own.
const CustomPresentation = "custom"

// Limits of the free fields of a decision, in bytes.
const (
	maxLanguage  = 35 // the longest tag of RFC 5646, section 4.4.1
	maxReference = 200
	maxShort     = 64
)

// SecretLen is the length of a subject's secret, in bytes.
const SecretLen = 32

// Decision is one act of a visitor. It is made by the client and never changed.
type Decision struct {
	ID           uuid.UUID        `json:"id"`       // UUIDv7; the idempotency key
	Previous     *uuid.UUID       `json:"previous"` // the last decision that the client knew of
	Subject      uuid.UUID        `json:"subject"`  // UUIDv4, random
	Secret       string           `json:"secret,omitempty"`
	Policy       string           `json:"policy"`   // version
	Language     string           `json:"language"` // BCP 47, in which it was asked
	Platform     policy.Platform  `json:"platform"` // where it was asked
	Action       Action           `json:"action"`
	Answers      map[string]State `json:"answers"` // only what was asked; what is left out keeps its state
	Services     map[string]State `json:"services,omitempty"`
	DecidedAt    time.Time        `json:"decided_at"`   // by the client's clock
	Presentation string           `json:"presentation"` // content hash of what was shown, or "custom"
	GPC          bool             `json:"gpc"`          // the signal was on, and the visitor was told

	Permission string    `json:"permission,omitempty"`
	Tenant     string    `json:"tenant,omitempty"`
	Guardian   *Guardian `json:"guardian,omitempty"`
}

// Guardian is the evidence that a guardian consented for a minor. It names nobody.
type Guardian struct {
	Method    string    `json:"method"`
	Time      time.Time `json:"time"`
	Reference string    `json:"reference"`
}

// ErrMalformed marks a decision that is none: a field is missing or has the wrong form.
var ErrMalformed = errors.New("malformed decision")

// ErrRefused marks a well-formed decision that the policy does not allow.
var ErrRefused = errors.New("decision not allowed")

// CheckForm says what is wrong with the fields by themselves. The error wraps ErrMalformed.
func (d *Decision) CheckFields() error {
	bad := func(field, want string) error { return fmt.Errorf("%w: %s: %s", ErrMalformed, field, want) }
	switch {
	case d.ID.Version() != 7 || d.ID.Variant() != uuid.RFC4122:
		return bad("id", "want a UUID version 7")
	case DecidedAt(d.ID).UTC().Year() > 9999: // what RFC 3339 can't write
		return bad("id", "its time is after the year 9999; want the time of the decision")
	case d.Previous != nil && (d.Previous.Version() != 7 || d.Previous.Variant() != uuid.RFC4122):
		return bad("previous", "want a UUID version 7, or null")
	case d.Previous != nil && *d.Previous == d.ID:
		return bad("previous", "is the decision itself; want the one before it, or null")
	case d.Subject.Version() != 4 || d.Subject.Variant() != uuid.RFC4122:
		return bad("subject", "want a UUID version 4")
	case d.Secret != "" && !ValidSecret(d.Secret):
		return bad("secret", "want 32 bytes as base64url without padding")
	case d.Policy == "" || len(d.Policy) > maxShort:
		return bad("policy", "want the version of the policy that was shown")
	case !isLanguage(d.Language):
		return bad("language", `want a BCP 47 tag such as "en"`)
	case !d.Platform.Valid():
		return bad("platform", "want web, android, ios or harmony")
	case d.Answers == nil || !areAnswers(d.Answers):
		return bad("answers", `want an object such as {"analytics": "denied"}`)
	case !areAnswers(d.Services):
		return bad("services", `want an object such as {"heatmap": "denied"}`)
	case d.DecidedAt.IsZero() || d.DecidedAt.UTC().Year() < 1 || d.DecidedAt.UTC().Year() > 9999:
		return bad("decided_at", "want a time as RFC 3339")
	case d.Presentation != CustomPresentation && !isPresentation(d.Presentation):
		return bad("presentation", `want the hash that came with the page, or "custom"`)
	case !isFreeText(d.Permission, maxShort):
		return bad("permission", "want at most 64 bytes without control characters")
	case !isFreeText(d.Tenant, maxShort):
		return bad("tenant", "want at most 64 bytes without control characters")
	case d.Guardian != nil && (d.Guardian.Method == "" || d.Guardian.Time.IsZero() || !isFreeText(d.Guardian.Method, maxShort) || !isFreeText(d.Guardian.Reference, maxReference) || strings.TrimSpace(d.Guardian.Reference) == ""):
		return bad("guardian", "want method (at most 64 bytes), time, and reference (at most 200 bytes), without control characters")
	case !slices.Contains(Actions, d.Action):
		return bad("action", "want accept_all, reject_all, save or withdraw")
	}
	return nil
}

// CheckAnswers says what the form does not allow: an unknown purpose or service, a required purpose denied, a purpose
// that wants a separate consent answered by "accept all", an action that says otherwise than its answers. The error
// wraps ErrRefused.
func (d *Decision) CheckAnswers(form Form) error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrRefused, fmt.Sprintf(format, args...))
	}
	against := func(what, id string, state State) error {
		switch {
		case d.Action == AcceptAll && state != Granted:
			return bad("accept_all denies the %s %q; use save", what, id)
		case (d.Action == RejectAll || d.Action == Withdraw) && state != Denied:
			return bad("%s grants the %s %q; use save", d.Action, what, id)
		}
		return nil
	}
	for _, id := range sortKeys(d.Answers) {
		purpose, ok := form.Purpose(id)
		switch {
		case !ok:
			return bad("policy %s has no purpose %q", d.Policy, id)
		case purpose.Required && d.Answers[id] != Granted:
			return bad("purpose %q is required and can't be denied; leave it out", id)
		case purpose.Required:
			continue // named, as it need not be
		case purpose.Separate && d.Action == AcceptAll:
			return bad("purpose %q wants a consent of its own; leave it out of accept_all", id)
		case purpose.GPC && d.GPC && d.Action == AcceptAll:
			return bad("purpose %q is refused by the Global Privacy Control signal; leave it out of accept_all, and use save for an express grant", id)
		}
		if err := against("purpose", id, d.Answers[id]); err != nil {
			return err
		}
	}
	for _, id := range sortKeys(d.Services) {
		_, purpose, ok := form.Service(id)
		switch {
		case !ok:
			return bad("policy %s has no service %q", d.Policy, id)
		case purpose.Required && d.Services[id] != Granted:
			return bad("service %q belongs to the required purpose %q and can't be denied; leave it out", id, purpose.ID)
		case purpose.Required:
			continue
		case purpose.Separate && d.Action == AcceptAll:
			return bad("service %q belongs to purpose %q, which wants a consent of its own; leave it out of accept_all", id, purpose.ID)
		case purpose.GPC && d.GPC && d.Action == AcceptAll:
			return bad("service %q belongs to purpose %q, which the Global Privacy Control signal refuses; leave it out of accept_all, and use save for an express grant", id, purpose.ID)
		}
		if err := against("service", id, d.Services[id]); err != nil {
			return err
		}
	}
	return nil
}

// CheckTime refuses what would grant something from later than now, the clock that it is judged by; MaxAhead is let pass. A denial is
// kept whatever its date. The error is ErrRefused.
func (d *Decision) CheckTime(form Form, now time.Time) error {
	latest := d.DecidedAt
	if id := DecidedAt(d.ID); id.After(latest) {
		latest = id
	}
	if d.Grants(form) && latest.After(now.Add(MaxClockLead)) {
		return fmt.Errorf("%w: decided_at, id: dated %s, and it is %s here; set the clock right and ask again", ErrRefused, latest.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	return nil
}

// Grants says whether the decision grants anything that the form lets a visitor refuse, or says yes to a right that is taken away.
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

// agreesTo says whether the decision says yes to a purpose that is required now and could be refused under an earlier version. Who
// refuses or withdraws only names what goes without saying.
func (d *Decision) agreesTo(p Item) bool {
	return d.Answers[p.ID] == Granted && d.Action != RejectAll && d.Action != Withdraw && p.CouldBeRefused()
}

// ValidSecret says whether s is 32 bytes as base64url without padding.
func ValidSecret(s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == SecretLen && len(s) == base64.RawURLEncoding.EncodedLen(SecretLen) // no line breaks within
}

// PresentationLen is the length of a presentation's content hash: 16 bytes of SHA-256 as base64url without padding.
const PresentationLen = 22

func isPresentation(s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == 16 && len(s) == PresentationLen
}

// validLanguage says whether s has the characters of a language tag; which tags there are is the policy's to say.
func isLanguage(s string) bool {
	return s != "" && len(s) <= maxLanguage && strings.IndexFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-'
	}) < 0
}

// validFree says whether a free field is short enough, and nothing that a store or a terminal would stumble over.
func isFreeText(s string, most int) bool {
	return len(s) <= most && utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0
}

// allAnswered says whether every answer is one: JSON's null leaves a state that nobody can choose.
func areAnswers(answers map[string]State) bool {
	for _, s := range answers {
		if s != Granted && s != Denied {
			return false
		}
	}
	return true
}

func sortKeys(m map[string]State) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
