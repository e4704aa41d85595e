package request

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/ledger"
)

// changeDatabase runs statements behind the desk's back. Their only parameter is the case.
func (b *bench) changeDatabase(c Case, statements ...string) {
	b.t.Helper()
	err := b.store.WriteDesk(b.t.Context(), b.site.ID, func(_ context.Context, tx *ledger.DeskTx) error {
		for _, statement := range statements {
			if n, err := tx.Exec(b.t.Context(), statement, c.ID[:]); err != nil || n == 0 {
				b.t.Fatalf("%s: changed %d rows, error %v", statement, n, err)
			}
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) checkAll() Checked {
	b.t.Helper()
	checked, err := CheckAll(b.t.Context(), b.store, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return checked
}

// faultsOf returns what CheckAll says of a case.
func (b *bench) faultsOf(c Case) (problems []string) {
	b.t.Helper()
	for _, fault := range b.checkAll().Faults {
		if strings.Contains(fault.Problem, c.ID.String()) && fault.Site == "portal/desk" {
			problems = append(problems, fault.Problem)
		}
	}
	return problems
}

// answerFirst makes a case whose first item is refused and whose second one waits for an answer.
func (b *bench) answerFirst(sent Submission) Case {
	b.t.Helper()
	c := b.verifyByStaff(b.receive(sent))
	b.now = b.now.Add(time.Hour)
	refusal := Answer{Outcome: Refused, Ground: "harm", Letter: letter}
	c, err := b.Answer(b.t.Context(), b.site, c.ID, c.Version, 1, refusal)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func TestEachChangeOfARequestIsFoundAndNothingOfItIsShown(t *testing.T) {
	// C-36
	onEngines(t, func(t *testing.T, b *bench) {
		untouched := b.answerFirst(newSubmission(Access, Delete))
		for _, damage := range damages {
			l := newSubmission(Access, Delete)
			c := b.answerFirst(l)
			if found := b.faultsOf(c); len(found) > 0 {
				t.Fatalf("before the change of %s: %q", damage.name, found)
			}
			b.changeDatabase(c, damage.statements...)
			found := b.faultsOf(c)
			if !slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, damage.fault) }) {
				t.Errorf("%s: found %q, want %q", damage.name, found, damage.fault)
			}
			for name, use := range map[string]func() error{
				"the person opens it": func() error { _, err := b.Open(t.Context(), "portal", c.ID, l.Secret); return err },
				"staff read it":       func() error { _, err := b.Read(t.Context(), "portal", c.ID); return err },
				"staff answer it": func() error {
					_, err := b.Answer(t.Context(), b.site, c.ID, 0, 2, Answer{Outcome: NothingHeld, Letter: letter})
					return err
				},
			} {
				if err := use(); !errors.Is(err, ledger.ErrChanged) && !errors.Is(err, ErrNotFound) {
					t.Errorf("%s, and %s: error %v", damage.name, name, err)
				}
			}
			if _, err := b.Open(t.Context(), "portal", c.ID, newSecret()); !errors.Is(err, ErrNotFound) {
				t.Errorf("%s, and a stranger opens it: error %v", damage.name, err)
			}
		}
		if found := b.faultsOf(untouched); len(found) > 0 {
			t.Errorf("the case that nobody touched: %q", found)
		}
		b.read(untouched.ID)
	})
}

func TestASubmissionThatIsSentAgainDoesNotShowWhatWasChanged(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		l := newSubmission(Access, Delete)
		b.changeDatabase(b.answerFirst(l), `UPDATE case_items SET outcome = 'partly'`+ofFirst)
		_, _, err := b.Receive(t.Context(), b.site, l)
		wantError(t, err, ledger.ErrChanged)
	})
}

// Every step that a case can take leaves rows that follow from its events.
func TestWhatNobodyChangedIsValid(t *testing.T) {
	// C-36
	onEngines(t, func(t *testing.T, b *bench) {
		b.site.Policies[0].Requests.ContactDays = 5 // so that an item is overdue before it lapses
		b.answerFirst(newSubmission(Kinds()...))
		revived := b.receive(newSubmission(Access, Delete, Contact))
		withdrawn := b.receive(newSubmission(Copy))
		if _, err := b.Withdraw(t.Context(), b.site, withdrawn.ID, 1); err != nil {
			t.Fatal(err)
		}
		empty := newSubmission(Contact)
		empty.Text = ""
		fee := b.receive(empty)
		if _, err := b.OfferFee(t.Context(), b.site, fee.ID, 0, "It costs ten yuan."); err != nil {
			t.Fatal(err)
		}
		if done := b.tickAt("2026-10-01 00:00:00"); done.Overdue == 0 {
			t.Fatalf("did %+v", done)
		}
		b.wantValid(4)
		if done := b.tickAt("2026-10-25 00:00:00"); done.Lapsed != 2 {
			t.Fatalf("did %+v", done)
		}
		b.wantValid(4)
		if _, err := b.VerifyByAccount(t.Context(), b.site, revived.ID, b.assertion(unchanged)); err != nil {
			t.Fatal(err)
		}
		b.wantValid(4)
		if done := b.tickAt("2026-12-20 00:00:00"); done.Overdue == 0 {
			t.Fatalf("did %+v", done)
		}
		b.wantValid(4)
		if done := b.tickAt("2027-08-01 00:00:00"); done.Erased != 1 {
			t.Fatalf("did %+v", done)
		}
		b.wantValid(4)
		if done := b.tickAt("2029-12-01 00:00:00"); done.Erased != 1 {
			t.Fatalf("did %+v", done)
		}
		b.wantValid(4)
		if got := b.read(withdrawn.ID); got.Erased != 2 {
			t.Errorf("read %+v", got)
		}
	})
}

// tickAt does what is due at a time, which the desk believes because a decision was made then.
func (b *bench) tickAt(text string) Tick {
	b.t.Helper()
	b.now = beijing(b.t, text)
	if _, _, err := b.store.Append(b.t.Context(), b.newDecision()); err != nil {
		b.t.Fatal(err)
	}
	return b.tick()
}

func (b *bench) wantValid(requests int64) {
	b.t.Helper()
	checked := b.checkAll()
	if len(checked.Faults) > 0 || checked.Requests["portal/desk"] != requests {
		b.t.Errorf("checked %+v, want %d valid requests", checked, requests)
	}
}

// An erased case is still known by the ids of its events.
func TestAnErasedRequestThatIsDeletedOrRestoredIsFound(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		var cases []Case
		for range 2 {
			c := b.receive(newSubmission(Contact))
			if _, err := b.Answer(t.Context(), b.site, c.ID, 0, 1, Answer{Outcome: NothingHeld, Letter: letter}); err != nil {
				t.Fatal(err)
			}
			cases = append(cases, c)
		}
		b.tickAt("2029-12-01 00:00:00")
		b.tick() // the letters go after the contact
		b.wantValid(2)
		b.changeDatabase(cases[0], `UPDATE case_items SET letter = 'We never got it.'`+ofCase)
		if found := b.faultsOf(cases[0]); len(found) != 1 || !strings.Contains(found[0], "has a letter although") {
			t.Errorf("found %q", found)
		}
		b.changeDatabase(cases[1], `DELETE FROM case_events`+ofCase, `DELETE FROM case_items`+ofCase,
			`DELETE FROM cases WHERE id = $1`)
		if faults := b.checkAll().Faults; len(faults) != 4 || faults[0].Leaf < 0 ||
			!strings.Contains(faults[0].Problem, "the whole request was deleted") {
			t.Errorf("found %+v", faults)
		}
	})
}

func TestACheckOfRequestsRestsAfterEachPageButTheLast(t *testing.T) {
	b := newBench(t, testEngines["sqlite"](t))
	for range pageSize + 1 {
		b.receive(newSubmission(Contact))
	}
	failed, rests := errors.New("failed"), 0
	checked, err := CheckAll(t.Context(), b.store, func(_ context.Context, worked time.Duration) error {
		if rests++; worked <= 0 {
			t.Errorf("a page took %v", worked)
		}
		return nil
	})
	if err != nil || rests != 1 || len(checked.Faults) > 0 || checked.Requests["portal/desk"] != pageSize+1 {
		t.Errorf("%d rests, checked %+v, error %v", rests, checked, err)
	}
	_, err = CheckAll(t.Context(), b.store, func(context.Context, time.Duration) error { return failed })
	wantError(t, err, failed)
}

// A check beside a server never takes a step that is written meanwhile for a change.
func TestACheckWhileRequestsAreAnsweredFindsNothing(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		answered := make(chan error, 1)
		go func() {
			for range 20 {
				l := newSubmission(Contact)
				if _, _, err := b.Receive(t.Context(), b.site, l); err != nil {
					answered <- err
					return
				}
				if _, err := b.Withdraw(t.Context(), b.site, l.ID, 1); err != nil {
					answered <- err
					return
				}
			}
			answered <- nil
		}()
		for isDone := false; !isDone; {
			select {
			case err := <-answered:
				if isDone = true; err != nil {
					t.Error(err)
				}
			default:
			}
			if checked := b.checkAll(); len(checked.Faults) > 0 {
				t.Fatalf("found %+v", checked.Faults)
			}
		}
		b.wantValid(20)
	})
}
