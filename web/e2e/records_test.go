package e2e

import (
	"encoding/json"
	"strings"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
)

// storedState is what the browser stores besides the cookie.
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

// waitForReceipt waits for the receipt of the last decision and verifies it. It returns the record in the ledger.
func (v view) waitForReceipt() ledger.Record {
	v.tab.Helper()
	v.wait(`nod.receipt()`)
	return verifyReceipt(v.tab, eval[string](v, `JSON.stringify(nod.receipt())`))
}

// verifyReceipt checks the receipt's signature, and its record against the ledger.
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

// Summaries of the records that most tests make.
const (
	acceptedAll = "accept_all: functional=granted analytics=granted beacons=granted"
	rejectedAll = "reject_all: functional=denied analytics=denied beacons=denied"
	withdrewAll = "withdraw: functional=denied analytics=denied beacons=denied"
)

// postDecision is the request that sends a decision.
const postDecision = "POST /v1/" + siteID + "/decisions"

// summarize writes the action and the answers of a record in one line.
func summarize(r ledger.Record) string {
	text := string(r.Action) + ":"
	for _, id := range []string{"necessary", "functional", "analytics", "beacons"} {
		if s, ok := r.Answers[id]; ok {
			text += " " + id + "=" + s.String()
		}
	}
	return text
}

// records lists the visitor's records in the ledger, oldest first.
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

// checkRecords fails the test if the visitor has other records, or if one does not follow the one before it.
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

// fetchServerState asks the server for the visitor's state, with the visitor's secret.
func (v view) fetchServerState() string {
	v.tab.Helper()
	k := v.readStorage()
	address := stage.Consent + "/v1/" + siteID + "/subjects/" + k.Subject
	return eval[string](v, `fetch("`+address+`", { headers: { authorization: "Bearer `+k.Secret+`" } })
		.then((r) => r.json())
		.then((s) => ["functional", "analytics", "beacons"].map((id) => id + "=" + s.answers[id]).join(" "))`)
}
