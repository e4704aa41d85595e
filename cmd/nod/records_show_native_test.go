package main

import (
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/web/native"
)

// C-37, C-48
func TestARecordOfANativeQuestionPrintsItsWords(t *testing.T) {
	key, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	store, err := ledger.Open(t.Context(), ledger.Options{DSN: "sqlite:" + t.TempDir() + "/nod.db", Key: key})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	drawn, err := native.Document{
		Kind: native.Kind, Version: native.Version, Site: "yunzhijia", Template: "kt/1", Screen: native.Screen{
			Blocks:  []native.Block{{Type: native.Title, Text: []native.Run{{Text: "Wel"}, {Text: "come\x1b[2J"}}}},
			Buttons: []native.Button{{Do: "agree", Text: "Agree"}},
		},
	}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	p := ledger.Presentation{
		Site: "yunzhijia", Kind: ledger.Native, Language: "zh-CN", Policy: "2023-11-23", HTML: string(drawn),
	}
	p.Hash = ledger.PresentationHash(p)
	if err := store.PutPresentations(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	e := entry(1)
	e.Decision.Presentation, e.Kind = p.Hash, ledger.Native
	if _, _, err := store.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	_, v, err := readRecord(t.Context(), store, "yunzhijia", e.Decision.ID)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	printVerified(&out, v)
	if err := printNativeWords(t.Context(), &out, store, v.Record); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"shown     drawn natively: the words, not a picture\n", "drawn by  kt/1",
		`    "Welcome\x1b[2J"` + "\n", "    Agree\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it lacks %q:\n%s", want, &out)
		}
	}
}
