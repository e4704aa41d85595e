//go:build !js

package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// What the law and the rules expect of a policy's terms, in calendar days.
const (
	maxIncidentDays = 30
	minClosureDays  = 60
)

// lintMissing finds what a policy leaves out.
func (l *linter) lintMissing() {
	p := l.policy
	var missing []string
	for _, id := range []string{"access", "correct", "delete", "withdraw"} {
		if !slices.ContainsFunc(p.Rights, func(r policy.Right) bool { return r.ID == id }) {
			missing = append(missing, id)
		}
	}
	if len(missing) > 0 {
		l.note(load.RuleRights, "$.rights", "does not have "+strings.Join(missing, ", "), "Add what a person can ask for")
	}
	if p.Requests.AnswerDays == 0 {
		l.warn(load.RuleAnswerTime, "$.requests", "does not say within how many days requests are answered",
			"Add requests.answer_days")
	}
	if p.Requests.ContactDays == 0 {
		l.note(load.RuleAnswerTime, "$.requests", "does not say within how many working days questions are answered",
			"Add requests.contact_days")
	}
	if l.site.Desk.IsOn() && len(p.Requests.Grounds) == 0 {
		l.warn(load.RuleAnswerTime, "$.requests",
			"has no grounds: staff can't refuse a request, or fulfil it in part", "Add requests.grounds")
	}
	if p.Minors.Child == 0 {
		l.note(load.RuleChild, "$.minors", "does not mention children", "Add minors, if children can use the service")
	}
	if len(p.Changes) == 0 {
		l.note(load.RuleChange, "$.changes", "does not say which changes are announced", "Add changes")
	}
}

// lintKeeping finds terms of storage, of an incident and of the end of the service that are missing or too weak. A
// missing term is worse than a weak one, so it is a warning as well.
func (l *linter) lintKeeping() {
	k := l.policy.Keeping
	if l.original(k.Term) == "" && len(l.policy.Collected) > 0 {
		l.note(load.RuleNotice, "$.keeping", "does not say how long data are stored", "Add keeping.term")
	}
	if l.original(k.Incident) == "" {
		l.warn(load.RuleIncident, "$.keeping", "does not say how people are notified of an incident",
			"Add keeping.incident: what happened, what is done, what people can do, and how they are notified")
	}
	l.lintKeepingDays(dayTerm{
		rule: load.RuleIncident, key: "incident_days", days: k.IncidentDays,
		isWeak:  k.IncidentDays > maxIncidentDays,
		missing: "does not say within how many days people are notified of an incident",
		weak:    fmt.Sprintf("people are notified of an incident within %d days", k.IncidentDays),
		limit:   fmt.Sprintf("at most %d", maxIncidentDays),
	})
	if l.original(k.Closure) == "" {
		l.warn(load.RuleClosure, "$.keeping", "does not say what happens at the end of the service",
			"Add keeping.closure: how it is announced, and what becomes of the data")
	}
	l.lintKeepingDays(dayTerm{
		rule: load.RuleClosure, key: "closure_days", days: k.ClosureDays,
		isWeak:  k.ClosureDays < minClosureDays,
		missing: "does not say how many days before the end of the service it is announced",
		weak:    fmt.Sprintf("the end of the service is announced %d days before", k.ClosureDays),
		limit:   fmt.Sprintf("%d or more", minClosureDays),
	})
}

// dayTerm is a number of days that a policy must state, with what is wrong if it does not, or if it is too weak.
type dayTerm struct {
	rule          load.Rule
	key           string
	days          int
	isWeak        bool
	missing, weak string
	limit         string // what is enough
}

func (l *linter) lintKeepingDays(term dayTerm) {
	switch {
	case term.days == 0:
		l.warn(term.rule, "$.keeping", term.missing, fmt.Sprintf("Add keeping.%s, %s", term.key, term.limit))
	case term.isWeak:
		l.warn(term.rule, "$.keeping."+term.key, term.weak, "Use "+term.limit)
	}
}
