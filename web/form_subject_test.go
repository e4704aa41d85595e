package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	_ "github.com/ncruces/go-sqlite3/driver" // a second program at the database

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/web"
)

func TestTheFormsCookies(t *testing.T) {
	servers := map[string]*server{}
	for _, base := range []string{"", "/consent"} {
		servers[base] = start(t, sites(t, "acme", "hostile"), proxy, func(o *web.Options) { o.BasePath = base })
	}
	for _, test := range []struct {
		name    string
		site    string
		base    string
		headers []string
		domain  string
		secure  bool
	}{
		{"over http", "acme", "", nil, "", false},
		{"with a domain", "hostile", "", nil, "acme.example", false},
		{"behind a path", "acme", "/consent", nil, "", false},
		{"over https, through the proxy", "acme", "",
			[]string{"From: 198.51.100.7", "X-Forwarded-Proto: https", "Origin: https://" + testHost}, "", true},
		{"over http, through the proxy", "acme", "", []string{"From: 198.51.100.7", "X-Forwarded-Proto: http"}, "", false},
		{"over http, whatever a header claims", "acme", "", []string{"X-Forwarded-Proto: https"}, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := servers[test.base].in(t)
			a := s.post(test.base+"/"+test.site+"/preferences", "action=accept_all", test.headers...).is(http.StatusSeeOther)
			set, _ := a.cookies()
			name := "nod-secret"
			if test.secure {
				name = "__Host-nod-secret"
			}
			nod, secret := set["nod"], set[name]
			if len(set) != 2 || nod == nil || secret == nil {
				t.Fatalf("cookies %v; want nod and %s", set, name)
			}
			if nod.Path != "/" || nod.Domain != test.domain || nod.MaxAge != 30*86400 ||
				nod.SameSite != http.SameSiteLaxMode || nod.HttpOnly || nod.Secure != test.secure {
				t.Errorf("cookie %v", nod)
			}
			if secret.Path != "/" || secret.Domain != "" || secret.MaxAge != 30*86400 ||
				secret.SameSite != http.SameSiteStrictMode || !secret.HttpOnly || secret.Secure != test.secure {
				t.Errorf("cookie %v", secret)
			}
			if !consent.ValidSecret(secret.Value) || strings.Contains(nod.Value, secret.Value) {
				t.Errorf("secret %q, answers %q", secret.Value, nod.Value)
			}
			if ok, err := s.store.Authorized(t.Context(), test.site, a.stored().Subject, secret.Value); err != nil || !ok {
				t.Errorf("the secret is not the subject's: %v, error %v", ok, err)
			}
		})
	}
}

func TestASecondChoiceIsTheSameSubjectsWithItsSecret(t *testing.T) {
	s := shared(t)
	first := s.post("/acme/preferences", "action=reject_all").is(http.StatusSeeOther)
	set, cookies := first.cookies()
	other, _ := s.post("/acme/preferences", "action=reject_all").is(http.StatusSeeOther).cookies()
	for _, test := range []struct {
		name, cookies string
		same          bool
	}{
		{"with the secret", cookies, true},
		{"without it", "Cookie: nod=" + set["nod"].Value, false},
		{"with another subject's", "Cookie: nod=" + set["nod"].Value + "; nod-secret=" + other["nod-secret"].Value, false},
		{"with one that nobody has", "Cookie: nod=" + set["nod"].Value + "; nod-secret=" + newSecret(), false},
		{"with garbage for it", "Cookie: nod=" + set["nod"].Value + "; nod-secret=x", false},
		{"with it under the name for TLS",
			"Cookie: nod=" + set["nod"].Value + "; __Host-nod-secret=" + set["nod-secret"].Value, false},
		{"with the secret alone", "Cookie: nod-secret=" + set["nod-secret"].Value, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			a := s.post("/acme/preferences", "action=accept_all", test.cookies).is(http.StatusSeeOther)
			stored := a.stored()
			if same := stored.Subject == first.stored().Subject; same != test.same {
				t.Errorf("the same subject: %v; want %v", same, test.same)
			}
			r := s.last(stored.Subject)
			if test.same != (r.Previous != nil) || test.same && *r.Previous != first.stored().Decision {
				t.Errorf("previous is %v", r.Previous)
			}
			q := consent.Evaluate(acmeForm(t), stored, consent.Signals{}, time.Now())
			if !q.IsGranted("analytics") || !q.IsGranted("heatmap") || q.IsGranted("transfer") {
				t.Errorf("states %v", q.States)
			}
			again, _ := a.cookies()
			if ok, err := s.store.Authorized(t.Context(), "acme", stored.Subject, again["nod-secret"].Value); err != nil || !ok {
				t.Errorf("the secret is not the subject's: %v, error %v", ok, err)
			}
			s.status("analytics", stored.Subject.String(), "granted")
		})
	}
}

// Without the prefix any host beside this one could have set it, and so made the visitor another subject.
func TestOverTLSTheSecretCountsUnderItsPrefixOnly(t *testing.T) {
	s := shared(t)
	tls := []string{"From: 198.51.100.7", "X-Forwarded-Proto: https", "Origin: https://" + testHost}
	first := s.post("/acme/preferences", "action=reject_all", tls...).is(http.StatusSeeOther)
	set, _ := first.cookies()
	nod, secret := "Cookie: nod="+set["nod"].Value, set["__Host-nod-secret"].Value
	for _, test := range []struct {
		name, cookies string
		same          bool
	}{
		{"with the prefix", nod + "; __Host-nod-secret=" + secret, true},
		{"without it", nod + "; nod-secret=" + secret, false},
		{"with another prefix", nod + "; __Secure-nod-secret=" + secret, false},
		{"another's without it, beside", nod + "; nod-secret=" + newSecret() + "; __Host-nod-secret=" + secret, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			a := s.post("/acme/preferences", "action=reject_all", append(tls, test.cookies)...).is(http.StatusSeeOther)
			if same := a.stored().Subject == first.stored().Subject; same != test.same {
				t.Errorf("the same subject: %v; want %v", same, test.same)
			}
			if set, _ := a.cookies(); set["__Host-nod-secret"] == nil || set["nod-secret"] != nil {
				t.Errorf("cookies %v", set)
			}
		})
	}
}
