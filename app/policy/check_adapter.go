//go:build !js

package policy

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// maxWait is the longest that tags may be told to wait, in ms.
const maxWait = 10000

var (
	adapterRegion   = regexp.MustCompile(`^[A-Z]{2}(-[A-Z0-9]{1,3})?$`)
	adapterVariable = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]{0,63}$`)
)

// adapters checks what the site's adapters are told; p is the policy in force.
func (c *checker) adapters(list []Adapter, p *Policy) {
	seen := map[AdapterName]bool{}
	for i, a := range list {
		at := fmt.Sprintf("$.adapters[%d]", i)
		if seen[a.Name] {
			c.say(at+".name", fmt.Sprintf("%q is there twice", a.Name), "want each adapter once")
		}
		seen[a.Name] = true
		only := func(key string, given bool, names ...AdapterName) {
			if given && !slices.Contains(names, a.Name) {
				c.say(at+"."+key, fmt.Sprintf("is nothing for %q", a.Name), fmt.Sprintf("want it with %q only", names))
			}
		}
		only("signals", len(a.Signals) > 0, AdapterConsentMode)
		only("wait_for_update", a.WaitForUpdate != 0, AdapterConsentMode)
		only("regions", len(a.Regions) > 0, AdapterConsentMode)
		only("purposes", len(a.Purposes) > 0, AdapterMatomo, AdapterClarity)
		only("variable", a.Variable != "", AdapterConsentMode, AdapterDataLayer)
		c.purposesOf(at+".purposes", a.Purposes, p)
		if a.Variable != "" && !adapterVariable.MatchString(a.Variable) {
			c.say(at+".variable", fmt.Sprintf("%q is no name of a variable", a.Variable), `want one such as "dataLayer"`)
		}
		switch a.Name {
		case AdapterConsentMode:
			c.consentMode(at, a, p)
		case AdapterMatomo, AdapterClarity:
			if len(a.Purposes) == 0 {
				c.say(at+".purposes", "is empty", "want the purposes that must be granted")
			}
		case AdapterDataLayer:
		default:
			c.say(at+".name", fmt.Sprintf("%q is no adapter", a.Name), fmt.Sprintf("want one of %q", []AdapterName{AdapterConsentMode, AdapterDataLayer, AdapterMatomo, AdapterClarity}))
		}
	}
}

func (c *checker) consentMode(at string, a Adapter, p *Policy) {
	signal := func(at, name string) {
		if !slices.Contains(ConsentSignals, name) {
			c.say(at, fmt.Sprintf("%q is no signal", name), "want one of "+strings.Join(ConsentSignals, ", "))
		}
	}
	if len(a.Signals) == 0 {
		c.say(at+".signals", "is empty", "want the purposes that each signal needs")
	}
	for _, name := range slices.Sorted(maps.Keys(a.Signals)) {
		purposes := a.Signals[name]
		signal(at+".signals."+quoteKey(name), name)
		if len(purposes) == 0 {
			c.say(at+".signals."+quoteKey(name), "is empty", "want the purposes that it needs, or leave the signal out: it stays denied")
		}
		c.purposesOf(at+".signals."+quoteKey(name), purposes, p)
	}
	if a.WaitForUpdate < 0 || a.WaitForUpdate > maxWait {
		c.say(at+".wait_for_update", fmt.Sprintf("%d", a.WaitForUpdate), fmt.Sprintf("want 0 to %d ms", maxWait))
	}
	for j, r := range a.Regions {
		at := fmt.Sprintf("%s.regions[%d]", at, j)
		if len(r.In) == 0 {
			c.say(at+".in", "is empty", `want codes such as "US" or "US-CA"`)
		}
		for k, code := range r.In {
			if !adapterRegion.MatchString(code) {
				c.say(fmt.Sprintf("%s.in[%d]", at, k), fmt.Sprintf("%q is no code of a region", code), `want one such as "US" or "US-CA" (ISO 3166-2)`)
			}
		}
		for k, name := range r.Granted {
			signal(fmt.Sprintf("%s.granted[%d]", at, k), name)
		}
	}
}

func (c *checker) purposesOf(at string, ids []string, p *Policy) {
	for i, id := range ids {
		if p.Purpose(id) == nil {
			c.say(fmt.Sprintf("%s[%d]", at, i), fmt.Sprintf("%q is no purpose of policy %s", id, p.Version), "want the id of one")
		}
	}
}
