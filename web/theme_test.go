package web_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

func TestASiteHasItsThemeOnEveryPage(t *testing.T) {
	look := policy.Theme{Palette: policy.Palette{Accent: "#0a6b4f"}, Radius: "3px"}
	s := start(t, func(o *web.Options) {
		site := *o.Sites[0]
		site.Theme = look
		o.Sites = []*policy.Site{&site}
	})
	script := string(s.get("/acme/consent.js").is(200).body)
	if !strings.Contains(script, "--nod-accent:#0a6b4f") || !strings.Contains(script, "--nod-radius:3px") {
		t.Error("consent.js does not have the theme")
	}
	for _, page := range []string{"/acme/preferences", "/acme/policy", "/acme/lists/collected"} {
		sheet := regexp.MustCompile(`/assets/page\.[^"]+\.css`).FindString(string(s.get(page).is(200).body))
		if css := string(s.get(sheet).is(200).body); !strings.HasSuffix(css, look.CSS()) {
			t.Errorf("%s: the style sheet %s does not end with the theme", page, sheet)
		}
	}
}
