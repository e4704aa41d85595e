package request

import (
	"fmt"
	"time"
)

// State is where an item is.
type State string

// The states of an item.
const (
	Received  State = "received"  // the identity is not shown yet
	Verified  State = "verified"  // the term of the answer runs
	Answered  State = "answered"  // see Outcome
	Lapsed    State = "lapsed"    // the identity was never shown
	Withdrawn State = "withdrawn" // by the person
)

// States lists all states.
var States = []State{Received, Verified, Answered, Lapsed, Withdrawn}

// step is something that happens to an item.
type step string

const (
	stepVerify   step = "verify"
	stepAnswer   step = "answer"
	stepLapse    step = "lapse"
	stepWithdraw step = "withdraw"
)

// transitions is the whole state machine. What it does not list is not possible. The database has CHECKs for what a
// state needs, so that no other program can break it either.
var transitions = map[State]map[step]State{
	Received:  {stepVerify: Verified, stepLapse: Lapsed, stepWithdraw: Withdrawn},
	Verified:  {stepAnswer: Answered, stepWithdraw: Withdrawn},
	Lapsed:    {stepVerify: Verified},
	Answered:  {},
	Withdrawn: {},
}

// take moves the item to its next state. The error is ErrState.
func (i *Item) take(s step, at time.Time) error {
	next, ok := transitions[i.State][s]
	if !ok {
		return fmt.Errorf("item %d is %s: %w", i.Item, i.State, ErrState)
	}
	i.State = next
	i.ClosedAt = time.Time{}
	if !i.IsOpen() {
		i.ClosedAt = at
	}
	return nil
}

// closeIfDone notes when the last item of a case was closed.
func (c *Case) closeIfDone(at time.Time) {
	switch {
	case c.IsOpen():
		c.ClosedAt = time.Time{}
	case c.ClosedAt.IsZero():
		c.ClosedAt = at
	}
}
