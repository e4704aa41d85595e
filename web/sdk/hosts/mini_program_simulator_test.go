package hosts

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
	"github.com/nod-consent/nod/web/bundle"
)

// seen is what a person saw at a moment, and what had been done until then.
type seen struct {
	Text     string   `json:"text"`
	Buttons  []string `json:"buttons"`
	Done     []bool   `json:"done"` // events of the component: whether the person agreed
	Stored   []string `json:"stored"`
	Requests []string `json:"requests"`
}

// The component runs in WeChat's own simulator: it draws the words of native.json, stores and sends nothing before the
// answer, is not drawn again after a refusal, and comes back from the menu. C-01, C-02, C-03, C-05
func TestTheMiniProgramAsksInWeChatsSimulator(t *testing.T) {
	site := loadtest.BuiltIn(t, "yunzhijia")
	app := writeMiniProgram(t, site)
	for _, language := range site.Languages {
		t.Run(language, func(t *testing.T) {
			var drawn struct {
				Blocks []struct {
					Mark string
					Text []struct{ S string }
				}
				Buttons []struct{ Text string }
			}
			content, err := os.ReadFile(filepath.Join(app, "nod", site.ID, language, "native.json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(content, &drawn); err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			var buttons []string
			for _, block := range drawn.Blocks {
				text.WriteString(block.Mark)
				for _, run := range block.Text {
					text.WriteString(run.S)
				}
			}
			for _, button := range drawn.Buttons {
				buttons = append(buttons, button.Text)
				text.WriteString(button.Text)
			}
			checkSimulation(t, simulate(t, app, site, language), text.String(), buttons)
		})
	}
}

func checkSimulation(t *testing.T, got map[string]seen, text string, buttons []string) {
	t.Helper()
	asked := func(stored []string) seen {
		return seen{Text: text, Buttons: buttons, Done: []bool{}, Stored: stored, Requests: []string{}}
	}
	answered := []string{"nod-yunzhijia-answers", "nod-yunzhijia-decisions"}
	const address = "https://consent.example/v1/yunzhijia/decisions"
	basic := got["refused"]
	if basic.Text == text || len(basic.Done) > 0 || len(basic.Requests) > 0 || cmp.Diff(answered, basic.Stored) != "" {
		t.Errorf("after the refusal: %+v", basic)
	}
	want := map[string]seen{
		"first": asked([]string{}), "refused": basic,
		"later": {Buttons: []string{}, Done: []bool{false}, Stored: answered, Requests: []string{}},
		"menu":  asked(answered),
		// What could not be sent is sent at the next start.
		"agreed": {Buttons: []string{}, Done: []bool{true}, Stored: answered, Requests: []string{address}},
		"last":   {Buttons: []string{}, Done: []bool{true}, Stored: answered, Requests: []string{address, address}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what a person saw (-want +got):\n%s", diff)
	}
}

// writeMiniProgram writes what a mini program has of us: the component, and the files of "nod bundle".
func writeMiniProgram(t *testing.T, site *policy.Site) string {
	t.Helper()
	app := t.TempDir()
	for name := range strings.FieldsSeq("first-layer.js first-layer.json first-layer.wxml first-layer.wxss dist/nod.js") {
		content, err := os.ReadFile(filepath.Join("miniprogram", name))
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(app, filepath.Base(name)), content)
	}
	files, err := bundle.ForWeb(t.Context(), site, "https://consent.example")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		writeFile(t, filepath.Join(app, "nod", name), content)
	}
	return app
}

// simulate starts the mini program several times, and answers.
func simulate(t *testing.T, app string, site *policy.Site, language string) (got map[string]seen) {
	t.Helper()
	options, err := json.Marshal(map[string]any{
		"site": site.ID, "policy": site.Current, "language": language, "server": "https://consent.example",
		"folder": "nod", "grantedDays": 365, "deniedDays": 184,
	})
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(app, "options.js"), []byte("module.exports = "+string(options)))
	run := exec.Command("node", "testdata/simulate.cjs", app, app)
	var problems strings.Builder
	run.Stderr = &problems
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%v. Run make deps first.\n%s", err, problems.String())
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s\n%s", err, out, problems.String())
	}
	return got
}
