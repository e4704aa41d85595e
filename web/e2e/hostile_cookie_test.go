package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// makeCookie makes a valid cookie with a change.
func makeCookie(change func(*consent.Stored)) string {
	id, err := uuid.NewV7()
	if err != nil {
		panic(err)
	}
	s := consent.Stored{Decision: id, Subject: uuid.New()}
	change(&s)
	return consent.EncodeCookie(s)
}

// grantAll answers every purpose with a grant of that day.
func grantAll(day int) func(*consent.Stored) {
	return func(s *consent.Stored) {
		for _, p := range siteForm().Purposes {
			s.Answers = append(s.Answers, consent.Answer{ID: p.ID, Hash: p.Hash, State: consent.Granted, Day: day})
		}
	}
}

func today() int { return int(time.Now().Unix() / 86400) }

func TestHostileCookiesGrantNothing(t *testing.T) { // C-40
	good := makeCookie(func(*consent.Stored) {})
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.wait(visible(banner))
	for name, value := range map[string]string{
		"empty":                    "",
		"a word":                   "granted",
		"version only":             "1",
		"nothing but dots":         strings.Repeat(".", 400),
		"another version":          "2" + makeCookie(grantAll(today()))[1:],
		"no ids":                   "1..." + strings.Join(strings.Split(makeCookie(grantAll(today())), ".")[3:], "."),
		"truncated":                makeCookie(grantAll(today()))[:len(good)+9],
		"one bad entry":            makeCookie(grantAll(today())) + ".x",
		"a script":                 `<script>alert(1)</script>`,
		"percent signs":            "%00%ff%2e1.%",
		"prototype":                "__proto__.constructor.toString",
		"an id of __proto__":       good + ".__proto__:gAAAAAA",
		"unknown content":          good + ".functional:gAAAAAA.analytics:gBBBBBB",
		"granted long ago":         makeCookie(grantAll(today() - 366)),
		"granted in the future":    makeCookie(grantAll(today() + 30)),
		"granted in the year 2097": makeCookie(grantAll(36*36*36 - 1)),
		"a decision of the year 2097": makeCookie(func(s *consent.Stored) {
			grantAll(today())(s)
			s.Decision = uuid.MustParse("03a60000-0000-7000-8000-000000000000")
		}),
		"refused as well":                makeCookie(grantAll(today())) + refusalEntries(),
		"more entries than there may be": good + strings.Repeat(".gAAAAAA", 301),
		"very long":                      good + "." + strings.Repeat("A", 3600),
		"quoted":                         `"` + makeCookie(grantAll(today())) + `"`,
	} {
		tab.run(fmt.Sprintf(`document.cookie = "nod=" + %s + ";path=/"`, quoteScript(value)))
		tab.load(address)
		if name == "refused as well" { // a refusal counts
			tab.checkStates(denied, denied, denied)
			tab.check("!(" + visible(banner) + ")")
			continue
		}
		if got := tab.states(); got != "necessary:granted functional:unasked analytics:unasked beacons:unasked" {
			t.Errorf("%s: %s", name, got)
		}
		tab.wait(visible(banner))
	}
	tab.run(`document.cookie = "nod=` + makeCookie(grantAll(today())) + `;path=/"`) // the check can fail
	tab.load(address)
	tab.checkStates(granted, granted, granted)
}

// refusalEntries makes entries that refuse every purpose today.
func refusalEntries() (text string) {
	for _, p := range siteForm().Purposes {
		text += ".d" + string(p.Hash)
	}
	return text
}

func TestTwoCookiesOfOneNameDoNotReopenTheBanner(t *testing.T) {
	old := makeCookie(func(s *consent.Stored) { s.Decision = uuid.MustParse("01890000-0000-7000-8000-000000000000") })
	for _, test := range []struct{ name, cookie string }{
		{"an older one of the parent domain", "nod=" + old + ";path=/;domain=yzj.localhost"},
		{"an unreadable one of the parent domain", "nod=broken;path=/;domain=yzj.localhost"},
		{"an older one of the page's path", "nod=" + old + ";path=/pages"},
		{"an unreadable one of the page's path", "nod=;path=/pages"},
	} {
		t.Run(test.name, func(t *testing.T) {
			address := stage.Address(Page{})
			tab := open(t, address)
			tab.run(`document.cookie = "` + test.cookie + `"`)
			tab.load(address)
			tab.wait(visible(banner))
			tab.click(acceptButton)
			tab.wait(`nod.receipt()`)
			for range 2 {
				tab.load(address)
				tab.wait(visible(reopenButton))
				tab.check(`(document.cookie.match(/nod=/g) || []).length == 2`)
				tab.checkStates(granted, granted, granted)
			}
		})
	}
}

// A decision follows the newest valid cookie, even one from the future.
func TestADecisionOverridesACookieFromTheFuture(t *testing.T) {
	for _, scope := range []string{"path=/", "path=/pages", "path=/;domain=yzj.localhost"} {
		t.Run(scope, func(t *testing.T) {
			address := stage.Address(Page{})
			tab := open(t, address)
			tab.wait(visible(banner))
			tomorrow := time.Now().Add(24*time.Hour - 5*time.Second).UnixMilli()
			tab.run(`document.cookie = "nod=` + makeCookie(func(s *consent.Stored) {
				for i := range 6 {
					s.Decision[i] = byte(tomorrow >> (40 - 8*i))
				}
				grantAll(int(tomorrow / 864e5))(s)
			}) + `;` + scope + `"`)
			tab.load(address)
			tab.checkStates(granted, granted, granted)
			tab.run(`nod.rejectAll()`)
			tab.checkStates(denied, denied, denied)
			tab.load(address)
			tab.checkStates(denied, denied, denied)
			tab.check("!" + visible(banner))
		})
	}
}

func TestARefusalWinsBetweenTwoCookiesOfOneDecision(t *testing.T) {
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.wait(visible(banner))
	grant := makeCookie(grantAll(today()))
	refusal := strings.Join(strings.Split(grant, ".")[:3], ".") + refusalEntries()
	for _, pair := range [][2]string{{grant, refusal}, {refusal, grant}} {
		tab.run(`document.cookie = "nod=` + pair[0] + `;path=/"; document.cookie = "nod=` + pair[1] + `;path=/pages"`)
		tab.load(address)
		tab.checkStates(denied, denied, denied)
	}
}

// quoteScript quotes a text for JavaScript.
func quoteScript(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(quoted)
}

// The cookie may be shared with another host, which has the secret. A decision there does not notify this page.
func TestAVisitorWhoLostTheSecretUndoesNoLaterRefusal(t *testing.T) { // C-51
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(`nod.receipt()`)
	tab.run(`localStorage.removeItem("nod")`)
	tab.load(stage.Address(Page{}))
	tab.wait(visible(reopenButton))
	tab.click(reopenButton)
	f := tab.waitForPreferences()
	f.waitForWebAssembly()
	tab.run(`const [version, id, ...rest] = /nod=([^;]*)/.exec(document.cookie)[1].split(".");
		const raw = Uint8Array.from(atob(id.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
		if (++raw[5] == 256) raw[5] = 0;
		raw[4] += 1; // a later decision
		const later = btoa(String.fromCharCode(...raw)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
		const answers = rest.map((a) => a.replace("analytics:g", "analytics:d"));
		document.cookie = "nod=" + [version, later, ...answers].join(".") + ";path=/"`)
	f.click(element("footer button[value=save]"))
	tab.wait("!" + dialogIsOpen)
	tab.check(`!nod.has("analytics") && nod.has("functional")`)
}
