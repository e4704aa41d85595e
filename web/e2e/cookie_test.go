package e2e

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

// cookie is the one cookie of the name, as the browser keeps it.
func (tab *Tab) cookie(name string) *network.Cookie {
	tab.Helper()
	var found []*network.Cookie
	for _, c := range tab.cookies() {
		if c.Name == name {
			found = append(found, c)
		}
	}
	if len(found) != 1 {
		tab.Fatalf("there are %d cookies %s", len(found), name)
	}
	return found[0]
}

// kept is what the browser has beside the cookie.
type kept struct {
	Subject, Secret string
	Queue           []struct{ ID, Body, Bearer string }
}

func (v view) kept() (k kept) {
	v.tab.Helper()
	if err := json.Unmarshal([]byte(eval[string](v, `localStorage.nod`)), &k); err != nil {
		v.tab.Fatal(err)
	}
	return k
}

// receipt waits for the receipt of the last choice, and wants it to be whole and the ledger's.
func (v view) receipt() ledger.Record {
	v.tab.Helper()
	v.until(`nod.receipt()`)
	return verified(v.tab, eval[string](v, `JSON.stringify(nod.receipt())`))
}

func verified(tab *Tab, receipt string) ledger.Record {
	tab.Helper()
	got, err := ledger.Verify([]byte(receipt), stage.Verifier)
	if err != nil {
		tab.Fatal(err)
	}
	if !got.Pinned {
		tab.Error("the receipt is not signed by the server's key")
	}
	stored, err := stage.Ledger.Record(tab.Context(), got.Record.Site, got.Record.ID)
	if err != nil {
		tab.Fatal(err)
	}
	if a, b := asJSON(tab, stored), asJSON(tab, got.Record); a != b {
		tab.Errorf("the ledger has %s, the receipt %s", a, b)
	}
	return stored
}

func asJSON(tab *Tab, r ledger.Record) string {
	tab.Helper()
	text, err := r.Canonical()
	if err != nil {
		tab.Fatal(err)
	}
	return string(text)
}

// saying is what a record says, in one line.
func saying(r ledger.Record) string {
	text := string(r.Action) + ":"
	for _, id := range []string{"necessary", "functional", "analytics", "beacons"} {
		if s, ok := r.Answers[id]; ok {
			text += " " + id + "=" + s.String()
		}
	}
	return text
}

// records are all that the ledger has of the visitor, oldest first.
func (v view) records() []ledger.Record {
	v.tab.Helper()
	subject, err := uuid.Parse(v.kept().Subject)
	if err != nil {
		v.tab.Fatal(err)
	}
	all, err := stage.Ledger.Records(v.tab.Context(), siteID, subject)
	if err != nil {
		v.tab.Fatal(err)
	}
	return all
}

func TestTheCookieHoldsTheAnswersAndNoSecret(t *testing.T) {
	for _, test := range []struct{ name, site, domain string }{
		{"for the host", siteID, "www.yzj.localhost"},
		{"for the whole domain", homeSite, ".yzj.localhost"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Site: test.site}))
			tab.until(visible(banner))
			tab.run(`nod.save({ functional: true, analytics: true, beacons: false, performance: false })`)
			c := tab.cookie(consent.CookieName)
			if c.SameSite != network.CookieSameSiteLax || c.HTTPOnly || c.Secure || c.Path != "/" || c.Domain != test.domain {
				t.Errorf("cookie %+v", c)
			}
			if in := time.Until(time.Unix(int64(c.Expires), 0)); in < 364*24*time.Hour || in > 366*24*time.Hour {
				t.Errorf("it expires in %s", in)
			}
			if len(c.Value) > 512 {
				t.Errorf("it has %d bytes", len(c.Value))
			}
			secret := tab.kept().Secret
			if !consent.ValidSecret(secret) || strings.Contains(c.Value, secret) {
				t.Errorf("cookie %q, secret %q", c.Value, secret)
			}
			stored, err := consent.DecodeCookie(c.Value)
			if err != nil {
				t.Fatal(err)
			}
			var answers []string
			for _, a := range stored.Answers {
				answers = append(answers, a.ID+"="+a.State.String())
			}
			if got := strings.Join(answers, " "); got != "functional=granted analytics=granted performance=denied "+
				"beacons=denied" {
				t.Errorf("answers %s", got)
			}
		})
	}
}

func TestTheReceiptProvesWhatWasChosenAndShown(t *testing.T) { // C-35, C-37, C-58
	tab := open(t, stage.Address(Page{Lang: "zh-CN"}))
	tab.until(visible(banner))
	shown := eval[string](tab.view, agree+`.textContent`)
	tab.click(agree)
	r := tab.receipt()
	if got := saying(r); got != "accept_all: functional=granted analytics=granted beacons=granted" || r.GPC ||
		r.Language != "zh-CN" || r.Platform != policy.Web {
		t.Errorf("record %s %+v", got, r)
	}
	if age := time.Since(r.DecidedAt); age < -time.Second || age > 2*patience {
		t.Errorf("decided %s ago", age)
	}
	presentation, err := stage.Ledger.Presentation(t.Context(), siteID, r.Presentation)
	if err != nil {
		t.Fatal(err)
	}
	if presentation.Kind != ledger.Banner || presentation.Language != "zh-CN" || presentation.Policy != r.Policy ||
		!strings.Contains(presentation.HTML, ">"+shown+"<") {
		t.Errorf("presentation %+v", presentation)
	}
	tab.run(`nod.withdraw()`)
	tab.until(`nod.receipt()?.record.action == "withdraw"`)
	if after := tab.receipt(); after.Previous == nil || *after.Previous != r.ID || after.Subject != r.Subject {
		t.Errorf("%+v does not follow %s", after, r.ID)
	}
}

func TestAReturningVisitorCostsOneCachedScript(t *testing.T) {
	address := stage.Address(Page{})
	for _, choice := range []struct{ button, state string }{{agree, granted}, {refuse, denied}} {
		t.Run(choice.state, func(t *testing.T) {
			tab := open(t, address)
			tab.until(visible(banner))
			tab.click(choice.button)
			tab.until(`nod.receipt() && JSON.parse(localStorage.nod).queue.length == 0`)
			tab.settled()
			tab.forgetRequests()
			stage.consent.forget()
			tab.load(address)
			tab.until(visible(wayBack))
			tab.settled()
			tab.stands(choice.state, choice.state, choice.state)
			ours := tab.requests(stage.Consent)
			if len(ours) != 1 || !ours[0].Cached || ours[0].URL != stage.Script(Page{}) {
				t.Errorf("requests %+v; want consent.js from the cache", ours)
			}
			if all := stage.consent.requests(""); len(all) > 0 {
				t.Errorf("the server was asked for %q", all)
			}
			tab.is("!" + banner + " && !" + dialog + " && !" + inBanner("iframe"))
		})
	}
}

func TestTheWayBackShowsWhereThePageHasNone(t *testing.T) { // C-09
	tab := open(t, stage.Address(Page{}))
	tab.until(visible(banner))
	tab.is("!" + visible(wayBack))
	tab.click(refuse)
	tab.until(visible(wayBack))
	// Granting and withdrawing take as many clicks from here: two, with nothing asked in between.
	tab.click(wayBack)
	tab.opened().click(element("[value=accept_all]"))
	tab.untilStands(granted, granted, granted)
	tab.until("!" + dialog + shown)
	tab.click(wayBack)
	tab.opened().click(element("#nod-withdraw"))
	tab.untilStands(denied, denied, denied)

	tab.load(stage.Address(Page{Body: `<button data-nod="preferences">Privacy</button>`}))
	tab.settled()
	tab.is("!(" + visible(wayBack) + ")")
	tab.click(element("button"))
	tab.opened()
}
