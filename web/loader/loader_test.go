package loader_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/google/uuid"
	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/loader"
	"github.com/nod-consent/nod/web/loader/bundle"
)

// embedded are the scripts of dist.
var embedded loader.Scripts

func TestDistIsWhatTheSourcesBundleTo(t *testing.T) {
	out := t.TempDir()
	if err := bundle.Write(bundle.Options{Source: "src", Out: out}); err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadDir("dist")
	if err != nil {
		t.Fatal(err)
	}
	if len(made) != len(kept) {
		t.Errorf("the build made %v, and dist has %v", made, kept)
	}
	for _, f := range made {
		built, err := os.ReadFile(filepath.Join(out, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if there, err := os.ReadFile(filepath.Join("dist", f.Name())); err != nil || !bytes.Equal(built, there) {
			t.Errorf("dist/%s is not what src bundles to; run go generate ./web/loader (%v)", f.Name(), err)
		}
	}
}

func TestConsentIsTheProgramAroundItsConfiguration(t *testing.T) {
	const config = `{"site":"demo"}`
	seen := map[int]bool{}
	for set := range 8 {
		build := loader.Build{Strict: set&1 > 0, Hold: set&2 > 0, Equivalents: set&4 > 0}
		whole, err := embedded.Consent([]byte(config), build)
		if err != nil {
			t.Fatal(err)
		}
		got := string(whole)
		if !strings.HasPrefix(got, "(()=>{const __NOD__="+config+";") || !strings.HasSuffix(got, "})();\n") {
			t.Errorf("%+v begins %.40q and ends %q", build, got, got[max(0, len(got)-40):])
		}
		if n := strings.Count(got, config); n != 1 {
			t.Errorf("%+v: the configuration is in it %d times, want once", build, n)
		}
		checked := api.Transform(got, api.TransformOptions{Loader: api.LoaderJS})
		if len(checked.Errors) > 0 {
			t.Errorf("%+v is no JavaScript: %s", build, checked.Errors[0].Text)
		}
		seen[len(got)] = true
	}
	if len(seen) != 8 {
		t.Errorf("eight builds have %d sizes", len(seen))
	}
}

func TestAnAdapterIsItsProgramAroundWhatItIsTold(t *testing.T) {
	got, err := embedded.Adapter("data-layer", []byte(`{"variable":"x"}`))
	if checked := api.Transform(string(got), api.TransformOptions{Loader: api.LoaderJS}); err != nil || len(checked.Errors) > 0 || !strings.HasSuffix(string(got), "})({\"variable\":\"x\"});\n") {
		t.Errorf("%s: %v, %v", got, err, checked.Errors)
	}
	if _, err := embedded.Adapter("nothing", nil); err == nil {
		t.Error("an adapter that is not there")
	}
}

// TestTheRulesInTypeScript runs test/vectors.test.ts in Node: the vectors of app/consent, and random cases with the
// results of Go.
func TestTheRulesInTypeScript(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatalf("the rules in TypeScript can't be tested: Node 20 or newer must be in PATH: %v", err)
	}
	vectors, err := filepath.Abs("../../app/consent/testdata")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "vectors.test.mjs")
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{"test/vectors.test.ts"},
		Outfile:     program,
		Bundle:      true,
		Write:       true,
		Format:      api.FormatESModule,
		Platform:    api.PlatformNode,
		Target:      api.ES2020,
		Define:      bundle.Define(1, "equivalents"), // all rules
	})
	if len(result.Errors) > 0 {
		t.Fatalf("bundle the tests: %s", result.Errors[0].Text)
	}
	cases, err := json.Marshal(randomCases(t, 2000))
	if err != nil {
		t.Fatal(err)
	}
	random := filepath.Join(dir, "random.json")
	if err := os.WriteFile(random, cases, 0o600); err != nil {
		t.Fatal(err)
	}

	run := exec.Command(node, "--test", "--test-reporter=tap", program)
	run.Dir = dir
	run.Env = append(os.Environ(), "NOD_VECTORS="+vectors, "NOD_RANDOM="+random)
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, failures(out))
	}
	// Node is content with a file that has no tests, and so must not be the only judge.
	passed := regexp.MustCompile(`(?m)^# pass (\d+)$`).FindSubmatch(out)
	if passed == nil {
		t.Fatalf("Node reports no passed tests:\n%s", out)
	}
	if n, _ := strconv.Atoi(string(passed[1])); n < 150 {
		t.Errorf("%d tests ran, want 150 at least", n)
	}
	if skipped := regexp.MustCompile(`(?m)^# (skipped|todo|cancelled) [1-9]`).Find(out); skipped != nil {
		t.Errorf("some tests did not run: %s", skipped)
	}
}

// failures leaves out of TAP what passed.
func failures(out []byte) string {
	blocks := regexp.MustCompile(`(?m)^\s*# Subtest: .*\n\s*ok .*\n(\s+---\n(.*\n)*?\s+\.\.\.\n)?`).ReplaceAll(out, nil)
	return string(blocks[:min(len(blocks), 20_000)])
}

type randomAnswer struct {
	ID    string        `json:"id"`
	Hash  policy.Hash   `json:"hash"`
	State consent.State `json:"state"`
	Day   int           `json:"day"`
	GPC   bool          `json:"gpc"`
}

type randomStored struct {
	Decision string         `json:"decision"`
	Subject  string         `json:"subject"`
	Answers  []randomAnswer `json:"answers"`
}

func written(s consent.Stored) randomStored {
	w := randomStored{Answers: []randomAnswer{}}
	if s.Decision != uuid.Nil {
		w.Decision = s.Decision.String()
	}
	if s.Subject != uuid.Nil {
		w.Subject = s.Subject.String()
	}
	for _, a := range s.Answers {
		w.Answers = append(w.Answers, randomAnswer(a))
	}
	return w
}

type randomCase struct {
	Form      consent.Form   `json:"form"`
	Stored    randomStored   `json:"stored"`
	GPC       bool           `json:"gpc"`
	Now       time.Time      `json:"now"`
	Decision  randomDecision `json:"decision"`
	Evaluated evaluated      `json:"evaluated"`
	Applied   randomStored   `json:"applied"`
	Cookie    string         `json:"cookie"`
	Read      randomStored   `json:"read"`
	Broken    string         `json:"broken"`
	BrokenAs  *randomStored  `json:"broken_read"`
}

type randomDecision struct {
	ID       uuid.UUID                `json:"id"`
	Previous *uuid.UUID               `json:"previous"`
	Subject  uuid.UUID                `json:"subject"`
	Answers  map[string]consent.State `json:"answers"`
	Services map[string]consent.State `json:"services,omitempty"`
	GPC      bool                     `json:"gpc"`
}

type evaluated struct {
	Ask    []string                 `json:"ask"`
	States map[string]consent.State `json:"states"`
	Signal []string                 `json:"signal"`
}

// chance makes random cases, the same in every run.
type chance struct{ *rand.Rand }

func (c chance) of(n int) bool { return c.IntN(n) == 0 }

func (c chance) state() consent.State {
	if c.of(2) {
		return consent.Granted
	}
	return consent.Denied
}

func (c chance) hash() policy.Hash {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	h := make([]byte, policy.HashLen)
	for i := range h {
		h[i] = letters[c.IntN(len(letters))]
	}
	return policy.Hash(h)
}

func (c chance) uuid(version byte, ms int64) uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:], c.Uint64())
	binary.BigEndian.PutUint64(id[8:], c.Uint64())
	if version == 7 {
		var time [8]byte
		binary.BigEndian.PutUint64(time[:], uint64(ms))
		copy(id[:6], time[2:])
	}
	id[6] = id[6]&0x0f | version<<4
	id[8] = id[8]&0x3f | 0x80
	return id
}

const dayMS = 86_400_000

// day is near the edges of the terms more often than not, and sometimes from a wrong clock.
func (c chance) day(today int, form consent.Form) int {
	switch c.IntN(10) {
	case 0:
		return c.IntN(60_000)
	case 1, 2:
		return today + c.IntN(4) - 1
	case 3, 4:
		return today - form.GrantedDays + c.IntN(3) - 1
	case 5, 6:
		days := form.DeniedDays
		for _, p := range form.Purposes {
			if p.Rest > 0 && c.of(2) {
				days = p.Rest
			}
		}
		return today - days + c.IntN(3) - 1
	}
	return today - c.IntN(min(today, 500))
}

func (c chance) form() consent.Form {
	form := consent.Form{GrantedDays: 1 + c.IntN(400), DeniedDays: 1 + c.IntN(200), Purposes: []consent.Item{}}
	purposes := c.IntN(5)
	if c.of(20) {
		purposes = 30
	}
	for i := range purposes {
		p := consent.Item{ID: fmt.Sprintf("p%d", i), Hash: c.hash(), Required: c.of(6), Separate: c.of(5), GPC: c.of(2)}
		if c.of(4) {
			p.Rest = 1 + c.IntN(200)
		}
		if c.of(20) && i == 0 {
			p.ID = "constructor"
		}
		if p.Required {
			p.Separate, p.GPC = false, false
		}
		for j := range c.IntN(4) {
			p.Services = append(p.Services, consent.Item{ID: fmt.Sprintf("p%d-service-%d", i, j), Hash: c.hash()})
		}
		form.Purposes = append(form.Purposes, p)
		for _, item := range append([]consent.Item{p}, p.Services...) {
			for c.of(3) { // earlier contents
				if form.Equivalents == nil {
					form.Equivalents = map[policy.Hash]policy.Hash{}
				}
				form.Equivalents[c.hash()] = item.Hash
			}
		}
	}
	return form
}

func (c chance) stored(form consent.Form, today int) consent.Stored {
	if c.of(8) {
		return consent.Stored{}
	}
	s := consent.Stored{Decision: c.uuid(7, int64(max(0, c.day(today, form)))*dayMS+c.Int64N(dayMS)), Subject: c.uuid(4, 0)}
	add := func(item consent.Item) {
		if c.of(4) {
			return
		}
		a := consent.Answer{ID: item.ID, Hash: item.Hash, State: c.state(), Day: max(0, c.day(today, form)), GPC: c.of(3)}
		if c.of(4) {
			a.ID = ""
		}
		for _, earlier := range slices.Sorted(maps.Keys(form.Equivalents)) {
			if form.Equivalents[earlier] == item.Hash && c.of(2) {
				a.Hash = earlier
			}
		}
		if c.of(6) {
			a.Hash = c.hash() // the content was another
		}
		s.Answers = append(s.Answers, a)
	}
	for _, p := range form.Purposes {
		add(p)
		for _, v := range p.Services {
			add(v)
		}
	}
	c.Shuffle(len(s.Answers), func(i, j int) { s.Answers[i], s.Answers[j] = s.Answers[j], s.Answers[i] })
	return s
}

func (c chance) decision(form consent.Form, s consent.Stored, today int) randomDecision {
	d := randomDecision{
		ID: c.uuid(7, int64(max(0, today+c.IntN(3)-1))*dayMS+c.Int64N(dayMS)), Subject: c.uuid(4, 0),
		Answers: map[string]consent.State{}, GPC: c.of(3),
	}
	switch {
	case c.of(3):
		other := c.uuid(7, c.Int64N(1<<40))
		d.Previous = &other
	case s.Decision != uuid.Nil && !c.of(5):
		d.Previous = &s.Decision
	}
	for _, p := range form.Purposes {
		if c.of(2) {
			d.Answers[p.ID] = c.state()
		}
		for _, v := range p.Services {
			if c.of(2) {
				if d.Services == nil {
					d.Services = map[string]consent.State{}
				}
				d.Services[v.ID] = c.state()
			}
		}
	}
	return d
}

// broken changes one character.
func (c chance) broken(value string) string {
	const characters = "019AZazgdGDQ-_.:+/= \n\x00é\u212a"
	runes := []rune(characters)
	at := c.IntN(len(value))
	return value[:at] + string(runes[c.IntN(len(runes))]) + value[at+1:]
}

func randomCases(t *testing.T, n int) []randomCase {
	t.Helper()
	c := chance{rand.New(rand.NewPCG(1728000000, 20241004))}
	var cases []randomCase
	asked, granted, unread := 0, 0, 0
	for range n {
		form := c.form()
		today := 19_000 + c.IntN(3000)
		now := time.Unix(int64(today)*86400+c.Int64N(86400), c.Int64N(1000)*1e6).UTC()
		s := c.stored(form, today)
		gpc := c.of(2)
		d := c.decision(form, s, today)

		q := consent.Evaluate(form, s, consent.Signals{GPC: gpc}, now)
		next := s.Apply(form, &consent.Decision{ID: d.ID, Previous: d.Previous, Subject: d.Subject, Answers: d.Answers, Services: d.Services, GPC: d.GPC})
		value := consent.EncodeCookie(next)
		read, err := consent.DecodeCookie(value)
		if err != nil {
			t.Fatalf("what was written can't be read: %s: %v", value, err)
		}
		one := randomCase{
			Form: form, Stored: written(s), GPC: gpc, Now: now, Decision: d,
			Evaluated: evaluated{Ask: append([]string{}, q.Ask...), States: q.States, Signal: append([]string{}, q.Signal...)},
			Applied:   written(next), Cookie: value, Read: written(read), Broken: c.broken(value),
		}
		if b, err := consent.DecodeCookie(one.Broken); err == nil {
			w := written(b)
			one.BrokenAs = &w
		} else {
			unread++
		}
		asked += len(q.Ask)
		for _, state := range q.States {
			if state == consent.Granted {
				granted++
			}
		}
		cases = append(cases, one)
	}
	// Cases of which all come out the same would compare nothing.
	if asked < n/4 || granted < n/4 || unread < n/4 || unread > n*9/10 {
		t.Fatalf("the cases are too much alike: %d asked, %d granted, %d of %d broken cookies unreadable", asked, granted, unread, n)
	}
	return cases
}
