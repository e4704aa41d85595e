package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// The built-in shop has its own words in assets/sites/example/locales.
func TestASitesOwnWordsReplaceTheProgramsEverywhere(t *testing.T) {
	s := shared(t)
	for _, test := range []struct{ address, has, hasNot string }{
		{"/example/?lang=en", "<h1>Privacy at the shop</h1>", "Privacy centre"},
		{"/example/lists/shared?lang=en", "Privacy at the shop", "Privacy centre"},
		{"/example/nothing?lang=en", "Privacy at the shop", "Privacy centre"},
		{"/example/?lang=en", "Your choices are stored", ""}, // what the shop does not have stays as it is
		{"/yunzhijia/?lang=en", "Privacy centre", "Privacy at the shop"},
	} {
		text := string(s.get(test.address, "Accept: text/html").body)
		if !strings.Contains(text, test.has) || test.hasNot != "" && strings.Contains(text, test.hasNot) {
			t.Errorf("%s has not %q, or has %q", test.address, test.has, test.hasNot)
		}
	}
}

func TestABuiltInSiteIsReadFromRightToLeft(t *testing.T) { // C-62
	s := shared(t)
	for _, page := range []string{"", "preferences", "policy", "lists/shared", "receipt"} {
		text := string(s.get("/example/" + page + "?lang=ar").is(http.StatusOK).body)
		if !strings.Contains(text, `<html lang="ar" dir="rtl"`) {
			t.Errorf("%q is not in Arabic", page)
		}
	}
}
