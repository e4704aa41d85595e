//go:build !js

package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// promise is something that policies like to rule out.
type promise struct {
	name   string
	denial *regexp.Regexp // a sentence that rules it out
	action *regexp.Regexp // words of somebody who does it
}

const (
	notChinese = `(不会|不将|不得|不用于|不作|不做|绝不|从不|未)[^。；\n]{0,60}`
	notEnglish = `\b(not|never|no|none|without)\b[^.;\n]{0,120}`
)

func newPromise(name, chinese, english string) promise {
	return promise{
		name:   name,
		denial: regexp.MustCompile(`(?i)` + notChinese + `(` + chinese + `)|` + notEnglish + `(` + english + `)`),
		action: regexp.MustCompile(`(?i)` + chinese + `|` + english),
	}
}

var promises = []promise{
	newPromise("advertising", `广告|营销`, `advert|\bads?\b|marketing|retarget`),
	newPromise("profiling", `画像|用户标签`, `profil(e|es|ing)\b`),
	newPromise("personalised recommendations", `个性化(推荐|展示|推送|内容)|猜你喜欢`,
		`personali[sz]ed (recommendation|content|offer|ad)|interest-based`),
}

// adHosts matches hosts of well-known advertising networks.
var adHosts = regexp.MustCompile(`(^|\.)(doubleclick\.net|googlesyndication\.com|googleadservices\.com|adnxs\.com|` +
	`criteo\.(com|net)|taboola\.com|outbrain\.com|amazon-adsystem\.com|ads-twitter\.com|ads\.linkedin\.com|` +
	`connect\.facebook\.net|bat\.bing\.com|pos\.baidu\.com|cpro\.baidu\.com|gdt\.qq\.com|tanx\.com|mediav\.com)$|` +
	`^(\*\.)?ads?\.`)

// lintPromises finds a purpose, service, SDK or signal that does what the policy's text rules out.
func (l *linter) lintPromises() {
	for _, p := range promises {
		if denial := p.denial.FindString(l.readWhole()); denial != "" {
			l.lintPromise(p, denial)
		}
	}
}

// readWhole returns what the policy says of itself: the full text, and the plain words.
func (l *linter) readWhole() string {
	parts := []string{l.original(l.policy.FullText), l.original(l.policy.Notice.Text), l.original(l.policy.Launch.Text)}
	for _, s := range l.policy.Sections {
		parts = append(parts, l.original(s.Summary))
	}
	return strings.Join(parts, "\n")
}

func (l *linter) lintPromise(p promise, denial string) {
	report := func(at, what string) {
		l.warn(load.RulePromise, at, fmt.Sprintf("%s is %s, but the policy rules that out (%q)", what, p.name, denial),
			"Correct the text, or remove it here")
	}
	check := func(at, what string, texts ...policy.Text) {
		for _, t := range texts {
			if p.isDoneIn(l.original(t)) {
				report(at, what)
				return
			}
		}
	}
	for i := range l.policy.Purposes {
		u := &l.policy.Purposes[i]
		at := fmt.Sprintf("$.purposes[%d]", i)
		check(at, "purpose "+u.ID, policy.Text{l.site.Language(): u.ID}, u.Name, u.Summary)
		check(at, "what purpose "+u.ID+" stores", listUses(u.Cookies, u.Storage)...)
		l.lintAdHosts(p, at, u.Hosts, report)
		for j := range u.Services {
			s := &u.Services[j]
			place := fmt.Sprintf("%s.services[%d]", at, j)
			check(place, "service "+s.ID, s.Name, s.Summary)
			check(place, "what service "+s.ID+" stores", listUses(s.Cookies, s.Storage)...)
			l.lintAdHosts(p, place, s.Hosts, report)
		}
	}
	for i, s := range l.policy.SDKs {
		check(fmt.Sprintf("$.sdks[%d]", i), fmt.Sprintf("SDK %s on %s", s.ID, s.Platform), s.Name, s.Use, s.Scene)
	}
	for i, e := range l.policy.Collected {
		check(fmt.Sprintf("$.collected[%d]", i), "collecting "+e.ID, e.Name, e.Use)
	}
	for i, r := range l.policy.Recipients {
		check(fmt.Sprintf("$.recipients[%d]", i), "recipient "+r.ID, r.Name, r.Use)
	}
	l.lintAdSignals(p, report)
}

// listUses lists what stored items are for.
func listUses(lists ...[]policy.StoredItem) (uses []policy.Text) {
	for _, item := range slices.Concat(lists...) {
		uses = append(uses, item.Use)
	}
	return uses
}

func (l *linter) lintAdHosts(p promise, at string, hosts []string, report func(at, what string)) {
	for i, h := range hosts {
		if p.name == promises[0].name && adHosts.MatchString(h) {
			report(fmt.Sprintf("%s.hosts[%d]", at, i), h)
		}
	}
}

// lintAdSignals finds purposes that grant Google's signals for adverts. They are in site.yaml, so the purpose is named.
func (l *linter) lintAdSignals(p promise, report func(at, what string)) {
	for _, a := range l.site.Adapters {
		for _, signal := range []string{"ad_storage", "ad_user_data", "ad_personalization"} {
			for _, id := range a.Signals[signal] {
				at := slices.IndexFunc(l.policy.Purposes, func(u policy.Purpose) bool { return u.ID == id })
				if at >= 0 && p.name == promises[0].name {
					report(fmt.Sprintf("$.purposes[%d]", at), fmt.Sprintf("the signal %s of purpose %s", signal, id))
				}
			}
		}
	}
}

// isDoneIn reports whether a text says that it is done. A clause that rules it out does not.
func (p promise) isDoneIn(text string) bool {
	for _, sentence := range clauses.Split(text+" ", -1) {
		if p.action.MatchString(sentence) && !p.denial.MatchString(sentence) {
			return true
		}
	}
	return false
}
