package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestThePrivacyHomeShowsTheVisitorsOwnChoicesWhereTheyAreKnown(t *testing.T) {
	s := shared(t)
	const elsewhere = "kept on the website where you made them"
	unknown := s.get("/acme/?lang=en").is(http.StatusOK)
	if text := string(unknown.body); !strings.Contains(text, elsewhere) || strings.Contains(text, "nod-mine") {
		t.Error("a visitor of whom nothing is known sees choices")
	}
	if vary := unknown.Header.Get("Vary"); !strings.Contains(vary, "Cookie") ||
		!strings.Contains(unknown.Header.Get("Cache-Control"), "private") {
		t.Errorf("another visitor may get the page: Vary %s", vary)
	}
	_, cookies := s.post("/acme/preferences", "action=save&analytics=granted").is(http.StatusSeeOther).cookies()
	own := s.get("/acme/?lang=en", cookies).is(http.StatusOK)
	doc := parse(t, string(own.body))
	answers := map[string]string{}
	for _, n := range all(doc, "li") {
		if spans := all(n, "span"); len(spans) == 2 && attribute(spans[1], "class") != "" {
			answers[textOf(spans[0])] = attribute(spans[1], "class") + " " + textOf(spans[1])
		}
	}
	for name, want := range map[string]string{
		plainText("analytics name"): "granted Accepted", plainText("beacons name"): "denied Rejected",
		plainText("necessary name"): "granted Always on",
	} {
		if answers[name] != want {
			t.Errorf("%s is %q; want %q (%v)", name, answers[name], want, answers)
		}
	}
	if strings.Contains(string(own.body), elsewhere) || own.Header.Get("Cache-Control") != "private, no-store" {
		t.Error("the page is for others, too, or says that the choices are elsewhere")
	}
	// Another site on this host has asked nobody.
	if text := string(s.get("/hostile/?lang=en", cookies).is(http.StatusOK).body); strings.Contains(text, "nod-mine") {
		t.Error("choices on one site are shown on another")
	}
}
