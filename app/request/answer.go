package request

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

// Limits of an answer, in characters. A shorter letter explains nothing.
const (
	minLetter = 10
	maxLetter = 8000
)

// Answer is what staff decide of an item.
type Answer struct {
	Outcome Outcome
	Ground  string   // id of the policy's ground, if something is refused
	Letter  string   // what the person reads
	Checked []string // what was done, see Kind.Checks
}

// check checks an answer of a kind against the version of the policy that holds for the case.
func (a *Answer) check(k Kind, requests policy.Requests) error {
	a.Letter = strings.TrimSpace(strings.ReplaceAll(a.Letter, "\r\n", "\n"))
	_, isGround := requests.Ground(a.Ground)
	length := utf8.RuneCountInString(a.Letter)
	switch {
	case !slices.Contains(Outcomes, a.Outcome):
		return problem("outcome: %q is not an outcome", a.Outcome)
	case a.Outcome.needsGround() && a.Ground == "":
		return problem("ground: is missing. Name the ground of the policy for which something is refused")
	case a.Outcome.needsGround() && !isGround:
		return problem("ground: %q is not a ground of this version of the policy", a.Ground)
	case !a.Outcome.needsGround() && a.Ground != "":
		return problem("ground: belongs to a refusal only")
	case length < minLetter || length > maxLetter || !isPlainText(a.Letter, "\n\t"):
		return problem("letter: has to have %d to %d characters, without control characters", minLetter, maxLetter)
	}
	if a.Outcome == Fulfilled {
		for _, check := range k.Checks() {
			if !slices.Contains(a.Checked, check) {
				return problem("checked: %q is not done yet", check)
			}
		}
	}
	return nil
}

// policyOf returns the version of the policy that holds for a case.
func (c *Case) policyOf(s *policy.Site) *policy.Policy {
	if p, ok := s.Policy(c.Policy); ok {
		return p
	}
	return s.CurrentPolicy()
}

// Answer closes an item with an answer. version is the one that staff read.
func (d *Desk) Answer(
	ctx context.Context, s *policy.Site, id uuid.UUID, version int64, number int, a Answer,
) (Case, error) {
	return d.change(ctx, s.ID, id, version, func(tx *ledger.DeskTx, c *Case) error {
		item, err := c.item(number)
		if err != nil {
			return err
		}
		if err := a.check(item.Kind, c.policyOf(s).Requests); err != nil {
			return err
		}
		at := d.clock()
		if err := item.take(stepAnswer, at); err != nil {
			return err
		}
		item.Outcome, item.Ground, item.Letter = a.Outcome, a.Ground, a.Letter
		return c.record(ctx, tx, EventAnswered, at, []int{number})
	})
}

// OfferFee tells the person of a cost before the answer, so that they can withdraw. The term runs on.
func (d *Desk) OfferFee(ctx context.Context, s *policy.Site, id uuid.UUID, version int64, notice string) (Case, error) {
	notice = strings.TrimSpace(notice)
	length := utf8.RuneCountInString(notice)
	return d.change(ctx, s.ID, id, version, func(tx *ledger.DeskTx, c *Case) error {
		switch {
		case length < minLetter || length > MaxText || !isPlainText(notice, "\n\t"):
			return fmt.Errorf("%w: the notice has to have %d to %d characters", ErrMalformed, minLetter, MaxText)
		case c.policyOf(s).Requests.Fee == nil:
			return fmt.Errorf("%w: the policy does not mention a fee", ErrMalformed)
		case !c.IsOpen():
			return ErrState
		}
		c.Fee = notice
		return c.record(ctx, tx, EventFee, d.clock(), c.openItems())
	})
}

func (c *Case) openItems() (numbers []int) {
	for _, i := range c.Items {
		if i.IsOpen() {
			numbers = append(numbers, i.Item)
		}
	}
	return numbers
}

// CheckAnswer checks an answer without giving it.
func (d *Desk) CheckAnswer(s *policy.Site, c Case, number int, a Answer) error {
	item, err := c.item(number)
	if err != nil {
		return err
	}
	if _, ok := transitions[item.State][stepAnswer]; !ok {
		return fmt.Errorf("item %d is %s: %w", item.Item, item.State, ErrState)
	}
	return a.check(item.Kind, c.policyOf(s).Requests)
}

// WithAnswer returns the case as it would be with an answer, for a preview.
func (c Case) WithAnswer(number int, a Answer) Case {
	c.Items = slices.Clone(c.Items)
	if item, err := c.item(number); err == nil {
		item.State, item.Outcome, item.Ground, item.Letter = Answered, a.Outcome, a.Ground, a.Letter
	}
	return c
}
