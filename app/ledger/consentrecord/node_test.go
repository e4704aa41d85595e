package consentrecord

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
)

// nodeCase is one line for testdata/verify.mjs, a verifier in another language that was written from
// assets/docs/ledger.md. It has no code in common with this program.
type nodeCase struct {
	Kind    string   `json:"kind"`
	Text    string   `json:"text"` // base64: a damaged text may not be UTF-8
	Keys    []string `json:"keys"`
	name    string
	isValid bool
}

func newNodeCase(kind, name string, text []byte, isValid bool, keys ...string) nodeCase {
	return nodeCase{kind, base64.StdEncoding.EncodeToString(text), keys, name, isValid}
}

// runNode has the verifier in Node check each case.
func runNode(t *testing.T, cases []nodeCase) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatalf("Node 20 or newer must be in PATH: %v", err)
	}
	var in, errors bytes.Buffer
	encoder := json.NewEncoder(&in)
	for _, c := range cases {
		if c.Keys == nil {
			c.Keys = []string{}
		}
		if err := encoder.Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command(node, "testdata/verify.mjs")
	command.Stdin, command.Stderr = &in, &errors
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &errors)
	}
	answers := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(answers) != len(cases) {
		t.Fatalf("%d answers for %d cases", len(answers), len(cases))
	}
	for i, c := range cases {
		if isValid := answers[i] == "ok"; isValid != c.isValid {
			t.Errorf("%s, %s: %s; want valid: %v", c.Kind, c.name, answers[i], c.isValid)
		}
	}
}

// readReceipts returns the receipts of all records.
func (k *testLedger) readReceipts(t *testing.T) (receipts [][]byte) {
	t.Helper()
	for _, subject := range k.subjects {
		records, err := k.Records(t.Context(), k.site.ID, subject)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			receipt, err := k.Receipt(t.Context(), k.site.ID, r.ID)
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := receipt.Encode()
			if err != nil {
				t.Fatal(err)
			}
			receipts = append(receipts, encoded)
		}
	}
	return receipts
}

// changeEach passes the value with each of its members changed, or removed, or one added. change returns the value with
// a part of it replaced.
func changeEach(value any, path string, replace func(any) any, each func(name string, changed any)) {
	switch v := value.(type) {
	case map[string]any:
		each(path+" with a member more", replace(with(v, "extra", true)))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			each(path+" without "+name, replace(with(v, name, nil)))
			changeEach(v[name], path+"."+name, func(part any) any { return replace(with(v, name, part)) }, each)
		}
	case []any:
		for i := range v {
			each(fmt.Sprintf("%s without entry %d", path, i), replace(slices.Delete(slices.Clone(v), i, i+1)))
			changeEach(v[i], fmt.Sprintf("%s[%d]", path, i), func(part any) any {
				out := slices.Clone(v)
				out[i] = part
				return replace(out)
			}, each)
		}
	case string:
		each(path+" with a character less", replace(v[:max(len(v)-1, 0)]+map[bool]string{true: "x"}[v == ""]))
		for i := 0; i < len(v); i += 1 + len(v)/8 {
			each(fmt.Sprintf("%s with another character %d", path, i), replace(changeCharacter(v, i)))
		}
	case float64:
		each(path+" plus one", replace(v+1))
		each(path+" minus one", replace(v-1))
	case bool:
		each(path+" negated", replace(!v))
	case nil:
		each(path+" not null", replace("x"))
	}
}

func changeCharacter(s string, i int) string {
	c := byte('A')
	if s[i] == c {
		c = 'B'
	}
	return s[:i] + string(c) + s[i+1:]
}

// with returns a copy of an object with a member replaced; nil removes it.
func with(object map[string]any, name string, value any) map[string]any {
	out := maps.Clone(object)
	if out[name] = value; value == nil {
		delete(out, name)
	}
	return out
}

// C-58: a program in another language, written from the documentation, accepts every receipt and export, and refuses
// each one that was changed.
func TestAVerifierInNodeAgreesAboutReceipts(t *testing.T) {
	k := openLedger(t, 5)
	key := k.key.Verifier()
	other, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	receipts := k.readReceipts(t)
	var cases []nodeCase
	for i, r := range receipts {
		name := fmt.Sprintf("of leaf %d", i)
		cases = append(cases, newNodeCase("receipt", name, r, true, key), newNodeCase("receipt", name, r, true),
			newNodeCase("receipt", name+" with another key", r, false, other.Verifier()))
	}
	last := receipts[len(receipts)-1]
	var indented bytes.Buffer
	if err := json.Indent(&indented, last, "", "\t"); err != nil {
		t.Fatal(err)
	}
	cases = append(cases, newNodeCase("receipt", "indented", indented.Bytes(), true, key))
	for name, text := range map[string]string{
		"a member twice":   strings.Replace(string(last), `"gpc":`, `"gpc":true,"gpc":`, 1),
		"text behind it":   string(last) + "{}",
		"cut off":          string(last[:len(last)-1]),
		"invalid UTF-8":    strings.Replace(string(last), "custom", "cust\xffom", 1),
		"empty":            "",
		"null":             "null",
		"a comma too many": strings.Replace(string(last), `"proof":[`, `"proof":[,`, 1),
	} {
		cases = append(cases, newNodeCase("receipt", name, []byte(text), false, key))
	}
	var value any
	if err := json.Unmarshal(last, &value); err != nil {
		t.Fatal(err)
	}
	changes := 0
	changeEach(value, "the receipt", func(v any) any { return v }, func(name string, changed any) {
		text, err := json.Marshal(changed)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.Verify(text); err == nil {
			t.Errorf("%s: this program accepts it", name)
		}
		cases = append(cases, newNodeCase("receipt", name, text, false, key))
		changes++
	})
	if changes < 150 {
		t.Errorf("only %d changes", changes)
	}
	runNode(t, cases)
}

// C-32
func TestAVerifierInNodeAgreesAboutReceiptsOfRequests(t *testing.T) {
	k := openLedger(t, 1)
	event := ledger.DeskEvent{
		ID: uuid.Must(uuid.NewV7()), Type: "request.received", Case: uuid.Must(uuid.NewV7()), At: k.at,
		Policy: k.site.Current, Items: []ledger.DeskItem{{Item: 1, Kind: "access", State: "received"}},
	}
	err := k.WriteDesk(t.Context(), k.site.ID, func(_ context.Context, tx *ledger.DeskTx) error {
		return tx.AddEvent(event)
	})
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := k.Receipt(t.Context(), ledger.DeskTree(k.site.ID), event.ID)
	if err != nil {
		t.Fatal(err)
	}
	text, err := receipt.Encode()
	if err != nil {
		t.Fatal(err)
	}
	key := k.key.Verifier()
	cases := []nodeCase{newNodeCase("receipt", "of a request", text, true, key)}
	for name, change := range map[string][2]string{
		"of another kind":     {`"access"`, `"delete"`},
		"of the site's log":   {`/desk"`, `"`},
		"of another log":      {`/desk"`, `/mail"`},
		"of a name that ends": {`/desk"`, `/desk/desk"`},
	} {
		changed := strings.ReplaceAll(string(text), change[0], change[1])
		if _, err := ledger.Verify([]byte(changed)); err == nil || changed == string(text) {
			t.Errorf("%s: this program accepts it", name)
		}
		cases = append(cases, newNodeCase("receipt", name, []byte(changed), false, key))
	}
	runNode(t, cases)
}

// An outsider runs it with files. Without usable arguments it must not look like "valid".
func TestTheVerifierInNodeTakesFiles(t *testing.T) {
	k := openLedger(t, 1)
	receipt := k.readReceipts(t)[0]
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	key := write("consent.key", []byte(k.key.Verifier()+"\n"))
	whole := write("receipt.json", receipt)
	changed := write("changed.json", bytes.Replace(receipt, []byte(`"gpc":`), []byte(`"gpt":`), 1))
	for _, test := range []struct {
		name   string
		args   []string
		status int
	}{
		{"a receipt", []string{"receipt", whole, key}, 0},
		{"a changed receipt", []string{"receipt", changed, key}, 1},
		{"a receipt as an export", []string{"export", whole, key}, 1},
		{"an unknown kind", []string{"toString", whole, key}, 2},
		{"no key", []string{"receipt", whole}, 2},
		{"a file alone", []string{whole}, 2},
		{"nothing", nil, 2},
	} {
		command := exec.Command("node", append([]string{"testdata/verify.mjs"}, test.args...)...)
		out, _ := command.CombinedOutput() // the status says whether it failed
		if got := command.ProcessState.ExitCode(); got != test.status {
			t.Errorf("%s: status %d; want %d\n%s", test.name, got, test.status, out)
		}
	}
}

func TestAVerifierInNodeAgreesAboutExports(t *testing.T) {
	k := openLedger(t, 3)
	key, policies := k.key.Verifier(), len(k.site.Policies)
	text := k.export(t, ledger.Selection{})
	unchanged := exportChange(func(map[string]any, []any) {}).applyTo(t, text, policies)
	cases := []nodeCase{
		newNodeCase("export", "as written", text, true, key),
		newNodeCase("export", "by its own key", text, true),
		newNodeCase("export", "of one subject", k.export(t, ledger.Selection{Subject: k.subjects[1]}), true, key),
		newNodeCase("export", "of nobody", k.export(t, ledger.Selection{Subject: uuid.New()}), true, key),
		newNodeCase("export", "formatted differently", unchanged, true, key),
		newNodeCase("export", "cut off", text[:len(text)/2], false, key),
		newNodeCase("export", "with text behind it", append(slices.Clone(text), '{'), false, key),
	}
	for name, test := range changesOfExports {
		cases = append(cases, newNodeCase("export", name, test.change.applyTo(t, text, policies), false, key))
	}
	runNode(t, cases)
}

func TestAVerifierInNodeAgreesAboutCheckpointsAndRotations(t *testing.T) {
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "nod.db")
	var keys []*proof.Key
	for range 3 {
		key, err := proof.NewKey("consent.example")
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	stranger, err := proof.NewKey("other.example")
	if err != nil {
		t.Fatal(err)
	}
	var cases []nodeCase
	for i, key := range keys {
		store, err := ledger.Open(t.Context(), ledger.Options{DSN: dsn, Key: key})
		if err != nil {
			t.Fatal(err)
		}
		appendRefusal(t, store)
		checkpoint, err := store.Checkpoint(t.Context(), "portal")
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, changeLines("checkpoint", checkpoint, key.Verifier())...)
		cases = append(cases, newNodeCase("checkpoint", "by another key", checkpoint, false, stranger.Verifier()))
		known, err := store.Keys(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			statement := []byte(known[i].Statement)
			cases = append(cases, changeLines("rotation", statement, keys[i-1].Verifier())...)
			cases = append(cases, newNodeCase("rotation", "of another key", statement, false, key.Verifier()))
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		if i+1 < len(keys) {
			if err := ledger.Rotate(t.Context(), ledger.Options{DSN: dsn}, key, keys[i+1]); err != nil {
				t.Fatal(err)
			}
		}
	}
	runNode(t, cases)
}

func appendRefusal(t *testing.T, store *ledger.Store) {
	t.Helper()
	d := consent.Decision{
		ID: uuid.Must(uuid.NewV7()), Subject: uuid.New(), Policy: "2024-01", Language: "zh-CN", Platform: policy.Web,
		Action: consent.RejectAll, Answers: map[string]consent.State{"analytics": consent.Denied},
		DecidedAt: time.Now(), Presentation: consent.CustomPresentation,
	}
	if _, _, err := store.Append(t.Context(), ledger.Entry{Site: "portal", Decision: d}); err != nil {
		t.Fatal(err)
	}
}

// changeLines returns a signed note as it is, which is valid, and with each line changed or removed, which is not.
func changeLines(kind string, note []byte, key string) []nodeCase {
	cases := []nodeCase{newNodeCase(kind, "as written", note, true, key)}
	lines := strings.Split(strings.TrimSuffix(string(note), "\n"), "\n")
	for i, line := range lines {
		removed := strings.Join(slices.Delete(slices.Clone(lines), i, i+1), "\n") + "\n"
		cases = append(cases, newNodeCase(kind, fmt.Sprintf("without line %d", i), []byte(removed), false, key))
		for j := 0; j < len(line); j += 1 + len(line)/12 {
			changed := slices.Clone(lines)
			changed[i] = changeCharacter(line, j)
			text := strings.Join(changed, "\n") + "\n"
			cases = append(cases, newNodeCase(kind, fmt.Sprintf("line %d, character %d", i, j), []byte(text), false, key))
		}
	}
	return append(cases, newNodeCase(kind, "cut off", note[:len(note)-10], false, key))
}
