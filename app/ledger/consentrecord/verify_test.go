package consentrecord

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
)

// C-36
func TestAnExportHoldsWhatIsSelectedAndVerifies(t *testing.T) {
	k := openLedger(t, 4)
	if _, err := k.Erase(t.Context(), k.site.ID, k.subjects[1]); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Restrict(t.Context(), k.site.ID, k.subjects[2]); err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		which ledger.Selection
		want  int
	}{
		"everything":       {ledger.Selection{}, 6},
		"one person":       {ledger.Selection{Subject: k.subjects[3]}, 2},
		"a restricted one": {ledger.Selection{Subject: k.subjects[2]}, 2},
		"an erased one":    {ledger.Selection{Subject: k.subjects[1]}, 0},
		"nobody":           {ledger.Selection{Subject: uuid.New()}, 0},
		"a period":         {ledger.Selection{From: start.Add(time.Hour), To: start.Add(2 * time.Hour)}, 1},
		"from a time on":   {ledger.Selection{From: start.Add(7 * time.Hour)}, 2},
		"up to a time":     {ledger.Selection{To: start.Add(2 * time.Hour)}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			text := k.export(t, test.which)
			v, err := Verify(bytes.NewReader(text), k.pinned)
			if err != nil || v.Records != test.want || !v.Pinned || v.Header.TreeSize != 8 {
				t.Errorf("%+v, error %v: want %d records", v, err, test.want)
			}
			if v, err := Verify(bytes.NewReader(text), nil); err != nil || v.Pinned {
				t.Errorf("by its own key: %+v, error %v", v, err)
			}
		})
	}
	if _, err := Verify(bytes.NewReader(k.export(t, ledger.Selection{})), openLedger(t, 0).pinned); err == nil {
		t.Error("the key of a different server passes")
	}
}

func TestAnExportThatWasCutIsRefused(t *testing.T) {
	text := openLedger(t, 3).export(t, ledger.Selection{})
	for n := range len(text) - 1 {
		if n%37 != 0 && n < len(text)-200 {
			continue
		}
		if _, err := Verify(bytes.NewReader(text[:n]), nil); err == nil {
			t.Fatalf("cut off after %d of %d bytes it passes", n, len(text))
		}
	}
	_, err := Verify(bytes.NewReader(text[:len(text)/2]), nil)
	if err == nil || !strings.Contains(err.Error(), "cut off after") {
		t.Errorf("cut in the middle: error %v", err)
	}
	for name, text := range map[string]string{
		"nothing": "", "an array": "[]", "no header": `{"@graph":[]}`, "no end": `{"@context":{}}`,
		"more after it": string(text) + "{}", "a member after it": strings.TrimSuffix(string(text), "}") + `,"x":1}`,
	} {
		if _, err := Verify(strings.NewReader(text), nil); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}

// exportChange changes an export: the whole document, or its records.
type exportChange func(doc map[string]any, records []any)

// applyTo returns the changed export. Its members stay in their order, which a map does not have.
func (change exportChange) applyTo(t *testing.T, text []byte, policies int) []byte {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	change(doc, doc["@graph"].([]any)[policies:])
	var b bytes.Buffer
	for i, name := range []string{"@context", "nod:export", "@graph", "nod:end"} {
		value, err := json.Marshal(doc[name])
		if err != nil {
			t.Fatal(err)
		}
		b.WriteByte("{,,,"[i])
		b.WriteString(`"` + name + `":`)
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// memberAt returns the object at a path of names and indexes.
func memberAt(v any, path ...any) map[string]any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			v = v.(map[string]any)[p]
		case int:
			v = v.([]any)[p]
		}
	}
	return v.(map[string]any)
}

// changesOfExports are changes by name, with a part of the message that each one must give.
var changesOfExports = map[string]struct {
	change exportChange
	want   string
}{
	"a status": {func(_ map[string]any, r []any) {
		memberAt(r[0], "dpv:hasProcess", 0, "dpv:hasConsentStatus")["@type"] = statusRefused
	}, "the status of functional differs"},
	"a purpose less": {func(_ map[string]any, r []any) {
		p := memberAt(r[0])["dpv:hasProcess"].([]any)
		memberAt(r[0])["dpv:hasProcess"] = p[1:]
	}, "the number of purposes differs"},
	"an indicator": {func(_ map[string]any, r []any) {
		memberAt(r[0], "dpv:hasProcess", 0, "dpv:hasConsentStatus")["dpv:isIndicatedBy"] = "urn:x"
	}, "the status of functional differs"},
	"a controller": {func(_ map[string]any, r []any) {
		memberAt(r[0], "dpv:hasDataController")["@id"] = "urn:x"
	}, "the controller differs"},
	"the beginning": {func(doc map[string]any, _ []any) {
		memberAt(doc, "nod:export")["from"] = "2100-01-01T00:00:00Z"
	}, "outside the export's period"},
	"the period's end": {func(doc map[string]any, _ []any) {
		memberAt(doc, "nod:export")["to"] = "2000-01-01T00:00:00Z"
	}, "outside the export's period"},
	"a hash": {func(_ map[string]any, r []any) {
		memberAt(r[0], "dpv:hasProcess", 0)["nod:hash"] = "AAAAAA"
	}, "the status of functional differs"},
	"a platform":    {func(_ map[string]any, r []any) { memberAt(r[0])["nod:platform"] = "ios" }, "the platform differs"},
	"a signal":      {func(_ map[string]any, r []any) { memberAt(r[0])["nod:gpc"] = true }, "the signal differs"},
	"a predecessor": {func(_ map[string]any, r []any) { delete(memberAt(r[1]), "dct:replaces") }, "the previous differs"},
	"a subject": {func(_ map[string]any, r []any) {
		memberAt(r[0], "dpv:hasDataSubject")["dct:identifier"] = uuid.NewString()
	}, "the subject differs"},
	"a subject with a name": {func(_ map[string]any, r []any) {
		memberAt(r[0], "dpv:hasDataSubject")["dpv:hasName"] = "John Smith"
	}, "the subject differs"},
	"a controller with the id of a record": {func(doc map[string]any, r []any) {
		memberAt(doc["@graph"], 0)["@id"] = memberAt(r[0])["@id"]
	}, "is not that of a controller"},
	"a controller that says what a record says": {func(doc map[string]any, _ []any) {
		memberAt(doc["@graph"], 0)["nod:action"] = "accept_all"
	}, "unknown"},
	"a date": {func(_ map[string]any, r []any) {
		memberAt(r[1])["dct:date"] = "2027-01-01T00:00:00Z"
	}, "the date differs"},
	"an id": {func(_ map[string]any, r []any) {
		memberAt(r[1])["dct:identifier"] = uuid.NewString()
	}, "the identifier differs"},
	"an action":  {func(_ map[string]any, r []any) { memberAt(r[1])["nod:action"] = "accept_all" }, "the action differs"},
	"a language": {func(_ map[string]any, r []any) { memberAt(r[1])["dct:language"] = "de" }, "the policy differs"},
	"the stored record": {func(_ map[string]any, r []any) {
		memberAt(r[2], "nod:evidence", "record")["gpc"] = true
	}, "inclusion"},
	"a salt": {func(_ map[string]any, r []any) {
		memberAt(r[2], "nod:evidence")["salt"] = memberAt(r[3], "nod:evidence")["salt"]
	}, "inclusion"},
	"a place":       {func(_ map[string]any, r []any) { memberAt(r[2], "nod:evidence")["leaf_index"] = 3.0 }, "inclusion"},
	"no evidence":   {func(_ map[string]any, r []any) { delete(memberAt(r[2]), "nod:evidence") }, "has no evidence"},
	"two exchanged": {func(_ map[string]any, r []any) { r[0], r[1] = r[1], r[0] }, "out of order"},
	"one twice":     {func(_ map[string]any, r []any) { r[1] = r[0] }, "twice"},
	"one left out": {func(_ map[string]any, r []any) {
		memberAt(r[5])["@type"] = "dpv:Other"
	}, "neither a consent record"},
	"the context": {func(doc map[string]any, _ []any) {
		memberAt(doc, "@context")["dpv"] = "https://other.example/"
	}, "context"},
	"a member more": {func(_ map[string]any, r []any) {
		memberAt(r[0])["dpv:hasConsentStatus"] = statusGiven
	}, "unknown"},
	"the checkpoint": {func(doc map[string]any, _ []any) { memberAt(doc, "nod:export")["tree_size"] = 5.0 }, "checkpoint"},
	"the site": {func(doc map[string]any, _ []any) {
		memberAt(doc, "nod:export")["site"] = "other"
	}, "tree of site"},
	"the end": {func(doc map[string]any, _ []any) {
		doc["nod:end"] = map[string]any{"records": 7}
	}, "had 7 records"},
}

func TestAnExportThatWasChangedIsRefused(t *testing.T) {
	k := openLedger(t, 3)
	text, policies := k.export(t, ledger.Selection{}), len(k.site.Policies)
	unchanged := exportChange(func(map[string]any, []any) {}).applyTo(t, text, policies)
	if _, err := Verify(bytes.NewReader(unchanged), k.pinned); err != nil {
		t.Fatalf("formatted differently, it fails: %v", err)
	}
	for name, test := range changesOfExports {
		t.Run(name, func(t *testing.T) {
			_, err := Verify(bytes.NewReader(test.change.applyTo(t, text, policies)), k.pinned)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v; want %q", err, test.want)
			}
		})
	}
	ofOther := exportChange(func(doc map[string]any, _ []any) {
		memberAt(doc, "nod:export")["subject"] = k.subjects[1].String()
	})
	_, err := Verify(bytes.NewReader(ofOther.applyTo(t, text, policies)), k.pinned)
	if err == nil || !strings.Contains(err.Error(), "not of the export's subject") {
		t.Errorf("a different person: error %v", err)
	}
}

func FuzzVerify(f *testing.F) {
	k := openLedger(f, 1)
	f.Add(k.export(f, ledger.Selection{}))
	f.Add([]byte(`{"@context":{},"nod:export":{},"@graph":[],"nod:end":{"records":0}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := Verify(bytes.NewReader(text), k.pinned)
		if err == nil && (v.Records > 2 || v.Header.Site != k.site.ID) {
			t.Errorf("read as %+v", v)
		}
	})
}
