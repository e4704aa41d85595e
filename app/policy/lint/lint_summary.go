//go:build !js

package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// grant is something that the law gives a person. A summary may say it, but then it is not the policy's own promise
// unless the full text says it too.
type grant struct {
	name, law string
	right     string         // id of the right, "" for none
	words     *regexp.Regexp // that say it
}

var grants = []grant{
	{"withdrawing consent", "PIPL 15, GDPR 7(3)", "withdraw", regexp.MustCompile(`(?i)撤回|withdraw`)},
	{"an explanation of the rules", "PIPL 48", "explain",
		regexp.MustCompile(`(?i)解释说明|说明.{0,4}规则|explain`)},
	{"separate consent", "PIPL 23, 25, 29, 39", "", regexp.MustCompile(`(?i)单独.{0,8}同意|separate consent`)},
	{"transfer abroad", "PIPL 39", "", regexp.MustCompile(`(?i)向境外|跨境|transfer(red)? (abroad|outside)`)},
	{"a copy", "PIPL 45, GDPR 15(3)", "copy", regexp.MustCompile(`(?i)复制|副本|\bcopy\b`)},
	{"a transfer to another company", "PIPL 45, GDPR 20", "transfer",
		regexp.MustCompile(`(?i)转移至|可携带|portab|transferred (to|in)|data transfer`)},
	{"restricting the processing", "PIPL 44, GDPR 18", "restrict",
		regexp.MustCompile(`(?i)限制.{0,16}处理|拒绝.{0,16}处理|restrict`)},
}

// lawNumbers are numbers of articles, which no policy needs to have.
var lawNumbers = regexp.MustCompile(`(PIPL|GDPR|ePrivacy|CCPA) [\d, ()a-z]+`)

// summary is a text that tells the policy in short.
type summary struct {
	at   string
	text policy.Text
}

// listSummaries lists the first layers and the policy in plain words.
func (l *linter) listSummaries() []summary {
	p := l.policy
	list := []summary{
		{"$.notice.text", p.Notice.Text}, {"$.notice.retention", p.Notice.Retention}, {"$.notice.rights", p.Notice.Rights},
		{"$.launch.text", p.Launch.Text},
	}
	for i, t := range p.Launch.Rights {
		list = append(list, summary{fmt.Sprintf("$.launch.rights[%d]", i), t})
	}
	for i, t := range p.Launch.Basic {
		list = append(list, summary{fmt.Sprintf("$.launch.basic[%d]", i), t})
	}
	for i, s := range p.Sections {
		list = append(list, summary{fmt.Sprintf("$.sections[%d].summary", i), s.Summary})
	}
	return list
}

// lintSummaries finds what a summary or a right says, and the full text does not.
func (l *linter) lintSummaries() {
	whole := l.original(l.policy.FullText)
	rights := grants
	if base, _ := language.Make(l.site.Language()).Base(); base.String() != "en" && base.String() != "zh" {
		rights = nil // their words are of these languages
	}
	for _, s := range l.listSummaries() {
		text := l.original(s.text)
		for _, g := range rights {
			if g.words.MatchString(text) && !g.words.MatchString(whole) {
				l.note(load.RuleSummary, s.at, fmt.Sprintf("speaks of %s, which the law gives (%s) and the full text does not",
					g.name, g.law), "Say there that it is the law's, or add it to the policy's text")
			}
		}
		l.lintSummaryNumbers(s.at, text, whole)
	}
	for i, r := range l.policy.Rights {
		for _, g := range rights {
			if g.right == r.ID && !g.words.MatchString(whole) {
				l.note(load.RuleSummary, fmt.Sprintf("$.rights[%d]", i),
					fmt.Sprintf("right %s: the law gives %s (%s), and the full text does not", r.ID, g.name, g.law),
					"Add it to the policy's text")
			}
		}
	}
}

// lintSummaryNumbers finds a term or an age that the full text does not name.
func (l *linter) lintSummaryNumbers(at, text, whole string) {
	inText := numbers.FindAllString(whole, -1)
	var missing []string
	for _, n := range numbers.FindAllString(lawNumbers.ReplaceAllString(text, ""), -1) {
		if !hasAll([]string{n}, inText, whole) && !slices.Contains(missing, n) {
			missing = append(missing, n)
		}
	}
	if len(missing) > 0 {
		l.warn(load.RuleSummary, at, fmt.Sprintf("has the number %s, which the full text does not have",
			strings.Join(missing, ", ")), "Use the full text's number, or correct the text")
	}
}
