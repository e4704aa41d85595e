package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

// cookie is the only cookie of that name in the browser.
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

func TestTheCookieHoldsTheAnswersAndNoSecret(t *testing.T) {
	for _, test := range []struct{ name, site, domain string }{
		{"for the host", siteID, "www.yzj.localhost"},
		{"for the whole domain", domainSite, ".yzj.localhost"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Site: test.site}))
			tab.wait(visible(banner))
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
			secret := tab.readStorage().Secret
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
			const want = "functional=granted analytics=granted performance=denied beacons=denied"
			if got := strings.Join(answers, " "); got != want {
				t.Errorf("answers %s", got)
			}
		})
	}
}

func TestTheReceiptProvesTheDecisionAndThePresentation(t *testing.T) { // C-35, C-37, C-58
	tab := open(t, stage.Address(Page{Lang: "zh-CN"}))
	tab.wait(visible(banner))
	shown := eval[string](tab.view, acceptButton+`.textContent`)
	tab.click(acceptButton)
	r := tab.waitForReceipt()
	if got := summarize(r); got != acceptedAll || r.GPC ||
		r.Language != "zh-CN" || r.Platform != policy.Web {
		t.Errorf("record %s %+v", got, r)
	}
	if age := time.Since(r.DecidedAt); age < -time.Second || age > 2*timeout {
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
	tab.wait(`nod.receipt()?.record.action == "withdraw"`)
	if after := tab.waitForReceipt(); after.Previous == nil || *after.Previous != r.ID || after.Subject != r.Subject {
		t.Errorf("%+v does not follow %s", after, r.ID)
	}
}

// A page with many cookies pushes ours out, and some pages remove all when a visitor logs out.
func TestARefusalHoldsWithoutItsCookie(t *testing.T) { // C-06, C-40
	address := stage.Address(Page{})
	tab := open(t, address)
	expire := `document.cookie = "nod=;path=/;max-age=0"`
	tab.click(acceptButton)
	tab.wait(decisionIsSent)
	tab.run(expire)
	tab.load(address)
	tab.wait(visible(banner))
	tab.checkStates(unasked, unasked, unasked) // a grant does not come back
	tab.run(`nod.save({ analytics: false, functional: true, beacons: true })`)
	tab.wait(decisionIsSent)
	tab.run(expire)
	tab.load(address)
	tab.wait(visible(banner))
	tab.checkStates(unasked, denied, unasked)
	tab.click(rejectButton)
	tab.wait(decisionIsSent)
	tab.run(expire)
	tab.load(address)
	tab.wait(`nod.answers().functional == "denied"`)
	tab.checkStates(denied, denied, denied)
	tab.check("!(" + visible(banner) + ")")
}
