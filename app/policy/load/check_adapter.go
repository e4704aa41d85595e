//go:build !js

package load

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// maxWait is the longest that tags can wait for an answer, in ms.
const maxWait = 10000

var (
	adapterRegion   = regexp.MustCompile(`^[A-Z]{2}(-[A-Z0-9]{1,3})?$`)
	adapterVariable = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]{0,63}$`)
)

// checkAdapters checks the settings of the site's adapters. p is the current policy.
func (c *checker) checkAdapters(list []policy.Adapter, p *policy.Policy) {
	seen := map[policy.AdapterName]bool{}
	for i, a := range list {
		at := fmt.Sprintf("$.adapters[%d]", i)
		if seen[a.Name] {
			c.addProblem(at+".name", fmt.Sprintf("%q is a duplicate", a.Name), "List each adapter once")
		}
		seen[a.Name] = true
		c.checkAdapterKeys(at, a)
		c.checkPurposes(at+".purposes", a.Purposes, p)
		if a.Variable != "" && !adapterVariable.MatchString(a.Variable) {
			c.addInvalid(at+".variable", a.Variable, "the name of a variable", `Use one such as "dataLayer"`)
		}
		checkOneOf(c, at+".name", a.Name, "an adapter", policy.AdapterNames)
		switch a.Name {
		case policy.AdapterConsentMode:
			c.checkConsentMode(at, a, p)
		case policy.AdapterMatomo, policy.AdapterClarity:
			if len(a.Purposes) == 0 {
				c.addProblem(at+".purposes", "is empty", "List the purposes that must be granted")
			}
		}
	}
}

// checkAdapterKeys checks that an adapter has no key that is for others.
func (c *checker) checkAdapterKeys(at string, a policy.Adapter) {
	for _, k := range []struct {
		key      string
		isSet    bool
		adapters []policy.AdapterName
	}{
		{"signals", len(a.Signals) > 0, []policy.AdapterName{policy.AdapterConsentMode}},
		{"wait_for_update", a.WaitForUpdate != 0, []policy.AdapterName{policy.AdapterConsentMode}},
		{"regions", len(a.Regions) > 0, []policy.AdapterName{policy.AdapterConsentMode}},
		{"purposes", len(a.Purposes) > 0, []policy.AdapterName{policy.AdapterMatomo, policy.AdapterClarity}},
		{"variable", a.Variable != "", []policy.AdapterName{policy.AdapterConsentMode, policy.AdapterDataLayer}},
	} {
		if k.isSet && !slices.Contains(k.adapters, a.Name) {
			c.addProblem(at+"."+k.key, fmt.Sprintf("is not a key of %q", a.Name), "Use it only with "+joinOr(k.adapters))
		}
	}
}

func (c *checker) checkConsentMode(at string, a policy.Adapter, p *policy.Policy) {
	if len(a.Signals) == 0 {
		c.addProblem(at+".signals", "is empty", "List the purposes that each signal needs")
	}
	for _, name := range slices.Sorted(maps.Keys(a.Signals)) {
		at := at + ".signals." + quoteKey(name)
		checkOneOf(c, at, name, "a signal", policy.ConsentSignals)
		if len(a.Signals[name]) == 0 {
			c.addProblem(at, "is empty", "List the purposes that it needs, or leave the signal out: it stays denied")
		}
		c.checkPurposes(at, a.Signals[name], p)
	}
	if a.WaitForUpdate < 0 || a.WaitForUpdate > maxWait {
		c.addProblem(at+".wait_for_update", fmt.Sprintf("%d is out of range", a.WaitForUpdate),
			fmt.Sprintf("Use 0 to %d ms", maxWait))
	}
	for i, r := range a.Regions {
		at := fmt.Sprintf("%s.regions[%d]", at, i)
		if len(r.In) == 0 {
			c.addProblem(at+".in", "is empty", `List codes such as "US" or "US-CA"`)
		}
		for k, code := range r.In {
			if !adapterRegion.MatchString(code) {
				c.addInvalid(fmt.Sprintf("%s.in[%d]", at, k), code, "the code of a region",
					`Use one such as "US" or "US-CA" (ISO 3166-2)`)
			}
		}
		for k, name := range r.Granted {
			checkOneOf(c, fmt.Sprintf("%s.granted[%d]", at, k), name, "a signal", policy.ConsentSignals)
		}
	}
}

func (c *checker) checkPurposes(at string, ids []string, p *policy.Policy) {
	for i, id := range ids {
		if p.Purpose(id) == nil {
			c.addInvalid(fmt.Sprintf("%s[%d]", at, i), id, "a purpose of policy "+p.Version, "Use the id of one")
		}
	}
}
