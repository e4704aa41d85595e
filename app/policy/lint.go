//go:build !js

package policy

import (
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// Level is how much a finding matters.
type Level string

// The levels, from the gravest.
const (
	Error   Level = "error"   // the site can't be served
	Warning Level = "warning" // it breaks a rule, and its files can be mended
	Note    Level = "note"    // its author should know: what the policy says is another matter than what the program does
)

// rule is a rule of assets/docs/rules.md, with its source.
type rule struct{ id, source string }

var (
	ruleAnswer    = rule{"C-04", "GDPR 4(11), PIPL 14"}
	ruleRefusal   = rule{"C-05", "PIPL 16"}
	ruleRest      = rule{"C-06", "条例 22, CNIL"}
	ruleFirst     = rule{"C-08", "PIPL 17"}
	ruleStop      = rule{"C-12", "ePrivacy 5(3)"}
	ruleSeparate  = rule{"C-14", "PIPL 23, 25, 29, 39"}
	ruleSensitive = rule{"C-15", "PIPL 30"}
	rulePermit    = rule{"C-19", "PIPL 16"}
	ruleSDK       = rule{"C-20", "26号"}
	ruleStart     = rule{"C-21", "26号"}
	ruleCollected = rule{"C-22", "26号"}
	ruleChild     = rule{"C-23", "PIPL 31"}
	ruleChange    = rule{"C-28", "PIPL 17, GDPR 13(3)"}
	ruleRights    = rule{"C-31", "PIPL 44 to 50"}
	ruleAnswered  = rule{"C-32", "PIPL 50"}
	ruleSignal    = rule{"C-38", "GPC"}
	ruleDefault   = rule{"C-41", "GDPR 4(11)"}
	ruleDeclared  = rule{"C-52", "ePrivacy 5(3)"}
	ruleBasis     = rule{"C-53", "PIPL 13, GDPR 6"}
	ruleClosure   = rule{"C-55", "PIPL 47"}
	ruleIncident  = rule{"C-56", "PIPL 57"}
	ruleTerm      = rule{"C-57", "CNIL"}
	ruleSecure    = rule{"", "RFC 6265bis 4.1.2.5"}
	ruleSame      = rule{"", "PIPL 17"}
)

// Lint loads a site, and finds what a careful reader would in its files: the site's own, and those of the version in force and the later ones.
// Where the site can't be loaded, the findings are what is wrong. The error says that the files could not be read.
func Lint(fsys fs.FS, id string) (*Site, Problems, error) {
	site, err := LoadSite(fsys, id)
	if found, ok := err.(Problems); ok {
		return nil, found, nil
	}
	if err != nil {
		return nil, nil, err
	}
	l, err := newLinter(fsys, path.Join(id, "site.yaml"), site, &Site{})
	if err != nil {
		return nil, nil, err
	}
	l.lintSite()
	found := l.problems
	at := slices.Index(site.Policies, site.CurrentPolicy())
	for i, p := range site.Policies[at:] {
		l, err := newLinter(fsys, path.Join(id, "policy", p.Version+".yaml"), site, &Policy{})
		if err != nil {
			return nil, nil, err
		}
		l.policy = p
		l.lintPolicy()
		if at+i > 0 {
			l.successor(site.Policies[at+i-1])
		}
		found = append(found, l.problems...)
	}
	return site, found.sorted(), nil
}

// linter finds what is to be found in one file.
type linter struct {
	checker
	site   *Site
	policy *Policy
}

// newLinter reads a file once more, for the places of what is in it; into takes its values.
func newLinter(fsys fs.FS, name string, site *Site, into any) (*linter, error) {
	doc, err := decodeFile(fsys, name, into)
	if err != nil {
		return nil, err
	}
	return &linter{checker: checker{doc: doc, languages: site.Languages}, site: site}, nil
}

func (l *linter) find(level Level, r rule, at, what, want string) {
	l.say(at, what, want)
	p := &l.problems[len(l.problems)-1]
	p.Level, p.Rule, p.Source = level, r.id, r.source
}

func (l *linter) lintSite() {
	s := l.site
	for i, o := range s.Origins {
		at := fmt.Sprintf("$.origins[%d]", i)
		switch host := hostOf(o); {
		case o == "null":
			l.find(Note, ruleSecure, at, "every page without an origin of its own may send decisions", "want the origins of your pages, unless an app's pages have none")
		case host == "localhost" || host == "127.0.0.1" || strings.HasSuffix(host, ".localhost"):
			l.find(Note, ruleSecure, at, fmt.Sprintf("%s is on the developer's machine", o), "take it out before you publish")
		case strings.HasPrefix(o, "http:"):
			l.find(Warning, ruleSecure, at, fmt.Sprintf("%s is not encrypted: whoever is on the way may answer for visitors", o), "want https")
		}
	}
	if longest := s.LongestAnswer(); s.Cookie.Days < min(longest, maxCookieDays) {
		l.find(Warning, ruleRest, "$.cookie.days", fmt.Sprintf("the cookie lasts %d days, and answers hold %d: it is asked again too soon", s.Cookie.Days, longest), fmt.Sprintf("want as many as the longest of granted_days and denied_days, at most %d", maxCookieDays))
	}
	l.ask("$.ask", s.Ask)
	for i := range s.Regions {
		l.ask(fmt.Sprintf("$.regions[%d].ask", i), s.Regions[i].ask(s.Ask))
	}
	if len(s.Regions) > 0 && s.Location.Country == "" {
		l.find(Note, ruleTerm, "$.regions", "nothing tells where a visitor is: of all regions the strictest terms hold for everybody", "want location.country, a header that your proxy sets")
	}
	for i, a := range s.Adapters {
		for j, r := range a.Regions {
			if len(r.Granted) > 0 {
				l.find(Warning, ruleDefault, fmt.Sprintf("$.adapters[%d].regions[%d].granted", i, j), fmt.Sprintf("%s: granted before anybody answers", strings.Join(r.Granted, ", ")), "leave it out, and every signal waits for the answer")
			}
		}
	}
	if domain := strings.TrimPrefix(s.Cookie.Domain, "."); domain != "" {
		if suffix, _ := publicsuffix.PublicSuffix(domain); suffix == domain {
			l.find(Warning, ruleRest, "$.cookie.domain", fmt.Sprintf("browsers take no cookie for %s, under which anybody may have a site", domain), "want your own domain, or none")
		}
	}
}

// ask finds terms that are too short or too long, where they are given.
func (l *linter) ask(at string, a Ask) {
	denied, granted, permission := at+".denied_days", at+".granted_days", at+".permission_hours"
	if a.DeniedDays < 180 && l.doc.has(denied) {
		l.find(Warning, ruleRest, denied, fmt.Sprintf("a refusal rests %d days", a.DeniedDays), "want six months (184) or longer")
	}
	if a.GrantedDays > 396 && l.doc.has(granted) {
		l.find(Note, ruleTerm, granted, fmt.Sprintf("a grant holds %d days", a.GrantedDays), "authorities want it asked again after 6 to 13 months")
	}
	if a.PermissionHours < 48 && l.doc.has(permission) {
		l.find(Warning, ruleRest, permission, fmt.Sprintf("the refusal of a permission rests %d hours", a.PermissionHours), "want 48 hours or longer")
	}
}

func (l *linter) lintPolicy() {
	p := l.policy
	for i := range p.Purposes {
		l.purpose(fmt.Sprintf("$.purposes[%d]", i), &p.Purposes[i])
	}
	l.notice()
	l.sdks()
	l.permissions()
	l.recipients()
	l.rest()
	l.sameInAllLanguages("$", reflect.ValueOf(p).Elem())
	l.usingMeansAgreeing()
}

// successor finds what does not fit the version before.
func (l *linter) successor(before *Policy) {
	p := l.policy
	if p.Effective == before.Effective {
		l.find(Warning, ruleChange, "$.effective", fmt.Sprintf("version %s takes effect on the same day, and this one is in force", before.Version), "want a later day, or one file for both")
	}
	if p.FullText[l.site.Language()] != before.FullText[l.site.Language()] {
		return
	}
	for _, d := range Compare(l.site, before, p).Differences {
		if d.Class != Editorial && d.Part != "revision" {
			l.find(Note, ruleChange, "$.version", fmt.Sprintf("%s is otherwise than in version %s, and the full text is the same: visitors are told of a change that the text does not have", d.Place(), before.Version), "change the text and the notice, too, where they speak of it")
			return
		}
	}
}

var byConsent = regexp.MustCompile(`13\(1\)\(1\)|6\(1\)\(a\)|第十三条第一款第一项`)

func (l *linter) purpose(at string, p *Purpose) {
	switch {
	case p.Required && byConsent.MatchString(p.Basis.Law):
		l.find(Warning, ruleBasis, at+".required", "it rests on consent, and nobody is asked", "want it asked, or another basis")
	case !p.Required && !p.Separate && slices.Contains([]Kind{KindSharing, KindSensitive}, p.Kind):
		l.find(Warning, ruleSeparate, at+".kind", fmt.Sprintf("a purpose of kind %s is part of agreeing to all", p.Kind), "want separate: true")
	}
	if p.Kind == KindBeacon && !p.Required && !p.GPC {
		l.find(Warning, ruleSignal, at+".kind", "a Global Privacy Control signal does not refuse these beacons", "want gpc: true")
	}
	if n := columns(p.Summary.In(l.site.Language())); n > maxSummary {
		l.find(Warning, ruleFirst, at+".summary", fmt.Sprintf("is %d columns wide: nobody reads that before a switch", n), fmt.Sprintf("want a sentence of at most %d, a Chinese character being two", maxSummary))
	}
	if w := p.Refusal.In(l.site.Language()); !p.Required && threatens.MatchString(w) {
		l.find(Warning, ruleRefusal, at+".refusal", "refusing what is optional costs the service as a whole", "want what alone does not work without it")
	}
	kept := len(p.Cookies) + len(p.Storage) + len(p.Hosts)
	for i := range p.Services {
		s := &p.Services[i]
		kept += len(s.Cookies) + len(s.Storage) + len(s.Hosts)
		place := fmt.Sprintf("%s.services[%d]", at, i)
		if s.URL == "" && s.Provider.In(l.site.Language()) != l.policy.Controller.Name.In(l.site.Language()) {
			l.find(Note, ruleFirst, place, fmt.Sprintf("service %s has no address of its provider's privacy policy", s.ID), "want url")
		}
		l.hosts(place, s.Hosts)
		l.own(place, s.Cookies)
	}
	if kept == 0 && !p.Required && (p.Kind == KindCookie || p.Kind == KindBeacon) {
		l.find(Note, ruleDeclared, at, fmt.Sprintf("purpose %s names no cookie, no entry and no host: pages have to hold back what belongs to it by tags alone", p.ID), "want cookies, storage or hosts")
	}
	l.hosts(at, p.Hosts)
	if !p.Required {
		l.own(at, p.Cookies)
	}
}

// own finds a purpose that would clear the program's own cookie.
func (l *linter) own(at string, cookies []StoredItem) {
	for i, c := range cookies {
		if strings.HasPrefix("nod", strings.TrimSuffix(c.Name, "*")) && (c.Name == "nod" || strings.HasSuffix(c.Name, "*")) {
			l.find(Warning, ruleRest, fmt.Sprintf("%s.cookies[%d].name", at, i), fmt.Sprintf("%q is the cookie of the answers: refusing would clear it", c.Name), "want it with a required purpose")
		}
	}
}

// hosts finds patterns that stop nothing, or the site itself.
func (l *linter) hosts(at string, hosts []string) {
	for i, h := range hosts {
		place := fmt.Sprintf("%s.hosts[%d]", at, i)
		plain, wild := strings.CutPrefix(h, "*.")
		if suffix, icann := publicsuffix.PublicSuffix(plain); wild && icann && suffix == plain {
			l.find(Warning, ruleStop, place, fmt.Sprintf("%q is everything below a public suffix", h), "want a domain that somebody has")
		}
		for j, other := range hosts {
			if below, ok := strings.CutPrefix(other, "*."); j != i && ok && (plain == below || strings.HasSuffix(plain, "."+below)) && !(wild && plain == below) {
				l.find(Warning, ruleStop, place, fmt.Sprintf("%q is below %q already", h, other), "take one of them out")
			}
		}
		for _, o := range l.site.Origins {
			if own := hostOf(o); own == plain || wild && strings.HasSuffix(own, "."+plain) {
				l.find(Warning, ruleStop, place, fmt.Sprintf("%q is the host of the page %s: its own requests would be stopped, until the purpose is granted", h, o), "want the hosts of the purpose alone")
			}
		}
	}
}

// Widths of texts on the first layer, in columns.
const (
	maxSummary = 260
	maxNotice  = 420
)

func (l *linter) notice() {
	if n := columns(l.policy.Notice.Text.In(l.site.Language())); n > maxNotice {
		l.find(Warning, ruleFirst, "$.notice.text", fmt.Sprintf("is %d columns wide: it fills a telephone", n), fmt.Sprintf("want two or three sentences of at most %d, a Chinese character being two", maxNotice))
	}
}

// identifiers are names of device identifiers, as they stand in lists of SDKs.
var identifiers = regexp.MustCompile(`(?i)\b(IMEI|IMSI|MEID|ICCID|OAID|VAID|AAID|IDFA|IDFV|SSID|BSSID|MAC|Android ?ID|IP)\b|序列号|已安装应用|应用列表`)

func (l *linter) sdks() {
	p, lang := l.policy, l.site.Language()
	var declared strings.Builder
	for _, c := range p.Collected {
		for _, d := range c.Data {
			declared.WriteString(strings.ToLower(d.In(lang)) + " ")
		}
	}
	for i, s := range p.SDKs {
		at := fmt.Sprintf("$.sdks[%d]", i)
		switch {
		case s.Policy == "" && s.Home != "":
			l.find(Note, ruleSDK, at, fmt.Sprintf("SDK %s on %s has a home page, and no privacy policy", s.ID, s.Platform), "want policy, where there is one")
		case s.Policy == "":
			l.find(Warning, ruleSDK, at, fmt.Sprintf("SDK %s on %s has no privacy policy", s.ID, s.Platform), "want policy, or home where there is none")
		}
		if s.Collection.In(lang) == "" {
			l.find(Note, ruleSDK, at, fmt.Sprintf("SDK %s on %s does not say how it collects", s.ID, s.Platform), "want collection")
		}
		if s.Purpose == "" {
			l.find(Warning, ruleStart, at, fmt.Sprintf("SDK %s on %s belongs to no purpose: nothing lets it start", s.ID, s.Platform), "want purpose")
		}
		var unknown []string
		for _, id := range identifiers.FindAllString(s.Data.In(lang), -1) {
			if !strings.Contains(declared.String(), strings.ToLower(id)) && !slices.Contains(unknown, id) {
				unknown = append(unknown, id)
			}
		}
		if len(unknown) > 0 && len(p.Collected) > 0 {
			l.find(Note, ruleCollected, at+".data", fmt.Sprintf("SDK %s on %s collects %s, which the list of collected information does not tell", s.ID, s.Platform, strings.Join(unknown, ", ")), "want it in collected")
		}
	}
}

// threatens is what says that nothing works without something.
var threatens = regexp.MustCompile(`(?i)无法(正常)?(使用|运行)(本|我们的)?(服务|产品|应用|云之家)?[。，]?$|将?无法为您提供服务|不能使用本(服务|应用)|cannot use the (service|app|site)\b|(service|app|site) (will )?(not work|stops? working)\b`)

func (l *linter) permissions() {
	for i, p := range l.policy.Permissions {
		at := fmt.Sprintf("$.permissions[%d]", i)
		if len(p.Said) > 0 {
			l.find(Note, rulePermit, at+".said", fmt.Sprintf("the policy says that without the permission %s nothing works: refusing it does not stop the app", p.ID), "the policy's text deserves to be mended")
		}
		if threatens.MatchString(p.Refusal.In(l.site.Language())) {
			l.find(Warning, rulePermit, at+".refusal", fmt.Sprintf("without the permission %s nothing works", p.ID), "want what alone does not work without it; the policy's own words belong in said")
		}
	}
}

func (l *linter) recipients() {
	for i, r := range l.policy.Recipients {
		p := l.policy.Purpose(r.Purpose)
		alone := slices.Contains([]RecipientKind{Independent, Public, Affiliate}, r.Kind)
		if p != nil && alone && !p.Required && !p.Separate && strings.Contains(p.Basis.Law, "PIPL") {
			l.find(Note, ruleSeparate, fmt.Sprintf("$.recipients[%d].purpose", i), fmt.Sprintf("%s decides by itself, and its purpose %s is part of agreeing to all", r.ID, p.ID), "want a purpose with separate: true")
		}
	}
}

// rest finds what a policy leaves out.
func (l *linter) rest() {
	p := l.policy
	if p.Keeping.Term.In(l.site.Language()) == "" && len(p.Collected) > 0 {
		l.find(Note, ruleFirst, "$.keeping", "it is not told how long data are kept", "want keeping.term")
	}
	if n := p.Keeping.IncidentDays; n > 30 {
		l.find(Warning, ruleIncident, "$.keeping.incident_days", fmt.Sprintf("an incident is told within %d days", n), "want at most 30")
	}
	if n := p.Keeping.ClosureDays; n > 0 && n < 60 {
		l.find(Note, ruleClosure, "$.keeping.closure_days", fmt.Sprintf("the end of service is told %d days before", n), "want 60 or more")
	}
	var missing []string
	for _, id := range []string{"access", "correct", "delete", "withdraw"} {
		if !slices.ContainsFunc(p.Rights, func(r Right) bool { return r.ID == id }) {
			missing = append(missing, id)
		}
	}
	if len(missing) > 0 {
		l.find(Note, ruleRights, "$.rights", "is without "+strings.Join(missing, ", "), "want what a person can ask for")
	}
	if p.Requests.AnswerDays == 0 && p.Requests.ContactDays == 0 {
		l.find(Note, ruleAnswered, "$.requests", "it is not told when requests are answered", "want requests.answer_days")
	}
	if p.Minors.Child == 0 {
		l.find(Note, ruleChild, "$.minors", "nothing is told of children", "want minors, where children may use the service")
	}
	if len(p.Changes) == 0 {
		l.find(Note, ruleChange, "$.changes", "it is not told which changes are announced", "want changes")
	}
}

// using finds the sentence that makes an answer of using the service.
var using = regexp.MustCompile(`(?i)(开始使用|继续使用|一旦.{0,12}使用|使用(本|我们的)?(服务|产品|网站)).{0,40}(即|就)?(表示|视为|代表).{0,16}同意|by (continuing to )?us(e|ing)[^.]{0,60}you (agree|consent|accept)|your (continued )?use [^.]{0,60}(constitutes|means)[^.]{0,30}(consent|agreement|acceptance)`)

func (l *linter) usingMeansAgreeing() {
	for _, language := range l.site.Languages {
		for n, line := range strings.Split(l.policy.FullText[language], "\n") {
			if at := using.FindStringIndex(line); at != nil {
				l.problems = append(l.problems, Problem{
					File: strings.TrimSuffix(l.doc.file, ".yaml") + "." + language + ".md", Line: n + 1, Column: utf8.RuneCountInString(line[:at[0]]) + 1,
					What: fmt.Sprintf("the text makes consent of using the service (%q); the program does not", line[at[0]:at[1]]), Want: "the policy's text deserves to be mended",
					Level: Note, Rule: ruleAnswer.id, Source: ruleAnswer.source,
				})
			}
		}
	}
}

var numbers = regexp.MustCompile(`\d+`)

// sameInAllLanguages finds texts whose numbers differ from language to language: a term or an age of another length.
func (l *linter) sameInAllLanguages(at string, v reflect.Value) {
	if t, ok := v.Interface().(Text); ok {
		var first []string
		var of string
		for _, language := range l.site.Languages {
			found := numbers.FindAllString(t[language], -1)
			slices.Sort(found)
			if len(found) == 0 {
				continue
			}
			if of != "" && !(allIn(found, first, t[of]) && allIn(first, found, t[language])) {
				l.find(Note, ruleSame, at, fmt.Sprintf("has the numbers %s in %s, and %s in %s", strings.Join(first, ", "), of, strings.Join(found, ", "), language), "want the same in each language")
				return
			}
			if of == "" {
				first, of = found, language
			}
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if key := keyOf(v.Type().Field(i)); key != "" {
				l.sameInAllLanguages(at+"."+key, v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			l.sameInAllLanguages(fmt.Sprintf("%s[%d]", at, i), v.Index(i))
		}
	}
}

// allIn says whether each number is among the others, or stands in the other text in Chinese.
func allIn(numbers, others []string, text string) bool {
	for _, n := range numbers {
		if !slices.Contains(others, n) && !strings.Contains(text, chinese(n)) {
			return false
		}
	}
	return true
}

// chinese writes a number up to 99 in Chinese; a longer one stays as it is.
func chinese(n string) string {
	digits := []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case len(n) == 1:
		return digits[n[0]-'0']
	case len(n) > 2 || n[0] == '0':
		return n
	}
	out := "十"
	if n[0] > '1' {
		out = digits[n[0]-'0'] + out
	}
	if n[1] > '0' {
		out += digits[n[1]-'0']
	}
	return out
}

// columns is how wide a text is where letters of fixed width stand: Chinese characters are two columns.
func columns(s string) (n int) {
	for _, r := range s {
		n++
		if unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xff60 {
			n++
		}
	}
	return n
}

func hostOf(origin string) string {
	_, rest, _ := strings.Cut(origin, "://")
	host, _, _ := strings.Cut(rest, ":")
	return host
}
