package hosts

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// systemState is a case of SystemState.ts: web/loader/test and NativeTest.kt run it.
type systemState struct {
	Call     string            `json:"call"`
	Args     []json.RawMessage `json:"args"`
	Expected json.RawMessage   `json:"expected"`
}

func readSystemStates(t *testing.T) (all []systemState) {
	t.Helper()
	text, err := os.ReadFile("testdata/system_states.json")
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// C-14: nothing is on, and nobody is asked by the system, without our own yes.
func TestNoSystemsYesTurnsAPurposeOnByItself(t *testing.T) {
	gates, on := 0, 0
	for _, s := range readSystemStates(t) {
		if !strings.HasPrefix(s.Call, "gate") {
			continue
		}
		gates++
		var want struct {
			IsOn bool   `json:"isOn"`
			Next string `json:"next"`
		}
		if err := json.Unmarshal(s.Expected, &want); err != nil {
			t.Fatal(err)
		}
		if (want.IsOn || want.Next != "nothing") && string(s.Args[0]) != `"granted"` {
			t.Errorf("%s of %s is %s", s.Call, s.Args, s.Expected)
		}
		if want.IsOn {
			on++
		}
	}
	if gates < 100 || on < 15 {
		t.Errorf("%d cases, of which %d are on", gates, on)
	}
}

// Nothing here compiles Swift. The cases of its switch are read instead.
func TestTheSwiftOfTrackingHasTheCasesOfTheVectors(t *testing.T) {
	source, err := Files.ReadFile("TrackingGate.swift")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{}
	branch := regexp.MustCompile(`(?:case \.(\w+)|default): return \.(\w+)`)
	for _, m := range branch.FindAllStringSubmatch(string(source), -1) {
		cases[m[1]] = m[2]
	}
	for _, guard := range []string{
		`guard answer == "granted" else { return .off }`, `guard isTracking else { return .on }`,
	} {
		if !strings.Contains(string(source), guard) {
			t.Errorf("it lacks %s", guard)
		}
	}
	wanted := map[string]string{
		"on": `{"isOn":true,"next":"nothing"}`, "off": `{"isOn":false,"next":"nothing"}`,
		"prompt": `{"isOn":false,"next":"prompt"}`, "settings": `{"isOn":false,"next":"settings"}`,
	}
	checked := 0
	for _, s := range readSystemStates(t) {
		if s.Call != "gateTracking" || string(s.Args[0]) != `"granted"` || string(s.Args[1]) != "true" {
			continue
		}
		checked++
		var status string
		if err := json.Unmarshal(s.Args[2], &status); err != nil {
			t.Fatal(err)
		}
		got, ok := cases[status]
		if !ok {
			got = cases[""]
		}
		if want := strings.ReplaceAll(string(s.Expected), " ", ""); wanted[got] != want {
			t.Errorf("%s is .%s, want %s", status, got, want)
		}
	}
	if checked < 4 {
		t.Errorf("%d cases", checked)
	}
}
