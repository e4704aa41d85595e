package declarations

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
)

var update = flag.Bool("update", false, "write the golden files again")

// dialogs are a first layer with all that HTML, JSON and placeholders could trip over.
var dialogs = map[policy.Platform]*Dialog{
	policy.Android: {
		Version: "1", Title: `"Welcome" <b>`, Agree: "Agree & go", Disagree: "Disagree",
		Parts: []Part{
			{Text: `We write __link1__ and <script>alert("1")</script>`},
			{Text: `"The" <policy>`, Address: `https://consent.example/shop/policy?lang=en&x="><script>`},
		},
	},
	policy.IOS: {Version: "1", Title: "Welcome", Agree: "Agree", Disagree: "Disagree"},
}

func truth() *bool     { b := true; return &b }
func falsehood() *bool { return new(bool) }

// sourceOf makes a source of a policy with one version.
func sourceOf(p *policy.Policy) Source {
	p.Version = "1"
	site := &policy.Site{ID: "shop", Languages: []string{"en"}, Policies: []*policy.Policy{p}, Current: "1"}
	return Source{Site: site, Language: "en", Dialogs: dialogs}
}

// makeOne makes the declarations of one format.
func makeOne(t *testing.T, s Source, f Format) (map[string][]byte, []Gap) {
	t.Helper()
	files, gaps, err := Make(s, []Format{f})
	if err != nil {
		t.Fatal(err)
	}
	content := map[string][]byte{}
	for _, file := range files {
		content[file.Path] = file.Content
	}
	return content, gaps
}

// What the sites of the program declare, and what they leave out. After a change of one:
//
//	go test ./app/declarations -update
func TestTheBuiltInSitesDeclareWhatIsInTheirPolicies(t *testing.T) {
	for _, id := range []string{"yunzhijia", "example"} {
		t.Run(id, func(t *testing.T) {
			site := loadtest.BuiltIn(t, id)
			source := Source{Site: site, Language: site.Language(), Dialogs: dialogs}
			files, gaps, err := Make(source, []Format{Apple, Play, WeChat})
			if err != nil {
				t.Fatal(err)
			}
			var lines strings.Builder
			for _, g := range gaps {
				fmt.Fprintf(&lines, "%s (open: %t)\n", g, g.IsOpen)
			}
			files = append(files, File{"gaps.txt", []byte(lines.String())})
			for _, f := range files {
				checkGolden(t, filepath.Join("testdata", id, filepath.Base(f.Path)), f.Content)
			}
		})
	}
}

func checkGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestWhatThePolicyLeavesOutIsReportedAndNotDeclared(t *testing.T) {
	full := policy.Stores{Types: []policy.DataType{policy.DataEmail}, Uses: []policy.DataUse{policy.UseAccount},
		Linked: truth(), Shared: falsehood()}
	for _, test := range []struct {
		name   string
		policy policy.Policy
		format Format
		about  string // of the gap; "" if nothing is missing
		lacks  string // in the file
	}{
		{"nothing collected", policy.Policy{}, Apple, "collected", "NSPrivacyCollectedDataTypeLinked"},
		{"an occasion without an entry for stores", policy.Policy{Collected: []policy.Collected{{ID: "mail"}}}, Play,
			"collected mail", "PSL_EMAIL"},
		{"nothing to WeChat", policy.Policy{Collected: []policy.Collected{{ID: "mail"}}}, WeChat, "collected mail", "Email"},
		{"an occasion that says all", policy.Policy{Collected: []policy.Collected{{ID: "mail", Stores: full}}}, Play, "",
			"PSL_NAME"},
		{"an occasion on another platform", policy.Policy{
			Purposes:  []policy.Purpose{{ID: "web", Platforms: []policy.Platform{policy.Web}}},
			Collected: []policy.Collected{{ID: "mail", Stores: full, Purpose: "web"}},
		}, Apple, "", "EmailAddress"},
		{"tracking without hosts", policy.Policy{
			Purposes:  []policy.Purpose{{ID: "ads", Tracking: true}},
			Collected: []policy.Collected{{ID: "mail", Stores: full}},
		}, Apple, "purpose ads", "<string>https"},
		{"tracking by a pattern of hosts", policy.Policy{
			Purposes:  []policy.Purpose{{ID: "ads", Tracking: true, Hosts: []string{"*.ads.example"}}},
			Collected: []policy.Collected{{ID: "mail", Stores: full}},
		}, Apple, "host *.ads.example", "ads.example"},
		{"data without a word of what for", policy.Policy{Collected: []policy.Collected{{ID: "mail", Stores: full}}}, WeChat,
			"key Email", "EXUser"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files, gaps := makeOne(t, sourceOf(&test.policy), test.format)
			var about []string
			for _, g := range gaps {
				if !g.IsOpen && g.About != "languages" {
					about = append(about, g.About)
				}
			}
			if got := strings.Join(about, ", "); got != test.about {
				t.Errorf("it reports %q, want %q", got, test.about)
			}
			for path, content := range files {
				if strings.Contains(string(content), test.lacks) {
					t.Errorf("%s declares %s:\n%s", path, test.lacks, content)
				}
			}
		})
	}
}

func TestDialogsShowHostileTextsAsTexts(t *testing.T) {
	files, _ := makeOne(t, sourceOf(&policy.Policy{}), UniApp)
	var uniApp map[string]any
	if err := json.Unmarshal(files["android/androidPrivacy.json"], &uniApp); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"version": "1", "prompt": "template", "title": `"Welcome" <b>`, "buttonAccept": "Agree & go",
		"buttonRefuse": "Disagree", "hrefLoader": "system",
		"message": `We write __link1__ and &lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;<br/>` +
			`<a href="https://consent.example/shop/policy?lang=en&amp;x=&#34;&gt;&lt;script&gt;">` +
			`&#34;The&#34; &lt;policy&gt;</a>`,
		"disagreeMode": map[string]any{
			"support": true, "loadNativePlugins": false, "visitorEntry": false, "showAlways": false,
		},
	}
	if diff := cmp.Diff(want, uniApp); diff != "" {
		t.Errorf("uni-app (-want +got):\n%s", diff)
	}
	files, _ = makeOne(t, sourceOf(&policy.Policy{}), Donut)
	var donut donutDialog
	if err := json.Unmarshal(files["android/miniapp.privacy.json"], &donut); err != nil {
		t.Fatal(err)
	}
	wantDonut := donutDialog{
		Title: `"Welcome" <b>`, Agree: "Agree & go", Disagree: "Disagree",
		Message: "We write __link1__ and <script>alert(\"1\")</script>\n___link1___",
		Links: map[string]donutLink{
			"___link1___": {`"The" <policy>`, `https://consent.example/shop/policy?lang=en&x="><script>`, true},
		},
	}
	if diff := cmp.Diff(wantDonut, donut); diff != "" {
		t.Errorf("Donut (-want +got):\n%s", diff)
	}
}

func TestADialogThatIsMissingIsAnError(t *testing.T) {
	source := sourceOf(&policy.Policy{})
	source.Dialogs = nil
	for _, f := range []Format{UniApp, Donut, "other"} {
		if files, _, err := Make(source, []Format{f}); f != "other" && err == nil {
			t.Errorf("%s: %d files, and no error", f, len(files))
		}
	}
}
