package request

import (
	"context"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/ledger"
)

// What time brings to others does not wait for a case that somebody changed, and that case stays as evidence.
func TestAChangedRequestStaysAsItIsAndDelaysNoOther(t *testing.T) {
	// C-36
	onEngines(t, func(t *testing.T, b *bench) {
		var closed, open []Case
		for range 2 {
			c := b.receive(newSubmission(Contact))
			if _, err := b.Withdraw(t.Context(), b.site, c.ID, 1); err != nil {
				t.Fatal(err)
			}
			closed, open = append(closed, c), append(open, b.receive(newSubmission(Access)))
		}
		b.changeDatabase(open[0], `UPDATE cases SET text = 'Never mind.' WHERE id = $1`)
		b.changeDatabase(closed[0], `UPDATE case_items SET closed_at = '2026-09-18T02:00:01.000Z'`+ofFirst)
		b.now = beijing(t, "2027-08-01 00:00:00")
		if _, _, err := b.store.Append(t.Context(), b.newDecision()); err != nil {
			t.Fatal(err)
		}
		done, err := b.Tick(t.Context(), b.site)
		wantError(t, err, ledger.ErrChanged)
		if done.Lapsed != 1 || done.Erased != 1 {
			t.Errorf("did %+v: want one of each, of the cases that nobody changed", done)
		}
		for _, c := range []Case{open[0], closed[0]} {
			if got, err := readCase(t.Context(), b.store.ReadDesk(), "portal", c.ID); err != nil || got.Contact == "" {
				t.Errorf("the changed case has contact %q, error %v", got.Contact, err)
			}
		}
	})
}

func TestAPageOfChangedRequestsDoesNotHoldUpTheErasure(t *testing.T) {
	b := newBench(t, testEngines["sqlite"](t))
	var c Case
	for range pageSize + 1 {
		c = b.receive(newSubmission(Contact))
		if _, err := b.Withdraw(t.Context(), b.site, c.ID, 1); err != nil {
			t.Fatal(err)
		}
	}
	b.changeDatabase(c, `UPDATE cases SET text = 'Never mind.' WHERE id <> $1`)
	b.now = beijing(t, "2027-08-01 00:00:00")
	if _, _, err := b.store.Append(t.Context(), b.newDecision()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	done, err := b.Tick(ctx, b.site)
	wantError(t, err, ledger.ErrChanged)
	if done.Erased != 1 {
		t.Errorf("did %+v: want that the last case is erased", done)
	}
}
