//go:build !js

package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// lintListedRecipients finds companies that a purpose gives data to, and that neither the list of shared information
// nor that of SDKs has: visitors look for them there. Each is reported once. The controller itself does not count, nor
// does a description such as "our processors".
func (l *linter) lintListedRecipients() {
	known := []string{l.shortName(l.policy.Controller.Name)}
	for _, r := range l.policy.Recipients {
		known = append(known, l.shortName(r.Name))
	}
	for _, s := range l.policy.SDKs {
		known = append(known, l.shortName(s.Provider))
	}
	check := func(at string, p *policy.Purpose, name policy.Text) {
		short := l.shortName(name)
		isKnown := func(k string) bool { return k != "" && (strings.Contains(k, short) || strings.Contains(short, k)) }
		if short == "" || slices.ContainsFunc(known, isKnown) {
			return
		}
		known = append(known, short)
		l.warn(load.RuleCollected, at, fmt.Sprintf("%s receives data for purpose %s, and the list of shared information "+
			"leaves it out", cutNote(l.original(name)), p.ID), "Add it to the policy's own recipients, beside purposes")
	}
	for i := range l.policy.Purposes {
		p := &l.policy.Purposes[i]
		at := fmt.Sprintf("$.purposes[%d]", i)
		for j, r := range p.Recipients {
			if company.MatchString(cutNote(l.original(r))) {
				check(fmt.Sprintf("%s.recipients[%d]", at, j), p, r)
			}
		}
		for j := range p.Services {
			check(fmt.Sprintf("%s.services[%d].provider", at, j), p, p.Services[j].Provider)
		}
	}
}

// shortName is the name of a company without its legal form, for comparing.
func (l *linter) shortName(name policy.Text) string {
	return squeeze(legalForm.ReplaceAllString(cutNote(l.original(name)), ""))
}
