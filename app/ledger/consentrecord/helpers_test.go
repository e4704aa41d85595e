package consentrecord

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
)

// testLedger is a ledger with the records of some people, each with a grant and a withdrawal.
type testLedger struct {
	*ledger.Store
	key      *proof.Key
	site     *policy.Site
	subjects []uuid.UUID
	at       time.Time // of the last record
}

func openLedger(t testing.TB, people int) *testLedger {
	t.Helper()
	k := &testLedger{site: loadtest.BuiltIn(t, "yunzhijia"), at: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
	var err error
	if k.key, err = proof.NewKey("consent.example"); err != nil {
		t.Fatal(err)
	}
	k.Store, err = ledger.Open(t.Context(), ledger.Options{
		DSN: "sqlite:" + filepath.Join(t.TempDir(), "nod.db"), Key: k.key, Now: func() time.Time { return k.at },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	form := consent.FormOf(k.site, k.site.CurrentPolicy())
	for range people {
		var secret [32]byte
		rand.Read(secret[:])
		d := consent.Decision{
			ID: uuid.Must(uuid.NewV7()), Subject: uuid.New(), Policy: k.site.Current, Language: "en",
			Platform: policy.Web, Action: consent.Save, Presentation: consent.CustomPresentation, Tenant: "=cmd()",
			Answers: map[string]consent.State{
				"functional": consent.Granted, "analytics": consent.Denied, "kingdee": consent.Granted,
			},
			Services: map[string]consent.State{"help-chat": consent.Denied}, DecidedAt: k.at.Add(-time.Second),
		}
		k.append(t, form, d, base64.RawURLEncoding.EncodeToString(secret[:]))
		previous := d.ID
		d.ID, d.Previous, d.Action, d.Services = uuid.Must(uuid.NewV7()), &previous, consent.Withdraw, nil
		d.Answers = map[string]consent.State{"functional": consent.Denied}
		k.append(t, form, d, "")
		k.subjects = append(k.subjects, d.Subject)
	}
	return k
}

func (k *testLedger) append(t testing.TB, form consent.Form, d consent.Decision, secret string) {
	t.Helper()
	k.at = k.at.Add(time.Hour)
	_, _, err := k.Append(t.Context(), ledger.Entry{
		Site: k.site.ID, Decision: d, Covered: consent.ListCovered(form, &d), Secret: secret, Grants: d.Grants(form),
		Body: [32]byte(append(d.ID[:], d.ID[:]...)),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// export writes what is selected, as JSON.
func (k *testLedger) export(t testing.TB, which ledger.Selection) []byte {
	t.Helper()
	which.Site = k.site.ID
	head, err := k.Head(t.Context(), k.site.ID)
	if err != nil {
		t.Fatal(err)
	}
	h := Header{Site: k.site.ID, Exported: k.at, TreeSize: head.Size, Checkpoint: head.Checkpoint, Key: head.Key}
	if which.Subject != uuid.Nil {
		h.Subject = &which.Subject
	}
	var b bytes.Buffer
	w, err := NewJSON(&b, k.site, h)
	if err == nil {
		err = k.Export(t.Context(), which, head, true, w.Write, func(int64) {})
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (k *testLedger) pinned(site, _ string) ([]note.Verifier, error) {
	key, err := proof.SiteVerifier(k.key.Verifier(), site)
	if err != nil {
		return nil, err
	}
	v, err := note.NewVerifier(key)
	return []note.Verifier{v}, err
}
