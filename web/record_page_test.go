package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web/pages"
)

// C-37
func TestARecordLeadsToWhatWasShown(t *testing.T) {
	s := start(t)
	c, _ := configIn(t, s.get("/acme/consent.js?lang=en").is(http.StatusOK).body)
	d := s.decision("presentation", c.Presentation, "language", "en")
	s.decide(d).is(http.StatusCreated)
	record, err := s.store.Record(t.Context(), "acme", uuid.MustParse(d["id"].(string)))
	if err != nil {
		t.Fatal(err)
	}
	presentation, err := s.store.Presentation(t.Context(), "acme", record.Presentation)
	if err != nil {
		t.Fatal(err)
	}
	page, err := pages.Record(record, presentation)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		presentation.HTML, `<dt>record</dt><dd>` + record.ID.String(), `<dt>policy</dt><dd>` +
			record.Policy,
		`content="default-src &#39;none&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;; ` +
			`style-src &#39;sha256-`, `shadowrootmode="open"`,
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page has no %s:\n%.3000s", want, page)
		}
	}
	if presentation.Texts == "" || !strings.Contains(string(page), presentation.Texts) {
		t.Error("the page has no text of the policy")
	}
	if _, err := pages.Record(record, ledger.Presentation{Kind: "letter", Hash: "x"}); err == nil ||
		!strings.Contains(err.Error(), `kind "letter"`) {
		t.Errorf("of an unknown kind: %v", err)
	}
}
