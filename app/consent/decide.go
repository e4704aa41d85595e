package consent

import (
	"encoding/base64"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/policy"
)

// Intent is what a visitor wants to do, before it is a decision.
type Intent struct {
	Action       Action
	Answers      map[string]State
	Services     map[string]State
	Presentation string

	// Previous is the last decision that the page knew, and uuid.Nil if it knew none. nil means the last one that is
	// stored.
	Previous *uuid.UUID

	// Acknowledges is a policy version that the visitor acknowledges. Such an intent can be without answers.
	Acknowledges string

	Permission string
	Tenant     string
	Guardian   *Guardian // sent only with a grant
}

// Client is what a client has when a visitor decides. Decide reads no clock and no random source: both are in here.
type Client struct {
	Stored   Stored
	Secret   string // of the stored subject; "" if the client does not have it
	GPC      bool
	Policy   string // version in force
	Language string
	Platform policy.Platform

	Now time.Time
	// Earliest is when the version in force took effect by the server's clock. No answer to it is older.
	Earliest time.Time
	Random   [16 + 16 + SecretLen]byte // for the decision's id, a new subject and its secret
}

// Outcome is what follows from an intent.
type Outcome struct {
	Decision     Decision // to send. It has the secret only if the subject is new
	Stored       Stored   // what the client stores from now on
	Secret       string   // to store with it; "" if the client does not have the subject's
	IsNewSubject bool
}

// Decide turns an intent into a decision. It returns false for an intent without answers that acknowledges nothing:
// that leaves no cookie and no record.
//
//	stored subject   secret   intent    subject of the decision
//	none             -        any       a new one, with a new secret
//	has one          held     any       the stored one
//	has one          lost     denies    the stored one, without a secret: everybody can refuse
//	has one          lost     grants    a new one, with a new secret
//
// A new subject names no previous decision. The client's answers continue from the stored ones in any case.
func Decide(form Form, intent Intent, client Client) (Outcome, bool) {
	if len(intent.Answers)+len(intent.Services) == 0 && intent.Acknowledges == "" {
		return Outcome{}, false
	}
	d := Decision{
		ID:      newUUID(7, client.Random[:16]),
		Subject: client.Stored.Subject, Policy: client.Policy, Language: client.Language, Platform: client.Platform,
		Action: intent.Action, Answers: intent.Answers, Services: intent.Services,
		DecidedAt: client.Now.UTC().Truncate(time.Millisecond), Presentation: intent.Presentation, GPC: client.GPC,
		Permission: intent.Permission, Tenant: intent.Tenant,
	}
	setTime(&d.ID, intent.decidedAt(client))
	d.ID = makeSafe(d.ID)
	if intent.Acknowledges != "" {
		d.Policy = intent.Acknowledges
	}
	if intent.grants() {
		d.Guardian = intent.Guardian
	}
	previous := client.Stored.Decision
	if intent.Previous != nil {
		previous = *intent.Previous
	}
	d.Previous = orNil(previous)
	next := client.Stored.Apply(form, &d)
	outcome := Outcome{Decision: d, Stored: next, Secret: client.Secret}
	if intent.needsNewSubject(client) {
		outcome.setNewSubject(client.Random[16:])
	}
	return outcome, true
}

// needsNewSubject reports whether the decision cannot be the stored subject's.
func (i Intent) needsNewSubject(client Client) bool {
	return client.Stored.Subject == uuid.Nil || client.Secret == "" && i.grants()
}

// setNewSubject makes the decision the first one of a new subject.
func (o *Outcome) setNewSubject(random []byte) {
	o.IsNewSubject = true
	o.Secret = avoidHyphens(base64.RawURLEncoding.EncodeToString(random[16:]))
	o.Decision.Subject = makeSafe(newUUID(4, random[:16]))
	o.Decision.Secret = o.Secret
	o.Decision.Previous = nil
	o.Stored.Subject = o.Decision.Subject
}

// grants reports whether any answer is a grant.
func (i Intent) grants() bool {
	isGrant := func(s State) bool { return s == Granted }
	return slices.ContainsFunc(slices.Collect(maps.Values(i.Answers)), isGrant) ||
		slices.ContainsFunc(slices.Collect(maps.Values(i.Services)), isGrant)
}

// decidedAt returns the time in the decision's id. Ids are in the order of decisions, even if the clock was put back.
func (i Intent) decidedAt(client Client) time.Time {
	at := client.Now
	if before := client.Stored.Decision; before != uuid.Nil {
		at = latest(at, DecidedAt(before).Add(time.Millisecond))
	}
	if i.Acknowledges == "" {
		at = latest(at, client.Earliest)
	}
	return at
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// newUUID makes a UUID of random bytes (RFC 9562, section 5).
func newUUID(version byte, random []byte) (id uuid.UUID) {
	copy(id[:], random)
	id[6] = id[6]&0x0f | version<<4
	id[8] = id[8]&0x3f | 0x80
	return id
}

// setTime writes the time into a version 7 UUID (RFC 9562, section 5.7).
func setTime(id *uuid.UUID, at time.Time) {
	for i, ms := 5, at.UnixMilli(); i >= 0; i, ms = i-1, ms>>8 {
		id[i] = byte(ms)
	}
}

func orNil(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// ActionAnswers returns the answers of "accept all" (to is Granted), and of "reject all" and "withdraw" (Denied).
//
// A grant never includes a separate purpose, nor one that a GPC signal refuses. It includes a required purpose that was
// refused. A denial leaves a separate purpose without an answer unasked: it is asked when it is needed.
func ActionAnswers(form Form, q Question, signals Signals, to State) map[string]State {
	answers := map[string]State{}
	for _, p := range form.Purposes {
		if q.isAnsweredByAction(p, signals, to) {
			answers[p.ID] = to
		}
	}
	return answers
}

func (q Question) isAnsweredByAction(p Item, signals Signals, to State) bool {
	switch {
	case p.Required:
		return to == Granted && q.IsRefusedButRequired(p)
	case to == Granted:
		return !p.Separate && !(p.GPC && signals.GPC)
	}
	return !q.IsUnanswered(p)
}
