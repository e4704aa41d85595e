// Package consent holds the answers of a visitor, and works out what they mean.
//
// A purpose is granted, denied or unasked. Unasked acts as denied. A Decision is one act of the visitor (accept all,
// reject all, save, withdraw) and names only what was asked. Stored is what a browser remembers of all decisions, and
// cookie.go encodes it. Evaluate compares the stored answers with what the site asks for today. It returns the
// question: nothing else decides what is asked and what may run. On the server, decisions of several tabs and devices
// arrive in any order. Resolve returns the answers that count.
//
// The same rules run in the page before any Go can (web/loader). testdata/*.json has the vectors that both must pass.
package consent

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/nod-consent/nod/app/policy"
)

// State is the state of one purpose or service.
type State uint8

// The states. The zero value acts as Denied everywhere and starts no waiting period.
const (
	Unasked State = iota
	Denied
	Granted
)

var stateNames = [...]string{"unasked", "denied", "granted"}

func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "unasked"
}

// MarshalText writes "unasked", "denied" or "granted".
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads "granted" or "denied". An answer cannot be "unasked".
func (s *State) UnmarshalText(text []byte) error {
	switch string(text) {
	case "granted":
		*s = Granted
	case "denied":
		*s = Denied
	default:
		return fmt.Errorf(`answer %q: is not "granted" or "denied"`, text)
	}
	return nil
}

// Answer is one stored answer, to a purpose or to a service.
type Answer struct {
	ID    string      // of the purpose or service; "" if the cookie had no room for it: then only the hash identifies it
	Hash  policy.Hash // what was shown when it was answered
	State State       // Granted or Denied
	Day   int         // when, in days since 1970-01-01 UTC
	GPC   bool        // given while a Global Privacy Control signal was on
}

// Stored is what a browser remembers.
type Stored struct {
	Decision uuid.UUID // the last decision (UUIDv7); uuid.Nil before the first
	Subject  uuid.UUID // whose answers these are (UUIDv4)
	Answers  []Answer
}

// Answer finds the answer that was given to the content with this hash.
func (s Stored) Answer(hash policy.Hash) (Answer, bool) {
	for _, a := range s.Answers {
		if a.Hash == hash {
			return a, true
		}
	}
	return Answer{}, false
}

// mapToCurrentHashes turns answers to earlier contents that still count into answers to the form's present contents. If
// two answers get the same hash, the denial counts.
func (s Stored) mapToCurrentHashes(form Form) Stored {
	answers := s.Answers
	s.Answers = nil
	for _, a := range answers {
		if now, ok := form.Equivalents[a.Hash]; ok {
			a.Hash = now
		}
		s.add(a)
	}
	return s
}

// Day counts the days from 1970-01-01 UTC to t.
func Day(t time.Time) int { return int(t.Unix() / 86400) }

// DecidedAt reads the time out of a decision's id, a UUIDv7, whose first 48 bits are Unix milliseconds (RFC 9562, 5.7).
func DecidedAt(decision uuid.UUID) time.Time {
	var ms int64
	for _, b := range decision[:6] {
		ms = ms<<8 | int64(b)
	}
	return time.UnixMilli(ms)
}

// MaxClockLead is how far a client's clock can be ahead of the clock that checks it. A decision with a later date
// grants nothing: the clock is wrong or the decision is forged, and it would win over every true answer until that
// date.
const MaxClockLead = 24 * time.Hour

func decidedDay(decision uuid.UUID) int { return Day(DecidedAt(decision)) }
