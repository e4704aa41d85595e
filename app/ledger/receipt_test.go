package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/consent"
	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/ledger/proof"
)

var update = flag.Bool("update", false, "write testdata again")

// goldenReceipt reads a receipt of an earlier version, which must always verify, and the server's verifier key.
func goldenReceipt(t testing.TB) (receipt []byte, serverKey string) {
	t.Helper()
	if *update {
		key := testKey(t)
		s := openTest(t, sqliteEngine, Options{Key: key})
		for range 4 {
			mustAppend(t, s, newGrant())
		}
		entry := newLater(newGrant(), consent.Granted)
		entry.Decision.GPC = true
		entry.Decision.Guardian = &consent.Guardian{Method: "paper", Time: entry.Decision.DecidedAt,
			Reference: "0b0f0b52-7d0c-4d5e-9d6b-0e6f6a3c1d77"}
		golden := map[string][]byte{"receipt.json": mustAppend(t, s, entry), "verifier.txt": []byte(key.Verifier())}
		for name, content := range golden {
			if err := os.WriteFile("testdata/"+name, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	receipt, err := os.ReadFile("testdata/receipt.json")
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile("testdata/verifier.txt")
	if err != nil {
		t.Fatal(err)
	}
	return receipt, string(key)
}

func goldenPin(t testing.TB, serverKey string) note.Verifier {
	t.Helper()
	key, err := proof.SiteVerifier(serverKey, testSite)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(key)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAnOldReceiptVerifies(t *testing.T) {
	receipt, key := goldenReceipt(t)
	v, err := Verify(receipt, goldenPin(t, key))
	if err != nil {
		t.Fatal(err)
	}
	if v.Record.Answers["analytics"] != consent.Granted || v.Record.Guardian.Reference != "档案 <7>" || v.TreeSize != 5 {
		t.Errorf("verified %+v", v)
	}
}

func TestAReformattedReceiptVerifies(t *testing.T) {
	receipt, key := goldenReceipt(t)
	var indented bytes.Buffer
	if err := json.Indent(&indented, receipt, "", "\t"); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(indented.Bytes(), goldenPin(t, key)); err != nil {
		t.Error(err)
	}
}

// flipCharacter replaces a character of base64 by a different one.
func flipCharacter(s string, i int) string {
	c := byte('A')
	if s[i] == c {
		c = 'B'
	}
	return s[:i] + string(c) + s[i+1:]
}

func recordOf(r map[string]any) map[string]any { return r["record"].(map[string]any) }
func pathOf(r map[string]any) []any            { return r["proof"].([]any) }

func replaceInCheckpoint(r map[string]any, from, to string) {
	r["checkpoint"] = strings.Replace(r["checkpoint"].(string), from, to, 1)
}

// receiptChange is a change of a receipt, and the step of the verification that finds it.
type receiptChange struct {
	name   string
	change func(r map[string]any)
	step   proof.Step
}

var changesOfReceipts = []receiptChange{
	{"type", func(r map[string]any) { r["type"] = "nod-receipt/2" }, proof.StepForm},
	{"no type", func(r map[string]any) { delete(r, "type") }, proof.StepForm},
	{"an unknown member", func(r map[string]any) { r["note"] = "x" }, proof.StepForm},
	{"site", func(r map[string]any) { r["site"] = "shop" }, proof.StepRecord},
	{"a site with an invalid name", func(r map[string]any) { r["site"] = "" }, proof.StepForm},
	{"site in the record too", func(r map[string]any) {
		r["site"] = "shop"
		recordOf(r)["site"] = "shop"
	}, proof.StepCheckpoint},
	{"salt", func(r map[string]any) { r["salt"] = flipCharacter(r["salt"].(string), 3) }, proof.StepInclusion},
	{"a salt that is too short", func(r map[string]any) { r["salt"] = "AAAA" }, proof.StepForm},
	{"leaf_index", func(r map[string]any) { r["leaf_index"] = 3 }, proof.StepInclusion},
	{"leaf_index beyond the tree", func(r map[string]any) { r["leaf_index"] = 5 }, proof.StepForm},
	{"leaf_index below zero", func(r map[string]any) { r["leaf_index"] = -1 }, proof.StepForm},
	{"tree_size", func(r map[string]any) { r["tree_size"] = 6 }, proof.StepCheckpoint},
	{"a hash of the proof", func(r map[string]any) {
		pathOf(r)[0] = flipCharacter(pathOf(r)[0].(string), 0)
	}, proof.StepInclusion},
	{"a proof that is too long", func(r map[string]any) {
		r["proof"] = append(pathOf(r), pathOf(r)[0])
	}, proof.StepInclusion},
	{"no proof", func(r map[string]any) { r["proof"] = []any{} }, proof.StepInclusion},
	{"no checkpoint", func(r map[string]any) { r["checkpoint"] = "" }, proof.StepCheckpoint},
	{"the checkpoint's origin", func(r map[string]any) {
		replaceInCheckpoint(r, "consent.example/portal\n", "evil.example/portal\n")
	}, proof.StepSignature},
	{"the checkpoint's site", func(r map[string]any) {
		replaceInCheckpoint(r, "/portal\n", "/shop\n")
	}, proof.StepCheckpoint},
	{"the checkpoint's size", func(r map[string]any) {
		replaceInCheckpoint(r, "\n5\n", "\n6\n")
		r["tree_size"] = 6
	}, proof.StepSignature},
	{"the checkpoint's root", func(r map[string]any) {
		lines := strings.Split(r["checkpoint"].(string), "\n")
		lines[2] = flipCharacter(lines[2], 0)
		r["checkpoint"] = strings.Join(lines, "\n")
	}, proof.StepSignature},
	{"the checkpoint's signature", func(r map[string]any) {
		s := r["checkpoint"].(string)
		r["checkpoint"] = flipCharacter(s, len(s)-10)
	}, proof.StepSignature},
	{"no signature", func(r map[string]any) {
		text, _, _ := strings.Cut(r["checkpoint"].(string), "\n\n")
		r["checkpoint"] = text + "\n\n"
	}, proof.StepCheckpoint},
	{"a line break in the salt", func(r map[string]any) { r["salt"] = r["salt"].(string) + "\n" }, proof.StepForm},
	{"a line break in the path", func(r map[string]any) {
		path := r["proof"].([]any)
		path[0] = path[0].(string) + "\r\n"
	}, proof.StepForm},
	{"a line break in the key", func(r map[string]any) { r["key"] = r["key"].(string) + "\n" }, proof.StepSignature},
	{"capitals in the key's hash", func(r map[string]any) {
		key := r["key"].(string)
		i := strings.Index(key, "+")
		r["key"] = key[:i] + strings.ToUpper(key[i:i+9]) + key[i+9:]
	}, proof.StepSignature},
	{"no key", func(r map[string]any) { r["key"] = "" }, proof.StepSignature},
	{"a member that the record did not have", func(r map[string]any) {
		recordOf(r)["tenant"] = "kingdee"
	}, proof.StepInclusion},
	{"a record that is not an object", func(r map[string]any) { r["record"] = "x" }, proof.StepForm},
}

// valuesOfRecords are values of a record's members that the golden receipt does not have.
var valuesOfRecords = map[string]any{
	"id": "01a20a27-310f-70f8-bbaf-5d7ffaf01e47", "previous": nil,
	"subject": "4f7bb9bb-3d4c-4b8e-8d1a-0c8b8f6f5d10",
	"policy":  "2023-12", "language": "en", "platform": "ios", "action": "accept_all",
	"presentation": "AAAAAAAAAAAAAAAAAAAAAA",
	"answers":      map[string]any{"analytics": "denied"}, "decided_at": "2026-01-01T00:00:00Z", "gpc": false,
	"received_at": "2026-01-01T00:00:00.000Z", "covered": []any{}, "guardian": nil,
}

// C-58
func TestAnyChangeToAReceiptIsFound(t *testing.T) {
	receipt, key := goldenReceipt(t)
	other, err := proof.SiteVerifier(testKey(t).Verifier(), testSite)
	if err != nil {
		t.Fatal(err)
	}
	changes := append(slices.Clone(changesOfReceipts), receiptChange{
		"key", func(r map[string]any) { r["key"] = other }, proof.StepSignature,
	})
	for field := range recordOf(decode(t, receipt)) {
		changes = append(changes, receiptChange{
			"the record without its " + field, func(r map[string]any) { delete(recordOf(r), field) }, proof.StepInclusion,
		})
	}
	for field, value := range valuesOfRecords {
		changes = append(changes, receiptChange{
			"the record's " + field, func(r map[string]any) { recordOf(r)[field] = value }, proof.StepInclusion,
		})
	}
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			r := decode(t, receipt)
			c.change(r)
			changed, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Verify(changed, goldenPin(t, key))
			var failed *proof.VerifyError
			if !errors.As(err, &failed) {
				t.Fatalf("error %v: want a VerifyError", err)
			}
			// A record without its site is of a different site. That is found before the hash is checked.
			if failed.Step != c.step && c.name != "the record without its site" {
				t.Errorf("fails at %s: want %s (%v)", failed.Step, c.step, err)
			}
		})
	}
}

func decode(t testing.TB, receipt []byte) map[string]any {
	t.Helper()
	var r map[string]any
	if err := json.Unmarshal(receipt, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAReceiptThatIsNotStrictJSONIsRefused(t *testing.T) {
	receipt, _ := goldenReceipt(t)
	text := string(receipt)
	for name, changed := range map[string]string{
		"a member twice":             strings.Replace(text, `{"type"`, `{"site":"portal","type"`, 1),
		"a member of a record twice": strings.Replace(text, `"gpc":true`, `"gpc":false,"gpc":true`, 1),
		"a member in capitals":       strings.Replace(text, `"salt"`, `"Salt"`, 1),
		"text behind it":             text + "{}",
		"cut off":                    text[:len(text)-1],
		"invalid UTF-8":              strings.Replace(text, "portal", "port\xff", 1),
		"too long":                   text + strings.Repeat(" ", MaxReceipt),
		"empty":                      "",
		"null":                       "null",
	} {
		t.Run(name, func(t *testing.T) {
			if changed == text {
				t.Fatal("nothing changed")
			}
			if _, err := Verify([]byte(changed)); err == nil {
				t.Error("verifies")
			}
		})
	}
}

// A forger can sign a checkpoint with their own key and the server's name. Only a pinned key shows it.
func TestAForgedReceiptVerifiesByItsOwnKeyOnly(t *testing.T) {
	key := testKey(t)
	forger := testKey(t)
	s := openTest(t, sqliteEngine, Options{Key: forger})
	forged := mustAppend(t, s, newGrant())
	if v, err := Verify(forged); err != nil || v.Pinned {
		t.Errorf("error %v, pinned %v", err, v.Pinned)
	}
	if _, err := Verify(forged, pin(t, key, testSite)); err == nil {
		t.Error("verifies against a key that did not sign it")
	}
	if v, err := Verify(forged, pin(t, key, testSite), pin(t, forger, testSite)); err != nil || !v.Pinned {
		t.Errorf("against one of two keys: error %v, pinned %v", err, v.Pinned)
	}
}

func FuzzReceipt(f *testing.F) {
	receipt, _ := goldenReceipt(f)
	f.Add(receipt)
	f.Add([]byte(`{"type":"nod-receipt/1","site":"a","record":{},"salt":"","leaf_index":0,"tree_size":1,"proof":[],` +
		`"checkpoint":"","key":""}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, err := Verify(text); err != nil {
			return
		}
		r, err := ParseReceipt(text)
		if err != nil {
			t.Fatalf("verifies and can't be read: %v", err)
		}
		if _, err := Verify(encode(t, r)); err != nil {
			t.Fatalf("verifies, and not when written again: %v", err)
		}
	})
}

func TestAReceiptFromBeforeTheFirstReleaseIsRefusedWithTheReason(t *testing.T) {
	receipt, _ := goldenReceipt(t)
	old := bytes.Replace(receipt, []byte(`"presentation":`), []byte(`"layout":`), 1)
	if _, err := Verify(old); err == nil || !strings.Contains(err.Error(), "from before the first release") {
		t.Errorf("error %v", err)
	}
}

func TestAFileThatIsNoReceiptIsDescribed(t *testing.T) {
	for text, want := range map[string]string{
		`{"type":`:           "receipt: it is no valid JSON from byte 8 on",
		`[]`:                 "receipt: it is not a JSON object",
		`{"a":1}`:            "receipt: no receipt has its member /a",
		`{"type":1}`:         "receipt: its member /type has a wrong value",
		`{"key":"","key":1}`: "receipt: its member /key is there twice",
	} {
		if _, err := ParseReceipt([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%s: %v; want %s", text, err, want)
		}
	}
}
