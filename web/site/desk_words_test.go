package site

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/app/widget"
)

func TestEveryLanguageHasAllWordsForRequests(t *testing.T) {
	// C-31, C-33
	var kinds, states, outcomes []string
	for _, k := range request.Kinds() {
		kinds = append(kinds, string(k))
	}
	for _, s := range request.States {
		states = append(states, string(s))
	}
	for _, o := range request.Outcomes {
		outcomes = append(outcomes, string(o))
	}
	events := []string{
		request.EventReceived, request.EventVerified, request.EventAnswered, request.EventLapsed, request.EventWithdrawn,
		request.EventOverdue, request.EventFee, request.EventRecounted, request.EventErased,
	}
	english := deskWords(t, "en")
	for _, l := range []string{"en", "zh-CN", "zh-TW", "ar"} {
		w := deskWords(t, l)
		for name, test := range map[string]struct {
			words map[string]string
			keys  []string
		}{
			"kinds": {w.Kinds, kinds}, "gets": {w.Gets, kinds}, "states": {w.States, states},
			"outcomes": {w.Outcomes, outcomes}, "events": {w.Events, events},
			"failures": {w.Failures, []string{"kinds", "text", "contact", "tenant", "again"}},
		} {
			if len(test.words) != len(test.keys) {
				t.Errorf("%s: %s has %d texts, want %d", l, name, len(test.words), len(test.keys))
			}
			for _, key := range test.keys {
				if test.words[key] == "" {
					t.Errorf("%s: %s has no text for %s", l, name, key)
				}
			}
		}
		if w.Kinds["leave"] == w.Kinds["cancel"] || w.Gets["leave"] == w.Gets["cancel"] {
			t.Errorf("%s: leaving an enterprise reads like cancelling the account", l)
		}
		checkPlaceholders(t, l, reflect.ValueOf(w), reflect.ValueOf(english))
	}
}

func TestEveryLanguageHasAllWordsForOwnRecords(t *testing.T) {
	// C-36
	english := localeOf(t, "en").Own
	for _, l := range []string{"en", "zh-CN", "zh-TW", "ar"} {
		checkPlaceholders(t, l, reflect.ValueOf(localeOf(t, l).Own), reflect.ValueOf(english))
	}
}

func deskWords(t *testing.T, l string) widget.DeskWords { return localeOf(t, l).Desk }

func localeOf(t *testing.T, l string) locale {
	t.Helper()
	words, err := readLocaleFile("locales/" + l + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return words
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// checkPlaceholders checks that each text is there, with the same placeholders as in English.
func checkPlaceholders(t *testing.T, l string, words, english reflect.Value) {
	t.Helper()
	for i := range words.NumField() {
		if words.Field(i).Kind() != reflect.String {
			continue
		}
		name := words.Type().Field(i).Name
		got, want := words.Field(i).String(), english.Field(i).String()
		if got == "" || strings.Join(placeholder.FindAllString(got, -1), "") !=
			strings.Join(placeholder.FindAllString(want, -1), "") {
			t.Errorf("%s: %s is %q; in English it is %q", l, name, got, want)
		}
	}
}
