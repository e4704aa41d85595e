//go:build !js

package load

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nod-consent/nod/app/policy"
)

// Limits of a site's texts and numbers. They keep the banner readable and the cookie small.
const (
	maxName     = 80  // characters of a name or title
	maxSentence = 600 // characters of any other text
	maxItems    = 300 // purposes and services together
	maxVersion  = 64  // bytes of a version
	maxDays     = 3650
	maxHours    = 24 * maxDays // that a denied permission can rest

	// MaxCookieDays is the longest life that browsers give a cookie (RFC 6265bis, 5.5).
	MaxCookieDays = 400
)

// reservedIDs are names that the preference centre's form uses itself.
var reservedIDs = []string{
	"action", "centre", "close", "decided", "page", "policy", "previous", "receipt", "saved", "signal", "withdraw",
	"withdrawal",
}

// checker collects the problems of one file.
type checker struct {
	doc       Document
	languages []string
	problems  Problems
}

func (c *checker) addProblem(at, message, hint string) {
	if len(c.problems) >= maxProblems {
		return
	}
	c.problems = append(c.problems, c.doc.NewProblem(Error, findRule(at), at, message, hint))
}

// maxProblems is the number of problems that are looked for in a file. To find the place of one takes as long as the
// file has values, and nobody reads more.
const maxProblems = 100

// addInvalid adds the problem that a value is not valid: "x" is not a date.
func (c *checker) addInvalid(at, value, kind, hint string) {
	c.addProblem(at, fmt.Sprintf("%q is not %s", value, kind), hint)
}

// keyWithRule finds the key of a policy that can have a rule: one at the top, or one of a purpose.
var keyWithRule = regexp.MustCompile(`^\$\.(?:purposes\[\d+\]\.)?([a-z]+)`)

// The rules by key, of a policy and of each purpose.
var (
	policyRules  = map[string]Rule{"notice": RuleNotice, "controller": RuleNotice}
	purposeRules = map[string]Rule{
		"refusal": RuleRefusal, "retention": RuleNotice, "basis": RuleBasis, "ground": RuleBasis, "data": RuleNotice,
		"necessity": RuleSensitive, "effect": RuleSensitive,
	}
)

// findRule returns the rule of a place of a policy. Only one key decides, so no place has two rules.
func findRule(at string) Rule {
	found := keyWithRule.FindStringSubmatch(at)
	if found == nil {
		return Rule{}
	}
	if strings.HasPrefix(at, "$.purposes") {
		return purposeRules[found[1]]
	}
	return policyRules[found[1]]
}

func (c *checker) checkID(at, id string, taken map[string]bool) {
	switch {
	case !policy.ValidID(id):
		c.addInvalid(at, id, "an id", `Begin with a-z. Use at most 32 of a-z, 0-9 and "-"`)
	case taken[id]:
		c.addProblem(at, fmt.Sprintf("%q is taken", id), "Choose an id that nothing else here has")
	}
	taken[id] = true
}

// checkItemID checks the id of a purpose or service.
func (c *checker) checkItemID(at, id string, taken map[string]bool) {
	c.checkID(at, id, taken)
	if slices.Contains(reservedIDs, id) {
		c.addProblem(at, fmt.Sprintf("%q is reserved", id), "Choose another id. Reserved: "+strings.Join(reservedIDs, ", "))
	}
	if name := policy.FindHostileName(id); name != "" {
		c.addProblem(at, fmt.Sprintf("%q has %q, which firewalls take for an attack when it is in a cookie", id, name),
			"Choose another id")
	}
}

func (c *checker) checkDays(at string, n, limit int) {
	if n < 1 || n > limit {
		c.addProblem(at, fmt.Sprintf("%d is out of range", n), fmt.Sprintf("Use 1 to %d days", limit))
	}
}

func (c *checker) checkHours(at string, n int) {
	if n < 1 || n > maxHours {
		c.addProblem(at, fmt.Sprintf("%d is out of range", n), fmt.Sprintf("Use 1 to %d hours", maxHours))
	}
}

// checkText checks that a text is in every language of the site, and in no other.
func (c *checker) checkText(at string, t policy.Text, maxLength int) {
	for _, l := range c.languages {
		if strings.TrimSpace(t[l]) == "" {
			c.addProblem(at, "has no text in "+l, "Write it in "+strings.Join(c.languages, ", "))
		}
	}
	for _, l := range slices.Sorted(maps.Keys(t)) {
		s := t[l]
		place := at + "." + quoteKey(l)
		if !slices.Contains(c.languages, l) {
			c.addProblem(place, "is not a language of the site", "Languages: "+strings.Join(c.languages, ", "))
		}
		if n := utf8.RuneCountInString(s); n > maxLength {
			c.addProblem(place, fmt.Sprintf("has %d characters", n), fmt.Sprintf("Shorten it to %d", maxLength))
		}
		c.checkPlain(place, s)
	}
}

func (c *checker) checkTexts(at string, list []policy.Text) {
	for i, t := range list {
		c.checkText(fmt.Sprintf("%s[%d]", at, i), t, maxSentence)
	}
}

func (c *checker) checkOptionalText(at string, t policy.Text) {
	if len(t) > 0 {
		c.checkText(at, t, maxSentence)
	}
}

const controlHint = "Remove the control character"

// checkPlain refuses characters that no text needs and that can make it read as something else.
func (c *checker) checkPlain(at, s string) {
	if r, ok := findControl(s, "\n"); ok {
		c.addProblem(at, fmt.Sprintf("has the character %U", r), controlHint)
	}
}

// findControl finds a character that is a control character, changes the direction of writing, or is not UTF-8.
func findControl(s, allowed string) (rune, bool) {
	for _, r := range s {
		isControl := unicode.IsControl(r) && !strings.ContainsRune(allowed, r)
		isDirection := r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
		if isControl || isDirection || r == utf8.RuneError {
			return r, true
		}
	}
	return 0, false
}

func (c *checker) checkLink(at, s string) {
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		c.addInvalid(at, s, "the address of a page", `Give one that begins with "https://"`)
	}
	c.checkPlain(at, s)
}

func (c *checker) checkPlatforms(at string, list []policy.Platform) {
	for i, p := range list {
		place := fmt.Sprintf("%s[%d]", at, i)
		if !p.Valid() {
			c.addInvalid(place, string(p), "a platform", "Platforms: web, android, ios, harmony")
		} else if slices.Index(list, p) != i {
			c.addProblem(place, fmt.Sprintf("%q is a duplicate", p), "List each platform once")
		}
	}
}

// checkOneOf checks that a value is one of a few.
func checkOneOf[T ~string](c *checker, at string, value T, kind string, allowed []T) {
	if !slices.Contains(allowed, value) {
		c.addInvalid(at, string(value), kind, "Use "+joinOr(allowed))
	}
}

// joinOr lists values: a, b or c.
func joinOr[T ~string](values []T) string {
	var b strings.Builder
	for i, v := range values {
		switch {
		case i == 0:
		case i == len(values)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(string(v))
	}
	return b.String()
}

// quoteKey writes a key for a YAML path, where a name with "-" needs quotes.
func quoteKey(key string) string {
	if strings.ContainsAny(key, "-. ") {
		return "'" + strings.ReplaceAll(key, "'", "") + "'"
	}
	return key
}
