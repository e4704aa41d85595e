//go:build !js

package load

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"time"

	"github.com/nod-consent/nod/app/calendar"
	"github.com/nod-consent/nod/app/policy"
)

// checkDesk checks how a site takes the requests of persons.
func (c *checker) checkDesk(s *policy.Site) {
	d := s.Desk
	if d.IsOn() || d.KeepDays != 0 { // a desk that was switched off still erases what it stored
		c.checkDays("$.requests.keep_days", d.KeepDays, maxDays)
	}
	if !d.IsOn() {
		if c.doc.Has("$.requests") && !c.doc.Has("$.requests.keep_days") {
			c.addProblem("$.requests.calendar", "is missing", "Name the calendar whose working days count, such as CN")
		}
		return
	}
	if !calendarID.MatchString(d.Calendar) {
		c.addInvalid("$.requests.calendar", d.Calendar, "a calendar",
			"Use CN, or the ISO code of another country, such as GB, and add its years")
	}
	if s.TimeZone == "" {
		c.problems = append(c.problems, c.doc.NewProblem(Error, RuleAnswerTime, "$.requests",
			"the site has no time zone: every answer would be due on the days of UTC", "Set time_zone, such as Asia/Shanghai"))
	}
	if d.Assertion.Issuer == "" && len(d.Assertion.Keys) > 0 {
		c.addProblem("$.requests.assertion.issuer", "is missing", `Write the claim "iss" of the host's assertions`)
	}
	taken := map[string]bool{}
	for i, k := range d.Assertion.Keys {
		at := fmt.Sprintf("$.requests.assertion.keys[%d]", i)
		if k.ID == "" || taken[k.ID] {
			c.addInvalid(at+".id", k.ID, "an id that no other key has", `Write the header "kid" of the host's assertions`)
		}
		taken[k.ID] = true
		checkOneOf(c, at+".algorithm", k.Algorithm, "an algorithm", policy.IssuerAlgorithms)
		if slices.Contains(policy.IssuerAlgorithms, k.Algorithm) && !isPublicKey(k) {
			c.addProblem(at+".key", "is not a public key for "+k.Algorithm, `Write PEM: "-----BEGIN PUBLIC KEY-----" …`)
		}
	}
}

// checkWebhooks checks where events are sent to.
func (c *checker) checkWebhooks(list []policy.Webhook) {
	taken := map[string]bool{}
	for i, h := range list {
		at := fmt.Sprintf("$.webhooks[%d]", i)
		c.checkID(at+".id", h.ID, taken)
		u, err := url.Parse(h.URL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.Fragment != "" {
			c.addInvalid(at+".url", h.URL, "the address of a webhook", `Use one such as "https://hooks.example.com/nod"`)
		}
		for k, event := range h.Events {
			checkOneOf(c, fmt.Sprintf("%s.events[%d]", at, k), event, "an event", policy.WebhookEvents)
		}
	}
}

// minRSABits is the length of the shortest RSA key that is accepted.
const minRSABits = 2048

func isPublicKey(k policy.IssuerKey) bool {
	block, _ := pem.Decode([]byte(k.Key))
	if block == nil {
		return false
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return false
	}
	switch key := key.(type) {
	case ed25519.PublicKey:
		return k.Algorithm == "EdDSA"
	case *ecdsa.PublicKey:
		return k.Algorithm == "ES256" && key.Curve.Params().BitSize == 256
	case *rsa.PublicKey:
		return k.Algorithm == "RS256" && key.N.BitLen() >= minRSABits
	}
	return false
}

// checkClocks checks that the policy says by when requests are answered. Without that no clock runs.
func (c *checker) checkClocks(s *policy.Site) {
	if !s.Desk.IsOn() {
		return
	}
	r := s.CurrentPolicy().Requests
	for _, term := range []struct {
		key  string
		days int
	}{{"answer_days", r.AnswerDays}, {"contact_days", r.ContactDays}} {
		if term.days <= 0 {
			c.problems = append(c.problems, c.doc.NewProblem(Error, RuleAnswerTime, "$.requests",
				fmt.Sprintf("version %s of the policy does not say by when they are answered", s.Current),
				"Add requests."+term.key+" to the policy"))
		}
	}
}

func (c *checker) checkGrounds(list []policy.Ground) {
	taken := map[string]bool{}
	for i, g := range list {
		at := fmt.Sprintf("$.requests.grounds[%d]", i)
		c.checkID(at+".id", g.ID, taken)
		c.checkText(at+".text", g.Text, maxSentence)
	}
}

var (
	calendarID   = regexp.MustCompile(`^[A-Z]{2}$`)
	calendarFile = regexp.MustCompile(`^([A-Z]{2})-([0-9]{4})\.yaml$`) // adds a year
)

// readCalendarYears reads the years that the site adds to its calendar: calendar/CN-2028.yaml. A calendar that the
// program does not have consists of them.
func (c *checker) readCalendarYears(fsys fs.FS, s *policy.Site) error {
	files, err := fs.Glob(fsys, path.Join(s.ID, "calendar", "*.yaml"))
	if err != nil {
		return err
	}
	slices.Sort(files)
	for _, file := range files {
		var year policy.CalendarYear
		doc, err := ReadDocument(fsys, file, &year)
		if err != nil {
			return err
		}
		name := calendarFile.FindStringSubmatch(path.Base(file))
		add := func(message, hint string) {
			c.problems = append(c.problems, Problem{File: doc.File, Line: 1, Column: 1, Message: message, Hint: hint})
		}
		switch {
		case name == nil || name[2] != fmt.Sprint(year.Year):
			add(fmt.Sprintf("the name does not fit the year %d", year.Year), "Name it such as CN-2028.yaml")
		case s.Desk.IsOn() && name[1] != s.Desk.Calendar:
			add("is a year of calendar "+name[1]+", and the site uses "+s.Desk.Calendar, "Name it after the site's calendar")
		case year.Source == "":
			add("source is missing", "Say who announced the days")
		default:
			if err := calendar.CheckYear(year); err != nil {
				add(err.Error(), "")
				break
			}
			s.CalendarYears = append(s.CalendarYears, year)
		}
	}
	if s.Desk.IsOn() && !slices.Contains(calendar.IDs, s.Desk.Calendar) && len(s.CalendarYears) == 0 {
		c.addProblem("$.requests.calendar", "names the calendar "+s.Desk.Calendar+", which the program does not have",
			fmt.Sprintf("Add calendar/%s-%d.yaml to the site's directory", s.Desk.Calendar, time.Now().Year()))
	}
	return nil
}
