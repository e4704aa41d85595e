package request

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/policy"
)

// claims returns the claims of a valid assertion.
func (b *bench) claims() jwt.Claims {
	return jwt.Claims{
		Issuer: "https://host.example", Subject: "account-7", Audience: jwt.Audience{b.Audience("portal")},
		ID: uuid.NewString(), IssuedAt: jwt.NewNumericDate(b.now), Expiry: jwt.NewNumericDate(b.now.Add(2 * time.Minute)),
	}
}

func (b *bench) sign(c jwt.Claims, kid string, key jose.SigningKey) string {
	b.t.Helper()
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithHeader("kid", kid))
	if err != nil {
		b.t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(c).Serialize()
	if err != nil {
		b.t.Fatal(err)
	}
	return token
}

func (b *bench) assertion(edit func(*jwt.Claims)) string {
	c := b.claims()
	edit(&c)
	return b.sign(c, "a", jose.SigningKey{Algorithm: jose.EdDSA, Key: b.host})
}

func unchanged(*jwt.Claims) {}

func TestAnAssertionOfTheHostStartsTheClock(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.receive(newSubmission(Access, Cancel))
		c, err := b.VerifyByAccount(t.Context(), b.site, c.ID, b.assertion(unchanged))
		if err != nil {
			t.Fatal(err)
		}
		got := b.read(c.ID)
		if got.Identity != ByAccount || got.Account != "account-7" || got.Items[1].State != Verified ||
			got.Due() != "2026-10-03" {
			t.Errorf("%+v", got)
		}
	})
}

func TestAWrongAssertionProvesNothing(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		_, foreign, _ := newHostKey()
		token := b.assertion(unchanged)
		none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"a"}`)) + "." +
			strings.Split(token, ".")[1] + "."
		hmac := b.sign(b.claims(), "a", jose.SigningKey{
			Algorithm: jose.HS256, Key: []byte(b.site.Desk.Assertion.Keys[0].Key), // the public key as a shared secret
		})
		b.store.Close() // no wrong assertion reaches the database
		for name, bad := range map[string]string{
			"alg none":        none,
			"a shared secret": hmac,
			"a foreign key":   b.sign(b.claims(), "a", jose.SigningKey{Algorithm: jose.EdDSA, Key: foreign}),
			"an unknown key":  b.sign(b.claims(), "b", jose.SigningKey{Algorithm: jose.EdDSA, Key: b.host}),
			"another site":    b.assertion(func(c *jwt.Claims) { c.Audience = jwt.Audience{"consent.example/shop"} }),
			"another server":  b.assertion(func(c *jwt.Claims) { c.Audience = jwt.Audience{"evil.example/portal"} }),
			"no audience":     b.assertion(func(c *jwt.Claims) { c.Audience = nil }),
			"another issuer":  b.assertion(func(c *jwt.Claims) { c.Issuer = "https://evil.example" }),
			"expired": b.assertion(func(c *jwt.Claims) {
				c.IssuedAt, c.Expiry = jwt.NewNumericDate(b.now.Add(-time.Hour)), jwt.NewNumericDate(b.now.Add(-time.Minute))
			}),
			"of the future": b.assertion(func(c *jwt.Claims) {
				c.IssuedAt, c.Expiry = jwt.NewNumericDate(b.now.Add(time.Hour)), jwt.NewNumericDate(b.now.Add(62*time.Minute))
			}),
			"a long life":       b.assertion(func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(b.now.Add(time.Hour)) }),
			"no end":            b.assertion(func(c *jwt.Claims) { c.Expiry = nil }),
			"no beginning":      b.assertion(func(c *jwt.Claims) { c.IssuedAt = nil }),
			"no id":             b.assertion(func(c *jwt.Claims) { c.ID = "" }),
			"no account":        b.assertion(func(c *jwt.Claims) { c.Subject = "" }),
			"a hostile account": b.assertion(func(c *jwt.Claims) { c.Subject = "a\u202e\x00" }),
			"changed":           strings.Replace(token, ".", ".A", 1),
			"no token":          "", "a word": "x.y.z", "too long": strings.Repeat("x", maxAssertion+1),
		} {
			t.Run(name, func(t *testing.T) {
				_, err := b.VerifyByAccount(t.Context(), b.site, uuid.New(), bad)
				wantError(t, err, ErrIdentity)
				if strings.Contains(err.Error(), "account-7") || bad != "" && strings.Contains(err.Error(), bad) {
					t.Errorf("the error quotes the assertion: %v", err)
				}
			})
		}
	})
}

func TestAnAssertionIsUsedOnce(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		first, second := b.receive(newSubmission(Access)), b.receive(newSubmission(Access))
		token := b.assertion(unchanged)
		if _, err := b.VerifyByAccount(t.Context(), b.site, first.ID, token); err != nil {
			t.Fatal(err)
		}
		_, err := b.VerifyByAccount(t.Context(), b.site, second.ID, token)
		wantError(t, err, ErrIdentity)
		if b.read(second.ID).Items[0].State != Received {
			t.Error("a replayed assertion proved something")
		}
		b.now = b.now.Add(2*time.Minute + clockLeeway) // still within the leeway
		_, err = b.VerifyByAccount(t.Context(), b.site, second.ID, token)
		wantError(t, err, ErrIdentity)
	})
}

func TestABrowserProvesOnlyWhatItsRecordsAnswer(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		entry := b.newDecision()
		if _, _, err := b.store.Append(t.Context(), entry); err != nil {
			t.Fatal(err)
		}
		c := b.receive(newSubmission(Access, Cancel))
		_, err := b.VerifyByBrowser(t.Context(), b.site, c.ID, entry.Decision.Subject, newSecret())
		wantError(t, err, ErrIdentity)
		if c, err = b.VerifyByBrowser(t.Context(), b.site, c.ID, entry.Decision.Subject, entry.Secret); err != nil {
			t.Fatal(err)
		}
		if c.Items[0].State != Verified || c.Items[1].State != Received || c.Subject != entry.Decision.Subject {
			t.Errorf("%+v", c)
		}
		cancel := b.receive(newSubmission(Cancel))
		_, err = b.VerifyByBrowser(t.Context(), b.site, cancel.ID, entry.Decision.Subject, entry.Secret)
		wantError(t, err, ErrIdentity)
	})
}

func TestStaffNoteHowAndWhenTheyChecked(t *testing.T) {
	// C-32
	onEngines(t, func(t *testing.T, b *bench) {
		c := b.receive(newSubmission(Access))
		received := b.now
		b.now = b.now.Add(48 * time.Hour)
		verify := func(way Identity, at time.Time) error {
			_, err := b.VerifyByStaff(t.Context(), b.site, c.ID, c.Version, way, at)
			return err
		}
		wantError(t, verify("staff:face", b.now), ErrMalformed)
		wantError(t, verify(ByCallback, received.Add(-time.Minute)), ErrMalformed)
		wantError(t, verify(ByCallback, b.now.Add(time.Second)), ErrMalformed)
		if err := verify(ByCallback, received.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := b.read(c.ID); got.Identity != ByCallback || got.Due() != "2026-10-03" {
			t.Errorf("%+v", got)
		}
	})
}

func TestASiteWithoutKeysTakesNoAssertion(t *testing.T) {
	_, err := readAssertion(policy.Issuer{}, "x", "y", time.Now())
	if err == nil {
		t.Error("an assertion of nobody was read")
	}
}
