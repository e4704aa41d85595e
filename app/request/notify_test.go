package request

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/outbox"
	"github.com/nod-consent/nod/app/policy"
)

// notifying gives the desk a webhook, and returns what delivers and lists the bodies so far.
func (b *bench) notifying() (deliver func() []string) {
	b.t.Helper()
	var bodies []string
	to := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var body json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			b.t.Error(err)
		}
		bodies = append(bodies, string(body))
	}))
	b.t.Cleanup(to.Close)
	b.site.Webhooks = []policy.Webhook{{ID: "desk", URL: to.URL}}
	secrets, err := outbox.ParseSecrets([]byte("portal/desk whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0123456789A="))
	if err != nil {
		b.t.Fatal(err)
	}
	box := outbox.NewBox(func() time.Time { return b.now }, []*policy.Site{b.site})
	b.Notify(box)
	sender := outbox.Sender{
		Box: box, Store: b.store, Secrets: secrets, Log: slog.New(slog.DiscardHandler),
		Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}
	return func() []string {
		b.t.Helper()
		if _, err := sender.DeliverDue(b.t.Context()); err != nil {
			b.t.Fatal(err)
		}
		return bodies
	}
}

func TestEachStepOfARequestIsAWebhookWithoutPersonalData(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		deliver := b.notifying()
		c := b.verifyByStaff(b.receive(newSubmission(Access, Contact)))
		b.now = beijing(t, "2026-10-04 00:00:00")
		b.tick()
		c = b.read(c.ID)
		answer := Answer{Outcome: Refused, Ground: "harm", Letter: letter}
		if _, err := b.Answer(t.Context(), b.site, c.ID, c.Version, 1, answer); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Withdraw(t.Context(), b.site, c.ID, 2); err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, body := range deliver() {
			var m struct{ Type string }
			if err := json.Unmarshal([]byte(body), &m); err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, m.Type)
			for _, private := range []string{"person@mail.example", "Please send", "acme", letter} {
				if strings.Contains(body, private) {
					t.Errorf("%s has %q", m.Type, private)
				}
			}
			if !strings.Contains(body, c.Reference) {
				t.Errorf("%s has no reference: %s", m.Type, body)
			}
		}
		slices.Sort(kinds)
		want := "request.answered request.created request.overdue request.verified request.withdrawn"
		if strings.Join(kinds, " ") != want {
			t.Errorf("webhooks %v; want %s", kinds, want)
		}
	})
}

func TestARefusedStepSendsNothing(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		deliver := b.notifying()
		l := newSubmission(Access)
		c := b.receive(l)
		if _, _, err := b.Receive(t.Context(), b.site, l); err != nil { // again
			t.Fatal(err)
		}
		_, err := b.Answer(t.Context(), b.site, c.ID, c.Version, 1, Answer{Outcome: NothingHeld, Letter: letter})
		wantError(t, err, ErrState)
		if got := deliver(); len(got) != 1 {
			t.Errorf("webhooks %v", got)
		}
	})
}

func TestAnErasedRequestLeavesNoMessage(t *testing.T) {
	// C-36
	onEngines(t, func(t *testing.T, b *bench) {
		b.restart()
		c := b.verifyByStaff(b.receive(newSubmission(Access)))
		c, err := b.Answer(t.Context(), b.site, c.ID, c.Version, 1, Answer{Outcome: NothingHeld, Letter: letter})
		if err != nil {
			t.Fatal(err)
		}
		open := b.receive(newSubmission(Contact))
		for _, at := range []string{"2027-03-18 00:00:00", "2029-09-22 12:00:00"} { // contact and text; letters
			b.now = beijing(t, at)
			if _, _, err := b.store.Append(t.Context(), b.newDecision()); err != nil { // so that the clock is believed
				t.Fatal(err)
			}
			// A message that died.
			err := b.store.WriteDesk(t.Context(), b.site.ID, func(ctx context.Context, tx *ledger.DeskTx) error {
				return b.send(ctx, tx, &c, Event{uuid.New(), eventDueSoon, b.now})
			})
			if err != nil {
				t.Fatal(err)
			}
			if done := b.tick(); done.Erased != 1 {
				t.Fatalf("%s: did %+v, want 1 erased", at, done)
			}
			if got := b.countWebhooksOf(c.ID); got != 0 {
				t.Errorf("%s: %d messages are left of the erased request", at, got)
			}
			if b.countWebhooksOf(open.ID) == 0 {
				t.Errorf("%s: the messages of the open request are gone", at)
			}
		}
	})
}

// countWebhooksOf counts the webhooks of a request that are not delivered.
func (b *bench) countWebhooksOf(id uuid.UUID) (n int) {
	b.t.Helper()
	err := b.store.ReadDesk().Each(b.t.Context(), func(scan func(...any) error) error {
		return scan(&n)
	}, `SELECT COUNT(*) FROM outbox WHERE payload LIKE $1`, "%"+id.String()+"%")
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}
