package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/web/loader"
	"github.com/nod-consent/nod/web/site"
)

// config is the configuration in consent.js, as far as these tests read it.
type config struct {
	Site, Policy, Language, Presentation string
	More                                 string            // address
	HTML                                 map[string]string // "banner" and other parts
	Origins                              []string
	GPC                                  bool
	Domain                               string // of the cookie
	Days                                 int    // that it lasts
	Form                                 struct {
		GrantedDays int `json:"granted_days"`
		DeniedDays  int `json:"denied_days"`
		Purposes    []struct {
			ID     string
			Stored []string `json:"kept"`
		}
	}
	Changes struct{ Versions []site.ScriptVersion }
}

// configIn reads the configuration back out of consent.js, and as JSON.
func configIn(t testing.TB, script []byte) (c config, text []byte) {
	t.Helper()
	text = jsonOf(literalIn(t, script))
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatalf("configuration: %.300s: %v", text, err)
	}
	return c, text
}

// jsonOf returns the JSON of a literal: names of properties may be bare there, and strings within single
// quotation marks.
func jsonOf(literal []byte) []byte {
	var out []byte
	for i := 0; i < len(literal); i++ {
		switch c := literal[i]; {
		case c == '"' || c == '\'':
			out = append(out, '"')
			for i++; literal[i] != c; i++ {
				switch {
				case literal[i] == '\\' && literal[i+1] == '\'':
					out = append(out, '\'')
					i++
				case literal[i] == '\\':
					out = append(out, literal[i], literal[i+1])
					i++
				case literal[i] == '"':
					out = append(out, '\\', '"')
				default:
					out = append(out, literal[i])
				}
			}
			out = append(out, '"')
		case c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			word := regexp.MustCompile(`^\w+`).Find(literal[i:])
			i += len(word) - 1
			if literal[i+1] == ':' {
				word = []byte(strconv.Quote(string(word)))
			}
			out = append(out, word...)
		default:
			out = append(out, c)
		}
	}
	return out
}

// literalIn is the configuration as consent.js has it.
func literalIn(t testing.TB, script []byte) (text []byte) {
	t.Helper()
	var begins, ends bool
	for _, build := range []loader.Build{{}, {Equivalents: true}} {
		whole, err := loader.Scripts{}.Consent([]byte("\x00"), build)
		if err != nil {
			t.Fatal(err)
		}
		before, after, _ := bytes.Cut(whole, []byte("\x00"))
		text, begins = bytes.CutPrefix(script, before)
		if text, ends = bytes.CutSuffix(text, after); ends {
			break
		}
	}
	if !begins || !ends {
		t.Fatalf("the script is not the program around a configuration: %.80q … %q", script, script[max(0, len(script)-80):])
	}
	return text
}

func TestConsentJSCarriesTheSitesConfiguration(t *testing.T) {
	s := shared(t)
	got, _ := configIn(t, s.get("/hostile/consent.js").is(http.StatusOK).body)
	if got.Site != "hostile" || got.Policy != acmeVersion || got.Domain != "acme.example" || got.Days != 30 {
		t.Errorf("configuration of site %q, policy %q, cookie of %q for %d days", got.Site, got.Policy, got.Domain, got.Days)
	}
	if diff := cmp.Diff(acmeOrigins, got.Origins); diff != "" {
		t.Errorf("origins (-want +got):\n%s", diff)
	}
	kept := map[string][]string{}
	for _, p := range got.Form.Purposes {
		if len(p.Stored) > 0 {
			kept[p.ID] = p.Stored
		}
	}
	// What the required purpose keeps is never cleared.
	want := map[string][]string{}
	for _, id := range []string{"analytics", "beacons", "transfer"} {
		want[id] = []string{"cookie:_" + id, "local:entry*"}
	}
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Errorf("kept in the browser (-want +got):\n%s", diff)
	}
	if l, err := s.store.Presentation(t.Context(), "hostile", got.Presentation); err != nil ||
		l.HTML != got.HTML["banner"] || l.Language != "en" {
		t.Errorf("the banner is not in the ledger as it was sent: %v", err)
	}
}

// C-38.
func TestOnlyAnExactGPCHeaderIsASignal(t *testing.T) {
	s := shared(t)
	for _, test := range []struct {
		name   string
		values []string
		want   bool
	}{
		{"none", nil, false},
		{"1", []string{"1"}, true},
		{"0", []string{"0"}, false},
		{"empty", []string{""}, false},
		{"true", []string{"true"}, false},
		{"?1", []string{"?1"}, false},
		{"a list", []string{"1, 1"}, false},
		{"two headers", []string{"1", "1"}, false},
		{"two that differ", []string{"1", "0"}, false},
		{"11", []string{"11"}, false},
		{"a parameter", []string{"1;x"}, false},
		{"a full-width one", []string{"１"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			var headers []string
			for _, v := range test.values {
				headers = append(headers, "Sec-GPC: "+v)
			}
			got, _ := configIn(t, s.get("/acme/consent.js", headers...).is(http.StatusOK).lacks("Set-Cookie").body)
			if got.GPC != test.want {
				t.Errorf("gpc %v; want %v", got.GPC, test.want)
			}
		})
	}
}

// isNullProto says whether an object literal inherits nothing.
func isNullProto(v any) bool {
	object, _ := v.(map[string]any)
	value, ok := object["__proto__"]
	return ok && value == nil
}

// members removes the sign of that: to JavaScript it is not a member.
func members(v any) any {
	switch v := v.(type) {
	case map[string]any:
		delete(v, "__proto__")
		for _, inner := range v {
			members(inner)
		}
	case []any:
		for _, inner := range v {
			members(inner)
		}
	}
	return v
}
