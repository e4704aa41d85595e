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

// handmade is a cookie that somebody wrote: a good one, changed.
func handmade(change func(*consent.Stored)) string {
	id, err := uuid.NewV7()
	if err != nil {
		panic(err)
	}
	s := consent.Stored{Decision: id, Subject: uuid.New()}
	change(&s)
	return consent.EncodeCookie(s)
}

func TestHostileCookiesGrantNothing(t *testing.T) { // C-40
	good := handmade(func(*consent.Stored) {})
	now := int(time.Now().Unix() / 86400)
	all := func(day int) func(*consent.Stored) {
		return func(s *consent.Stored) {
			for _, p := range siteForm().Purposes {
				s.Answers = append(s.Answers, consent.Answer{ID: p.ID, Hash: p.Hash, State: consent.Granted, Day: day})
			}
		}
	}
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.until(visible(banner))
	for name, value := range map[string]string{
		"empty":                    "",
		"a word":                   "granted",
		"version only":             "1",
		"nothing but dots":         strings.Repeat(".", 400),
		"another version":          "2" + handmade(all(now))[1:],
		"no ids":                   "1..." + strings.Join(strings.Split(handmade(all(now)), ".")[3:], "."),
		"cut off":                  handmade(all(now))[:len(good)+9],
		"one bad entry":            handmade(all(now)) + ".x",
		"a script":                 `<script>alert(1)</script>`,
		"percent signs":            "%00%ff%2e1.%",
		"prototype":                "__proto__.constructor.toString",
		"an id of __proto__":       good + ".__proto__:gAAAAAA",
		"unknown content":          good + ".functional:gAAAAAA.analytics:gBBBBBB",
		"granted long ago":         handmade(all(now - 366)),
		"granted in the future":    handmade(all(now + 30)),
		"granted in the year 2097": handmade(all(36*36*36 - 1)),
		"a decision of the year 2097": handmade(func(s *consent.Stored) {
			all(now)(s)
			s.Decision = uuid.MustParse("03a60000-0000-7000-8000-000000000000")
		}),
		"refused as well":                handmade(all(now)) + refusals(),
		"more entries than there may be": good + strings.Repeat(".gAAAAAA", 301),
		"very long":                      good + "." + strings.Repeat("A", 3600),
		"quoted":                         `"` + handmade(all(now)) + `"`,
	} {
		tab.run(fmt.Sprintf(`document.cookie = "nod=" + %s + ";path=/"`, asScript(value)))
		tab.load(address)
		if name == "refused as well" { // which is an answer
			tab.stands(denied, denied, denied)
			tab.is("!(" + visible(banner) + ")")
			continue
		}
		if got := tab.states(); got != "necessary:granted functional:unasked analytics:unasked beacons:unasked" {
			t.Errorf("%s: %s", name, got)
		}
		if !eval[bool](tab.view, "!!("+visible(banner)+")") {
			t.Errorf("%s: no banner", name)
		}
	}
	tab.run(`document.cookie = "nod=` + handmade(all(now)) + `;path=/"`) // the table could fail
	tab.load(address)
	tab.stands(granted, granted, granted)
}

// refusals are entries that refuse everything today.
func refusals() (text string) {
	for _, p := range siteForm().Purposes {
		text += ".d" + string(p.Hash)
	}
	return text
}

func TestTwoCookiesOfOneNameDoNotBringTheBannerBack(t *testing.T) {
	old := handmade(func(s *consent.Stored) { s.Decision = uuid.MustParse("01890000-0000-7000-8000-000000000000") })
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
			tab.until(visible(banner))
			tab.click(agree)
			tab.until(`nod.receipt()`)
			for range 2 {
				tab.load(address)
				tab.until(visible(wayBack))
				tab.is(`(document.cookie.match(/nod=/g) || []).length == 2`)
				tab.stands(granted, granted, granted)
			}
		})
	}
}

// A choice follows the newest cookie that is believed, whatever its time, and holds after it.
func TestAChoiceHoldsAgainstACookieOfTomorrow(t *testing.T) {
	for _, where := range []string{"path=/", "path=/pages", "path=/;domain=yzj.localhost"} {
		t.Run(where, func(t *testing.T) {
			address := stage.Address(Page{})
			tab := open(t, address)
			tab.until(visible(banner))
			tomorrow := time.Now().Add(24*time.Hour - 5*time.Second).UnixMilli()
			tab.run(`document.cookie = "nod=` + handmade(func(s *consent.Stored) {
				for i := range 6 {
					s.Decision[i] = byte(tomorrow >> (40 - 8*i))
				}
				for _, p := range siteForm().Purposes {
					s.Answers = append(s.Answers, consent.Answer{ID: p.ID, Hash: p.Hash, State: consent.Granted,
						Day: int(tomorrow / 864e5)})
				}
			}) + `;` + where + `"`)
			tab.load(address)
			tab.stands(granted, granted, granted)
			tab.run(`nod.rejectAll()`)
			tab.stands(denied, denied, denied)
			tab.load(address)
			tab.stands(denied, denied, denied)
			tab.is("!" + banner)
		})
	}
}

func TestOfTwoCookiesOfOneDecisionARefusalCounts(t *testing.T) {
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.until(visible(banner))
	yes := handmade(func(s *consent.Stored) {
		for _, p := range siteForm().Purposes {
			s.Answers = append(s.Answers, consent.Answer{ID: p.ID, Hash: p.Hash, State: consent.Granted,
				Day: int(time.Now().Unix() / 86400)})
		}
	})
	no := strings.Join(strings.Split(yes, ".")[:3], ".") + refusals()
	for _, pair := range [][2]string{{yes, no}, {no, yes}} {
		tab.run(`document.cookie = "nod=` + pair[0] + `;path=/"; document.cookie = "nod=` + pair[1] + `;path=/pages"`)
		tab.load(address)
		tab.stands(denied, denied, denied)
	}
}

// asScript writes a text as JavaScript does.
func asScript(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(quoted)
}

// siteForm is what the built-in site asks.
func siteForm() consent.Form {
	sites, err := loadSites()
	if err != nil {
		panic(err)
	}
	return consent.FormOf(sites[0], sites[0].CurrentPolicy())
}
