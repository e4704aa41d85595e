package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	_ "github.com/ncruces/go-sqlite3/driver" // a second program at the database

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// A page out of a cache may show an older version's words: who saves there sees the present ones first.
func TestAPageOfAnotherVersionIsShownAgainAndRecordsNothing(t *testing.T) {
	s := shared(t)
	a := s.post("/acme/preferences?lang=en", "policy=2020-01-01&previous=&analytics=granted&action=save").
		is(http.StatusSeeOther).has("Location", "/acme/preferences?lang=en&policy=2026-01-01")
	if set, _ := a.cookies(); len(set) != 0 {
		t.Errorf("it sets %v", set)
	}
}

func TestAPageOfAnotherVersionCanRefuse(t *testing.T) {
	s := shared(t)
	granted := s.post("/acme/preferences", "policy=2026-01-01&previous=&analytics=granted&action=save").
		is(http.StatusSeeOther)
	_, cookies := granted.cookies()
	for _, action := range []string{"withdraw", "reject_all"} {
		t.Run(action, func(t *testing.T) {
			s := s.in(t)
			a := s.post("/acme/preferences?lang=en", "policy=2020-01-01&previous="+granted.stored().
				Decision.String()+"&analytics=granted&action="+action, cookies).
				is(http.StatusSeeOther).has("Location", "/acme/preferences?lang=en&saved=1")
			r := s.last(a.stored().Subject)
			if r.Answers["analytics"] != consent.Denied || r.Presentation != "custom" || string(r.Action) != action {
				t.Errorf("recorded %s %v of presentation %s", r.Action, r.Answers, r.Presentation)
			}
			s.status("analytics", a.stored().Subject.String(), "denied")
		})
	}
}

// C-51: two pages were filled in from the same state; the one that came later knew nothing of the refusal.
func TestAFormThatDidNotKnowOfARefusalDoesNotUndoIt(t *testing.T) {
	s := shared(t)
	granted := s.post("/acme/preferences", "policy=2026-01-01&previous=&analytics=granted&action=save").
		is(http.StatusSeeOther)
	_, cookies := granted.cookies()
	both := "policy=2026-01-01&previous=" + granted.stored().Decision.String()
	refused := s.post("/acme/preferences", both+"&action=withdraw", cookies).is(http.StatusSeeOther)
	_, cookies = refused.cookies()
	late := s.post("/acme/preferences", both+"&analytics=granted&heatmap=granted&action=save", cookies).
		is(http.StatusSeeOther)
	q := consent.Evaluate(acmeForm(t), late.stored(), consent.Signals{}, time.Now())
	if q.IsGranted("analytics") || q.IsGranted("heatmap") {
		t.Errorf("states %v", q.States)
	}
	s.status("analytics", late.stored().Subject.String(), "denied")

	_, cookies = late.cookies()
	again := s.post("/acme/preferences", "policy=2026-01-01&previous="+late.stored().
		Decision.String()+"&analytics=granted&heatmap=granted&action=save", cookies).is(http.StatusSeeOther)
	if q := consent.Evaluate(acmeForm(t), again.stored(), consent.Signals{}, time.Now()); !q.IsGranted("analytics") {
		t.Errorf("who knows of it may grant again: states %v", q.States)
	}
}

func acmeForm(t testing.TB) consent.Form {
	t.Helper()
	made, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return consent.FormOf(made["acme"], made["acme"].CurrentPolicy())
}

// C-29: the answer to an earlier version that still counts can be withdrawn.
func TestTheFormWithdrawsASeparateConsentFromAnEarlierVersion(t *testing.T) {
	s, site := revised(t, plainText, func(p *policy.Policy) {
		p.Purpose("transfer").Summary = policy.Text{"en": p.Purpose("transfer").Summary["en"] + "!",
			"ar": "x"} // which asks nobody
	})
	last := len(site.Policies) - 1
	before, now := consent.FormOf(site, site.Policies[last-1]), consent.FormOf(site, site.Policies[last])
	granted := consent.Stored{}.Apply(before, &consent.Decision{
		ID: uuid.Must(uuid.NewV7()), Subject: uuid.New(), Action: consent.Save, Answers: map[string]consent.State{
			"transfer": consent.Granted},
	})
	if q := consent.Evaluate(now, granted, consent.Signals{}, time.Now()); !q.IsGranted("transfer") {
		t.Fatalf("it is %s before", q.States["transfer"])
	}
	cookie := "Cookie: nod=" + s.private(consent.EncodeCookie(granted))
	s.private(granted.Decision.String())
	s.private(granted.Subject.String())
	stored := s.post("/acme/preferences", "action=withdraw", cookie).is(http.StatusSeeOther).stored()
	if q := consent.Evaluate(now, stored, consent.Signals{}, time.Now()); q.States["transfer"] != consent.Denied {
		t.Errorf("it is %s afterwards", q.States["transfer"])
	}
}
