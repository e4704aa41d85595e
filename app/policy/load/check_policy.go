//go:build !js

package load

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nod-consent/nod/app/policy"
)

func (c *checker) checkPolicy(p *policy.Policy, name string) {
	if p.Version != name || !isVersion(p.Version) {
		c.addInvalid("$.version", p.Version, "the version of this file",
			fmt.Sprintf(`Use the file's name without .yaml, %q: at most %d letters, digits, "." and "-"`, name, maxVersion))
	}
	for _, d := range []struct{ at, date string }{{"$.updated", p.Updated}, {"$.effective", p.Effective}} {
		if at, err := time.Parse(time.DateOnly, d.date); err != nil || at.Year() == 0 {
			c.addInvalid(d.at, d.date, "a date", "Use YYYY-MM-DD")
		}
	}
	c.checkText("$.title", p.Title, maxName)
	c.checkPlain("$.source", p.Source)
	c.checkRevision(p.Revision)
	c.checkController(p.Controller)
	c.checkText("$.notice.title", p.Notice.Title, maxName)
	c.checkText("$.notice.text", p.Notice.Text, maxSentence)
	c.checkText("$.notice.retention", p.Notice.Retention, maxSentence)
	c.checkText("$.notice.rights", p.Notice.Rights, maxSentence)
	sections := map[string]bool{}
	for i, s := range p.Sections {
		at := fmt.Sprintf("$.sections[%d]", i)
		c.checkID(at+".id", s.ID, sections)
		c.checkText(at+".title", s.Title, maxName)
		c.checkText(at+".summary", s.Summary, maxSentence)
	}
	if len(p.Purposes) == 0 {
		c.addProblem("$.purposes", "is empty", "Add at least one purpose")
	}
	ids := map[string]bool{}
	for i := range p.Purposes {
		c.checkPurpose(fmt.Sprintf("$.purposes[%d]", i), &p.Purposes[i], ids)
	}
	c.checkRegister(p, sections)
	if len(ids) > maxItems {
		c.addProblem("$.purposes", fmt.Sprintf("has %d purposes and services", len(ids)),
			fmt.Sprintf("Use at most %d", maxItems))
	}
}

func isVersion(s string) bool {
	return s != "" && len(s) <= maxVersion && strings.Trim(s, ".-") == s && !strings.ContainsFunc(s, func(r rune) bool {
		return !isLowerOrDigit(r) && (r < 'A' || r > 'Z') && r != '.' && r != '-'
	})
}

var changeKinds = []policy.ChangeKind{
	policy.ChangeProcessing, policy.ChangeOwnership, policy.ChangeRecipients, policy.ChangeRights,
	policy.ChangeContact, policy.ChangeRisk,
}

func (c *checker) checkRevision(r policy.Revision) {
	c.checkOptionalText("$.revision.summary", r.Summary)
	if _, err := time.Parse(time.DateOnly, r.Announced); r.Announced != "" && err != nil {
		c.addInvalid("$.revision.announced", r.Announced, "a date", "Use YYYY-MM-DD")
	}
	if r.Class != "" {
		checkOneOf(c, "$.revision.class", r.Class, "a class", policy.Classes)
	}
	for i, k := range r.Kinds {
		checkOneOf(c, fmt.Sprintf("$.revision.kinds[%d]", i), k, "a kind of change", changeKinds)
	}
}

func (c *checker) checkController(controller policy.Controller) {
	c.checkText("$.controller.name", controller.Name, maxName)
	c.checkOptionalText("$.controller.department", controller.Department)
	c.checkOptionalText("$.controller.address", controller.Address)
	c.checkOptionalText("$.controller.hours", controller.Hours)
	c.checkPlain("$.controller.phone", controller.Phone)
	c.checkPlain("$.controller.postcode", controller.Postcode)
	c.checkPlain("$.controller.email", controller.Email)
	if controller.Email == "" && controller.Phone == "" && controller.Address == nil {
		c.addProblem("$.controller", "has no contact", "Add email, phone or address")
	}
	if controller.Email != "" && !isEmail(controller.Email) {
		c.addInvalid("$.controller.email", controller.Email, "an email address", `Use one such as "privacy@example.com"`)
	}
	c.checkLink("$.controller.url", controller.URL)
}

var purposeKinds = []policy.Kind{
	policy.KindCookie, policy.KindBeacon, policy.KindPermission, policy.KindSharing, policy.KindSensitive,
	policy.KindMessaging,
}

func (c *checker) checkPurpose(at string, p *policy.Purpose, ids map[string]bool) {
	c.checkItemID(at+".id", p.ID, ids)
	checkOneOf(c, at+".kind", p.Kind, "a kind of purpose", purposeKinds)
	if p.Icon != "" {
		checkOneOf(c, at+".icon", p.Icon, "an icon", policy.Icons)
	}
	if p.Required && (p.Separate || p.GPC) {
		c.addProblem(at+".required", "a required purpose is not asked for", "Remove separate and gpc")
	}
	if p.PerCase && (p.Required || !p.Separate) {
		c.addProblem(at+".per_case", "each case needs a separate consent", "Add separate: true, and remove required")
	}
	if p.Ground != "" && !p.Required {
		c.addProblem(at+".ground", "a purpose that can be refused needs no ground", "Remove it, or add required: true")
	}
	c.checkPlain(at+".ground", p.Ground)
	c.checkText(at+".name", p.Name, maxName)
	c.checkText(at+".summary", p.Summary, maxSentence)
	c.checkText(at+".refusal", p.Refusal, maxSentence)
	c.checkText(at+".retention", p.Retention, maxSentence)
	c.checkText(at+".basis.text", p.Basis.Text, maxSentence)
	if p.ReaskSince != "" && !isVersion(p.ReaskSince) {
		c.addInvalid(at+".anew", p.ReaskSince, "a version", "Name the version since which the purpose is asked again")
	}
	if p.Basis.Law == "" {
		c.addProblem(at+".basis.law", "is missing", `Name the legal basis, such as "PIPL 13(1)(1)"`)
	}
	c.checkPlain(at+".basis.law", p.Basis.Law)
	if len(p.Data) == 0 {
		c.addProblem(at+".data", "is empty", "List the kinds of data that are processed")
	}
	c.checkTexts(at+".data", p.Data)
	c.checkTexts(at+".recipients", p.Recipients)
	c.checkPlatforms(at+".platforms", p.Platforms)
	c.checkReasons(at, p)
	c.checkStored(at, p.Cookies, p.Storage, p.Hosts)
	for i := range p.Services {
		c.checkService(fmt.Sprintf("%s.services[%d]", at, i), &p.Services[i], ids)
	}
}

// checkReasons checks why a purpose is needed, and how it can affect the person. A sensitive or separate purpose can be
// granted only where both are shown.
func (c *checker) checkReasons(at string, p *policy.Purpose) {
	c.checkOptionalText(at+".necessity", p.Necessity)
	c.checkOptionalText(at+".effect", p.Effect)
	c.checkOptionalText(at+".instead", p.Instead)
	if !p.NeedsReasons() {
		return
	}
	if len(p.Necessity) == 0 {
		c.addProblem(at+".necessity", "is missing", "Say why a sensitive or separate purpose is needed (PIPL 30)")
	}
	if len(p.Effect) == 0 {
		c.addProblem(at+".effect", "is missing", "Say how a sensitive or separate purpose can affect the person (PIPL 30)")
	}
}

func (c *checker) checkService(at string, s *policy.Service, ids map[string]bool) {
	c.checkItemID(at+".id", s.ID, ids)
	c.checkText(at+".name", s.Name, maxName)
	c.checkText(at+".provider", s.Provider, maxName)
	c.checkText(at+".summary", s.Summary, maxSentence)
	c.checkLink(at+".url", s.URL)
	c.checkStored(at, s.Cookies, s.Storage, s.Hosts)
}

// checkStored checks what a purpose or service stores in the browser, and its hosts.
func (c *checker) checkStored(at string, cookies, storage []policy.StoredItem, hosts []string) {
	c.checkStoredItems(at+".cookies", cookies, policy.AreaCookie)
	c.checkStoredItems(at+".storage", storage,
		policy.AreaLocal, policy.AreaSession, policy.AreaIndexedDB, policy.AreaCache)
	for i, h := range hosts {
		if !isHost(strings.TrimPrefix(h, "*.")) {
			c.addInvalid(fmt.Sprintf("%s.hosts[%d]", at, i), h, "a host", `Use "stats.example.com" or "*.example.com"`)
		}
	}
}

// checkStoredItems checks items. The first allowed area is that of an item that names none.
func (c *checker) checkStoredItems(at string, list []policy.StoredItem, allowed ...policy.Area) {
	for i := range list {
		item := &list[i]
		at := fmt.Sprintf("%s[%d]", at, i)
		if item.Area == "" {
			item.Area = allowed[0]
		}
		checkOneOf(c, at+".area", item.Area, "an area", allowed)
		if prefix := strings.TrimSuffix(item.Name, "*"); prefix == "" || strings.ContainsAny(prefix, "*;,= \t\r\n") {
			c.addInvalid(at+".name", item.Name, "a name", `Use a name, or the beginning of one with "*" after it`)
		}
		c.checkPlain(at+".name", item.Name)
		c.checkOptionalText(at+".lifetime", item.Lifetime)
		c.checkOptionalText(at+".use", item.Use)
	}
}

// checkFullText checks a Markdown file of the policy.
func (c *checker) checkFullText(p *policy.Policy, file, text string, isOriginal bool) {
	for i, line := range strings.Split(text, "\n") {
		if r, ok := findControl(line, "\t\r"); ok {
			column := utf8.RuneCountInString(line[:strings.IndexRune(line, r)]) + 1
			c.problems = append(c.problems, Problem{
				File: file, Line: i + 1, Column: column, Message: fmt.Sprintf("has the character %U", r), Hint: controlHint,
			})
		}
	}
	for i, s := range p.Sections { // the table of contents links to the headings
		if !strings.Contains(text, "{#"+s.ID+"}") && !strings.Contains(text, "{#"+s.ID+" ") {
			c.addProblem(fmt.Sprintf("$.sections[%d].id", i), fmt.Sprintf("%q has no heading in %s", s.ID, file),
				fmt.Sprintf("End the section's heading there with {#%s}", s.ID))
		}
	}
	if isOriginal {
		c.checkPassages(p, text)
	}
}

// checkPassages checks that each bold passage, and each ground of a required purpose, is in the original.
func (c *checker) checkPassages(p *policy.Policy, original string) {
	for i := range p.Purposes {
		if ground := p.Purposes[i].Ground; ground != "" && !strings.Contains(original, ground) {
			c.addProblem(fmt.Sprintf("$.purposes[%d].ground", i), fmt.Sprintf("%q is not in the full text", ground),
				"Copy a passage word for word, from one line")
		}
	}
	for i, passage := range p.Emphasis {
		at := fmt.Sprintf("$.emphasis[%d]", i)
		c.checkPlain(at, passage)
		if strings.TrimSpace(passage) == "" || !strings.Contains(original, passage) {
			c.addProblem(at, fmt.Sprintf("%q is not in the full text", passage),
				"Copy a passage word for word, from one line")
		}
	}
}
