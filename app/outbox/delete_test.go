package outbox

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

func TestWhatNobodyWillDeliverIsDeletedAfterThirtyDays(t *testing.T) {
	for _, test := range []struct {
		name   string
		happen func(b *bench, id uuid.UUID)
		stays  bool // after 30 days
	}{
		{"a dead message", func(b *bench, _ uuid.UUID) { b.die() }, false},
		{"a dead message of a webhook that is gone", func(b *bench, _ uuid.UUID) { b.die(); b.Box.SetSites(nil) }, false},
		{"a message of a site that is gone", func(b *bench, _ uuid.UUID) { b.Box.SetSites(nil) }, false},
		{"a message of a webhook that is gone", func(b *bench, _ uuid.UUID) {
			b.Box.SetSites([]*policy.Site{{ID: "shop", Webhooks: []policy.Webhook{{ID: "other"}}}})
		}, false},
		{"a message that waited while the server was off", func(*bench, uuid.UUID) {}, true},
		{"a dead message that is sent again", func(b *bench, id uuid.UUID) {
			b.die()
			if _, err := Replay(b.t.Context(), b.store.WriteTables(), id, b.now); err != nil {
				b.t.Fatal(err)
			}
		}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			onEngines(t, func(t *testing.T, b *bench) {
				test.happen(b, b.add("request.created"))
				b.now = b.now.Add(keepUndelivered - time.Second)
				b.deleteOld()
				if got := len(b.list()); got != 1 {
					t.Fatalf("%d are left before the time is over; want 1", got)
				}
				b.now = b.now.Add(2 * time.Second)
				b.deleteOld()
				if got := len(b.list()); got == 1 != test.stays {
					t.Errorf("%d are left after 30 days; one stays: %v", got, test.stays)
				}
			})
		})
	}
}

// die has the first target refuse for good what is due.
func (b *bench) die() {
	b.t.Helper()
	b.to.answerWith(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "86400") // a dead message has no next attempt
		w.WriteHeader(http.StatusGone)
	})
	b.deliver(0)
	if got := b.list(); len(got) != 1 || got[0].State != "dead" {
		b.t.Fatalf("left %v; want a dead one", got)
	}
}

func (b *bench) deleteOld() {
	b.t.Helper()
	if err := b.Sender.deleteOld(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

func TestTheSenderDeletesInTurnsHoweverManyThereAre(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		err := b.store.WriteDesk(t.Context(), "shop", func(_ context.Context, tx *ledger.DeskTx) error {
			for range 2*deleteRows + 1 {
				m := Message{uuid.New(), "request.created", b.now, nil}
				if err := b.Box.Add(t.Context(), tx.Queries, "shop", m); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		b.Box.SetSites(nil)
		b.now = b.now.Add(keepUndelivered + time.Second)
		b.deleteOld()
		if got := len(b.list()); got > 0 {
			t.Errorf("%d are left", got)
		}
	})
}

// lines are the lines of a log.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}

func TestARunningSenderDeletesWhatIsOldAndLogsIt(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		b.add("request.created")
		b.die()
		b.now = b.now.Add(keepUndelivered + time.Second)
		logged := make(lines, 10)
		b.Log = slog.New(slog.NewTextHandler(logged, nil))
		stop := b.run()
		line := <-logged
		stop()
		if !strings.Contains(line, "deleted undelivered") || !strings.Contains(line, "messages=1") {
			t.Errorf("logged %s", line)
		}
		if left := b.list(); len(left) > 0 {
			t.Errorf("left %+v", left)
		}
	})
}

func TestAnErasedRequestTakesItsMessagesAndNoOthers(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		erased, stays := uuid.New(), uuid.New()
		var want []uuid.UUID
		for _, m := range []struct {
			site, kind, field string
			id                uuid.UUID
			isErased          bool
		}{
			{"shop", "request.created", "request", erased, true},
			{"shop", "request.due_soon", "request", erased, true},
			{"shop", "request.created", "request", stays, false},
			{"shop", "subject.erased", "subject", erased, false},
			{"other", "request.created", "request", erased, false},
		} {
			b.Box.SetSites([]*policy.Site{{ID: m.site, Webhooks: b.site.Webhooks}})
			message := Message{uuid.New(), m.kind, b.now, map[string]uuid.UUID{m.field: m.id}}
			if err := b.Box.Add(t.Context(), b.store.WriteTables(), m.site, message); err != nil {
				t.Fatal(err)
			}
			if !m.isErased {
				want = append(want, message.ID)
			}
		}
		if err := DeleteOfRequest(t.Context(), b.store.WriteTables(), "shop", erased); err != nil {
			t.Fatal(err)
		}
		for _, l := range b.list() {
			i := slices.Index(want, l.ID)
			if i < 0 {
				t.Fatalf("left %+v", l)
			}
			want = slices.Delete(want, i, i+1)
		}
		if len(want) > 0 {
			t.Errorf("%v were deleted, too", want)
		}
	})
}

func TestARecordWhoseTermIsOverTakesItsMessage(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		const year = 365 * 24 * time.Hour
		var entries []ledger.Entry
		for range 2 {
			e := newDecision(uuid.New())
			if _, _, err := b.store.Append(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			entries = append(entries, e)
			b.now = b.now.Add(4 * year)
		}
		b.now = b.now.Add(-4 * year) // when the second one came
		if n, err := b.store.Expire(t.Context(), "shop", ledger.Term{Granted: year, Keep: 3 * year}); err != nil || n != 1 {
			t.Fatalf("%d records erased, error %v; want 1", n, err)
		}
		if got := b.list(); len(got) != 1 || got[0].ID != entries[1].Decision.ID {
			t.Errorf("left %+v; want the message of the younger record only", got)
		}
	})
}
