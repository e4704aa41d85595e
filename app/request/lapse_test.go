package request

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

func newHostKey() (ed25519.PublicKey, ed25519.PrivateKey, error) {
	return ed25519.GenerateKey(rand.Reader)
}

// newDecision returns a decision of a new subject.
func (b *bench) newDecision() ledger.Entry {
	d := consent.Decision{
		ID: uuid.Must(uuid.NewV7()), Subject: uuid.New(), Secret: newSecret(), Policy: "1", Language: "en",
		Platform: policy.Web, Action: consent.Save, Answers: map[string]consent.State{"ads": consent.Denied},
		DecidedAt: b.now, Presentation: consent.CustomPresentation,
	}
	return ledger.Entry{
		Site: "portal", Decision: d, Secret: d.Secret, Body: sha256.Sum256(d.ID[:]),
		Covered: []consent.Covered{{ID: "ads", Hash: "AAAAAA"}},
	}
}

func TestWhatIsNotProvenLapsesAndIsRevivedByAProof(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.receive(newSubmission(Access, Delete, Contact))
		b.now = beijing(t, "2026-10-03 23:59:59")
		if done := b.tick(); done.Lapsed != 0 {
			t.Errorf("did %+v before the day was over", done)
		}
		b.now = beijing(t, "2026-10-04 00:00:00")
		if done := b.tick(); done.Lapsed != 2 {
			t.Errorf("did %+v", done)
		}
		got := b.read(c.ID)
		if got.Items[0].State != Lapsed || got.Items[0].Outcome != "" || got.Items[2].State != Verified {
			t.Errorf("%+v", got.Items)
		}
		b.now = beijing(t, "2026-10-28 10:00:00") // day 40
		c, err := b.VerifyByAccount(t.Context(), b.site, c.ID, b.assertion(unchanged))
		if err != nil {
			t.Fatal(err)
		}
		if c.Items[0].Due() != "2026-11-12" || c.Items[1].Due() != "2026-11-12" || c.Items[1].OuterDue.Date != "2026-11-18" {
			t.Errorf("the new term ends on %s and %s: %+v", c.Items[0].Due(), c.Items[1].Due(), c.Items)
		}
	})
}

func TestContactAndTextAreErasedAndTheProofsHold(t *testing.T) {
	// C-36
	onEngines(t, func(t *testing.T, b *bench) {
		l := newSubmission(Access)
		c := b.verifyByStaff(b.receive(l))
		c, err := b.Answer(t.Context(), b.site, c.ID, c.Version, 1, Answer{Outcome: NothingHeld, Letter: letter})
		if err != nil {
			t.Fatal(err)
		}
		receipt, err := b.Receipt(t.Context(), c, c.Events[2].ID)
		if err != nil {
			t.Fatal(err)
		}
		at := func(text string, want int) {
			t.Helper()
			b.now = beijing(t, text)
			if _, _, err := b.store.Append(t.Context(), b.newDecision()); err != nil { // so that the clock is believed
				t.Fatal(err)
			}
			if done := b.tick(); done.Erased != want {
				t.Errorf("%s: did %+v, want %d erased", text, done, want)
			}
		}
		at("2027-03-17 23:59:59", 0) // 180 days after 18 September
		at("2027-03-18 00:00:00", 1)
		got := b.read(c.ID)
		if got.Contact != "" || got.Text != "" || got.Tenant != "" || got.Erased != 1 || got.textSalt != nil {
			t.Errorf("%+v", got)
		}
		if got.Items[0].Letter != letter || got.ClosedAt != c.ClosedAt {
			t.Errorf("the answer is gone or moved: %+v", got)
		}
		again, err := b.Receipt(t.Context(), got, c.Events[2].ID)
		if err != nil || string(again.Record) != string(receipt.Record) {
			t.Errorf("the receipt changed, error %v", err)
		}
		at("2029-09-18 23:59:59", 0) // three years later, of which one has a 29 February
		at("2029-09-19 00:00:00", 1)
		got = b.read(c.ID)
		if got.Items[0].Letter != "" || got.Items[0].Outcome != NothingHeld || got.Erased != 2 {
			t.Errorf("%+v", got.Items)
		}
		_, err = b.Receipt(t.Context(), got, c.Events[2].ID)
		wantError(t, err, ledger.ErrErased)
		text, err := receipt.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.Verify(text); err != nil {
			t.Errorf("the person's receipt does not hold any more: %v", err)
		}
		b.checkTree(4)
	})
}

func TestAClockThatIsYearsFastErasesNothingAndEndsNoTerm(t *testing.T) {
	// C-36
	for _, test := range []struct {
		name     string
		kinds    []Kind // of a request that stays open
		keepDays int
		want     int // how much is erased
	}{
		{"with a request whose term it would end", []Kind{Access, Contact}, 36, 0}, // a day more than a clock is trusted
		{"after it erased what may have been due", nil, 1, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			onEngines(t, func(t *testing.T, b *bench) {
				b.site.Desk.KeepDays = test.keepDays
				closed := b.receive(newSubmission(Contact))
				if _, err := b.Withdraw(t.Context(), b.site, closed.ID, 1); err != nil {
					t.Fatal(err)
				}
				cases := []Case{closed}
				if test.kinds != nil {
					cases = append(cases, b.receive(newSubmission(test.kinds...)))
				}
				started := b.now
				b.now = b.now.AddDate(10, 0, 0)
				for range 5 { // a wrong step must not confirm the clock for the next one
					b.tick()
				}
				if got := b.read(closed.ID); got.Erased != test.want {
					t.Errorf("a clock that is ahead erased %+v", got)
				}
				for _, c := range cases {
					for _, e := range b.read(c.ID).Events {
						if e.At.After(started.Add(maxQuiet)) {
							t.Errorf("%s is dated %s", e.Type, e.At)
						}
					}
				}
			})
		})
	}
}

func TestAnOpenCaseIsNeverErased(t *testing.T) {
	// C-36
	onEngines(t, func(t *testing.T, b *bench) {
		b.site.Desk.KeepDays = 1
		open := b.receive(newSubmission(Contact))
		for range 60 {
			b.now = b.now.AddDate(0, 0, 20)
			if _, _, err := b.store.Append(t.Context(), b.newDecision()); err != nil { // so that the clock is believed
				t.Fatal(err)
			}
			b.tick()
		}
		if got := b.read(open.ID); !strings.Contains(got.Contact, "@") {
			t.Errorf("erased %+v", got)
		}
	})
}

func TestTwoServersEraseTheSameCases(t *testing.T) {
	// C-36
	onEngines(t, func(t *testing.T, b *bench) {
		var cases []uuid.UUID
		for range 12 {
			c := b.receive(newSubmission(Contact))
			if _, err := b.Withdraw(t.Context(), b.site, c.ID, 1); err != nil {
				t.Fatal(err)
			}
			cases = append(cases, c.ID)
		}
		b.site.Desk.KeepDays = 10
		b.now = b.now.AddDate(0, 0, 12)
		b.tickTwice()
		for _, id := range cases {
			if got := b.read(id); got.Contact != "" || got.Text != "" {
				t.Errorf("there is still %q, %q", got.Contact, got.Text)
			}
		}
		b.checkTree(36) // each case was received, withdrawn, and erased once
	})
}

func TestADeskThatIsSwitchedOffErasesWhatItStored(t *testing.T) {
	// C-36
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.receive(newSubmission(Contact))
		if _, err := b.Withdraw(t.Context(), b.site, c.ID, 1); err != nil {
			t.Fatal(err)
		}
		b.site.Desk.Calendar, b.site.Desk.KeepDays = "", 10
		b.now = b.now.AddDate(0, 0, 12)
		if done := b.tick(); done.Erased != 1 {
			t.Errorf("did %+v", done)
		}
		if got := b.read(c.ID); got.Contact != "" || got.Text != "" {
			t.Errorf("there is still %q, %q", got.Contact, got.Text)
		}
	})
}
