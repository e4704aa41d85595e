package request

import (
	"testing"
	"time"

	"github.com/nod-consent/nod/app/calendar"
	"github.com/nod-consent/nod/app/policy"
)

func TestAnAnswerIsDueFifteenDaysAfterTheIdentityCheck(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		for _, v := range []struct {
			verified string
			want     calendar.Date
		}{
			{"2026-09-18 23:59:59", "2026-10-03"}, {"2026-09-19 00:00:00", "2026-10-04"},
			{"2026-12-18 12:00:00", "2027-01-02"}, {"2027-12-20 12:00:00", "2028-01-04"},
		} {
			b.now = beijing(t, "2026-09-18 10:00:00")
			c := b.receive(newSubmission(Access))
			if c.Due() != "" {
				t.Errorf("due on %s before anyone knows who asks", c.Due())
			}
			b.now = beijing(t, v.verified)
			if c = b.verifyByStaff(c); c.Due() != v.want || b.read(c.ID).Due() != v.want {
				t.Errorf("verified at %s: due on %s, want %s", v.verified, c.Due(), v.want)
			}
		}
	})
}

func TestAMessageIsDueFifteenWorkingDaysAfterItsReceipt(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		for _, v := range []struct {
			received string
			want     calendar.Date
		}{
			{"2026-09-20 09:00:00", "2026-10-16"}, {"2026-05-08 23:59:59", "2026-05-28"},
			{"2026-02-09 00:00:00", "2026-03-06"}, {"2027-12-20 12:00:00", ""}, // beyond the known calendar
		} {
			b.now = beijing(t, v.received)
			if c := b.receive(newSubmission(Contact)); c.Due() != v.want || b.read(c.ID).Due() != v.want {
				t.Errorf("received at %s: due on %s, want %q", v.received, c.Due(), v.want)
			}
		}
	})
}

func TestASlowIdentityCheckDoesNotStretchTheTerm(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		b.now = beijing(t, "2026-05-08 10:00:00")
		c := b.receive(newSubmission(Delete))
		b.now = beijing(t, "2026-05-20 10:00:00")
		if c = b.verifyByStaff(c); c.Items[0].AnswerDue != "2026-06-04" || c.Due() != "2026-05-28" {
			t.Errorf("due on %s, with %s after the check; want 2026-05-28, the earlier", c.Due(), c.Items[0].AnswerDue)
		}
	})
}

func TestADateIsPromisedOnceTheCalendarHasTheYear(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		b.now = beijing(t, "2027-12-20 10:00:00")
		c := b.receive(newSubmission(Complain))
		if done := b.tick(); done != (Tick{}) || b.read(c.ID).Due() != "" {
			t.Errorf("did %+v, due on %s", done, b.read(c.ID).Due())
		}
		b.site.CalendarYears = []policy.CalendarYear{{Year: 2028, Source: "notice", OffDays: []string{"2028-01-03"}}}
		if done := b.tick(); done.Recounted != 1 || b.read(c.ID).Due() != "2028-01-11" {
			t.Errorf("did %+v, due on %s, want 2028-01-11", done, b.read(c.ID).Due())
		}
		b.site.CalendarYears[0].OffDays = []string{"2028-01-03", "2028-01-04"}
		if done := b.tick(); done.Recounted != 0 || b.read(c.ID).Due() != "2028-01-11" {
			t.Errorf("a promised date moved to %s", b.read(c.ID).Due())
		}
		b.site.CalendarYears[0].OffDays = nil
		if b.tick(); b.read(c.ID).Due() != "2028-01-10" {
			t.Errorf("due on %s, want the earlier day", b.read(c.ID).Due())
		}
	})
}

func TestALateAnswerIsFoundWhenTheDayIsOver(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		b.now = beijing(t, "2026-09-18 10:00:00")
		c := b.verifyByStaff(b.receive(newSubmission(Access)))
		for _, v := range []struct {
			at   string
			want int
		}{{"2026-10-03 23:59:59", 0}, {"2026-10-04 00:00:00", 1}} {
			b.now = beijing(t, v.at)
			n, err := b.CountOverdue(t.Context(), b.site)
			if err != nil || n != v.want {
				t.Errorf("%s: %d overdue, error %v, want %d", v.at, n, err, v.want)
			}
			if done := b.tick(); done.Overdue != v.want {
				t.Errorf("%s: did %+v", v.at, done)
			}
			if done := b.tick(); done != (Tick{}) {
				t.Errorf("%s: did %+v a second time", v.at, done)
			}
		}
		if got := b.read(c.ID); got.Items[0].OverdueAt.IsZero() || got.Events[2].Type != EventOverdue {
			t.Errorf("the case does not say that it is overdue: %+v", got)
		}
		b.checkTree(3)
	})
}

func TestAClockThatIsWrongForAWhileRewritesNothing(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		b.now = beijing(t, "2026-09-19 10:00:00") // a day ahead
		first := b.receive(newSubmission(Contact))
		b.now = beijing(t, "2026-09-18 10:00:00")
		second := b.receive(newSubmission(Contact))
		b.tick()
		if a, c := b.read(first.ID), b.read(second.ID); a.Due() != first.Due() || c.Due() != second.Due() ||
			!a.ReceivedAt.After(c.ReceivedAt) {
			t.Errorf("due on %s and %s; they were %s and %s", a.Due(), c.Due(), first.Due(), second.Due())
		}
		b.checkTree(2)
	})
}

func TestEveryClockRunsInTheSitesZone(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		b.now = time.Date(2026, 9, 18, 16, 0, 0, 0, time.UTC) // the 19th in Beijing
		if c := b.verifyByStaff(b.receive(newSubmission(Copy))); c.Due() != "2026-10-04" {
			t.Errorf("due on %s, want 2026-10-04", c.Due())
		}
	})
}
