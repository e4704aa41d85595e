package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
	"github.com/nod-consent/nod/web/bundle"
	"github.com/nod-consent/nod/web/native"
)

// miniProgram is what the component of the mini program did.
type miniProgram struct {
	Data struct {
		IsShown bool
		Lines   []struct {
			Mark string
			Runs []struct{ S string }
		}
		Buttons []struct{ Do, Text string }
	}
	Events []struct {
		Name   string
		Detail struct{ Agreed bool }
	}
	Requests []struct {
		Status   int
		Decision struct {
			ID string
		}
	}
}

// runMiniProgram runs the component with the files of "nod bundle --platform web" against a server.
func (s *server) runMiniProgram(folder string, taps ...string) (out miniProgram) {
	s.Helper()
	listening := httptest.NewServer(s.Server)
	defer listening.Close()
	args := append([]string{"testdata/mini_program.mjs", "sdk/hosts/miniprogram", folder, listening.URL}, taps...)
	printed, err := exec.Command("node", args...).Output()
	if err == nil {
		err = json.Unmarshal(printed, &out)
	}
	if err != nil {
		s.Fatalf("%v\n%s", err, printed)
	}
	return out
}

// writeWebBundle writes the files that a mini program needs, and returns their folder and what is drawn in English.
func writeWebBundle(t *testing.T) (folder string, drawn []byte) {
	t.Helper()
	files, err := bundle.ForWeb(t.Context(), loadtest.BuiltIn(t, "yunzhijia"), "https://consent.example")
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	for name, content := range files {
		if filepath.Base(name) != "native.json" {
			continue
		}
		err := os.MkdirAll(filepath.Join(folder, filepath.Dir(name)), 0o755)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name), content, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return folder, files["yunzhijia/en/native.json"]
}

// C-01, C-03, C-05, C-37, C-50: the component runs as it is, in Node.
func TestAMiniProgramAsksAndSendsItsDecisionItself(t *testing.T) {
	s := shared(t)
	folder, drawn := writeWebBundle(t)
	document, err := native.Parse(drawn)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		taps    []string
		screen  native.Screen // that is drawn last
		isShown bool
		agreed  []bool // of the events that the program got
		actions []string
	}{
		{"at the start", nil, document.Screen, true, nil, nil},
		{"disagreed", []string{"disagree"}, document.Basic, true, nil, nil},
		{"went on in the basic mode", []string{"disagree", "close"}, document.Basic, false, []bool{false}, nil},
		{"read the policy and went back", []string{"policy", "back"}, document.Screen, true, nil, nil},
		{"agreed", []string{"agree"}, document.Screen, false, []bool{true}, []string{"accept_all"}},
		{"disagreed, and agreed after all", []string{"disagree", "again", "agree"}, document.Screen, false, []bool{true},
			[]string{"reject_all", "accept_all"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			out := s.runMiniProgram(folder, test.taps...)
			if out.Data.IsShown != test.isShown {
				t.Errorf("it is shown: %v", out.Data.IsShown)
			}
			if got, want := out.texts(), visibleTexts(test.screen); !slices.Equal(got, want) {
				t.Errorf("it draws\n%q, want\n%q", got, want)
			}
			if agreed := out.listAgreed(); !slices.Equal(agreed, test.agreed) {
				t.Errorf("the program gets %v, want %v", agreed, test.agreed)
			}
			actions := s.listStoredActions(out, hashOfNative(t, drawn))
			if !slices.Equal(actions, test.actions) {
				t.Errorf("the server stored %v, want %v", actions, test.actions)
			}
		})
	}
}

// listAgreed lists what the component reported of each answer.
func (m miniProgram) listAgreed() (agreed []bool) {
	for _, e := range m.Events {
		agreed = append(agreed, e.Detail.Agreed)
	}
	return agreed
}

// listStoredActions lists the actions of the records of what was sent, and checks that they are of what was drawn.
func (s *server) listStoredActions(m miniProgram, presentation string) (actions []string) {
	s.Helper()
	for _, r := range m.Requests {
		record, err := s.store.Record(s.Context(), "yunzhijia", uuid.MustParse(r.Decision.ID))
		if err != nil || r.Status != http.StatusCreated {
			s.Fatalf("status %d: %v", r.Status, err)
		}
		actions = append(actions, string(record.Action))
		if record.Kind != ledger.Native || record.Presentation != presentation || record.Platform != policy.Web {
			s.Errorf("the record is of %q, %s, on %s", record.Kind, record.Presentation, record.Platform)
		}
	}
	return actions
}

// texts are what the component draws: folded parts are closed.
func (m miniProgram) texts() (texts []string) {
	for _, line := range m.Data.Lines {
		text := line.Mark
		for _, run := range line.Runs {
			text += run.S
		}
		texts = append(texts, text)
	}
	for _, b := range m.Data.Buttons {
		texts = append(texts, b.Text)
	}
	return texts
}

func visibleTexts(screen native.Screen) (texts []string) {
	for _, b := range screen.Blocks {
		texts = append(texts, b.Mark+b.String())
	}
	for _, b := range screen.Buttons {
		texts = append(texts, b.Text)
	}
	return texts
}

func TestTheMiniProgramsMarkupDrawsOnlyWhatItsCodeGives(t *testing.T) {
	markup, err := os.ReadFile("sdk/hosts/miniprogram/first-layer.wxml")
	if err != nil {
		t.Fatal(err)
	}
	outside := regexp.MustCompile(`(?s)<.*?>|\{\{.*?\}\}`).ReplaceAllString(string(markup), "")
	if words := strings.TrimSpace(outside); words != "" {
		t.Errorf("it has words of its own: %q", words)
	}
}
