package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
)

func TestTheFirstLaunchIsAPageOfEachPlatform(t *testing.T) {
	s := shared(t)
	for _, platform := range []string{"android", "ios", "harmony", "web"} {
		a := s.get("/yunzhijia/first-launch?lang=en&platform="+platform).is(http.StatusOK).
			has("Content-Type", "text/html; charset=utf-8").has("Content-Language", "en").lacks("Set-Cookie")
		if csp := a.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-src 'self'; ") ||
			strings.Contains(csp, "unsafe-inline") {
			t.Errorf("on %s its policy is %s", platform, csp)
		}
		// SDKs by platform (C-20), permissions where there are any (C-18).
		want := map[string][2]int{"android": {19, 10}, "ios": {11, 6}, "harmony": {0, 10}, "web": {0, 0}}[platform]
		if sdks, permissions := countOf(string(a.body), "sdks"), countOf(string(a.body), "permissions"); sdks != want[0] ||
			permissions != want[1] {
			t.Errorf("on %s there are %d SDKs and %d permissions: want %v", platform, sdks, permissions, want)
		}
	}
	for _, platform := range []string{"palm", "Android", "%00", "android,ios"} {
		s.get("/yunzhijia/first-launch?platform="+platform).problem(http.StatusBadRequest, "unknown-platform")
	}
	s.get("/nobody/first-launch").problem(http.StatusNotFound, "unknown-site")
}

// What is asked by itself comes as a part of a page, and is not a page by itself.
func TestTheQuestionsOfTheFirstLaunchAreAFile(t *testing.T) {
	s := shared(t)
	page := string(s.get("/yunzhijia/first-launch?lang=en&platform=android").is(http.StatusOK).body)
	address := regexp.MustCompile(`"questions":"([^"]+)"`).FindStringSubmatch(page)
	if address == nil || strings.Contains(page, "nod-q-camera") {
		t.Fatal("the page has the questions itself")
	}
	a := s.get(address[1]).is(http.StatusOK).has("Content-Type", "text/html; charset=utf-8").
		has("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'").
		has("Cache-Control", "public, max-age=31536000, immutable")
	for _, id := range []string{"camera", "face", "location", "kingdee"} {
		if !strings.Contains(string(a.body), `id="nod-q-`+id) {
			t.Errorf("no question of %s", id)
		}
	}
}

// countOf counts the members of an object in the page's data.
func countOf(page, name string) int {
	m := regexp.MustCompile(`"` + name + `":\{([^}]*)\}`).FindStringSubmatch(page)
	if m == nil || m[1] == "" {
		return 0
	}
	return strings.Count(m[1], ":")
}

// C-23: the age is asked for where the site wants it.
func TestTheAgeIsAskedForWhereTheSiteWantsIt(t *testing.T) {
	s := shared(t)
	for site, asks := range map[string]string{"yunzhijia": "true", "acme": "false"} {
		if page := s.get("/" + site + "/first-launch?platform=android").is(http.StatusOK).
			body; !strings.Contains(string(page), `"ages":`+asks) {
			t.Errorf("site %s: want %s", site, asks)
		}
	}
}

// C-37, C-61
func TestTheFirstLaunchsFormIsRecordedWithWhatItShowed(t *testing.T) {
	s := start(t, sites(t, "example"))
	for action, want := range map[string]consent.State{"accept_all": consent.Granted, "reject_all": consent.Denied} {
		a := s.post("/example/preferences?lang=en&platform=android",
			"action="+action+"&policy=2026-09-01&page=first-launch").is(http.StatusSeeOther)
		records, err := s.store.Records(t.Context(), "example", a.stored().Subject)
		if err != nil || len(records) != 1 {
			t.Fatalf("%d records, error %v", len(records), err)
		}
		r := records[0]
		if r.Answers["statistics"] != want || r.Platform != "android" {
			t.Errorf("%s: kept %v on %s", action, r.Answers, r.Platform)
		}
		if l, err := s.store.Presentation(t.Context(), "example", r.Presentation); err != nil ||
			l.Kind != ledger.FirstLaunch || !strings.Contains(l.HTML, "nod-ask") {
			t.Errorf("%s: the presentation is of kind %s, error %v", action, l.Kind, err)
		}
	}
}

// C-23
func TestNobodyAgreesToTheFirstLaunchWithoutAnAge(t *testing.T) {
	s := shared(t)
	form := func(action string) string { return "action=" + action + "&policy=2023-11-23&page=first-launch" }
	for _, action := range []string{"accept_all", "save"} {
		s.post("/yunzhijia/preferences?lang=en&platform=android", form(action)+"&analytics=granted").
			problem(http.StatusForbidden, "age-unknown")
	}
	for _, action := range []string{"reject_all", "withdraw"} {
		s.post("/yunzhijia/preferences?lang=en&platform=android", form(action)).is(http.StatusSeeOther)
	}
}
