package request

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

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
		c := b.receive(newLetter(Access, Delete, Contact))
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
		l := newLetter(Access)
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
		at("2029-09-20 12:00:00", 0)
		at("2029-09-22 12:00:00", 1) // three years
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

func TestAnOpenCaseIsNeverErasedAndAWrongClockErasesNothing(t *testing.T) {
	// C-36
	onEngines(t, func(t *testing.T, b *bench) {
		open := b.receive(newLetter(Contact))
		closed := b.receive(newLetter(Contact))
		if _, err := b.Withdraw(t.Context(), b.site, closed.ID, 1); err != nil {
			t.Fatal(err)
		}
		b.Desk.now = func() time.Time { return b.now.AddDate(10, 0, 0) } // ten years ahead
		cases, err := b.ListOpen(t.Context(), "portal")
		if err != nil || len(cases) != 1 || cases[0].ID != open.ID {
			t.Fatalf("%+v, error %v", cases, err)
		}
		var done Tick
		if err := b.eraseDue(t.Context(), b.site, &done); err != nil || done.Erased != 0 {
			t.Errorf("did %+v, error %v", done, err)
		}
		if got := b.read(closed.ID); !strings.Contains(got.Contact, "@") {
			t.Errorf("a clock that is ahead erased %+v", got)
		}
	})
}
