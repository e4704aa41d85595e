//go:build !js

package lint

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

var (
	duration = regexp.MustCompile(`(?i)(\d+|[一二两三四五六七八九十半]+|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|` +
		`ten|eleven|twelve|thirteen|eighteen|twenty-four)\b)[\s-]*个?\s*` +
		`(分钟|小时|天|日|周|星期|月|年|minutes?|hours?|days?|weeks?|months?|years?)`)
	endless = regexp.MustCompile(`(?i)直到您|直至您|永久|长期|不过期|` +
		`until (you|it is) (clear|delete|remove|withdraw)|permanent|forever|never expires`)
	clauses = regexp.MustCompile(`[；;。]|\.\s`)
	// storedWords matches words for what a browser stores: the first group is of cookies, the second of other entries.
	storedWords = regexp.MustCompile(`(?i)(cookie)|(storage|存储)`)
)

// daysOf is the length of each unit in days. A month has 30.5 days, so that six months are not shorter than 183 days.
var daysOf = map[string]float64{
	"分钟": 1. / 1440, "小时": 1. / 24, "天": 1, "日": 1, "周": 7, "星期": 7, "月": 30.5, "年": 366,
	"minute": 1. / 1440, "hour": 1. / 24, "day": 1, "week": 7, "month": 30.5, "year": 366,
}

// limits are the longest lifetimes that a text on retention promises, in days; 0 for none.
type limits struct{ cookies, storage float64 }

// lintLifetimes finds cookies and entries that last longer than the notice says, or than their own purpose says. What
// is required is not asked, and its lifetime is not the notice's subject.
func (l *linter) lintLifetimes() {
	notice := findLimits(l.original(l.policy.Notice.Retention))
	for i := range l.policy.Purposes {
		p := &l.policy.Purposes[i]
		if p.Required {
			continue
		}
		at := fmt.Sprintf("$.purposes[%d]", i)
		own := findLimits(l.original(p.Retention))
		l.lintItems(at, p.Cookies, p.Storage, notice, own)
		for j := range p.Services {
			s := &p.Services[j]
			l.lintItems(fmt.Sprintf("%s.services[%d]", at, j), s.Cookies, s.Storage, notice, own)
		}
	}
}

func (l *linter) lintItems(at string, cookies, storage []policy.StoredItem, notice, own limits) {
	for i, item := range cookies {
		l.lintLifetime(fmt.Sprintf("%s.cookies[%d].lifetime", at, i), item, notice.cookies, own.cookies)
	}
	for i, item := range storage {
		l.lintLifetime(fmt.Sprintf("%s.storage[%d].lifetime", at, i), item, notice.storage, own.storage)
	}
}

func (l *linter) lintLifetime(at string, item policy.StoredItem, notice, own float64) {
	text := l.original(item.Lifetime)
	lasts := countDays(text)
	if endless.MatchString(text) {
		lasts = math.Inf(1)
	}
	for _, of := range []struct {
		days float64
		name string
	}{{notice, "the notice"}, {own, "the purpose's retention"}} {
		if of.days > 0 && lasts > of.days {
			l.warn(load.RuleNotice, at, fmt.Sprintf("%s lasts longer (%s) than %s says", item.Name, text, of.name),
				"Shorten it, or say the longer time there")
			return
		}
	}
}

// findLimits returns the longest lifetimes that a text names. A clause counts for what it speaks of. Where no clause
// speaks of cookies or storage, a single time counts for both. Beside another one it can be about logs or orders.
func findLimits(retention string) (found limits) {
	var all []float64
	isSpecific := false
	for _, clause := range clauses.Split(retention, -1) {
		days := countDays(clause)
		if days > 0 {
			all = append(all, days)
		}
		for _, words := range storedWords.FindAllStringSubmatch(clause, -1) {
			isSpecific = true
			if words[1] != "" {
				found.cookies = max(found.cookies, days)
			} else {
				found.storage = max(found.storage, days)
			}
		}
	}
	if !isSpecific && len(all) == 1 {
		return limits{all[0], all[0]}
	}
	return found
}

// countDays returns the longest time that a text names, in days; 0 if it names none.
func countDays(text string) (longest float64) {
	for _, m := range duration.FindAllStringSubmatch(text, -1) {
		unit := strings.TrimSuffix(strings.ToLower(m[2]), "s")
		longest = max(longest, readNumber(m[1])*daysOf[unit])
	}
	return longest
}

// numberWords are numbers that texts write in words.
var numberWords = map[string]float64{
	"半": .5, "两": 2, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
	"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "eighteen": 18, "twenty-four": 24,
}

// readNumber reads a number in digits, in English words, or in Chinese up to 99.
func readNumber(s string) float64 {
	if n, ok := numberWords[strings.ToLower(s)]; ok {
		return n
	}
	for n := range 100 {
		if text := strconv.Itoa(n); writeChinese(text) == s {
			return float64(n)
		}
	}
	n, _ := strconv.Atoi(s)
	return float64(n)
}
