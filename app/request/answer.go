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

// cleanNotice makes what a browser sent of a text area into the text that the person reads.
func cleanNotice(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
}

// isNotice says whether a text for the person explains something, and is not too long.
func isNotice(text string, most int) bool {
	return countVisible(text) >= minLetter && utf8.RuneCountInString(text) <= most && isPlainText(text, "\n\t")
}

// check checks an answer of a kind against the version of the policy that holds for the case; nil if the site does not
// have that version any more.
func (a *Answer) check(k Kind, version *policy.Policy) error {
	a.Letter = cleanNotice(a.Letter)
	isGround := false
	if version != nil {
		_, isGround = version.Requests.Ground(a.Ground)
	}
	switch {
	case !slices.Contains(Outcomes, a.Outcome):
		return problem("outcome: %q is not an outcome", a.Outcome)
	case a.Outcome.needsGround() && version != nil && len(version.Requests.Grounds) == 0:
		return problem("ground: version %s of the policy has none, so that nothing can be refused. "+
			"Add requests.grounds to it", version.Version)
	case a.Outcome.needsGround() && a.Ground == "":
		return problem("ground: is missing. Name the ground of the policy for which something is refused")
	case a.Outcome.needsGround() && version == nil:
		return problem("ground: the site does not have the version of the policy any more that holds for this request. " +
			"Put its files back: only its grounds count")
	case a.Outcome.needsGround() && !isGround:
		return problem("ground: %q is not a ground of this version of the policy", a.Ground)
	case !a.Outcome.needsGround() && a.Ground != "":
		return problem("ground: belongs to a refusal only")
	case !isNotice(a.Letter, maxLetter):
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

// policyOf returns the version of the policy that holds for a case; nil if the site does not have it any more.
func (c *Case) policyOf(s *policy.Site) *policy.Policy {
	p, _ := s.Policy(c.Policy)
	return p
}

// Answer closes an item with an answer. version is the one that staff read.
func (d *Desk) Answer(
	ctx context.Context, s *policy.Site, id uuid.UUID, version int64, number int, a Answer,
) (Case, error) {
	return d.change(ctx, s.ID, id, version, func(ctx context.Context, tx *ledger.DeskTx, c *Case) error {
		item, err := c.item(number)
		if err != nil {
			return err
		}
		if err := a.check(item.Kind, c.policyOf(s)); err != nil {
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
	notice = cleanNotice(notice)
	return d.change(ctx, s.ID, id, version, func(ctx context.Context, tx *ledger.DeskTx, c *Case) error {
		p := c.policyOf(s)
		switch {
		case !isNotice(notice, MaxText):
			return fmt.Errorf("%w: the notice has to have %d to %d characters", ErrMalformed, minLetter, MaxText)
		case p == nil || p.Requests.Fee == nil:
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
	return a.check(item.Kind, c.policyOf(s))
}

// WithAnswer returns the case as it would be with an answer, for a preview.
func (c Case) WithAnswer(number int, a Answer) Case {
	c.Items = slices.Clone(c.Items)
	if item, err := c.item(number); err == nil {
		item.State, item.Outcome, item.Ground, item.Letter = Answered, a.Outcome, a.Ground, a.Letter
	}
	return c
}
