package web_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
)

// isFolded reports whether a visitor has to open something to see an element.
func isFolded(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if _, isHidden := findAttribute(n, "hidden"); isHidden || n.Data == "details" || n.Data == "template" {
			return true
		}
	}
	return false
}

// checkReasons checks that each switch of a sensitive or separate purpose has its reasons beside it, in view.
func checkReasons(t *testing.T, doc *html.Node, p *policy.Policy, platform policy.Platform, lang string) {
	t.Helper()
	found := 0
	for i := range p.Purposes {
		purpose := &p.Purposes[i]
		box := byID(doc, "nod-"+purpose.ID)
		if !purpose.NeedsReasons() || !platform.In(purpose.Platforms) || box == nil {
			continue
		}
		item := box
		for item.Data != "li" {
			item = item.Parent
		}
		var inView []string
		for _, reason := range all(item, "span") {
			if attribute(reason, "class") == "reason" && !isFolded(reason) {
				inView = append(inView, textOf(reason))
			}
		}
		want := []string{purpose.Necessity.In(lang), purpose.Effect.In(lang)}
		if !slices.Equal(inView, want) {
			t.Errorf("beside the switch of %s on %s: %q, want %q", purpose.ID, platform, inView, want)
		}
		found++
	}
	if found == 0 {
		t.Errorf("no switch of a sensitive or separate purpose on %s", platform)
	}
}

// C-15: PIPL 30 wants the person to be informed, and a text that has to be opened or loaded does not do that.
func TestReasonsAreBesideTheSwitchOfASensitiveOrSeparatePurpose(t *testing.T) {
	s := shared(t)
	p := loadtest.BuiltIn(t, "yunzhijia").CurrentPolicy()
	for _, lang := range []string{"zh-CN", "en"} {
		for _, platform := range policy.Platforms {
			page := s.get("/yunzhijia/preferences?lang=" + lang + "&platform=" + string(platform)).is(http.StatusOK)
			checkReasons(t, parse(t, string(page.body)), p, platform, lang)
		}
	}
	// The dialog on a host page is the same form before the page in its frame has loaded.
	c, _ := configIn(t, s.get("/yunzhijia/consent.js?lang=en").is(http.StatusOK).body)
	more := string(s.get("/" + c.More).is(http.StatusOK).body)
	for _, id := range []string{"kingdee", "id-card"} {
		for _, text := range []string{p.Purpose(id).Necessity.In("en"), p.Purpose(id).Effect.In("en")} {
			if !strings.Contains(more, text) {
				t.Errorf("more.js lacks %q of %s", text, id)
			}
		}
	}
}

// C-15, C-37: pages of earlier programs folded the reasons away, and may still be open or cached.
func TestAPresentationWithoutReasonsGrantsNothingSeparate(t *testing.T) {
	s := shared(t)
	const folded = `<form><input name="transfer"><input name="analytics"></form>`
	const details = `<section id="nod-list-purposes">transfer necessity transfer effect</section>`
	for _, test := range []struct {
		name, html string
		isTaken    bool
	}{
		{"nothing of them", folded, false},
		{"in the list that is opened later", folded + details, false},
		{"one of them", folded + "<p>transfer necessity</p>", false},
		{"both", folded + "<p>transfer necessity</p><p>transfer effect</p>", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			shown := ledger.Presentation{
				Site: "acme", Kind: ledger.Preferences, Language: "en", Policy: acmeVersion, HTML: test.html,
				Shown: "web:analytics partner transfer",
			}
			shown.Hash = ledger.PresentationHash(shown)
			if err := s.store.PutPresentations(context.Background(), shown); err != nil {
				t.Fatal(err)
			}
			d := s.decision("presentation", shown.Hash, "action", "save", "language", "en", "answers",
				map[string]string{"transfer": "granted", "analytics": "denied"})
			if a := s.decide(d); test.isTaken {
				a.is(http.StatusCreated)
			} else {
				got := a.refused(http.StatusUnprocessableEntity, "refused-decision")
				v := s.verified(got.Receipt) // the denial beside it is stored
				if !slices.Equal(got.Refused, []string{"transfer"}) || v.Record.Answers["analytics"] != consent.Denied {
					t.Errorf("refused %v, stored %v", got.Refused, v.Record.Answers)
				}
			}
			optional := s.decision("presentation", shown.Hash, "action", "save", "language", "en", "answers",
				map[string]string{"analytics": "granted"})
			s.decide(optional).is(http.StatusCreated) // needs no reasons
		})
	}
}
