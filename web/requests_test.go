package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/net/html"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/admin"
)

// deskClock is the time of a server with a desk.
var deskClock = time.Date(2026, 9, 18, 2, 0, 0, 0, time.UTC)

// startDesk makes a server that takes requests, with staff.
func startDesk(t testing.TB, change ...func(*web.Options)) *server {
	t.Helper()
	s := start(t, append([]func(*web.Options){sites(t, "yunzhijia", "example"), func(o *web.Options) {
		o.AdminToken, o.Admin = testToken, o.Ledger.(admin.Ledger)
		o.Desk = request.New(o.Ledger.(*ledger.Store), func() time.Time { return deskClock })
		o.Now = func() time.Time { return deskClock }
	}}, change...)...)
	s.private(testToken)
	return s
}

// inputs returns the values of a page's form controls.
func (a answer) inputs() url.Values {
	a.Helper()
	values := url.Values{}
	for _, n := range all(parse(a, string(a.body)), "input") {
		if attribute(n, "type") != "checkbox" && attribute(n, "type") != "password" {
			values.Add(attribute(n, "name"), attribute(n, "value"))
		}
	}
	return values
}

// fill opens the form as a browser without script does, and fills it in.
func (s *server) fill(language string, kinds ...string) url.Values {
	s.Helper()
	form := s.get("/yunzhijia/rights?lang=" + language).is(http.StatusOK).inputs()
	form["kind"] = kinds
	form.Set("contact", s.private("person@mail.example"))
	form.Set("text", s.private("请给我一份 <b>副本</b> & \"more\""))
	form.Set("tenant", "acme")
	s.private(form.Get("secret"))
	s.private(form.Get("id"))
	return form
}

// ask sends the form, and returns the address of the request.
func (s *server) ask(language string, kinds ...string) string {
	s.Helper()
	form := s.fill(language, kinds...)
	return s.post("/yunzhijia/rights?lang="+language, form.Encode()).is(http.StatusSeeOther).Header.Get("Location")
}

func pageText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func TestAPersonAsksForEachRightWithoutScript(t *testing.T) {
	// C-31, C-32, C-33
	s := startDesk(t)
	for language, due := range map[string]string{
		"en": "You get an answer by 2026-10-15.", "zh-CN": "最迟2026-10-15答复。", "zh-TW": "最遲2026-10-15答覆。",
	} {
		t.Run(language, func(t *testing.T) {
			s := s.in(t)
			page := s.get("/yunzhijia/rights?lang="+language).is(http.StatusOK).has("Cache-Control", "no-store").
				has("Content-Language", language).has("Referrer-Policy", "same-origin")
			var offered []string
			for _, n := range all(parse(t, string(page.body)), "input") {
				if attribute(n, "name") == "kind" {
					offered = append(offered, attribute(n, "value"))
					if _, isTicked := findAttribute(n, "checked"); isTicked {
						t.Errorf("%s is ticked", attribute(n, "value"))
					}
				}
			}
			want := "access copy transfer correct delete restrict explain complain leave cancel contact"
			if strings.Join(offered, " ") != want {
				t.Errorf("offered %v; want %s", offered, want)
			}
			address := s.ask(language, offered...)
			status := s.get(address).is(http.StatusOK).has("Cache-Control", "no-store").has("Referrer-Policy", "same-origin")
			text := pageText(parse(t, string(status.body)))
			if !strings.Contains(text, due) || !strings.Contains(text, "Asia/Shanghai") || !strings.Contains(text, "R-") {
				t.Errorf("the status has no %q, zone or reference: %s", due, text)
			}
		})
	}
}

func TestSendingTheFormTwiceMakesOneRequest(t *testing.T) {
	s := startDesk(t)
	form := s.fill("en", "access").Encode()
	first := s.post("/yunzhijia/rights?lang=en", form).is(http.StatusSeeOther).Header.Get("Location")
	again := s.post("/yunzhijia/rights?lang=en", form).is(http.StatusSeeOther).Header.Get("Location")
	sizes, err := s.store.Sizes(t.Context())
	if first != again || err != nil || sizes["yunzhijia/desk"] != 1 {
		t.Errorf("%s and %s, sizes %v, error %v", first, again, sizes, err)
	}
}

func TestAWrongFormIsShownAgainWithWhatWasWritten(t *testing.T) {
	// C-31
	s := startDesk(t)
	hostile := `"><script>alert(1)</script>`
	for name, test := range map[string]struct {
		key, value, want string
	}{
		"no kind":          {"kind", "", "Choose what you ask for."},
		"no contact":       {"contact", " ", "Write how we can reach you"},
		"hostile contact":  {"contact", hostile + "\u202e", "Write how we can reach you"},
		"a long text":      {"text", strings.Repeat("长", 4001), "Shorten your message"},
		"leaving nowhere":  {"tenant", "", "Name the enterprise"},
		"a NUL in a text":  {"text", "a\x00b" + hostile, "Shorten your message"},
		"bytes, not UTF-8": {"text", "a\xff\xfe" + hostile, "Shorten your message"},
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			form := s.fill("en", "leave")
			form.Set(test.key, test.value)
			if test.key == "kind" {
				form.Del("kind")
			}
			page := s.post("/yunzhijia/rights?lang=en", form.Encode()).is(http.StatusUnprocessableEntity)
			doc := parse(t, string(page.body))
			if alert := pageText(doc); !strings.Contains(alert, test.want) {
				t.Errorf("no %q in %s", test.want, alert)
			}
			if strings.Contains(string(page.body), "<script>alert") {
				t.Error("what was written is markup")
			}
			if again := page.inputs(); again.Get("id") != form.Get("id") || again.Get("secret") != form.Get("secret") {
				t.Error("the form lost its id or key")
			}
		})
	}
	sizes, err := s.store.Sizes(t.Context())
	if err != nil || sizes["yunzhijia/desk"] != 0 {
		t.Errorf("sizes %v, error %v", sizes, err)
	}
	s.post("/yunzhijia/rights", s.fill("en", "access").Encode(), "Origin: https://evil.example").is(http.StatusForbidden)
}

func TestAHostileMessageIsOnlyText(t *testing.T) {
	s := startDesk(t)
	form := s.fill("en", "contact")
	form.Set("text", "<img src=x onerror=alert(1)>\n{{.Secret}}")
	form.Set("contact", `"><svg onload=alert(1)>`)
	s.post("/yunzhijia/rights?lang=en", form.Encode()).is(http.StatusSeeOther)
	cookie := s.signIn()
	page := s.get(s.staffCase(cookie), cookie).is(http.StatusOK)
	if body := string(page.body); strings.Contains(body, "<img src=x") || strings.Contains(body, "<svg onload") {
		t.Error("the message is markup on the page of staff")
	}
}

func TestOnlyTheHolderOfTheKeyReadsARequest(t *testing.T) {
	s := startDesk(t)
	address := s.ask("en", "access")
	for name, wrong := range map[string]string{
		"another key":    strings.Split(address, "&key=")[0] + "&key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"no key":         strings.Split(address, "&key=")[0],
		"another site":   strings.Replace(address, "/yunzhijia/", "/example/", 1),
		"an unknown one": "/yunzhijia/rights/" + uuid.NewString() + "?key=x",
		"no id":          "/yunzhijia/rights/x",
	} {
		t.Run(name, func(t *testing.T) { s.in(t).get(wrong).is(http.StatusNotFound) })
	}
	s.get("/example/rights").problem(http.StatusNotFound, "no-desk") // this site has none
	if home := string(s.get("/yunzhijia/?lang=en").body); !strings.Contains(home, "/yunzhijia/rights?lang=en") {
		t.Error("the privacy home does not lead to the page")
	}
	if home := string(s.get("/example/?lang=en").body); strings.Contains(home, "/example/rights") {
		t.Error("the privacy home leads to a page that does not exist")
	}
}

func TestReadingARequestChangesNothingAndAButtonWithdraws(t *testing.T) {
	s := startDesk(t)
	address := s.ask("en", "access", "contact")
	for range 3 { // as a scanner of mails does
		s.get(address).is(http.StatusOK)
	}
	if got := string(s.get(address).body); !strings.Contains(got, "Withdraw: Access") {
		t.Fatalf("no button in %s", got)
	}
	for range 2 { // pressed twice
		s.post(address, "withdraw=1").is(http.StatusSeeOther).has("Location", address)
	}
	s.post(address, "withdraw=9").is(http.StatusSeeOther)
	s.post(address, "withdraw=1", "Origin: https://evil.example").is(http.StatusForbidden)
	got := string(s.get(address).body)
	if strings.Contains(got, "Withdraw: Access") || !strings.Contains(got, "Withdraw: Another question") {
		t.Errorf("the wrong item is withdrawn: %s", got)
	}
}

func TestThePersonGetsAReceiptOfEachStep(t *testing.T) {
	// C-36
	s := startDesk(t)
	address := s.ask("en", "access")
	var receipts []string
	for _, a := range all(parse(t, string(s.get(address).body)), "a") {
		if href := attribute(a, "href"); strings.Contains(href, "/receipts/") {
			receipts = append(receipts, href)
		}
	}
	if len(receipts) != 1 {
		t.Fatalf("receipts %v", receipts)
	}
	receipt := s.get(receipts[0]).is(http.StatusOK)
	v, err := ledger.Verify(receipt.body, s.verifier("yunzhijia/desk"))
	if err != nil || v.Event == nil || v.Event.Type != "request.received" || v.Event.Items[0].Kind != "access" {
		t.Errorf("%+v, error %v", v, err)
	}
	s.get(strings.Replace(receipts[0], v.Event.ID.String(), uuid.NewString(), 1)).is(http.StatusNotFound)
	s.get("/v1/yunzhijia/desk/log/checkpoint").is(http.StatusOK)
	s.get("/v1/yunzhijia/desk/log/tile/entries/000.p/1").is(http.StatusOK)
	keys := s.get("/v1/yunzhijia/desk/log/keys").is(http.StatusOK)
	if !strings.Contains(string(keys.body), "ledger.example/yunzhijia/desk+") {
		t.Errorf("keys %s", keys.body)
	}
}

// apiRequest is the body of a request over the API.
