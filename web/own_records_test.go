package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/ledger/consentrecord"
	"github.com/nod-consent/nod/web"
)

// key is the form that opens the records of a decision's subject.
func (d decision) key(more ...string) string {
	form := url.Values{"subject": {d["subject"].(string)}, "secret": {d["secret"].(string)}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form.Encode()
}

// shownRecords lists the ids of the records on the page.
func shownRecords(a answer) (ids []string) {
	for _, article := range all(parse(a, string(a.body)), "article") {
		cells := all(article, "dd")
		ids = append(ids, textOf(cells[len(cells)-1]))
	}
	return ids
}

// C-36, C-48
func TestWhoHasTheKeyReadsAndDownloadsTheOwnRecordsWithoutStaff(t *testing.T) {
	s := start(t)
	d := s.decision("answers", map[string]string{"analytics": "granted", "beacons": "denied"}, "action", "save")
	s.decide(d).is(http.StatusCreated)
	later := s.after(d, "action", "withdraw")
	s.decide(later, d.bearer()).is(http.StatusCreated)
	other := s.decision()
	s.decide(other).is(http.StatusCreated)

	closed := s.get("/acme/records?lang=en").is(http.StatusOK).has("Cache-Control", "no-store")
	if text := string(closed.body); !strings.Contains(text, "website where you made your choices") ||
		len(shownRecords(closed)) > 0 {
		t.Errorf("without a key: %s", text)
	}
	open := s.post("/acme/records?lang=en", d.key()).is(http.StatusOK).has("Cache-Control", "no-store")
	if got, want := shownRecords(open), []string{later["id"].(string), d["id"].(string)}; !slices.Equal(got, want) {
		t.Errorf("records %v, want %v", got, want)
	}
	doc := parse(t, string(open.body))
	first := textOf(all(doc, "article")[1])
	for _, want := range []string{
		"You chose item by item", plainText("analytics name"), "Accepted", "Rejected", acmeVersion, "Web", " UTC",
	} {
		if !strings.Contains(first, want) {
			t.Errorf("the first record has no %q: %s", want, first)
		}
	}
	if bad := unsafe(doc); len(bad) > 0 {
		t.Errorf("the page has %q", bad)
	}
	if strings.Contains(string(open.body), `value="withdraw"`) {
		t.Error("the page withdraws what it cannot: the answers are in the browser's own storage, on another host")
	}

	file := s.post("/acme/records", d.key("do", "download")).is(http.StatusOK).
		has("Content-Type", "application/ld+json").
		has("Content-Disposition", `attachment; filename="records-acme.jsonld"`)
	verified, err := consentrecord.Verify(bytes.NewReader(file.body), func(site, _ string) ([]note.Verifier, error) {
		return []note.Verifier{s.verifier(site)}, nil
	})
	hasOther := strings.Contains(string(file.body), other["id"].(string))
	if err != nil || verified.Records != 2 || !verified.Pinned || hasOther {
		t.Errorf("%+v, error %v", verified, err)
	}
	overAPI := s.get("/v1/acme/subjects/"+d["subject"].(string)+"/records", d.bearer(), "Accept: application/ld+json").
		is(http.StatusOK).has("Content-Type", "application/ld+json")
	if _, err := consentrecord.Verify(bytes.NewReader(overAPI.body), nil); err != nil {
		t.Errorf("over the API: %v", err)
	}
}

func TestAWrongKeyOpensNoRecords(t *testing.T) {
	s := start(t)
	d, other := s.decision(), s.decision()
	s.decide(d).is(http.StatusCreated)
	s.decide(other).is(http.StatusCreated)
	refused := s.post("/acme/records?lang=en", other.key("subject", d["subject"].(string))).is(http.StatusForbidden)
	for name, form := range map[string]string{
		"an unknown subject":        d.key("subject", uuid.NewString()),
		"no subject":                d.key("subject", "x"),
		"no secret":                 d.key("secret", ""),
		"markup":                    d.key("secret", `"><script>alert(1)</script>`),
		"nothing":                   "",
		"a subject in upper case":   d.key("subject", strings.ToUpper(d["subject"].(string))),
		"a download with a bad key": other.key("subject", d["subject"].(string), "do", "download"),
	} {
		t.Run(name, func(t *testing.T) {
			a := s.in(t).post("/acme/records?lang=en", form).is(http.StatusForbidden)
			if !bytes.Equal(a.body, refused.body) {
				t.Errorf("the page differs from that of another wrong key: %s", a.body)
			}
		})
	}
	if strings.Contains(string(refused.body), "where you made your choices") { // the key comes from there
		t.Errorf("the page sends a visitor back to where the visitor comes from: %s", refused.body)
	}
	if !strings.Contains(string(refused.body), "opens no records") || len(shownRecords(refused)) > 0 {
		t.Errorf("%s", refused.body)
	}
	s.post("/native/records", d.key()).is(http.StatusNotFound)
	s.post("/acme/records", d.key(), "Origin: https://elsewhere.example").problem(http.StatusForbidden, "foreign-origin")
	s.post("/acme/records", d.key(), "Origin: https://elsewhere.example", "Accept: text/html").
		is(http.StatusForbidden).has("Content-Type", "text/html; charset=utf-8")
}

// C-09, C-36
func TestThePrivacyHomeAndTheRecordsWithdrawAndDeleteWhereTheKeyIsInCookies(t *testing.T) {
	s := start(t)
	granted := s.post("/acme/preferences", "action=accept_all").is(http.StatusSeeOther)
	subject := granted.stored().Subject
	_, cookies := granted.cookies()
	for _, page := range []string{"/acme/?lang=en", "/acme/records?lang=en"} {
		a := s.get(page, cookies).is(http.StatusOK).has("Cache-Control", map[bool]string{
			true: "private, no-store", false: "no-store"}[page == "/acme/?lang=en"])
		doc := parse(t, string(a.body))
		var offered []string
		for _, button := range all(doc, "button") {
			if attribute(button, "name") == "action" {
				offered = append(offered, attribute(button, "value"))
			}
		}
		if !slices.Equal(offered, []string{"withdraw", "erase"}) {
			t.Errorf("%s offers %v", page, offered)
		}
		if text := string(a.body); !strings.Contains(text, `href="/acme/records?lang=en"`) && page == "/acme/?lang=en" {
			t.Errorf("%s does not lead to the records", page)
		}
	}
	if got := shownRecords(s.get("/acme/records?lang=en", cookies)); len(got) != 1 {
		t.Errorf("records %v", got)
	}
	s.post("/acme/records", "do=download", cookies).is(http.StatusOK).has("Content-Type", "application/ld+json")

	form := s.get("/acme/records?lang=en", cookies).inputs()
	form.Set("action", "withdraw")
	withdrawn := s.post("/acme/preferences?lang=en", form.Encode(), cookies).is(http.StatusSeeOther)
	_, cookies = withdrawn.cookies()
	s.status("analytics", subject.String(), "denied")
	if got := shownRecords(s.get("/acme/records?lang=en", cookies)); len(got) != 2 {
		t.Errorf("records %v after the withdrawal", got)
	}
	form.Set("action", "erase")
	erased := s.post("/acme/preferences?lang=en", form.Encode(), cookies).is(http.StatusSeeOther)
	_, cookies = erased.cookies()
	if got := shownRecords(s.get("/acme/records?lang=en", cookies).is(http.StatusOK)); len(got) != 0 {
		t.Errorf("records %v after their deletion", got)
	}
	stolen := "Cookie: nod=" + strings.TrimPrefix(strings.Split(cookies, ";")[0], "Cookie: nod=")
	if a := s.get("/acme/?lang=en", stolen); strings.Contains(string(a.body), `value="erase"`) {
		t.Error("a browser without the key is offered to delete records")
	}
}

// A proof for each record takes long, and a network with many visitors asks for them seldom.
func TestRecordsWithProofsAreLimited(t *testing.T) {
	s := start(t, sites(t, "acme"), func(o *web.Options) { o.Rate = 40 }) // one with proofs a minute
	d := s.decision()
	s.decide(d).is(http.StatusCreated)
	address := "/v1/acme/subjects/" + d["subject"].(string) + "/records"
	s.get(address, d.bearer(), "Accept: application/ld+json").is(http.StatusOK)
	s.get(address, d.bearer(), "Accept: application/ld+json").problem(http.StatusTooManyRequests, "too-many")
	s.get(address, d.bearer()).is(http.StatusOK)
}
