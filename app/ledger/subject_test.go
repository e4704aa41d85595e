package ledger

import (
	"encoding/base64"
	"testing"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// C-26: nobody but the subject can turn a refusal into a grant.
func TestACallerWithoutTheSecretCanDenyButNotGrant(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		first := newGrant()
		mustAppend(t, s, first)
		cases := []struct {
			name   string
			secret string
			state  consent.State
			want   error
		}{
			{"the right secret grants", first.Secret, consent.Granted, nil},
			{"the right secret denies", first.Secret, consent.Denied, nil},
			{"no secret denies", "", consent.Denied, nil},
			{"a wrong secret denies", newSecret(), consent.Denied, nil},
			{"no secret does not grant", "", consent.Granted, ErrSecret},
			{"a wrong secret does not grant", newSecret(), consent.Granted, ErrSecret},
			{"a text that is not a secret does not grant", "AAAA", consent.Granted, ErrSecret},
			{"the secret with a line break does not grant", first.Secret + "\n", consent.Granted, ErrSecret},
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				entry := newLater(first, c.state)
				entry.Secret = c.secret
				_, _, err := s.Append(t.Context(), entry)
				wantError(t, err, c.want)
			})
		}
	})
}

func TestGrantingForANewSubjectNeedsASecret(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := newGrant()
		entry.Secret = ""
		_, _, err := s.Append(t.Context(), entry)
		wantError(t, err, ErrSecretMissing)
		entry.Secret = "too short"
		_, _, err = s.Append(t.Context(), entry)
		wantError(t, err, ErrSecretMissing)
		checkTree(t, s, testSite, 0)
	})
}

// A refusal can be the first decision of a subject that this database gets, although the subject is older. It is
// stored, and nobody who later sends a secret becomes the subject.
func TestARefusalOfANewSubjectWithoutASecretIsStoredAndTheSubjectNeverGetsOne(t *testing.T) {
	for _, test := range []struct {
		name   string
		secret string
		answer map[string]consent.State
	}{
		{"a refusal", "", map[string]consent.State{"analytics": consent.Denied}},
		{"a refusal with a text that is not a secret", "AAAA", map[string]consent.State{"analytics": consent.Denied}},
		{"no answer at all", "", map[string]consent.State{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			scenario(t, func(t *testing.T, e testEngine) {
				opts := Options{DSN: e.dsn(t), Key: testKey(t)}
				s := openTest(t, e, opts)
				first := newLater(newGrant(), consent.Denied)
				first.Decision.Answers, first.Secret = test.answer, test.secret
				receipt := mustAppend(t, s, first)
				if _, err := Verify(receipt, pin(t, opts.Key, testSite)); err != nil {
					t.Fatal(err)
				}

				taken := newGrant()
				taken.Decision.Subject = first.Decision.Subject
				_, _, err := s.Append(t.Context(), taken)
				wantError(t, err, ErrSecret)
				again := openTest(t, e, opts) // which knows only what is in the database
				_, _, err = again.Append(t.Context(), taken)
				wantError(t, err, ErrSecret)
				refusal := newLater(first, consent.Denied)
				refusal.Secret = taken.Secret
				mustAppend(t, again, refusal)

				zeros := base64.RawURLEncoding.EncodeToString(make([]byte, consent.SecretLen))
				for _, secret := range []string{taken.Secret, first.Secret, zeros} {
					ok, err := again.Authorized(t.Context(), testSite, first.Decision.Subject, secret)
					if ok || err != nil {
						t.Errorf("authorized %v, error %v: want nobody to be", ok, err)
					}
				}
				records, err := again.Records(t.Context(), testSite, first.Decision.Subject)
				if err != nil || len(records) != 2 {
					t.Errorf("%d records, error %v: want both refusals", len(records), err)
				}
				checkTree(t, again, testSite, 2)
			})
		})
	}
}

func TestOnlyTheSubjectsSecretAuthorizes(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := newGrant()
		mustAppend(t, s, entry)
		cases := []struct {
			name    string
			site    string
			subject uuid.UUID
			secret  string
			want    bool
		}{
			{"the secret", testSite, entry.Decision.Subject, entry.Secret, true},
			{"another secret", testSite, entry.Decision.Subject, newSecret(), false},
			{"no secret", testSite, entry.Decision.Subject, "", false},
			{"an unknown subject", testSite, uuid.New(), entry.Secret, false},
			{"another site", "shop", entry.Decision.Subject, entry.Secret, false},
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				got, err := s.Authorized(t.Context(), c.site, c.subject, c.secret)
				if err != nil || got != c.want {
					t.Errorf("authorized %v, error %v: want %v", got, err, c.want)
				}
			})
		}
	})
}
