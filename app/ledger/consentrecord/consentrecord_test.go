package consentrecord

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
)

var update = flag.Bool("update", false, "write the golden files again")

// The record has the fields of 27560, with what the person read.
//
// C-36
func TestAConsentRecordHasTheFieldsOfTheStandard(t *testing.T) {
	site := loadtest.BuiltIn(t, "yunzhijia")
	form := consent.FormOf(site, site.CurrentPolicy())
	previous := uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8056")
	d := consent.Decision{
		ID: uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8057"), Previous: &previous,
		Subject: uuid.MustParse("6ba7b810-9dad-41d1-80b4-00c04fd430c8"), Policy: site.Current, Language: "en",
		Platform: policy.Web, Action: consent.Save, Presentation: consent.CustomPresentation,
		Answers: map[string]consent.State{
			"functional": consent.Granted, "kingdee": consent.Granted, "beacons": consent.Denied,
		},
		Services:  map[string]consent.State{"help-chat": consent.Denied},
		DecidedAt: time.Date(2026, 3, 1, 8, 0, 0, 0, time.FixedZone("", 8*3600)),
	}
	r := ledger.Record{
		Site: site.ID, Recorded: consent.Recorded{Decision: d, Covered: consent.ListCovered(form, &d)},
		ReceivedAt: time.Date(2026, 3, 1, 0, 0, 1, 0, time.UTC),
	}
	graph := []any{newController(site, site.CurrentPolicy()), newConverter(site).convert(r)}
	got, err := json.MarshalIndent(graph, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	const golden = "testdata/record.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("differs from %s (%v). Check the difference, then write it with -update:\n%s", golden, err, got)
	}
	// If the policy describes a purpose differently by now, the export has only the identifiers.
	r.Covered[0].Hash = "AAAAAA"
	p := newConverter(site).convert(r).Processes[0]
	if p.Purpose.Title != "" || p.Data != nil || p.Status.Type != statusGiven {
		t.Errorf("process %+v", p)
	}
	r.Policy = "1999-01-01"
	out := newConverter(site).convert(r)
	if out.Notice.Title != "" || len(out.Processes) != 4 || out.Processes[1].Purpose.Title != "" {
		t.Errorf("of an unknown version: %+v", out)
	}
}

func TestCSVIsALineForEachRecordAndHarmlessToSpreadsheets(t *testing.T) {
	k := openLedger(t, 2)
	head, err := k.Head(t.Context(), k.site.ID)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := NewCSV(&b)
	if err == nil {
		err = k.Export(t.Context(), ledger.Selection{Site: k.site.ID}, head, true, w.Write, func(int64) {})
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(lines) != 5 || !slices.Equal(lines[0], csvColumns) {
		t.Fatalf("lines %v, error %v", lines, err)
	}
	column := func(name string) string { return lines[1][slices.Index(csvColumns, name)] }
	for name, want := range map[string]string{
		"subject": k.subjects[0].String(), "answers": "analytics=denied functional=granted kingdee=granted",
		"services": "help-chat=denied",
		"tenant":   "'=cmd()", "leaf_index": "0", "action": "save", "restricted": "false", "previous": "",
	} {
		if got := column(name); got != want {
			t.Errorf("%s is %q; want %q", name, got, want)
		}
	}
}
