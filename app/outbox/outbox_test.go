package outbox

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

func TestADeliveryIsAsTheStandardWritesIt(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		id := b.add("request.created")
		b.deliver(1)
		b.deliver(0) // once
		got := b.to.all()
		if len(got) != 1 || got[0].header.Get("webhook-id") != id.String() {
			t.Fatalf("received %v", got)
		}
		hook, err := standardwebhooks.NewWebhook(whsec)
		if err != nil {
			t.Fatal(err)
		}
		if err := hook.Verify(got[0].body, got[0].header); err != nil {
			t.Error(err)
		}
		if err := hook.Verify(append(got[0].body, ' '), got[0].header); err == nil {
			t.Error("a changed body is valid")
		}
		if body := string(got[0].body); !strings.Contains(body, `"type":"request.created"`) ||
			!strings.Contains(body, `"timestamp":`) || !strings.Contains(body, `"data":{"request":"x"}`) {
			t.Errorf("body %s", body)
		}
		if len(b.list()) != 0 {
			t.Errorf("left %v", b.list())
		}
	})
}

func TestBothSecretsSignWhileOneReplacesTheOther(t *testing.T) {
	b := newBench(t, testEngines["sqlite"](t))
	var key [32]byte
	rand.Read(key[:])
	next := "whsec_" + base64.StdEncoding.EncodeToString(key[:])
	var err error
	if b.Secrets, err = ParseSecrets([]byte("shop/mailer " + whsec + "\nshop/mailer " + next)); err != nil {
		t.Fatal(err)
	}
	b.add("request.created")
	b.deliver(1)
	for _, secret := range []string{whsec, next} {
		hook, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := hook.Verify(b.to.all()[0].body, b.to.all()[0].header); err != nil {
			t.Error(err)
		}
	}
}

func TestAFailureIsTriedAgainForThreeDaysAndThenDead(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		id := b.add("request.created")
		b.to.answerWith(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
		began := b.now
		for n := range len(delays) + 1 {
			b.deliver(0)
			if got := len(b.to.all()); got != n+1 {
				t.Fatalf("attempt %d: %d were received", n+1, got)
			}
			b.deliver(0) // not due
			if n < len(delays) {
				b.now = b.now.Add(delays[n] * 12 / 10)
			}
		}
		if took := b.now.Sub(began); took < 72*time.Hour || took > 100*time.Hour {
			t.Errorf("given up after %s", took)
		}
		dead := b.list()
		if len(dead) != 1 || dead[0].State != "dead" || dead[0].LastStatus != 502 || dead[0].Attempts != 10 {
			t.Fatalf("%+v", dead)
		}
		b.now = b.now.Add(1000 * time.Hour)
		b.deliver(0)
		b.to.answerWith(func(w http.ResponseWriter, _ *http.Request) {})
		for _, replay := range []struct {
			id   uuid.UUID
			want int64
		}{{uuid.New(), 0}, {id, 1}, {uuid.Nil, 0}} {
			n, err := Replay(t.Context(), b.store.WriteTables(), replay.id, b.now)
			if err != nil || n != replay.want {
				t.Errorf("%d are sent again, error %v; want %d", n, err, replay.want)
			}
		}
		b.deliver(1)
		for _, r := range b.to.all() {
			if r.header.Get("webhook-id") != id.String() {
				t.Error("an attempt has a different id")
			}
		}
	})
}

func TestATargetDecidesWhenToTryAgainButNotForEver(t *testing.T) {
	b := newBench(t, testEngines["sqlite"](t))
	for after, want := range map[string]time.Duration{"600": 10 * time.Minute, "99999999": maxRetryAfter} {
		b.add("request.created")
		b.to.answerWith(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", after)
			w.WriteHeader(http.StatusServiceUnavailable)
		})
		b.deliver(0)
		b.to.answerWith(func(w http.ResponseWriter, _ *http.Request) {})
		b.now = b.now.Add(want - time.Second)
		b.deliver(0)
		b.now = b.now.Add(2 * time.Second)
		b.deliver(1)
	}
	b.add("request.created")
	b.to.answerWith(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	b.deliver(0)
	if dead := b.list(); len(dead) != 1 || dead[0].State != "dead" {
		t.Errorf("410: %+v", dead)
	}
}

func TestARedirectIsAFailure(t *testing.T) {
	b := newBench(t, testEngines["sqlite"](t))
	inner := startTarget(t)
	b.to.answerWith(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, inner.URL, http.StatusTemporaryRedirect)
	})
	b.add("request.created")
	b.deliver(0)
	if len(inner.all()) > 0 {
		t.Error("the redirect was followed")
	}
}

func TestAMessageIsStoredWithWhatItIsAboutOrNotAtAll(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		failure := errors.New("changed my mind")
		err := b.store.WriteDesk(t.Context(), "shop", func(_ context.Context, tx *ledger.DeskTx) error {
			m := Message{uuid.New(), "request.created", b.now, nil}
			if err := b.Box.Add(t.Context(), tx.Queries, "shop", m); err != nil {
				return err
			}
			return failure
		})
		if !errors.Is(err, failure) || len(b.list()) != 0 {
			t.Errorf("error %v, left %v", err, b.list())
		}
	})
}

func newDecision(subject uuid.UUID) ledger.Entry {
	d := consent.Decision{
		ID: uuid.Must(uuid.NewV7()), Subject: subject, Policy: "1", Language: "en", Platform: policy.Web,
		Action: consent.Withdraw, Answers: map[string]consent.State{"email": consent.Denied}, DecidedAt: time.Now(),
		Presentation: consent.CustomPresentation,
	}
	return ledger.Entry{
		Site: "shop", Decision: d, Body: sha256.Sum256(d.ID[:]), Covered: []consent.Covered{{ID: "email", Hash: "AAAAAA"}},
	}
}

func TestAMailerLearnsOfAWithdrawal(t *testing.T) {
	// C-27
	onEngines(t, func(t *testing.T, b *bench) {
		entry := newDecision(uuid.New())
		for range 2 { // sent twice
			if _, _, err := b.store.Append(t.Context(), entry); err != nil {
				t.Fatal(err)
			}
		}
		b.deliver(1)
		got := b.to.all()
		body := string(got[0].body)
		if got[0].header.Get("webhook-id") != entry.Decision.ID.String() || !strings.Contains(body, "decision.recorded") ||
			!strings.Contains(body, entry.Decision.Subject.String()) || !strings.Contains(body, `"action":"withdraw"`) {
			t.Errorf("body %s", body)
		}
	})
}

func TestAnErasureIsAnnouncedAndTakesWhatWaits(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		erased, stays := newDecision(uuid.New()), newDecision(uuid.New())
		for _, e := range []ledger.Entry{erased, stays} {
			if _, _, err := b.store.Append(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.store.Erase(t.Context(), "shop", erased.Decision.Subject); err != nil {
			t.Fatal(err)
		}
		if _, err := b.store.Erase(t.Context(), "shop", uuid.New()); err != nil { // of nobody
			t.Fatal(err)
		}
		b.deliver(2)
		for _, r := range b.to.all() {
			isErasure := strings.Contains(string(r.body), "subject.erased")
			if isErasure != strings.Contains(string(r.body), erased.Decision.Subject.String()) {
				t.Errorf("body %s", r.body)
			}
		}
	})
}

func TestOnlyWantedEventsAreStored(t *testing.T) {
	b := newBench(t, testEngines["sqlite"](t))
	b.site.Webhooks[0].Events = []string{"request.answered"}
	b.Box.SetSites([]*policy.Site{b.site})
	b.add("request.created")
	b.add("request.answered")
	b.deliver(1)
	b.add("request.answered")
	b.Box.SetSites(nil) // the site is gone for a while
	b.deliver(0)
	b.Box.SetSites([]*policy.Site{b.site})
	b.deliver(1)
}
