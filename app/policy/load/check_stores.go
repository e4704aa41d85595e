//go:build !js

package load

import (
	"fmt"
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// checkStores checks what the forms of app stores ask. It is whole or not there: a declaration must not guess the rest.
func (c *checker) checkStores(at string, s policy.Stores) {
	if !s.IsGiven() {
		return
	}
	checkNames(c, at+".types", s.Types, "a type of data", policy.DataTypes)
	checkNames(c, at+".uses", s.Uses, "a use of data", policy.DataUses)
	if s.Linked == nil {
		c.addProblem(at+".linked", "is missing", "Say true if the data are linked with the person's identity, or else false")
	}
	if s.Shared == nil {
		c.addProblem(at+".shared", "is missing",
			"Say true if third parties receive the data for purposes of their own, or else false")
	}
}

// checkNames checks a list of at least one of a few values.
func checkNames[T ~string](c *checker, at string, list []T, kind string, allowed []T) {
	if len(list) == 0 {
		c.addProblem(at, "is empty", "Use "+joinOr(allowed))
	}
	for i, value := range list {
		place := fmt.Sprintf("%s[%d]", at, i)
		checkOneOf(c, place, value, kind, allowed)
		if slices.Index(list, value) != i {
			c.addProblem(place, fmt.Sprintf("%q is a duplicate", value), "List it once")
		}
	}
}
