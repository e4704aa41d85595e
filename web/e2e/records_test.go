package e2e

import (
	"encoding/json"
	"strings"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
)

// readStorage is what the browser has beside the cookie.
type storedState struct {
	Subject, Secret string
	Queue           []struct{ ID, Body, Bearer string }
}

func (v view) readStorage() (k storedState) {
	v.tab.Helper()
	if err := json.Unmarshal([]byte(eval[string](v, `localStorage.nod`)), &k); err != nil {
		v.tab.Fatal(err)
	}
	return k
}

// waitForReceipt waits for the receipt of the last choice, and wants it to be whole and the ledger's.
func (v view) waitForReceipt() ledger.Record {
	v.tab.Helper()
	v.wait(`nod.receipt()`)
	return verifyReceipt(v.tab, eval[string](v, `JSON.stringify(nod.receipt())`))
}

func verifyReceipt(tab *Tab, receipt string) ledger.Record {
	tab.Helper()
	got, err := ledger.Verify([]byte(receipt), stage.Verifier)
	if err != nil {
		tab.Fatal(err)
	}
	if !got.Pinned {
		tab.Error("the receipt is not signed by the server's key")
	}
	stored, err := stage.Ledger.Record(tab.Context(), got.Record.Site, got.Record.ID)
	if err != nil {
		tab.Fatal(err)
	}
	if a, b := canonicalJSON(tab, stored), canonicalJSON(tab, got.Record); a != b {
		tab.Errorf("the ledger has %s, the receipt %s", a, b)
	}
	return stored
}

func canonicalJSON(tab *Tab, r ledger.Record) string {
	tab.Helper()
	text, err := r.Canonical()
	if err != nil {
		tab.Fatal(err)
	}
	return string(text)
}

// summarize is what a record says, in one line.
func summarize(r ledger.Record) string {
	text := string(r.Action) + ":"
	for _, id := range []string{"necessary", "functional", "analytics", "beacons"} {
		if s, ok := r.Answers[id]; ok {
			text += " " + id + "=" + s.String()
		}
	}
	return text
}

// records are all that the ledger has of the visitor, oldest first.
func (v view) records() []ledger.Record {
	v.tab.Helper()
	subject, err := uuid.Parse(v.readStorage().Subject)
	if err != nil {
		v.tab.Fatal(err)
	}
	all, err := stage.Ledger.Records(v.tab.Context(), siteID, subject)
	if err != nil {
		v.tab.Fatal(err)
	}
	return all
}

// checkRecords wants exactly these records of the visitor, each after the one before it.
func (v view) checkRecords(want ...string) {
	v.tab.Helper()
	var got []string
	all := v.records()
	for i, r := range all {
		got = append(got, summarize(r))
		if i > 0 && (r.Previous == nil || *r.Previous != all[i-1].ID) {
			v.tab.Errorf("record %d does not follow the one before it", i)
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		v.tab.Errorf("records:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// fetchServerState is what the server says of the visitor to whoever has the secret.
func (v view) fetchServerState() string {
	v.tab.Helper()
	k := v.readStorage()
	return eval[string](v, `fetch("`+stage.Consent+`/v1/`+siteID+`/subjects/`+k.Subject+`", { headers: { authorization: "Bearer `+k.Secret+`" } })
		.then((r) => r.json()).then((s) => ["functional", "analytics", "beacons"].map((id) => id + "=" + s.answers[id])
			.join(" "))`)
}
