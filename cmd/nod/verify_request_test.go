package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

func TestVerifyPrintsAStepOfARequest(t *testing.T) {
	// C-36
	key, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "nod.db")
	store, err := ledger.Open(t.Context(), ledger.Options{DSN: dsn, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	event := ledger.DeskEvent{
		ID: uuid.Must(uuid.NewV7()), Case: uuid.Must(uuid.NewV7()), Type: "request.answered", Policy: "2026-01",
		At: time.Date(2026, 9, 18, 10, 0, 0, 0, time.UTC), Identity: "account",
		Items: []ledger.DeskItem{{
			Item: 1, Kind: "access", State: "answered", Outcome: "refused", Ground: "harm\nevil", Due: "2026-10-03",
			Letter: "abc",
		}},
	}
	err = store.WriteDesk(t.Context(), "portal", func(_ context.Context, tx *ledger.DeskTx) error {
		return tx.AddEvent(event)
	})
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := store.Receipt(t.Context(), ledger.DeskTree("portal"), event.ID)
	if err != nil {
		t.Fatal(err)
	}
	text, err := receipt.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		keys   []string
		asJSON bool
		want   []string
	}{
		{nil, false, []string{
			"The receipt is valid.", "site      portal/desk", "request   " + event.Case.String(), "step      request.answered",
			"time      2026-09-18 10:00:00 UTC", "identity  account", `item 1    access: answered, outcome refused`,
			`"harm\nevil"`, "due 2026-10-03", "The key comes from the receipt itself",
		}},
		{[]string{key.Verifier()}, true, []string{`"valid":true`, `"pinned":true`, `"type":"request.answered"`}},
	} {
		var out bytes.Buffer
		if err := verifyReceipt(&out, "receipt", text, test.keys, test.asJSON); err != nil {
			t.Fatal(err)
		}
		for _, want := range test.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("no %q in\n%s", want, &out)
			}
		}
	}
}
