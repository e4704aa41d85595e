// Package consent is what a visitor answered, and what follows from it.
//
// A purpose is granted, denied or unasked; unasked acts as denied. A Decision is one act of the visitor (agree, refuse,
// save, withdraw) and names only what was asked. Stored is what a browser remembers of all acts so far, and the codec
// in cookie.go writes it down. Evaluate compares that with what the site asks for today, and gives the question:
// nothing else decides what to show or what may run. On the server, where decisions of several tabs and devices meet in
// any order, Resolve says which answers count.
//
// The same rules run in the page before any Go can (web/loader): testdata/*.json holds the vectors that both must pass.
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

// MarshalText gives "unasked", "denied" or "granted".
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes "granted" and "denied"; an answer can't be "unasked".
func (s *State) UnmarshalText(text []byte) error {
	switch string(text) {
	case "granted":
		*s = Granted
	case "denied":
		*s = Denied
	default:
		return fmt.Errorf(`answer %q: want "granted" or "denied"`, text)
	}
	return nil
}

// Answer is one remembered answer, to a purpose or to a service.
type Answer struct {
	ID    string      // of the purpose or service; "" where the cookie had no room for it (the hash tells)
	Hash  policy.Hash // what was shown when it was answered
	State State       // Granted or Denied
	Day   int         // when, in days since 1970-01-01 UTC
	GPC   bool        // given while a Global Privacy Control signal was on, and said so
}

// Stored is what a browser remembers.
type Stored struct {
	Decision uuid.UUID // the last decision (UUIDv7); uuid.Nil when there was none
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

// mapToCurrentHashes gives the answers to earlier contents that still count as answers to the form's contents of now.
// If two become answers to the same, the denial counts.
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

// MaxAhead is how far a client's clock may be ahead of the one that judges by it. What is dated later grants nothing:
// it comes from a wrong clock or another's hand, and would beat every true answer until then.
const MaxClockLead = 24 * time.Hour

func decidedDay(decision uuid.UUID) int { return Day(DecidedAt(decision)) }
