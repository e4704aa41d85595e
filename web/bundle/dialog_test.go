package bundle

import (
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/nod-consent/nod/app/declarations"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
	"github.com/nod-consent/nod/web/native"
)

var update = flag.Bool("update", false, "write the golden files again")

// C-14, C-37: a dialog that a platform draws says what our own first layer says, except what agreeing grants.
func TestDialogsOfPlatformsHaveTheWordsOfTheFirstLayer(t *testing.T) {
	site := builtInSite(t, "yunzhijia")
	dialogs, err := Dialogs(t.Context(), loadtest.BuiltIn(t, "yunzhijia"), server, "en")
	if err != nil {
		t.Fatal(err)
	}
	for _, platform := range AppPlatforms {
		got := dialogs[platform]
		texts := []string{got.Title}
		for _, part := range got.Parts {
			texts = append(texts, part.Text)
			if part.Address != "" && !strings.HasPrefix(part.Address, server+"/yunzhijia/") {
				t.Errorf("%s: a link leads to %s", platform, part.Address)
			}
		}
		texts = append(texts, got.Disagree, got.Agree)
		d := site.native(t, "en", platform)
		wanted := listDialogTexts(d.Blocks)
		for _, b := range d.Buttons {
			wanted = append(wanted, b.Text)
		}
		if got, want := strings.Join(texts, "\n"), strings.Join(wanted, "\n"); got != want {
			t.Errorf("%s says\n%s\ninstead of\n%s", platform, got, want)
		}
		if strings.Contains(strings.Join(texts, "\n"), "Accepting includes") {
			t.Errorf("%s says what agreeing grants", platform)
		}
	}
	if _, err := Dialogs(t.Context(), loadtest.BuiltIn(t, "yunzhijia"), server, "fr"); err == nil {
		t.Error("there are dialogs in a language that the site does not have")
	}
}

// listDialogTexts lists the texts of blocks without what agreeing grants: the first folded part, with its items.
func listDialogTexts(blocks []native.Block) (texts []string) {
	isCovers := true
	for _, b := range blocks {
		inner := listDialogTexts(b.Blocks)
		if b.Type == native.More && isCovers {
			isCovers = false
			inner = slices.DeleteFunc(inner, func(text string) bool { return strings.HasPrefix(text, "•") })
		} else {
			texts = append(texts, strings.TrimSpace(b.Mark+" "+b.String()))
		}
		texts = append(texts, inner...)
	}
	return texts
}

// What uni-app and Donut draw for the built-in site. After a change of the first layer:
//
//	go test ./web/bundle -update
func TestTheDialogsOfTheBuiltInSite(t *testing.T) {
	loaded := loadtest.BuiltIn(t, "yunzhijia")
	dialogs, err := Dialogs(t.Context(), loaded, server, "zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	source := declarations.Source{Site: loaded, Language: "zh-CN", Dialogs: dialogs}
	files, _, err := declarations.Make(source, []declarations.Format{declarations.UniApp, declarations.Donut})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := "testdata/" + strings.ReplaceAll(f.Path, "/", ".")
		if *update {
			if err := os.WriteFile(name, f.Content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != string(f.Content) {
			t.Errorf("%s is\n%s\ninstead of\n%s", name, f.Content, want)
		}
	}
	var uniApp struct{ Message string }
	if err := json.Unmarshal(files[0].Content, &uniApp); err != nil {
		t.Fatal(err)
	}
	checkTags(t, uniApp.Message)
}

// checkTags checks that a message has only the elements that uni-app draws, and closes them.
func checkTags(t *testing.T, message string) {
	t.Helper()
	links := 0
	for tokens := html.NewTokenizer(strings.NewReader(message)); tokens.Next() != html.ErrorToken; {
		token := tokens.Token()
		switch {
		case token.Type == html.TextToken, token.Data == "br":
		case token.Data == "a" && token.Type == html.StartTagToken:
			links++
		case token.Data == "a" && token.Type == html.EndTagToken:
			links--
		default:
			t.Errorf("the message has %s", token)
		}
	}
	if links != 0 || !strings.Contains(message, "<a ") {
		t.Errorf("links are not closed, or there are none:\n%s", message)
	}
}

func TestADialogIsOfTheVersionSinceWhichNothingMaterialChanged(t *testing.T) {
	for want, d := range map[string]native.Document{
		"2024": {Policy: "2024"}, "2022": {Policy: "2024", Holds: []string{"2022", "2023"}},
	} {
		if got := (&dialogReader{}).read(d).Version; got != want {
			t.Errorf("policy %s, which holds %v: version %s", d.Policy, d.Holds, got)
		}
	}
}
