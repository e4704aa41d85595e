package request

import (
	"context"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

func TestARefusalNeedsAGroundOfTheVersionAndALetter(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.verifyByStaff(b.receive(newSubmission(Access)))
		for name, test := range map[string]struct {
			answer Answer
			want   string
		}{
			"no ground":           {Answer{Outcome: Refused, Letter: letter}, "ground: is missing"},
			"a ground of another": {Answer{Outcome: Refused, Ground: "secret", Letter: letter}, "is not a ground"},
			"no letter":           {Answer{Outcome: Refused, Ground: "harm"}, "letter: has to have"},
			"an invisible letter": {
				Answer{Outcome: Refused, Ground: "harm", Letter: strings.Repeat("\u200b\u3164", 12)}, "letter: has to have"},
			"a letter without sense": {Answer{Outcome: Refused, Ground: "harm", Letter: "no"}, "letter: has to have"},
			"partly without ground":  {Answer{Outcome: Partly, Letter: letter}, "ground: is missing"},
			"a ground for a yes": {Answer{Outcome: NothingHeld, Ground: "harm", Letter: letter},
				"belongs to a refusal"},
			"an unknown outcome":  {Answer{Outcome: "later", Letter: letter}, "is not an outcome"},
			"a yes without check": {Answer{Outcome: Fulfilled, Letter: letter}, `"data" is not done yet`},
		} {
			_, err := b.Answer(t.Context(), b.site, c.ID, c.Version, 1, test.answer)
			wantError(t, err, ErrMalformed)
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: error %v, want %q", name, err, test.want)
			}
		}
		if got := b.read(c.ID); got.Items[0].State != Verified || got.Version != c.Version {
			t.Errorf("a wrong answer changed the case: %+v", got)
		}
		c, err := b.Answer(t.Context(), b.site, c.ID, c.Version, 1,
			Answer{Outcome: Refused, Ground: "harm", Letter: letter})
		if err != nil || c.Items[0].Ground != "harm" {
			t.Errorf("%+v, error %v", c.Items, err)
		}
		b.checkTree(3)
	})
}

func TestTheGroundBelongsToTheVersionOfTheCase(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.verifyByStaff(b.receive(newSubmission(Access)))
		later := *b.site.Policies[0]
		later.Version = "2"
		later.Requests.Grounds = []policy.Ground{{ID: "newer"}}
		b.site.Policies, b.site.Current = append(b.site.Policies, &later), "2"
		_, err := b.Answer(t.Context(), b.site, c.ID, c.Version, 1,
			Answer{Outcome: Refused, Ground: "newer", Letter: letter})
		wantError(t, err, ErrMalformed)
	})
}

func TestNothingIsRefusedWithoutTheVersionOfTheCase(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.verifyByStaff(b.receive(newSubmission(Access, Copy)))
		later := *b.site.Policies[0]
		later.Version = "2" // with the same grounds
		b.site.Policies, b.site.Current = []*policy.Policy{&later}, "2"
		_, err := b.Answer(t.Context(), b.site, c.ID, c.Version, 1,
			Answer{Outcome: Refused, Ground: "harm", Letter: letter})
		wantError(t, err, ErrMalformed)
		if !strings.Contains(err.Error(), "Put its files back") {
			t.Errorf("error %v", err)
		}
		if _, err := b.OfferFee(t.Context(), b.site, c.ID, c.Version, "It costs two euros."); err == nil {
			t.Error("a fee was offered that no version of the policy mentions")
		}
		if _, err := b.Answer(t.Context(), b.site, c.ID, c.Version, 2,
			Answer{Outcome: NothingHeld, Letter: letter}); err != nil {
			t.Error(err)
		}
	})
}

func TestWithoutGroundsTheErrorOfARefusalSaysWhatThePolicyLacks(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.verifyByStaff(b.receive(newSubmission(Access)))
		bare := *b.site.Policies[0]
		bare.Requests.Grounds = nil
		b.site.Policies = []*policy.Policy{&bare}
		for _, ground := range []string{"", "harm"} {
			_, err := b.Answer(t.Context(), b.site, c.ID, c.Version, 1,
				Answer{Outcome: Refused, Ground: ground, Letter: letter})
			wantError(t, err, ErrMalformed)
			if !strings.Contains(err.Error(), "Add requests.grounds to it") {
				t.Errorf("ground %q: error %v", ground, err)
			}
		}
	})
}

func TestANoticeOfACostKeepsItsLines(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.receive(newSubmission(Copy))
		c, err := b.OfferFee(t.Context(), b.site, c.ID, c.Version, "Ten euros in all.\r\nFor the copies.\r\n")
		if err != nil || c.Fee != "Ten euros in all.\nFor the copies." {
			t.Errorf("fee %q, error %v", c.Fee, err)
		}
	})
}

func TestTheDatabaseRefusesWhatTheCodeWouldNot(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.verifyByStaff(b.receive(newSubmission(Access)))
		write := func(set string) error {
			return b.store.WriteDesk(t.Context(), b.site.ID, func(_ context.Context, tx *ledger.DeskTx) error {
				_, err := tx.Exec(t.Context(), `UPDATE case_items SET `+set+` WHERE case_id = $1`, c.ID[:])
				return err
			})
		}
		for name, set := range map[string]string{
			"a refusal without a ground": `state = 'answered', closed_at = 'x', outcome = 'refused', letter = 'x'`,
			"an empty ground":            `state = 'answered', closed_at = 'x', outcome = 'refused', letter = 'x', ground = ''`,
			"a refusal without a letter": `state = 'answered', closed_at = 'x', outcome = 'refused', ground = 'harm'`,
			"an answer without outcome":  `state = 'answered', closed_at = 'x'`,
			"an outcome without answer":  `outcome = 'fulfilled', letter = 'x'`,
			"an open item that is over":  `closed_at = 'x'`,
			"a closed item without day":  `state = 'withdrawn'`,
			"an unknown state":           `state = 'void', closed_at = 'x'`,
			"verified without a time":    `verified_at = ''`,
		} {
			if err := write(set); err == nil {
				t.Errorf("%s: was written", name)
			}
		}
		if err := write(`letter = NULL`); err != nil { // the test's own statement works
			t.Error(err)
		}
	})
}

func TestOnlyTheTableOfTransitionsMovesAnItem(t *testing.T) {
	// C-32
	steps := []step{stepVerify, stepAnswer, stepLapse, stepWithdraw}
	allowed := map[State]string{
		Received: "verify lapse withdraw", Verified: "answer withdraw", Lapsed: "verify", Answered: "", Withdrawn: "",
	}
	for _, state := range States {
		for _, s := range steps {
			i := Item{State: state}
			err := i.take(s, beijing(t, "2026-09-18 10:00:00"))
			isAllowed := strings.Contains(" "+allowed[state]+" ", " "+string(s)+" ")
			if (err == nil) != isAllowed {
				t.Errorf("%s of %s: error %v", s, state, err)
			}
			if err == nil && i.IsOpen() != i.ClosedAt.IsZero() {
				t.Errorf("%s of %s: %+v", s, state, i)
			}
		}
	}
}

func TestNobodyAnswersWhoseIdentityIsNotShown(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.receive(newSubmission(Access))
		_, err := b.Answer(t.Context(), b.site, c.ID, c.Version, 1, Answer{Outcome: NothingHeld, Letter: letter})
		wantError(t, err, ErrState)
	})
}

func TestAFeeIsOfferedBeforeTheAnswerAndStopsNoClock(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.verifyByStaff(b.receive(newSubmission(Copy)))
		due := c.Due()
		c, err := b.OfferFee(t.Context(), b.site, c.ID, c.Version, "The third copy costs 20 yuan.")
		if err != nil || b.read(c.ID).Fee == "" || c.Due() != due {
			t.Errorf("%+v, error %v", c, err)
		}
		if c, err = b.Withdraw(t.Context(), b.site, c.ID, 1); err != nil {
			t.Fatal(err)
		}
		_, err = b.OfferFee(t.Context(), b.site, c.ID, c.Version, "The third copy costs 20 yuan.")
		wantError(t, err, ErrState)
		b.site.Policies[0].Requests.Fee = nil
		other := b.receive(newSubmission(Copy))
		_, err = b.OfferFee(t.Context(), b.site, other.ID, other.Version, "The third copy costs 20 yuan.")
		wantError(t, err, ErrMalformed)
	})
}
