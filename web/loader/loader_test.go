package loader_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
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
		// Texts that only the code of one option has: a site does not pay for what it does not use.
		for text, has := range map[string]bool{
			"CookieStore": build.Strict, `"abort"`: build.Hold, "acknowledge": build.Equivalents,
		} {
			if strings.Contains(got, text) != has {
				t.Errorf("%+v: it has %s: %t; want %t", build, text, !has, has)
			}
		}
	}
}

func TestAnAdapterIsItsProgramAroundWhatItIsTold(t *testing.T) {
	got, err := embedded.Adapter("data-layer", []byte(`{"variable":"x"}`))
	checked := api.Transform(string(got), api.TransformOptions{Loader: api.LoaderJS})
	hasOptions := strings.HasSuffix(string(got), "})({\"variable\":\"x\"});\n")
	if err != nil || len(checked.Errors) > 0 || !hasOptions {
		t.Errorf("%s: %v, %v", got, err, checked.Errors)
	}
	if _, err := embedded.Adapter("nothing", nil); err == nil {
		t.Error("an adapter that is not there")
	}
}

// TestTheRulesInTypeScript runs test/vectors.test.ts in Node: the vectors and stories of app/consent, and random cases
// with the results of Go. It does so for each build whose rules differ: without earlier versions, a site has neither
// equivalents nor purposes that could be refused.
func TestTheRulesInTypeScript(t *testing.T) {
	for _, build := range []struct {
		name           string
		options        []string
		hasEquivalents bool
		tests          int // at least
	}{
		{"with earlier versions", []string{"hold", "equivalents"}, true, 190},
		{"without earlier versions", nil, false, 160},
	} {
		t.Run(build.name, func(t *testing.T) {
			runVectors(t, build.options, randomCases(t, 2000, build.hasEquivalents), build.tests)
		})
	}
}

func runVectors(t *testing.T, options []string, random []randomCase, tests int) {
	t.Helper()
	vectors, err := filepath.Abs("../../app/consent/testdata")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cases := writeJSON(t, filepath.Join(dir, "random.json"), random)
	stories := writeJSON(t, filepath.Join(dir, "stories.json"), readStories(t))
	runInNode(t, nodeTests{
		entries: []string{"test/vectors.test.ts"},
		options: options,
		env:     []string{"NOD_VECTORS=" + vectors, "NOD_RANDOM=" + cases, "NOD_STORIES=" + stories},
		least:   tests,
	})
}

func writeJSON(t *testing.T, file string, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
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
	Decided   randomDecided  `json:"decided"`

	Actions map[consent.State]map[string]consent.State `json:"actions"` // what "accept all" and "reject all" answer
}

// randomDecided is an intent, the client that has it, and what Decide makes of both.
type randomDecided struct {
	Intent    map[string]any `json:"intent"`
	HasSecret bool           `json:"has_secret"`
	Earliest  time.Time      `json:"earliest"`
	Random    []int          `json:"random"`
	Decision  map[string]any `json:"decision"` // nil for none
	Stored    randomStored   `json:"stored"`
	Secret    string         `json:"secret"`
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

func (c chance) form(hasEquivalents bool) consent.Form {
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
		if p.Required && hasEquivalents {
			p.WasRefusable = !c.of(3)
			for j := range p.Services {
				p.Services[j].WasRefusable = !c.of(3)
			}
		}
		form.Purposes = append(form.Purposes, p)
		for _, item := range append([]consent.Item{p}, p.Services...) {
			for hasEquivalents && c.of(3) { // earlier contents
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
	decided := int64(max(0, c.day(today, form)))*dayMS + c.Int64N(dayMS)
	s := consent.Stored{Decision: c.uuid(7, decided), Subject: c.uuid(4, 0)}
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

// decided makes an intent of the decision and decides.
func (c chance) decided(form consent.Form, s consent.Stored, gpc bool, d randomDecision, now time.Time) randomDecided {
	client := consent.Client{Stored: s, GPC: gpc, Policy: "2", Language: "en", Platform: policy.Web, Now: now}
	client.Earliest = now.Add(time.Duration(c.IntN(3)-1) * time.Hour)
	intent := consent.Intent{
		Action: consent.Save, Answers: d.Answers, Services: d.Services, Presentation: consent.CustomPresentation,
	}
	out := randomDecided{
		Intent: map[string]any{
			"action": intent.Action, "answers": d.Answers, "services": d.Services, "presentation": intent.Presentation,
		},
		Earliest: client.Earliest, HasSecret: c.of(2),
	}
	if d.Services == nil {
		out.Intent["services"] = map[string]consent.State{}
	}
	if out.HasSecret {
		client.Secret = "held"
	}
	if c.of(4) {
		intent.Acknowledges = "1"
		out.Intent["policy"] = "1"
	}
	switch {
	case c.of(3):
		intent.Previous = &uuid.Nil
		out.Intent["previous"] = nil
	case d.Previous != nil && c.of(2):
		intent.Previous = d.Previous
		out.Intent["previous"] = d.Previous
	}
	for i := range client.Random {
		client.Random[i] = byte(c.IntN(256))
		out.Random = append(out.Random, int(client.Random[i]))
	}
	if made, ok := consent.Decide(form, intent, client); ok {
		out.Decision, out.Stored, out.Secret = sent(made.Decision), written(made.Stored), made.Secret
	}
	return out
}

// sent is a decision as the script sends it: with services, if none, and with milliseconds.
func sent(d consent.Decision) map[string]any {
	data, err := json.Marshal(d)
	if err != nil {
		panic(err)
	}
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		panic(err)
	}
	if out["services"] == nil {
		out["services"] = map[string]any{}
	}
	out["decided_at"] = d.DecidedAt.Format("2006-01-02T15:04:05.000Z")
	return out
}

func randomCases(t *testing.T, n int, hasEquivalents bool) []randomCase {
	t.Helper()
	c := chance{rand.New(rand.NewPCG(1728000000, 20241004))}
	var cases []randomCase
	asked, granted, unread, refused := 0, 0, 0, 0
	for range n {
		form := c.form(hasEquivalents)
		today := 19_000 + c.IntN(3000)
		now := time.Unix(int64(today)*86400+c.Int64N(86400), c.Int64N(1000)*1e6).UTC()
		s := c.stored(form, today)
		gpc := c.of(2)
		d := c.decision(form, s, today)

		q := consent.Evaluate(form, s, consent.Signals{GPC: gpc}, now)
		next := s.Apply(form, &consent.Decision{
			ID: d.ID, Previous: d.Previous, Subject: d.Subject, Answers: d.Answers, Services: d.Services, GPC: d.GPC,
		})
		value := consent.EncodeCookie(next)
		read, err := consent.DecodeCookie(value)
		if err != nil {
			t.Fatalf("what was written can't be read: %s: %v", value, err)
		}
		one := randomCase{
			Form: form, Stored: written(s), GPC: gpc, Now: now, Decision: d,
			Evaluated: evaluated{Ask: append([]string{}, q.Ask...), States: q.States, Signal: append([]string{}, q.Signal...)},
			Applied:   written(next), Cookie: value, Read: written(read), Broken: c.broken(value),
			Decided: c.decided(form, s, gpc, d, now),
			Actions: map[consent.State]map[string]consent.State{
				consent.Granted: consent.ActionAnswers(form, q, consent.Signals{GPC: gpc}, consent.Granted),
				consent.Denied:  consent.ActionAnswers(form, q, consent.Signals{GPC: gpc}, consent.Denied),
			},
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
		if slices.ContainsFunc(form.Purposes, q.IsRefusedButRequired) {
			refused++
		}
		cases = append(cases, one)
	}
	// Cases of which all come out the same would compare nothing.
	if asked < n/4 || granted < n/4 || unread < n/4 || unread > n*9/10 {
		t.Fatalf("the cases are too much alike: %d asked, %d granted, %d of %d broken cookies unreadable",
			asked, granted, unread, n)
	}
	if (refused > 0) != hasEquivalents {
		t.Fatalf("in %d of %d cases a required purpose is refused", refused, n)
	}
	return cases
}
