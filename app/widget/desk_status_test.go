package widget_test

import (
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/prerender"
)

// One page never names two terms for one answer: the clock is explained only where no day is promised.
func TestARequestThatWaitsForProofNamesOneTerm(t *testing.T) {
	words := widget.DeskWords{Prove: "Prove by {date}.", AnswerClock: "Then the time runs.", Due: "Answer by {date}."}
	for _, test := range []struct {
		due        string
		want, none string
	}{
		{"", "Then the time runs.", "Answer by"},
		{"2027-01-04", "Answer by 2027-01-04.", "Then the time runs."},
	} {
		view := widget.RequestStatusView{Words: words, Items: []widget.RequestItem{
			{State: "received", IsOpen: true, ProveUntil: "2026-12-30", Due: test.due},
		}}
		made, err := prerender.HTML(&widget.RequestStatus{View: view})
		if err != nil {
			t.Fatal(err)
		}
		if text := string(made); !strings.Contains(text, "Prove by 2026-12-30.") || !strings.Contains(text, test.want) ||
			strings.Contains(text, test.none) {
			t.Errorf("due %q: %s", test.due, text)
		}
	}
}
