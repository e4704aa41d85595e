package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatIsNotAnsweredKeepsItsState(t *testing.T) {
	s := shared(t)
	save := func(answers map[string]string) []any { return []any{"action", "save", "answers", answers} }
	first := s.decision(save(map[string]string{"analytics": "granted", "beacons": "denied"})...)
	s.decide(first).is(http.StatusCreated)
	second := s.after(first, save(map[string]string{"transfer": "granted"})...)
	s.decide(second, first.bearer()).is(http.StatusCreated)
	want := map[string]string{
		"necessary": "granted", "login": "granted", "analytics": "granted", "heatmap": "granted", "counter": "granted",
		"beacons": "denied", "transfer": "granted", "partner": "granted",
	}
	if diff := cmp.Diff(want, s.states(first["subject"].(string), first["secret"].(string))); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	third := s.after(second, "action", "save", "answers", map[string]string{}, "services",
		map[string]string{"heatmap": "denied"})
	s.decide(third).is(http.StatusCreated)
	want["heatmap"] = "denied"
	if diff := cmp.Diff(want, s.states(first["subject"].(string), first["secret"].(string))); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

// C-26, C-51: of two answers that did not know of each other the stricter holds, in whatever order they come.
func TestInAForkDeniedWins(t *testing.T) {
	s := shared(t)
	for _, grantFirst := range []bool{true, false} {
		t.Run(fmt.Sprintf("the grant first is %v", grantFirst), func(t *testing.T) {
			s := s.in(t)
			first := s.decision("action", "save", "answers", map[string]string{"transfer": "denied"})
			s.decide(first).is(http.StatusCreated)
			// The ids, and with them the client's times, are made in either order, too.
			deny := s.after(first, "answers", map[string]string{"analytics": "denied"})
			grant := s.after(first, "action", "save", "answers", map[string]string{"analytics": "granted", "beacons": "granted"})
			fork := []decision{deny, grant}
			if grantFirst {
				slices.Reverse(fork)
			}
			for _, d := range fork {
				s.decide(d, first.bearer()).is(http.StatusCreated)
			}
			got := s.states(first["subject"].(string), first["secret"].(string))
			for id, want := range map[string]string{"analytics": "denied", "heatmap": "denied", "beacons": "granted",
				"transfer": "denied"} {
				if got[id] != want {
					t.Errorf("%s is %s; want %s", id, got[id], want)
				}
			}
			// A decision that knows of the denial may grant.
			s.decide(s.after(deny, "action", "save", "answers", map[string]string{"analytics": "granted"}), first.bearer()).
				is(http.StatusCreated)
			if got := s.states(first["subject"].(string), first["secret"].(string)); got["analytics"] != "granted" {
				t.Errorf("analytics is %s after a grant that knew of the denial", got["analytics"])
			}
		})
	}
}
