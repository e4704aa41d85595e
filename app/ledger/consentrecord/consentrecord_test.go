//go:build !js

package consentrecord

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/assets"
)

var update = flag.Bool("update", false, "write the golden files anew")

func builtIn(t testing.TB) *policy.Site {
	t.Helper()
	files, err := fs.Sub(assets.Files, "sites")
	if err != nil {
		t.Fatal(err)
	}
	site, err := policy.LoadSite(files, "yunzhijia")
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// kept is a ledger with the records of some people, each with a grant and a withdrawal.
type kept struct {
	*ledger.Store
	key      *proof.Key
	site     *policy.Site
	subjects []uuid.UUID
	at       time.Time // of the last record
}

func keep(t testing.TB, people int) *kept {
	t.Helper()
	k := &kept{site: builtIn(t), at: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
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
			ID: uuid.Must(uuid.NewV7()), Subject: uuid.New(), Policy: k.site.Current, Language: "en", Platform: policy.Web, Action: consent.Save,
			Answers:  map[string]consent.State{"functional": consent.Granted, "analytics": consent.Denied, "kingdee": consent.Granted},
			Services: map[string]consent.State{"help-chat": consent.Denied}, DecidedAt: k.at.Add(-time.Second), Presentation: consent.CustomPresentation, Tenant: "=cmd()",
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

func (k *kept) append(t testing.TB, form consent.Form, d consent.Decision, secret string) {
	t.Helper()
	k.at = k.at.Add(time.Hour)
	_, _, err := k.Append(t.Context(), ledger.Entry{
		Site: k.site.ID, Decision: d, Covered: consent.CoveredBy(form, &d), Secret: secret, Grants: d.Grants(form), Body: [32]byte(append(d.ID[:], d.ID[:]...)),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// export writes what is selected, as JSON.
func (k *kept) export(t testing.TB, which ledger.Selection) []byte {
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

func (k *kept) pinned(site, _ string) ([]note.Verifier, error) {
	key, err := proof.SiteVerifier(k.key.Verifier(), site)
	if err != nil {
		return nil, err
	}
	v, err := note.NewVerifier(key)
	return []note.Verifier{v}, err
}

// C-36
func TestAnExportHoldsWhatIsSelectedAndVerifies(t *testing.T) {
	k := keep(t, 4)
	if _, err := k.Erase(t.Context(), k.site.ID, k.subjects[1]); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Restrict(t.Context(), k.site.ID, k.subjects[2]); err != nil {
		t.Fatal(err)
	}
	began := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		which ledger.Selection
		want  int
	}{
		"everything":       {ledger.Selection{}, 6},
		"one person":       {ledger.Selection{Subject: k.subjects[3]}, 2},
		"a restricted one": {ledger.Selection{Subject: k.subjects[2]}, 2},
		"an erased one":    {ledger.Selection{Subject: k.subjects[1]}, 0},
		"nobody":           {ledger.Selection{Subject: uuid.New()}, 0},
		"a period":         {ledger.Selection{From: began.Add(time.Hour), To: began.Add(2 * time.Hour)}, 1},
		"from a time on":   {ledger.Selection{From: began.Add(7 * time.Hour)}, 2},
		"up to a time":     {ledger.Selection{To: began.Add(2 * time.Hour)}, 1},
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
	if _, err := Verify(bytes.NewReader(k.export(t, ledger.Selection{})), keep(t, 0).pinned); err == nil {
		t.Error("another server's key passes")
	}
}

func TestAnExportThatWasChangedOrCutIsRefused(t *testing.T) {
	k := keep(t, 3)
	text := k.export(t, ledger.Selection{})
	for n := range len(text) - 1 {
		if n%37 != 0 && n < len(text)-200 {
			continue
		}
		if _, err := Verify(bytes.NewReader(text[:n]), nil); err == nil {
			t.Fatalf("cut off after %d of %d bytes it passes", n, len(text))
		}
	}
	if _, err := Verify(bytes.NewReader(text[:len(text)/2]), nil); err == nil || !strings.Contains(err.Error(), "cut off after") {
		t.Errorf("cut in the middle: %v", err)
	}
	change := func(run func(doc map[string]any, records []any)) []byte {
		var doc map[string]any
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		graph := doc["@graph"].([]any)
		run(doc, graph[len(k.site.Policies):])
		// In the order of the original, which a map does not keep.
		var b bytes.Buffer
		b.WriteByte('{')
		for i, name := range []string{"@context", "nod:export", "@graph", "nod:end"} {
			if i > 0 {
				b.WriteByte(',')
			}
			value, err := json.Marshal(doc[name])
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString(`"` + name + `":`)
			b.Write(value)
		}
		b.WriteByte('}')
		return b.Bytes()
	}
	if _, err := Verify(bytes.NewReader(change(func(map[string]any, []any) {})), k.pinned); err != nil {
		t.Fatalf("formatted anew it fails: %v", err)
	}
	at := func(v any, path ...any) map[string]any {
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
	for name, test := range map[string]struct {
		run  func(doc map[string]any, records []any)
		want string
	}{
		"a status": {func(_ map[string]any, r []any) {
			at(r[0], "dpv:hasProcess", 0, "dpv:hasConsentStatus")["@type"] = refused
		}, "the status of functional is another"},
		"a purpose less": {func(_ map[string]any, r []any) {
			p := at(r[0])["dpv:hasProcess"].([]any)
			at(r[0])["dpv:hasProcess"] = p[1:]
		}, "the number of purposes is another"},
		"who said it": {func(_ map[string]any, r []any) {
			at(r[0], "dpv:hasProcess", 0, "dpv:hasConsentStatus")["dpv:isIndicatedBy"] = "urn:x"
		}, "the status of functional is another"},
		"a controller":     {func(_ map[string]any, r []any) { at(r[0], "dpv:hasDataController")["@id"] = "urn:x" }, "the controller is another"},
		"the beginning":    {func(doc map[string]any, _ []any) { at(doc, "nod:export")["from"] = "2100-01-01T00:00:00Z" }, "outside the export's period"},
		"the period's end": {func(doc map[string]any, _ []any) { at(doc, "nod:export")["to"] = "2000-01-01T00:00:00Z" }, "outside the export's period"},
		"a hash":           {func(_ map[string]any, r []any) { at(r[0], "dpv:hasProcess", 0)["nod:hash"] = "AAAAAA" }, "the status of functional is another"},
		"a platform":       {func(_ map[string]any, r []any) { at(r[0])["nod:platform"] = "ios" }, "the platform is another"},
		"a signal":         {func(_ map[string]any, r []any) { at(r[0])["nod:gpc"] = true }, "the signal is another"},
		"a predecessor":    {func(_ map[string]any, r []any) { delete(at(r[1]), "dct:replaces") }, "the previous is another"},
		"a subject":        {func(_ map[string]any, r []any) { at(r[0], "dpv:hasDataSubject")["dct:identifier"] = uuid.NewString() }, "the subject is another"},
		"a date":           {func(_ map[string]any, r []any) { at(r[1])["dct:date"] = "2027-01-01T00:00:00Z" }, "the date is another"},
		"an id":            {func(_ map[string]any, r []any) { at(r[1])["dct:identifier"] = uuid.NewString() }, "the identifier is another"},
		"an action":        {func(_ map[string]any, r []any) { at(r[1])["nod:action"] = "accept_all" }, "the action is another"},
		"a language":       {func(_ map[string]any, r []any) { at(r[1])["dct:language"] = "de" }, "the policy is another"},
		"the kept record":  {func(_ map[string]any, r []any) { at(r[2], "nod:evidence", "record")["gpc"] = true }, "inclusion"},
		"a salt":           {func(_ map[string]any, r []any) { at(r[2], "nod:evidence")["salt"] = at(r[3], "nod:evidence")["salt"] }, "inclusion"},
		"a place":          {func(_ map[string]any, r []any) { at(r[2], "nod:evidence")["leaf_index"] = 3.0 }, "inclusion"},
		"no evidence":      {func(_ map[string]any, r []any) { delete(at(r[2]), "nod:evidence") }, "has no evidence"},
		"two exchanged":    {func(_ map[string]any, r []any) { r[0], r[1] = r[1], r[0] }, "out of order"},
		"one twice":        {func(_ map[string]any, r []any) { r[1] = r[0] }, "twice"},
		"one left out":     {func(_ map[string]any, r []any) { at(r[5])["@type"] = "dpv:Other" }, "want consent records"},
		"the context":      {func(doc map[string]any, _ []any) { at(doc, "@context")["dpv"] = "https://elsewhere.example/" }, "context"},
		"a member more":    {func(_ map[string]any, r []any) { at(r[0])["dpv:hasConsentStatus"] = given }, "unknown"},
		"the checkpoint":   {func(doc map[string]any, _ []any) { at(doc, "nod:export")["tree_size"] = 5.0 }, "checkpoint"},
		"the site":         {func(doc map[string]any, _ []any) { at(doc, "nod:export")["site"] = "other" }, "tree of site"},
		"the end":          {func(doc map[string]any, _ []any) { doc["nod:end"] = map[string]any{"records": 7} }, "had 7 records"},
		"another's person": {func(doc map[string]any, _ []any) { at(doc, "nod:export")["subject"] = k.subjects[1].String() }, "of another subject"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Verify(bytes.NewReader(change(test.run)), k.pinned)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v; want %q", err, test.want)
			}
		})
	}
	for name, text := range map[string]string{
		"nothing": "", "an array": "[]", "no head": `{"@graph":[]}`, "no end": `{"@context":{}}`, "more after it": string(text) + "{}", "a member after it": strings.TrimSuffix(string(text), "}") + `,"x":1}`,
	} {
		if _, err := Verify(strings.NewReader(text), nil); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}

// The fields of 27560 are there, with what the person was told.
func TestAConsentRecordHasTheFieldsOfTheStandard(t *testing.T) {
	site := builtIn(t)
	form := consent.FormOf(site, site.CurrentPolicy())
	previous := uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8056")
	d := consent.Decision{
		ID: uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8057"), Previous: &previous, Subject: uuid.MustParse("6ba7b810-9dad-41d1-80b4-00c04fd430c8"),
		Policy: site.Current, Language: "en", Platform: policy.Web, Action: consent.Save, Presentation: consent.CustomPresentation,
		Answers:   map[string]consent.State{"functional": consent.Granted, "kingdee": consent.Granted, "beacons": consent.Denied},
		Services:  map[string]consent.State{"help-chat": consent.Denied},
		DecidedAt: time.Date(2026, 3, 1, 8, 0, 0, 0, time.FixedZone("", 8*3600)),
	}
	r := ledger.Record{Site: site.ID, Recorded: consent.Recorded{Decision: d, Covered: consent.CoveredBy(form, &d)}, ReceivedAt: time.Date(2026, 3, 1, 0, 0, 1, 0, time.UTC)}
	got, err := json.MarshalIndent([]any{controller(site, site.CurrentPolicy()), newAuthor(site).record(r)}, "", "  ")
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
		t.Errorf("another than %s (%v); look at the difference, and write it anew with -update:\n%s", golden, err, got)
	}
	// Of a purpose that the policy tells differently by now there are only the identifiers.
	r.Covered[0].Hash = "AAAAAA"
	if p := newAuthor(site).record(r).Processes[0]; p.Purpose.Title != "" || p.Data != nil || p.Status.Type != given {
		t.Errorf("process %+v", p)
	}
	r.Policy = "1999-01-01"
	if out := newAuthor(site).record(r); out.Notice.Title != "" || len(out.Processes) != 4 || out.Processes[1].Purpose.Title != "" {
		t.Errorf("of an unknown version: %+v", out)
	}
}

func TestCSVIsALineForEachRecordAndHarmlessToSpreadsheets(t *testing.T) {
	k := keep(t, 2)
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
		"subject": k.subjects[0].String(), "answers": "analytics=denied functional=granted kingdee=granted", "services": "help-chat=denied",
		"tenant": "'=cmd()", "leaf_index": "0", "action": "save", "restricted": "false", "previous": "",
	} {
		if got := column(name); got != want {
			t.Errorf("%s is %q; want %q", name, got, want)
		}
	}
}

func FuzzVerify(f *testing.F) {
	k := keep(f, 1)
	f.Add(k.export(f, ledger.Selection{}))
	f.Add([]byte(`{"@context":{},"nod:export":{},"@graph":[],"nod:end":{"records":0}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := Verify(bytes.NewReader(text), k.pinned)
		if err == nil && (v.Records > 2 || v.Header.Site != k.site.ID) {
			t.Errorf("read as %+v", v)
		}
	})
}
