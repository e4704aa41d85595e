package native

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nod-consent/nod/app/ledger"
)

var update = flag.Bool("update", false, "write the canonical forms and hashes of the vectors again")

// hashVector is a document, its canonical form and its hash. native_host.test.ts of web/loader and NativeTest.kt have
// the same ones.
type hashVector struct {
	Name      string          `json:"name"`
	Document  json.RawMessage `json:"document"`
	Canonical string          `json:"canonical"`
	Hash      string          `json:"hash"`
}

const vectorFile = "testdata/hashes.json"

// HashOf hashes a document as an app does: over the bytes that it drew from.
func hashOf(t *testing.T, canonical string) string {
	t.Helper()
	d, err := Parse([]byte(canonical))
	if err != nil {
		t.Fatal(err)
	}
	return ledger.PresentationHash(ledger.Presentation{
		Site: d.Site, Kind: ledger.Native, Language: d.Language, Policy: d.Policy, HTML: canonical, Shown: d.Shown,
	})
}

// C-37
func TestEveryLanguageMakesTheSameCanonicalFormsAndHashes(t *testing.T) {
	source, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var vectors []hashVector
	if err := json.Unmarshal(source, &vectors); err != nil {
		t.Fatal(err)
	}
	for i, v := range vectors {
		canonical := jsontext.Value(v.Document).Clone()
		if err := canonical.Canonicalize(); err != nil {
			t.Fatal(err)
		}
		hash := hashOf(t, string(canonical))
		if *update {
			vectors[i].Canonical, vectors[i].Hash = string(canonical), hash
			continue
		}
		if v.Canonical != string(canonical) || v.Hash != hash {
			t.Errorf("%s: canonical form\n%s\nwith the hash %s", v.Name, canonical, hash)
		}
	}
	if len(vectors) < 5 {
		t.Errorf("only %d vectors", len(vectors))
	}
	if *update {
		text, err := json.MarshalIndent(vectors, "", "  ")
		if err == nil {
			err = os.WriteFile(vectorFile, append(text, '\n'), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestADocumentIsWrittenInItsCanonicalForm(t *testing.T) {
	d := Document{Kind: Kind, Version: Version, Site: "shop", Holds: []string{}, Screen: Screen{
		Blocks: []Block{{Type: Paragraph, Text: text("a < b & \"c\" \u2028 😀")}}, Buttons: []Button{},
	}}
	encoded, err := d.Encode()
	if err != nil {
		t.Fatal(err)
	}
	canonical := jsontext.Value(encoded).Clone()
	if err := canonical.Canonicalize(); err != nil || string(canonical) != string(encoded) {
		t.Errorf("%s is not canonical: %v", encoded, err)
	}
	again, err := Parse(encoded)
	if err != nil || again.Blocks[0].String() != "a < b & \"c\" \u2028 😀" {
		t.Errorf("read back: %+v, %v", again, err)
	}
}
