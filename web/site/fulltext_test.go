package site

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/native"
)

// Policies list recipients in tables. A native first layer has no tables, and shows their words.
func TestATableOfTheFullTextIsATableAndLosesNoWordInAnApp(t *testing.T) {
	texts, err := renderFullTexts(&policy.Site{
		Languages: []string{"en"},
		Policies: []*policy.Policy{{Version: "1", FullText: policy.Text{
			"en": "# Privacy\n\n| Recipient | Country |\n|---|:--|\n| Example <b>Adverts</b> | Austria |\n",
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	made := texts["1 en"].whole
	if !strings.Contains(made, "<table>") || !strings.Contains(made, "<td>Example <b>Adverts</b></td>") &&
		!strings.Contains(made, "<td>Example Adverts</td>") {
		t.Errorf("the text is %s", made)
	}
	screen, err := native.ReadPage(made, "en")
	if err != nil {
		t.Fatal(err)
	}
	shown, err := json.Marshal(screen)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"Recipient", "Country", "Adverts", "Austria"} {
		if !strings.Contains(string(shown), word) {
			t.Errorf("the app does not show %s: %s", word, shown)
		}
	}
}
