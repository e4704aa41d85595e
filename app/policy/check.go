//go:build !js

package policy

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// Limits of what a site may say. They keep the banner readable and the cookie small.
const (
	maxName     = 80  // characters of a name or title
	maxSentence = 600 // characters of any other text
	maxItems    = 300 // purposes and services together
	maxVersion  = 64  // bytes of a version
	maxDays     = 3650
	// maxCookieDays is the longest life that browsers give a cookie (RFC 6265bis, 5.5).
	maxCookieDays = 400
)

// reserved are the site names that would hide the program's own pages.
var reserved = []string{"v1", "admin", "demo", "docs", "schema", "healthz", "readyz", "metrics", "assets", "static", ".well-known"}

// reservedIDs are names that the preference centre's form has for itself.
var reservedIDs = []string{"action", "centre", "close", "decided", "page", "policy", "previous", "receipt", "saved", "signal", "withdraw", "withdrawal"}

// ValidSiteID says whether a site can have this name.
func ValidSiteID(id string) bool { return ValidID(id) && !slices.Contains(reserved, id) }

// checker collects the problems of one file.
type checker struct {
	doc       document
	languages []string
	problems  Problems
}

func (c *checker) say(at, what, want string) {
	line, column := c.doc.place(at)
	r := ruleOf(at)
	c.problems = append(c.problems, Problem{
		File: c.doc.file, Line: line, Column: column, What: strings.TrimPrefix(at, "$.") + ": " + what, Want: want, Level: Error, Rule: r.id, Source: r.source,
	})
}

// keyOfRule finds the key of a policy that has a rule: one at the top, or one of a purpose.
var keyOfRule = regexp.MustCompile(`^\$\.(?:purposes\[\d+\]\.)?([a-z]+)`)

// ruleOf is the rule that a place of a policy serves. One key decides, so that no place fits two rules.
func ruleOf(at string) rule {
	found := keyOfRule.FindStringSubmatch(at)
	if found == nil {
		return rule{}
	}
	if strings.HasPrefix(at, "$.purposes") {
		return purposeRules[found[1]]
	}
	return policyRules[found[1]]
}

// The rules by key, of a policy and of each purpose.
var (
	policyRules  = map[string]rule{"notice": ruleFirst, "controller": ruleFirst}
	purposeRules = map[string]rule{
		"refusal": ruleRefusal, "retention": ruleFirst, "basis": ruleBasis, "data": ruleFirst,
		"necessity": ruleSensitive, "effect": ruleSensitive,
	}
)

func (c *checker) site(s *Site) {
	if !ValidSiteID(s.ID) {
		c.problems = append(c.problems, Problem{File: c.doc.file, What: fmt.Sprintf("the directory's name %q can't be a site's", s.ID), Want: "want a-z, 0-9 and \"-\", at most 32, and none of " + strings.Join(reserved, ", ")})
	}
	if len(s.Languages) == 0 {
		c.say("$.languages", "is empty", `want at least one BCP 47 tag, the original's language first`)
		return
	}
	all := slices.Concat(s.Languages, s.Interface)
	for i, l := range all {
		if tag, err := language.Parse(l); err != nil || tag.String() != l || slices.Index(all, l) != i {
			at := fmt.Sprintf("$.languages[%d]", i)
			if n := i - len(s.Languages); n >= 0 {
				at = fmt.Sprintf("$.interface[%d]", n)
			}
			c.say(at, fmt.Sprintf("%q", l), `want each BCP 47 tag once, in its usual form, such as "zh-CN" or "en"`)
		}
	}
	c.text("$.name", s.Name, maxName)
	c.origins("$.origins", s.Origins, validOrigin)
	c.origins("$.first_launch.origins", s.FirstLaunch.Origins, func(o string) bool { return validOrigin(o) || validAppOrigin(o) })
	c.days("$.cookie.days", s.Cookie.Days, maxCookieDays)
	c.days("$.ask.granted_days", s.Ask.GrantedDays, maxDays)
	c.days("$.ask.denied_days", s.Ask.DeniedDays, maxDays)
	c.hours("$.ask.permission_hours", s.Ask.PermissionHours)
	c.location(s.Location)
	c.regions(s.Regions)
	if y := s.Evidence.Years; y < 3 || y > 30 {
		c.say("$.evidence.years", strconv.Itoa(y), "want the years that evidence is kept after the end of a consent, 3 to 30")
	}
	if e := s.Evidence.Erasure; e != ErasureErase && e != ErasureRestrict {
		c.say("$.evidence.erasure", fmt.Sprintf("%q is no way of erasing", e), "want erase or restrict")
	}
	if d := strings.TrimPrefix(s.Cookie.Domain, "."); d != "" && !validHost(d) {
		c.say("$.cookie.domain", fmt.Sprintf("%q is no domain", s.Cookie.Domain), `want one such as "example.com"`)
	}
	if !slices.Contains(Layouts, s.Layout) {
		c.say("$.layout", fmt.Sprintf("%q is no layout", s.Layout), "want bar, box or centre")
	}
	c.theme(s.Theme)
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "Local" {
		c.say("$.time_zone", fmt.Sprintf("%q is no time zone", s.TimeZone), `want one of the IANA's, such as "Asia/Shanghai"`)
	}
}

// anchors wants each section to be found in the full text: the contents lead there.
func (c *checker) anchors(p *Policy, name, text string) {
	for i, s := range p.Sections {
		if !strings.Contains(text, "{#"+s.ID+"}") && !strings.Contains(text, "{#"+s.ID+" ") {
			c.say(fmt.Sprintf("$.sections[%d].id", i), fmt.Sprintf("%q has no heading in %s", s.ID, name), fmt.Sprintf("want the section's heading there to end in {#%s}", s.ID))
		}
	}
}

func (c *checker) policy(p *Policy, name string) {
	if p.Version != name || !validVersion(p.Version) {
		c.say("$.version", fmt.Sprintf("%q", p.Version), fmt.Sprintf("want the file's name without .yaml, %q: letters, digits, \".\" and \"-\", at most %d", name, maxVersion))
	}
	for _, d := range []struct{ at, date string }{{"$.updated", p.Updated}, {"$.effective", p.Effective}} {
		if _, err := time.Parse(time.DateOnly, d.date); err != nil {
			c.say(d.at, fmt.Sprintf("%q is no date", d.date), "want YYYY-MM-DD")
		}
	}
	c.text("$.title", p.Title, maxName)
	c.plain("$.source", p.Source)
	c.revision(p.Revision)
	c.controller(p.Controller)
	c.text("$.notice.title", p.Notice.Title, maxName)
	c.text("$.notice.text", p.Notice.Text, maxSentence)
	c.text("$.notice.retention", p.Notice.Retention, maxSentence)
	c.text("$.notice.rights", p.Notice.Rights, maxSentence)
	anchors := map[string]bool{}
	for i, s := range p.Sections {
		at := fmt.Sprintf("$.sections[%d]", i)
		c.id(at+".id", s.ID, anchors)
		c.text(at+".title", s.Title, maxName)
		c.text(at+".summary", s.Summary, maxSentence)
	}
	if len(p.Purposes) == 0 {
		c.say("$.purposes", "is empty", "want at least one purpose")
	}
	ids := map[string]bool{}
	for i := range p.Purposes {
		c.purpose(fmt.Sprintf("$.purposes[%d]", i), &p.Purposes[i], ids)
	}
	c.register(p, anchors)
	if len(ids) > maxItems {
		c.say("$.purposes", fmt.Sprintf("has %d purposes and services", len(ids)), fmt.Sprintf("want at most %d", maxItems))
	}
}

func (c *checker) revision(r Revision) {
	c.optional("$.revision.summary", r.Summary)
	if r.Class != "" && !slices.Contains(Classes, r.Class) {
		c.say("$.revision.class", fmt.Sprintf("%q is no class", r.Class), fmt.Sprintf("want one of %v", Classes))
	}
	for i, k := range r.Kinds {
		if !slices.Contains(changeKinds, string(k)) {
			c.say(fmt.Sprintf("$.revision.kinds[%d]", i), fmt.Sprintf("%q is no kind of change", k), fmt.Sprintf("want one of %v", changeKinds))
		}
	}
}

func (c *checker) controller(who Controller) {
	c.text("$.controller.name", who.Name, maxName)
	c.optional("$.controller.department", who.Department)
	c.optional("$.controller.address", who.Address)
	c.optional("$.controller.hours", who.Hours)
	c.plain("$.controller.phone", who.Phone)
	c.plain("$.controller.postcode", who.Postcode)
	c.plain("$.controller.email", who.Email)
	if who.Email == "" && who.Phone == "" && who.Address == nil {
		c.say("$.controller", "has no contact", "want email, phone or address")
	}
	if who.Email != "" && !validEmail(who.Email) {
		c.say("$.controller.email", fmt.Sprintf("%q is no address", who.Email), `want one such as "privacy@example.com"`)
	}
	c.link("$.controller.url", who.URL)
}

func (c *checker) purpose(at string, p *Purpose, ids map[string]bool) {
	c.item(at+".id", p.ID, ids)
	if !slices.Contains([]Kind{KindCookie, KindBeacon, KindPermission, KindSharing, KindSensitive, KindMessaging}, p.Kind) {
		c.say(at+".kind", fmt.Sprintf("%q is no kind", p.Kind), "want cookie, beacon, permission, sharing, sensitive or messaging")
	}
	if p.Required && (p.Separate || p.GPC) {
		c.say(at+".required", "a required purpose isn't asked for", "want neither separate nor gpc beside it")
	}
	c.text(at+".name", p.Name, maxName)
	c.text(at+".summary", p.Summary, maxSentence)
	c.text(at+".refusal", p.Refusal, maxSentence)
	c.text(at+".retention", p.Retention, maxSentence)
	c.text(at+".basis.text", p.Basis.Text, maxSentence)
	if p.ReaskSince != "" && !validVersion(p.ReaskSince) {
		c.say(at+".anew", fmt.Sprintf("%q is not a version", p.ReaskSince), "write the version from which the purpose is asked again")
	}
	if p.Basis.Law == "" {
		c.say(at+".basis.law", "is missing", `want where the legal basis stands, such as "PIPL 13(1)(1)"`)
	}
	c.plain(at+".basis.law", p.Basis.Law)
	if len(p.Data) == 0 {
		c.say(at+".data", "is empty", "want the kinds of data that are processed")
	}
	c.texts(at+".data", p.Data)
	c.texts(at+".recipients", p.Recipients)
	c.platforms(at+".platforms", p.Platforms)
	c.optional(at+".necessity", p.Necessity)
	c.optional(at+".effect", p.Effect)
	c.optional(at+".instead", p.Instead)
	if p.Kind == KindSensitive && (len(p.Necessity) == 0 || len(p.Effect) == 0) {
		c.say(at, "is sensitive and does not say why it is needed or what it may do to the person", "want necessity and effect (PIPL 30)")
	}
	c.stored(at, p.Cookies, p.Storage, p.Hosts)
	for i := range p.Services {
		s := &p.Services[i]
		at := fmt.Sprintf("%s.services[%d]", at, i)
		c.item(at+".id", s.ID, ids)
		c.text(at+".name", s.Name, maxName)
		c.text(at+".provider", s.Provider, maxName)
		c.text(at+".summary", s.Summary, maxSentence)
		c.link(at+".url", s.URL)
		c.stored(at, s.Cookies, s.Storage, s.Hosts)
	}
}

func (c *checker) stored(at string, cookies, storage []StoredItem, hosts []string) {
	items := func(key string, list []StoredItem, usual Area, allowed ...Area) {
		for i := range list {
			item := &list[i]
			at := fmt.Sprintf("%s.%s[%d]", at, key, i)
			if item.Area == "" {
				item.Area = usual
			}
			if !slices.Contains(allowed, item.Area) {
				c.say(at+".area", fmt.Sprintf("%q is no area of %s", item.Area, key), fmt.Sprintf("want one of %v", allowed))
			}
			if prefix := strings.TrimSuffix(item.Name, "*"); prefix == "" || strings.ContainsAny(prefix, "*;,= \t\r\n") {
				c.say(at+".name", fmt.Sprintf("%q", item.Name), `want a name, or the beginning of one and "*"`)
			}
			c.plain(at+".name", item.Name)
			c.optional(at+".lifetime", item.Lifetime)
			c.optional(at+".use", item.Use)
		}
	}
	items("cookies", cookies, AreaCookie, AreaCookie)
	items("storage", storage, AreaLocal, AreaLocal, AreaSession, AreaIndexedDB, AreaCache)
	for i, h := range hosts {
		if !validHost(strings.TrimPrefix(h, "*.")) {
			c.say(fmt.Sprintf("%s.hosts[%d]", at, i), fmt.Sprintf("%q is no host", h), `want "stats.example.com" or "*.example.com"`)
		}
	}
}

func (c *checker) id(at, id string, taken map[string]bool) {
	switch {
	case !ValidID(id):
		c.say(at, fmt.Sprintf("%q can't be an id", id), `want a-z first, then a-z, 0-9 and "-", at most 32`)
	case taken[id]:
		c.say(at, fmt.Sprintf("%q is taken", id), "want an id that nothing else here has")
	}
	taken[id] = true
}

// item checks the id of a purpose or service.
func (c *checker) item(at, id string, taken map[string]bool) {
	c.id(at, id, taken)
	if slices.Contains(reservedIDs, id) {
		c.say(at, fmt.Sprintf("%q is a name of the form's own", id), "want none of "+strings.Join(reservedIDs, ", "))
	}
}

func (c *checker) days(at string, n, most int) {
	if n < 1 || n > most {
		c.say(at, fmt.Sprintf("%d", n), fmt.Sprintf("want 1 to %d days", most))
	}
}

// text wants the text in every language of the site, and no other.
func (c *checker) text(at string, t Text, most int) {
	for _, l := range c.languages {
		if strings.TrimSpace(t[l]) == "" {
			c.say(at, "has no text in "+l, "want it in "+strings.Join(c.languages, ", "))
		}
	}
	for _, l := range slices.Sorted(maps.Keys(t)) {
		s := t[l]
		place := at + "." + quoteKey(l)
		if !slices.Contains(c.languages, l) {
			c.say(place, "is no language of the site", "want "+strings.Join(c.languages, ", "))
		}
		if n := utf8.RuneCountInString(s); n > most {
			c.say(place, fmt.Sprintf("has %d characters", n), fmt.Sprintf("want at most %d", most))
		}
		c.plain(place, s)
	}
}

func (c *checker) optional(at string, t Text) {
	if len(t) > 0 {
		c.text(at, t, maxSentence)
	}
}

// plain refuses characters that no text needs and that can make it read as something else.
func (c *checker) plain(at, s string) {
	if r, ok := unwanted(s, "\n"); ok {
		c.say(at, fmt.Sprintf("has the character %U", r), "want text without control characters")
	}
}

// fullText holds the same against each line of a Markdown file.
func (c *checker) fullText(file, text string) {
	for i, line := range strings.Split(text, "\n") {
		if r, ok := unwanted(line, "\t\r"); ok {
			column := utf8.RuneCountInString(line[:strings.IndexRune(line, r)]) + 1
			c.problems = append(c.problems, Problem{File: file, Line: i + 1, Column: column, What: fmt.Sprintf("has the character %U", r), Want: "want text without control characters"})
		}
	}
}

// unwanted finds a control character, one that turns the direction of writing, or what is not UTF-8.
func unwanted(s, but string) (rune, bool) {
	for _, r := range s {
		if unicode.IsControl(r) && !strings.ContainsRune(but, r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == utf8.RuneError {
			return r, true
		}
	}
	return 0, false
}

func (c *checker) link(at, s string) {
	if s == "" {
		return
	}
	if u, err := url.Parse(s); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		c.say(at, fmt.Sprintf("%q is no address of a page", s), `want one that begins with "https://"`)
	}
	c.plain(at, s)
}

// quoteKey writes a key for a YAML path, which takes "-" in names only in quotes.
func quoteKey(key string) string {
	if strings.ContainsAny(key, "-. ") {
		return "'" + strings.ReplaceAll(key, "'", "") + "'"
	}
	return key
}

func validVersion(s string) bool {
	return s != "" && len(s) <= maxVersion && strings.Trim(s, ".-") == s && strings.IndexFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '.' && r != '-'
	}) < 0
}

func (c *checker) origins(at string, list []string, valid func(string) bool) {
	for i, o := range list {
		if !valid(o) {
			c.say(fmt.Sprintf("%s[%d]", at, i), fmt.Sprintf("%q is no origin", o), `want scheme, host and port as browsers write them, such as "https://www.example.com", with nothing after`)
		}
	}
}

// webSchemes are those that browsers have a meaning for. Any other one may be that of an app's own pages ("nod-app://yunzhijia").
var webSchemes = []string{"http", "https", "ws", "wss", "ftp", "file", "data", "blob", "filesystem", "about", "javascript", "view-source"}

// validAppOrigin says whether s is an origin of a scheme that an app has for itself.
func validAppOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && s == u.Scheme+"://"+u.Host && s == strings.ToLower(s) && validHost(u.Host) && !slices.Contains(webSchemes, u.Scheme)
}

func validOrigin(s string) bool {
	if s == "null" {
		return true
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || s != u.Scheme+"://"+u.Host || s != strings.ToLower(s) {
		return false
	}
	port := u.Port()
	if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n == 0 || port[0] == '0') {
		return false
	}
	return (u.Scheme == "https" && port != "443" || u.Scheme == "http" && port != "80") && !strings.HasSuffix(s, ":") && (validHost(u.Hostname()) || strings.HasPrefix(u.Host, "["))
}

func validHost(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for _, label := range strings.Split(s, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "-") != label || strings.IndexFunc(label, func(r rune) bool {
			return (r < '0' || r > '9') && (r < 'a' || r > 'z') && r != '-'
		}) >= 0 {
			return false
		}
	}
	return true
}

func validEmail(s string) bool {
	name, host, ok := strings.Cut(s, "@")
	return ok && name != "" && !strings.ContainsAny(s, " <>\"'()&?%\\,;:") && validHost(strings.ToLower(host))
}
