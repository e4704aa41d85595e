package request

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
)

func TestEveryKindOfRequestIsTakenAndAnswered(t *testing.T) {
	// C-31, C-33
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.verifyByStaff(b.receive(newSubmission(Kinds()...)))
		if len(c.Items) != 11 {
			t.Fatalf("%d items", len(c.Items))
		}
		for _, i := range c.Items {
			var err error
			answer := Answer{Outcome: Fulfilled, Letter: letter, Checked: doneAll}
			if c, err = b.Answer(t.Context(), b.site, c.ID, c.Version, i.Item, answer); err != nil {
				t.Fatalf("%s: %v", i.Kind, err)
			}
		}
		got := b.read(c.ID)
		if got.IsOpen() || got.ClosedAt.IsZero() || !reflect.DeepEqual(got.Items, c.Items) {
			t.Errorf("read %+v\nwant %+v", got.Items, c.Items)
		}
		b.checkTree(13)
	})
}

func TestSendingASubmissionAgainIsHarmless(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		l := newSubmission(Access, Delete)
		first := b.receive(l)
		again, repeated, err := b.Receive(t.Context(), b.site, l)
		if err != nil || !repeated || again.Reference != first.Reference {
			t.Errorf("repeated %v, error %v, references %s and %s", repeated, err, first.Reference, again.Reference)
		}
		l.Text = "something else"
		_, _, err = b.Receive(t.Context(), b.site, l)
		wantError(t, err, ErrConflict)
		b.checkTree(1)
	})
}

func TestAnUnverifiedRequestNeverTouchesAnother(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.verifyByStaff(b.receive(newSubmission(Access)))
		for range 20 { // the same right, contact and text
			b.receive(newSubmission(Access))
		}
		if got := b.read(c.ID); !reflect.DeepEqual(got, c) {
			t.Errorf("the verified case changed: %+v, was %+v", got, c)
		}
	})
}

func TestOnlyTheHolderOfTheKeyOpensACase(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		l := newSubmission(Access)
		b.receive(l)
		if _, err := b.Open(t.Context(), "portal", l.ID, l.Secret); err != nil {
			t.Error(err)
		}
		for name, open := range map[string]func() (Case, error){
			"another key":    func() (Case, error) { return b.Open(t.Context(), "portal", l.ID, newSecret()) },
			"a broken key":   func() (Case, error) { return b.Open(t.Context(), "portal", l.ID, breakLine(l.Secret)) },
			"no key":         func() (Case, error) { return b.Open(t.Context(), "portal", l.ID, "") },
			"another site":   func() (Case, error) { return b.Open(t.Context(), "shop", l.ID, l.Secret) },
			"an unknown one": func() (Case, error) { return b.Open(t.Context(), "portal", uuid.New(), l.Secret) },
		} {
			t.Run(name, func(t *testing.T) {
				_, err := open()
				wantError(t, err, ErrNotFound)
			})
		}
	})
}

func TestASubmissionThatBreaksARuleIsRefusedByName(t *testing.T) {
	// C-33
	b := newBench(t, testEngines["sqlite"](t))
	for name, test := range map[string]struct {
		edit func(*Submission)
		want string
	}{
		"nothing asked":         {func(l *Submission) { l.Kinds = nil }, "kinds: nothing is asked for"},
		"an unknown kind":       {func(l *Submission) { l.Kinds = []Kind{"withdraw"} }, `"withdraw" is not a kind`},
		"a kind twice":          {func(l *Submission) { l.Kinds = []Kind{Copy, Copy} }, "duplicate"},
		"a random id":           {func(l *Submission) { l.ID = uuid.New() }, "version 7"},
		"a short secret":        {func(l *Submission) { l.Secret = "abc" }, "secret: is not 32 bytes"},
		"a secret in two lines": {func(l *Submission) { l.Secret = breakLine(l.Secret) }, "secret: is not 32 bytes"},
		"a long text":           {func(l *Submission) { l.Text = strings.Repeat("长", MaxText+1) }, "text: is longer"},
		"a text that hides":     {func(l *Submission) { l.Text = "a\u202eb" }, "control characters"},
		"a text with a NUL":     {func(l *Submission) { l.Text = "a\x00b" }, "control characters"},
		"a text that is broken": {func(l *Submission) { l.Text = "a\xffb" }, "control characters"},
		"no contact":            {func(l *Submission) { l.Contact = " \n" }, "contact: is missing"},
		"a contact of lines":    {func(l *Submission) { l.Contact = "a\nBcc: b" }, "contact: is longer"},
		"leaving no enterprise": {func(l *Submission) { l.Kinds, l.Tenant = []Kind{Leave}, "" }, "enterprise that you leave"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newSubmission(Access)
			test.edit(&l)
			_, _, err := b.Receive(t.Context(), b.site, l)
			wantError(t, err, ErrMalformed)
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v: want %q", err, test.want)
			}
		})
	}
	l := newSubmission(Cancel)
	l.Tenant, l.Text = "", strings.Repeat("长", MaxText) // the account is not of one enterprise
	b.receive(l)
	b.checkTree(1)
}

func TestASiteWithoutADeskTakesNothing(t *testing.T) {
	b := newBench(t, testEngines["sqlite"](t))
	b.site.Desk.Calendar = ""
	_, _, err := b.Receive(t.Context(), b.site, newSubmission(Access))
	wantError(t, err, ErrClosed)
	if done := b.tick(); done != (Tick{}) {
		t.Errorf("did %+v", done)
	}
}

func TestTwoClerksDoNotOverwriteEachOther(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.verifyByStaff(b.receive(newSubmission(Access, Copy)))
		errs := make([]error, 2)
		var answering sync.WaitGroup
		for n := range errs {
			answering.Go(func() {
				_, errs[n] = b.Answer(t.Context(), b.site, c.ID, c.Version, n+1, Answer{Outcome: NothingHeld, Letter: letter})
			})
		}
		answering.Wait()
		if errs[0] == nil {
			errs[0], errs[1] = errs[1], errs[0]
		}
		wantError(t, errs[0], ErrVersion)
		if errs[1] != nil {
			t.Error(errs[1])
		}
		b.checkTree(3)
	})
}

func TestAPersonEndsWhatIsNotAnswered(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.receive(newSubmission(Access, Contact))
		for n := 1; n <= 2; n++ {
			if _, err := b.Withdraw(t.Context(), b.site, c.ID, n); err != nil {
				t.Fatal(err)
			}
			_, err := b.Withdraw(t.Context(), b.site, c.ID, n)
			wantError(t, err, ErrState)
		}
		if got := b.read(c.ID); got.IsOpen() || got.Items[1].State != Withdrawn {
			t.Errorf("%+v", got)
		}
		_, err := b.Withdraw(t.Context(), b.site, c.ID, 3)
		wantError(t, err, ErrNotFound)
	})
}

func TestReceiptsOfEveryStepAreValid(t *testing.T) {
	// C-36
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.verifyByStaff(b.receive(newSubmission(Access)))
		refusal := Answer{Outcome: Refused, Ground: "harm", Letter: letter}
		c, err := b.Answer(t.Context(), b.site, c.ID, c.Version, 1, refusal)
		if err != nil {
			t.Fatal(err)
		}
		for n, e := range c.Events {
			receipt, err := b.Receipt(t.Context(), c, e.ID)
			if err != nil {
				t.Fatal(err)
			}
			text, err := receipt.Encode()
			if err != nil {
				t.Fatal(err)
			}
			v, err := ledger.Verify(text)
			if err != nil || v.Event == nil || v.Event.Type != e.Type || v.Event.Case != c.ID || v.LeafIndex != int64(n) {
				t.Errorf("%s: %+v, error %v", e.Type, v, err)
			}
			for _, private := range []string{"person@mail.example", "Please send", "acme", letter} {
				if strings.Contains(string(text), private) {
					t.Errorf("the receipt of %s has %q", e.Type, private)
				}
			}
			changed := strings.Replace(string(text), `"kind":"access"`, `"kind":"delete"`, 1)
			if _, err := ledger.Verify([]byte(changed)); err == nil {
				t.Errorf("%s: a changed receipt is valid", e.Type)
			}
		}
		if _, err := b.Receipt(t.Context(), c, uuid.New()); err == nil {
			t.Error("there is a receipt of nothing")
		}
	})
}

func TestABackupHasTheRequestsInTheOtherKindOfDatabaseToo(t *testing.T) {
	// C-36
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.verifyByStaff(b.receive(newSubmission(Access, Cancel)))
		refusal := Answer{Outcome: Refused, Ground: "harm", Letter: letter}
		c, err := b.Answer(t.Context(), b.site, c.ID, c.Version, 1, refusal)
		if err != nil {
			t.Fatal(err)
		}
		other := b.receive(newSubmission(Copy))
		if _, err = b.VerifyByAccount(t.Context(), b.site, other.ID, b.assertion(unchanged)); err != nil {
			t.Fatal(err)
		}
		for name, dsn := range testEngines {
			to := dsn(t)
			if err := b.store.Backup(t.Context(), to, func(int) {}); err != nil {
				t.Fatal(err)
			}
			copied, err := ledger.Open(t.Context(), ledger.Options{DSN: to, Key: b.key})
			if err != nil {
				t.Fatal(err)
			}
			got, err := New(copied, b.Desk.now).Read(t.Context(), "portal", c.ID)
			if err != nil || !reflect.DeepEqual(got, c) {
				t.Errorf("%s: read %+v, error %v\nwant %+v", name, got, err, c)
			}
			copied.Close()
		}
	})
}

// breakLine puts a line break into a key, which decoders of base64 skip: each key has one spelling.
func breakLine(key string) string { return key[:20] + "\n" + key[20:] }

func TestTheListBeginsWithWhatIsDueFirstAndHasPages(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		var received []Case
		for range 5 { // due one day after the other
			received = append(received, b.receive(newSubmission(Contact)))
			b.now = b.now.AddDate(0, 0, 1)
		}
		first := b.verifyByStaff(b.receive(newSubmission(Access, Contact))) // within 15 days, so before the others
		done := b.receive(newSubmission(Contact))
		if _, err := b.Withdraw(t.Context(), b.site, done.ID, 1); err != nil {
			t.Fatal(err)
		}
		want := append([]Case{first}, received...)
		for leaveOut := 0; leaveOut < 8; leaveOut += 2 {
			got, total, err := b.ListOpen(t.Context(), "portal", leaveOut, 2)
			if err != nil || total != len(want) {
				t.Fatalf("%d in all, error %v", total, err)
			}
			var ids, wanted []string
			for _, c := range got {
				ids = append(ids, c.Reference)
			}
			for _, c := range want[min(leaveOut, len(want)):min(leaveOut+2, len(want))] {
				wanted = append(wanted, c.Reference)
			}
			if !slices.Equal(ids, wanted) {
				t.Errorf("after %d: %q, want %q", leaveOut, ids, wanted)
			}
		}
		if got, _, err := b.ListOpen(t.Context(), "portal", 0, 1); err != nil || got[0].Text == "" {
			t.Errorf("%+v, error %v", got, err)
		}
	})
}
