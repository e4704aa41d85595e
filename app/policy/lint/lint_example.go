//go:build !js

package lint

import (
	"fmt"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// lintExamples reports invented cookies, entries, hosts and services until the author has replaced them.
func (l *linter) lintExamples() {
	for i := range l.policy.Purposes {
		p := &l.policy.Purposes[i]
		names := listExamples(p.Example, p.Cookies, p.Storage, p.Hosts)
		for j := range p.Services {
			s := &p.Services[j]
			if p.Example || s.Example {
				names = append(names, s.ID)
			}
			names = append(names, listExamples(p.Example || s.Example, s.Cookies, s.Storage, s.Hosts)...)
		}
		if len(names) > 0 {
			l.note(load.RuleDeclared, fmt.Sprintf("$.purposes[%d]", i),
				fmt.Sprintf("purpose %s has examples: %s", p.ID, strings.Join(names, ", ")),
				"Replace them with what your pages really use, and remove example: true")
		}
	}
}

// listExamples lists the names of what is marked as an example, by itself or with everything around it.
func listExamples(isExample bool, cookies, storage []policy.StoredItem, hosts []string) (names []string) {
	for _, list := range [][]policy.StoredItem{cookies, storage} {
		for _, item := range list {
			if isExample || item.Example {
				names = append(names, item.Name)
			}
		}
	}
	if isExample {
		names = append(names, hosts...)
	}
	return names
}
