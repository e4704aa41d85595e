package lint

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/policy/load"
)

func TestLintNamesEachOriginThatTheCookiesDomainMisses(t *testing.T) {
	const origins = "[https://shop.example]"
	for _, test := range []struct {
		name, origins, domain string
		want                  []string // origins with a finding
	}{
		{"no domain", "[https://shop.example, https://other.example]", `""`, nil},
		{"the host itself", "[https://shop.example]", "shop.example", nil},
		{"hosts below it, with a port", "[https://www.shop.example:8443, https://a.b.shop.example]", "shop.example", nil},
		{"another host", "[https://www.shop.example, https://other.example]", "shop.example",
			[]string{"https://other.example"}},
		{"a host that only ends like it", "[https://myshop.example]", "shop.example", []string{"https://myshop.example"}},
		{"its parent", "[https://shop.example]", "www.shop.example", []string{"https://shop.example"}},
		{"each of several", "[https://a.example, https://b.example]", "shop.example",
			[]string{"https://a.example", "https://b.example"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := lintFiles()
			site := strings.Replace(string(files[siteFile].Data), origins, test.origins, 1)
			files[siteFile].Data = []byte(site + "cookie: {domain: " + test.domain + "}\n")
			found := lintShop(t, files)
			if len(found) != len(test.want) {
				t.Fatalf("found %v; want one for each of %v", found, test.want)
			}
			for i, p := range found {
				if p.Level != load.Warning || !strings.Contains(p.Message, "does not cover "+test.want[i]) {
					t.Errorf("found %v", p)
				}
			}
		})
	}
}

// C-10, C-52
func TestLintAsksForTheCookiesOfAnAdaptersTool(t *testing.T) {
	for _, test := range []struct{ name, adapter, cookies, missing string }{
		{"none of Clarity's", "clarity", "", "_clck and _clsk"},
		{"one of Clarity's", "clarity", "{name: _clck}", "_clsk"},
		{"both of Clarity's", "clarity", "{name: _clck}, {name: _clsk}", ""},
		{"a pattern for both", "clarity", `{name: "_cl*"}`, ""},
		{"none of Matomo's", "matomo", "", "_pk_id* and _pk_ses*"},
		{"Matomo's", "matomo", `{name: "_pk_*"}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := lintFiles()
			files[siteFile].Data = append(files[siteFile].Data,
				fmt.Sprintf("adapters: [{name: %s, purposes: [analytics]}]\n", test.adapter)...)
			version := string(files[versionFile].Data)
			if test.cookies != "" {
				version = strings.Replace(version, "cookies: [", "cookies: ["+test.cookies+", ", 1)
			}
			files[versionFile].Data = []byte(version)
			found := findAbout(lintShop(t, files), "a withdrawal")
			if test.missing == "" {
				if len(found) > 0 {
					t.Errorf("found %v", found)
				}
				return
			}
			if len(found) != 1 || found[0].Level != load.Warning ||
				!strings.Contains(found[0].Message, "lists "+test.missing+":") {
				t.Errorf("found %v; want %s", found, test.missing)
			}
		})
	}
}

func TestIDsThatFirewallsRefuseAreMistakes(t *testing.T) {
	for id, isMistake := range map[string]bool{
		"cvs": true, "forward-mail": true, "secrets2": true, "profile": true, "a--b": true,
		"search": false, "mail-forward": false, "git": false, "env": false, "a-b-": false, "statistics": false,
	} {
		files := lintFiles()
		for _, f := range files {
			f.Data = []byte(strings.ReplaceAll(string(f.Data), "analytics", id))
		}
		found := lintShop(t, files)
		if got := len(found) > 0 && found[0].Level == load.Error; got != isMistake {
			t.Errorf("%s: found %v", id, found)
		}
	}
}
