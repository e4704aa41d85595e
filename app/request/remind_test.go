package request

import (
	"sync"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/outbox"
	"github.com/nod-consent/nod/app/policy"
)

// restart starts the server again, with a webhook that gets nothing yet.
func (b *bench) restart() {
	b.t.Helper()
	b.store.Close()
	now := func() time.Time { return b.now }
	var err error
	if b.store, err = ledger.Open(b.t.Context(), ledger.Options{DSN: b.dsn, Key: b.key, Now: now}); err != nil {
		b.t.Fatal(err)
	}
	b.site.Webhooks = []policy.Webhook{{ID: "desk", URL: "https://hooks.example"}}
	b.Desk = New(b.store, now).Notify(outbox.NewBox(now, []*policy.Site{b.site}))
}

// tickTwice does what time brings, as two servers do at the same moment.
func (b *bench) tickTwice() {
	b.t.Helper()
	var ticking sync.WaitGroup
	for range 2 {
		ticking.Go(func() {
			if _, err := b.Tick(b.t.Context(), b.site); err != nil {
				b.t.Error(err)
			}
		})
	}
	ticking.Wait()
}

// countWebhooks counts the webhooks so far, by type.
func (b *bench) countWebhooks() map[string]int {
	b.t.Helper()
	undelivered, err := outbox.List(b.t.Context(), b.store.ReadDesk())
	if err != nil {
		b.t.Fatal(err)
	}
	count := map[string]int{}
	for _, l := range undelivered {
		count[l.Type]++
	}
	return count
}

func TestEachItemIsDueSoonOnceAndOverdueOnceAcrossRestartsAndServers(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		b.restart()
		c := b.verifyByStaff(b.receive(newSubmission(Access, Contact))) // due on 3 and on 15 October
		for _, v := range []struct {
			at            string
			soon, overdue int
		}{
			{"2026-09-27 23:59:59", 0, 0},
			{"2026-09-28 00:00:00", 1, 0}, // three working days before a week of holidays
			{"2026-10-03 23:59:59", 1, 0},
			{"2026-10-04 00:00:00", 1, 1},
			{"2026-10-11 23:59:59", 1, 1},
			{"2026-10-12 00:00:00", 2, 1},
			{"2026-10-15 23:59:59", 2, 1},
			{"2026-10-16 00:00:00", 2, 2},
			{"2026-12-01 00:00:00", 2, 2},
		} {
			b.now = beijing(t, v.at)
			for range 2 {
				b.restart()
				b.tickTwice()
			}
			if got := b.countWebhooks(); got["request.due_soon"] != v.soon || got["request.overdue"] != v.overdue {
				t.Errorf("%s: webhooks %v, want %d due soon and %d overdue", v.at, got, v.soon, v.overdue)
			}
		}
		b.checkTree(4) // a reminder is no step
		if got := b.read(c.ID); got.Version != c.Version+2 {
			t.Errorf("version %d after %d and two late items", got.Version, c.Version)
		}
	})
}

func TestWhatWasAnsweredIsNotRemindedOf(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		b.restart()
		c := b.receive(newSubmission(Contact, Complain))
		answer := Answer{Outcome: NothingHeld, Letter: letter}
		if _, err := b.Answer(t.Context(), b.site, c.ID, c.Version, 1, answer); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Withdraw(t.Context(), b.site, c.ID, 2); err != nil {
			t.Fatal(err)
		}
		for _, at := range []string{"2026-10-14 12:00:00", "2026-10-16 12:00:00"} {
			b.now = beijing(t, at)
			if done := b.tick(); done != (Tick{}) {
				t.Errorf("%s: did %+v", at, done)
			}
		}
	})
}

func TestARevivedItemHasItsOwnReminders(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		b.site.Policies[0].Requests.ContactDays = 5 // ends before the time for the proof
		b.restart()
		c := b.receive(newSubmission(Delete))
		tick := func(at string, want Tick) {
			t.Helper()
			b.now = beijing(t, at)
			if done := b.tick(); done != want {
				t.Errorf("%s: did %+v, want %+v", at, done, want)
			}
		}
		tick("2026-09-26 12:00:00", Tick{Overdue: 1}) // 24 September was the fifth working day
		tick("2026-10-04 12:00:00", Tick{Lapsed: 1})
		b.now = beijing(t, "2026-10-12 10:00:00")
		b.verifyByStaff(b.read(c.ID))
		tick("2026-10-13 12:00:00", Tick{})
		tick("2026-10-14 12:00:00", Tick{Soon: 1})
		tick("2026-10-20 12:00:00", Tick{Overdue: 1})
	})
}
