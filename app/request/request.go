// Package request is the desk for what persons ask of a site: to see, copy, correct or delete their data, to leave an
// enterprise, to cancel the account, to complain, or just to be heard.
//
// A case is one submission. It has an item for each right that it asks for, with a state, a term and an answer of its
// own:
//
//	received ──proof──→ verified ──→ answered: fulfilled, partly, refused, nothing_held, referred
//	   │                   ↑  │
//	   ├──no proof──→ lapsed  └──→ withdrawn, by the person
//	   └──→ withdrawn
//
// A case whose person was not proven lapses. That is not a refusal: a later proof revives it, with a new term. What
// skips the identity check (explain, complain, contact) is verified when it is received.
//
// Every step is one transaction: the rows of the case, and a leaf in the site's tree of requests (ledger.DeskTree). The
// leaf has ids, times, kinds, grounds and hashes. Contact and text are erased some time after the answer, and the
// proofs still hold.
package request

import (
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/calendar"
)

// The errors of a Desk. Each can be wrapped with details.
var (
	// ErrMalformed: a submission or an answer breaks a rule. The details name it.
	ErrMalformed = errors.New("the request is not valid")

	// ErrClosed: the site takes no requests.
	ErrClosed = errors.New("this site takes no requests")

	// ErrNotFound: the case does not exist, or the key is not that of the case.
	ErrNotFound = errors.New("no such request")

	// ErrConflict: the id was used before, for a different submission.
	ErrConflict = errors.New("a request with this id and different content is already stored; create a new id")

	// ErrState: the item's state does not allow the step.
	ErrState = errors.New("this step is not possible any more")

	// ErrVersion: someone changed the case since it was read.
	ErrVersion = errors.New("the request was changed since you read it; read it again")

	// ErrIdentity: the proof is not valid, was used, or is not enough for what is asked.
	ErrIdentity = errors.New("the identity is not proven")
)

// Kind is the right that an item asks for.
type Kind string

// The kinds of items.
const (
	Access   Kind = "access"
	Copy     Kind = "copy"
	Transfer Kind = "transfer"
	Correct  Kind = "correct"
	Delete   Kind = "delete"
	Restrict Kind = "restrict"
	Explain  Kind = "explain"
	Complain Kind = "complain"
	Leave    Kind = "leave"   // one enterprise; the account stays
	Cancel   Kind = "cancel"  // the account
	Contact  Kind = "contact" // anything else
)

// kindRule is what holds for a kind.
type kindRule struct {
	kind          Kind
	needsIdentity bool
	hasOuterTerm  bool     // it has to be answered within so many working days of its receipt, too
	takesBrowser  bool     // the secret of a browser is proof enough: it opens that browser's records only
	checks        []string // what has to be done before the answer may say that all was fulfilled
}

// kindRules lists all kinds, in the order of the form.
var kindRules = []kindRule{
	{Access, true, false, true, []string{"data", "purposes", "recipients", "retention", "source"}},
	{Copy, true, false, true, []string{"data", "format"}},
	{Transfer, true, false, false, []string{"consent-or-contract", "feasible", "others", "recipient"}},
	{Correct, true, true, false, []string{"fields", "recipients"}},
	{Delete, true, true, true, []string{"systems", "recipients", "retained", "backups"}},
	{Restrict, true, false, true, []string{"systems", "recipients"}},
	{Explain, false, true, true, []string{"explained"}},
	{Complain, false, true, true, []string{"examined"}},
	{Leave, true, true, false, []string{"systems", "retained", "backups"}},
	{Cancel, true, true, false, []string{"systems", "recipients", "retained", "backups"}},
	{Contact, false, true, true, nil},
}

// Kinds lists all kinds, in the order of the form.
func Kinds() (all []Kind) {
	for _, r := range kindRules {
		all = append(all, r.kind)
	}
	return all
}

func (k Kind) rule() (kindRule, bool) {
	i := slices.IndexFunc(kindRules, func(r kindRule) bool { return r.kind == k })
	if i < 0 {
		return kindRule{}, false
	}
	return kindRules[i], true
}

// NeedsIdentity says whether the person has to show who they are.
func (k Kind) NeedsIdentity() bool { r, _ := k.rule(); return r.needsIdentity }

// HasOuterTerm says whether it has to be answered within so many working days of its receipt, too.
func (k Kind) HasOuterTerm() bool { r, _ := k.rule(); return r.hasOuterTerm }

// Checks lists what has to be done before the answer may say that all was fulfilled.
func (k Kind) Checks() []string { r, _ := k.rule(); return slices.Clone(r.checks) }

// Outcome is what an answer decides.
type Outcome string

// The outcomes.
const (
	Fulfilled   Outcome = "fulfilled"
	Partly      Outcome = "partly"
	Refused     Outcome = "refused"
	NothingHeld Outcome = "nothing_held"
	Referred    Outcome = "referred" // the data are of an enterprise, which decides
)

// Outcomes lists all outcomes.
var Outcomes = []Outcome{Fulfilled, Partly, Refused, NothingHeld, Referred}

// needsGround says whether an answer has to name a ground of the policy.
func (o Outcome) needsGround() bool { return o == Refused || o == Partly }

// Case is one submission of a person.
type Case struct {
	ID         uuid.UUID
	Site       string
	Reference  string // for people to read out
	Policy     string // version that holds for it
	Language   string
	Platform   string
	ReceivedAt time.Time
	Version    int64 // grows with each change
	Identity   Identity
	IdentityAt time.Time // zero if nothing was shown
	Fee        string    // what staff wrote of a cost
	ClosedAt   time.Time // zero while an item is open
	Erased     int       // 1: contact and text; 2: letters too
	Contact    string
	Text       string
	Tenant     string    // the enterprise that is left, or whose data they are
	Account    string    // as the host names it
	Subject    uuid.UUID // of the browser; uuid.Nil if none was shown
	Items      []Item
	Events     []Event

	secretHash, bodyHash, textSalt, letterSalt []byte
}

// Item is one right that a case asks for.
type Item struct {
	Item       int // from 1
	Kind       Kind
	State      State
	VerifiedAt time.Time
	ClosedAt   time.Time
	AnswerDue  calendar.Date // of the term that runs from the identity check; "" before it
	OuterFrom  time.Time     // when the next term began
	OuterDue   calendar.Due  // of the term that runs from the receipt; Date is "" without one
	OverdueAt  time.Time     // when it was found to be overdue; zero if it never was
	SoonAt     time.Time     // when it was found to be due soon; zero if it never was
	Outcome    Outcome
	Ground     string
	Letter     string
}

// Event is a step of a case, whose leaf is in the tree.
type Event struct {
	ID   uuid.UUID
	Type string
	At   time.Time
}

// IsOpen says whether the item waits for an answer.
func (i Item) IsOpen() bool { return i.State == Received || i.State == Verified }

// Due returns the last day by which the item is answered, or "" if none can be promised: the identity is not shown, or
// the term reaches beyond the known calendar.
func (i Item) Due() calendar.Date {
	if i.OuterDue.IsKnown {
		return calendar.Earlier(i.AnswerDue, i.OuterDue.Date)
	}
	return i.AnswerDue
}

// Due returns the earliest promised day of the open items, or "".
func (c Case) Due() (due calendar.Date) {
	for _, i := range c.Items {
		if i.IsOpen() {
			due = calendar.Earlier(due, i.Due())
		}
	}
	return due
}

// IsOpen says whether an item waits for an answer.
func (c Case) IsOpen() bool { return slices.ContainsFunc(c.Items, Item.IsOpen) }

// WaitsForProof says whether an item waits until it is shown who asks.
func (c Case) WaitsForProof() bool {
	return slices.ContainsFunc(c.Items, func(i Item) bool { return i.State == Received })
}

// LetterSalt returns what the hash of a letter begins with, so that the person can check it.
func (c Case) LetterSalt() []byte { return c.letterSalt }

// item finds an item by its number.
func (c *Case) item(number int) (*Item, error) {
	if number < 1 || number > len(c.Items) {
		return nil, ErrNotFound
	}
	return &c.Items[number-1], nil
}
