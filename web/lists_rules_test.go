package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
)

// C-22, C-31, C-32, C-55, C-56: what the policy says of rights, storage and its own terms is data, and a reader of each
// language finds all of it: from the policy's page, the preference centre and the app's menu.
func TestRightsStorageAndTermsAreShownWholeAndAreLinkedEverywhere(t *testing.T) {
	s := shared(t)
	want := listRuleTexts(loadtest.BuiltIn(t, "yunzhijia").CurrentPolicy())
	for _, lang := range []string{"zh-CN", "en"} {
		from := map[string]string{}
		for _, page := range []string{"policy", "preferences", "first-launch"} {
			from[page] = string(s.get("/yunzhijia/" + page + "?platform=android&lang=" + lang).is(http.StatusOK).body)
		}
		for id, texts := range want {
			page := textOf(parse(t, string(s.get("/yunzhijia/lists/"+id+"?lang="+lang).is(http.StatusOK).body)))
			for _, text := range texts {
				if !strings.Contains(page, text[lang]) {
					t.Errorf("lists/%s in %s lacks %q", id, lang, text[lang])
				}
			}
			for name, body := range from {
				if !strings.Contains(body, "lists/"+id+"?") {
					t.Errorf("%s in %s has no link to lists/%s", name, lang, id)
				}
			}
		}
	}
}

// listRuleTexts lists the policy's texts on rights, storage and its other rules, by the list that shows them.
func listRuleTexts(p *policy.Policy) map[string][]policy.Text {
	want := map[string][]policy.Text{"rights": {p.Controller.Department, p.Controller.Address, p.Controller.Hours}}
	for _, r := range p.Rights {
		want["rights"] = append(want["rights"], r.Name, r.How)
	}
	for _, c := range p.Requests.Channels {
		want["rights"] = append(want["rights"], c.Name, c.To)
	}
	q, k := p.Requests, p.Keeping
	want["rights"] = append(append(want["rights"], q.Identity, q.Fee, q.Refusal), q.Unanswerable...)
	want["keeping"] = append(k.Certificates, k.Place, k.Abroad, k.Term, k.Security, k.Incident, k.Closure)
	want["terms"] = append(slices.Clone(p.Exceptions), p.Minors.Text)
	for _, d := range p.Definitions {
		want["terms"] = append(want["terms"], d.Term, d.Text)
	}
	for _, c := range p.Changes {
		want["terms"] = append(want["terms"], c.Text)
	}
	return want
}

// C-31, C-32, C-55, C-56
func TestContactsAreLinkedAndTermsHaveTheirDays(t *testing.T) {
	s := shared(t)
	page := string(s.get("/yunzhijia/lists/rights?lang=en").is(http.StatusOK).body)
	for _, link := range []string{"mailto:service@yunzhijia.com", "tel:400-830-8110", "https://www.yunzhijia.com/"} {
		if !strings.Contains(page, `href="`+link+`"`) {
			t.Errorf("no link to %s", link)
		}
	}
	preferences := string(s.get("/yunzhijia/preferences?lang=en").is(http.StatusOK).body)
	for _, link := range []string{"mailto:service@yunzhijia.com", "tel:400-830-8110"} {
		if !strings.Contains(preferences, `href="`+link+`"`) {
			t.Errorf("the preference centre has no link to %s", link)
		}
	}
	for _, days := range []string{"within 15 calendar days", "within 15 working days"} {
		if !strings.Contains(page, days) {
			t.Errorf("the rights do not say %q", days)
		}
	}
	page = string(s.get("/yunzhijia/lists/keeping?lang=en").body)
	if !strings.Contains(page, "within 30 calendar days") || !strings.Contains(page, "60 days before") {
		t.Error("the terms of incidents and the end of service have no days")
	}
}

// C-31
func TestTheListOfRightsLeadsToTheFormThatUsesThem(t *testing.T) {
	s := startDesk(t)
	links := func(list string) int {
		page := parse(t, string(s.get("/yunzhijia/lists/"+list+"?lang=en").is(http.StatusOK).body))
		return len(slices.DeleteFunc(all(page, "a"), func(a *html.Node) bool {
			_, isHidden := findAttribute(a.Parent, "hidden")
			return isHidden || attribute(a, "href") != "/yunzhijia/rights?lang=en"
		}))
	}
	if n := links("rights"); n != 1 {
		t.Errorf("the list of rights has %d links to the form, want 1", n)
	}
	if n := links("sdks"); n != 0 {
		t.Errorf("the list of SDKs has %d links to the form of rights, want none", n)
	}
	page := string(s.get("/example/lists/rights?lang=en").is(http.StatusOK).body)
	if strings.Contains(page, `"/example/rights?`) {
		t.Error("a site that takes no requests leads to a form that does not exist")
	}
}

// C-52: what is invented is marked wherever it is shown.
func TestExamplesAreMarked(t *testing.T) {
	s := shared(t)
	doc := parse(t, string(s.get("/yunzhijia/lists/purposes?lang=en").is(http.StatusOK).body))
	const mark = "example, to be replaced"
	for id, isMarked := range map[string]bool{"analytics": true, "necessary": true, "kingdee": false} {
		if got := strings.Contains(textOf(byID(doc, "purpose-"+id)), mark); got != isMarked {
			t.Errorf("purpose %s is marked: %t", id, got)
		}
	}
	for _, item := range all(byID(doc, "purpose-necessary"), "dd") {
		text := textOf(item)
		if strings.HasPrefix(text, "nod") && strings.Contains(text, mark) {
			t.Errorf("a real cookie is marked: %s", text)
		}
	}
}
