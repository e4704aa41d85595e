//go:build !js

package load

import (
	"fmt"
	"net/mail"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/nod-consent/nod/app/policy"
)

func (c *checker) checkSite(s *policy.Site) {
	if !policy.ValidSiteID(s.ID) {
		c.problems = append(c.problems, Problem{
			File: c.doc.File, Message: fmt.Sprintf("the directory's name %q is not a site name", s.ID),
			Hint: `Use at most 32 of a-z, 0-9 and "-", and none of ` + strings.Join(policy.ReservedSiteIDs, ", "),
		})
	}
	if len(s.Languages) == 0 {
		c.addProblem("$.languages", "is empty", "Add at least one BCP 47 tag, the original's language first")
		return
	}
	c.checkLanguages(s)
	c.checkText("$.name", s.Name, maxName)
	c.checkOrigins("$.origins", s.Origins, isOrigin)
	c.checkOrigins("$.first_launch.origins", s.FirstLaunch.Origins, func(o string) bool {
		return isOrigin(o) || isAppOrigin(o)
	})
	c.checkTenants(s.FirstLaunch.Tenants)
	c.checkDays("$.cookie.days", s.Cookie.Days, MaxCookieDays)
	c.checkDays("$.ask.granted_days", s.Ask.GrantedDays, maxDays)
	c.checkDays("$.ask.denied_days", s.Ask.DeniedDays, maxDays)
	c.checkHours("$.ask.permission_hours", s.Ask.PermissionHours)
	c.checkLocation(s.Location)
	c.checkRegions(s.Regions)
	if y := s.Evidence.Years; y < 3 || y > 30 {
		c.addProblem("$.evidence.years", fmt.Sprintf("%d is out of range", y),
			"Use 3 to 30 years after the end of a consent")
	}
	if s.Evidence.Erasure == "" {
		c.addProblem("$.evidence.erasure", "is missing", "Use \"erase\", or \"restrict\" to keep the records of a person "+
			"who asks for erasure as evidence to their term")
	} else {
		checkOneOf(c, "$.evidence.erasure", s.Evidence.Erasure, "an erasure mode",
			[]policy.Erasure{policy.ErasureErase, policy.ErasureRestrict})
	}
	if d := strings.TrimPrefix(s.Cookie.Domain, "."); d != "" && !isHost(d) {
		c.addInvalid("$.cookie.domain", s.Cookie.Domain, "a domain", `Use one such as "example.com"`)
	}
	c.checkDesk(s)
	c.checkIncidents(s.Incidents)
	c.checkClosure(s.Closure)
	c.checkWebhooks(s.Webhooks)
	checkOneOf(c, "$.layout", s.Layout, "a layout", policy.Layouts)
	c.checkTheme(s.Theme)
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "Local" {
		c.addInvalid("$.time_zone", s.TimeZone, "a time zone", `Use an IANA time zone, such as "Asia/Shanghai"`)
	}
}

func (c *checker) checkLanguages(s *policy.Site) {
	all := slices.Concat(s.Languages, s.Interface)
	for i, l := range all {
		at := fmt.Sprintf("$.languages[%d]", i)
		if n := i - len(s.Languages); n >= 0 {
			at = fmt.Sprintf("$.interface[%d]", n)
		}
		if tag, err := language.Parse(l); err != nil || tag.String() != l {
			c.addInvalid(at, l, "a BCP 47 tag in its usual form", `Use one such as "zh-CN" or "en"`)
		} else if slices.Index(all, l) != i {
			c.addProblem(at, fmt.Sprintf("%q is a duplicate", l), "List each language once")
		}
	}
}

// checkPublished checks that the site has a policy, and the version that it names as the last published one.
func (c *checker) checkPublished(s *policy.Site) {
	dir := path.Join(s.ID, "policy")
	if s.Published == "" {
		if len(s.Policies) == 0 {
			c.addProblem("$.policy", "there is no version", "Add a file such as "+path.Join(dir, "2026-01-31.yaml"))
		}
		return
	}
	if _, ok := s.Policy(s.Published); ok {
		return
	}
	hint := "Add the file " + path.Join(dir, s.Published+".yaml")
	if len(s.Policies) > 0 {
		hint = "Versions: " + strings.Join(s.Versions(), ", ")
	}
	c.addProblem("$.policy", fmt.Sprintf("there is no version %q", s.Published), hint)
}

func (c *checker) checkOrigins(at string, list []string, isValid func(string) bool) {
	for i, o := range list {
		if !isValid(o) {
			c.addInvalid(fmt.Sprintf("%s[%d]", at, i), o, "an origin",
				`Write scheme, host and port as browsers do, such as "https://www.example.com", with nothing after it`)
		}
	}
}

// maxTenant is the length of the longest tenant in a decision, in bytes.
const maxTenant = 64

func (c *checker) checkTenants(list []string) {
	taken := map[string]bool{}
	for i, id := range list {
		at := fmt.Sprintf("$.first_launch.tenants[%d]", i)
		_, hasControl := findControl(id, "")
		switch {
		case id == "" || len(id) > maxTenant || hasControl:
			c.addInvalid(at, id, "the id of a tenant", fmt.Sprintf("Use 1 to %d bytes without control characters", maxTenant))
		case taken[id]:
			c.addProblem(at, fmt.Sprintf("%q is a duplicate", id), "List each tenant once")
		}
		taken[id] = true
	}
}

// webSchemes have a meaning in browsers. An app's own pages can have any other one ("nod-app://yunzhijia").
var webSchemes = []string{
	"http", "https", "ws", "wss", "ftp", "file", "data", "blob", "filesystem", "about", "javascript", "view-source",
}

// isAppOrigin reports whether s is an origin with an app's own scheme.
func isAppOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && s == u.Scheme+"://"+u.Host && s == strings.ToLower(s) && isHost(u.Host) &&
		!slices.Contains(webSchemes, u.Scheme)
}

func isOrigin(s string) bool {
	if s == "null" {
		return true
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || s != u.Scheme+"://"+u.Host || s != strings.ToLower(s) || strings.HasSuffix(s, ":") {
		return false
	}
	port := u.Port()
	if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n == 0 || port[0] == '0') {
		return false
	}
	isUsualForm := u.Scheme == "https" && port != "443" || u.Scheme == "http" && port != "80"
	return isUsualForm && (isHost(u.Hostname()) || strings.HasPrefix(u.Host, "["))
}

func isHost(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for _, label := range strings.Split(s, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "-") != label {
			return false
		}
		if strings.ContainsFunc(label, func(r rune) bool { return !isLowerOrDigit(r) && r != '-' }) {
			return false
		}
	}
	return true
}

func isLowerOrDigit(r rune) bool { return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' }

// isEmail reports whether s is a bare address. In a mailto: link its characters must mean nothing else.
func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || strings.ContainsAny(s, " <>\"'()&?%\\,;:") {
		return false
	}
	_, host, _ := strings.Cut(s, "@")
	return isHost(strings.ToLower(host))
}
