package site

import (
	"slices"
	"testing"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/native"
)

func textIn(en string) policy.Text { return policy.Text{"en": en} }

// C-29
func TestAnEarlierAnswerHoldsUntilSomethingMaterialChanges(t *testing.T) {
	versions := func(data ...[]policy.Text) *policy.Site {
		s := &policy.Site{ID: "shop", Languages: []string{"en"}}
		for i, d := range data {
			version := "202" + string(rune('0'+i)) + "-01-01"
			s.Policies = append(s.Policies, &policy.Policy{
				Version: version, Effective: version,
				Purposes: []policy.Purpose{{ID: "analytics", Kind: policy.KindCookie, Name: textIn("Analytics"), Data: d}},
			})
			s.Current = version
		}
		return s
	}
	one, two := []policy.Text{textIn("visits")}, []policy.Text{textIn("visits"), textIn("clicks")}
	for _, test := range []struct {
		name string
		site *policy.Site
		want []string
	}{
		{"one version", versions(one), []string{}},
		{"no change", versions(one, one, one), []string{"2020-01-01", "2021-01-01"}},
		{"more data", versions(one, two), []string{}},
		{"more data, and then no change", versions(one, two, two), []string{"2021-01-01"}},
		{"no change, and then more data", versions(one, one, two), []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := listValidVersions(test.site); !slices.Equal(got, test.want) {
				t.Errorf("answers of %q stand, want %q", got, test.want)
			}
		})
	}
}

// C-14
func TestAgreeingNeverCoversWhatIsSeparateOrRequired(t *testing.T) {
	s := &Site{Site: &policy.Site{Current: "1"}, Forms: map[string]consent.Form{"1": {Purposes: []consent.Item{
		{ID: "necessary", Required: true}, {ID: "analytics", Hash: "a"}, {ID: "face", Separate: true},
		{ID: "publication", PerCase: true},
	}}}}
	want := []native.Covered{{ID: "analytics", Hash: "a"}}
	if got := s.listCovered(policy.Android); !slices.Equal(got, want) {
		t.Errorf("agreeing covers %v, want %v", got, want)
	}
}

// C-15: what a native page opens is not in view when the person agrees.
func TestANativeFirstLayerPrintsItsReasonsItself(t *testing.T) {
	face := policy.Purpose{
		ID: "face", Kind: policy.KindSensitive, Necessity: textIn(`A "door" knows you.`),
		Effect: textIn("It can't be changed."),
	}
	site := &policy.Site{ID: "shop", Languages: []string{"en"}, Policies: []*policy.Policy{{
		Version: "1", Purposes: []policy.Purpose{face},
	}}}
	reasons := []native.Block{
		{Type: native.Paragraph, Text: []native.Run{{Text: `A "door" knows`}, {Text: " you."}}},
		{Type: native.Paragraph, Text: []native.Run{{Text: "It can't be changed."}}},
	}
	for _, test := range []struct {
		name     string
		document native.Document
		want     []string
	}{
		{"in view", native.Document{Screen: native.Screen{Blocks: reasons}}, nil},
		{"folded", native.Document{Screen: native.Screen{Blocks: []native.Block{{Type: native.More, Blocks: reasons}}}},
			[]string{"face"}},
		{"on a page", native.Document{Pages: map[string]native.Screen{"policy": {Blocks: reasons}}}, []string{"face"}},
		{"nowhere", native.Document{}, []string{"face"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.document.Kind, test.document.Version = native.Kind, native.Version
			text, err := test.document.Encode()
			if err != nil {
				t.Fatal(err)
			}
			got := listWithoutReasons(site, ledger.Presentation{
				Kind: ledger.Native, Language: "en", Policy: "1", HTML: string(text), Shown: "android:face",
			})
			if !slices.Equal(got, test.want) {
				t.Errorf("without reasons: %v, want %v", got, test.want)
			}
		})
	}
	if got := listWithoutReasons(site, ledger.Presentation{
		Kind: ledger.Native, Language: "en", Policy: "1", HTML: "{", Shown: "android:face",
	}); !slices.Equal(got, []string{"face"}) {
		t.Errorf("of broken JSON: %v", got)
	}
}
