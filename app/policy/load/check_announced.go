//go:build !js

package load

import (
	"fmt"
	"time"

	"github.com/nod-consent/nod/app/policy"
)

// checkIncidents checks the notices of incidents. A draft need not be complete: it must not stop a server while its
// author is in a hurry.
func (c *checker) checkIncidents(list []policy.Incident) {
	taken := map[string]bool{}
	for i, incident := range list {
		at := fmt.Sprintf("$.incidents[%d]", i)
		c.checkID(at+".id", incident.ID, taken)
		if _, err := time.Parse(time.DateOnly, incident.Discovered); err != nil {
			c.addInvalid(at+".discovered", incident.Discovered, "a date", "Use YYYY-MM-DD, the day on which you learned of it")
		}
		check := c.checkOptionalText
		if published := incident.Published; published != "" {
			check = func(at string, t policy.Text) { c.checkText(at, t, maxSentence) }
			if _, err := time.Parse(time.DateOnly, published); err != nil {
				c.addInvalid(at+".published", published, "a date", "Use YYYY-MM-DD, or leave it out while it is a draft")
			} else if published < incident.Discovered {
				c.addProblem(at+".published", fmt.Sprintf("is before %s, the day of the discovery", incident.Discovered),
					"Correct one of the two days")
			}
		}
		for _, text := range []struct {
			key  string
			text policy.Text
		}{
			{"name", incident.Name}, {"facts", incident.Facts}, {"effect", incident.Effect},
			{"measures", incident.Measures}, {"advice", incident.Advice}, {"remedies", incident.Remedies},
		} {
			check(at+"."+text.key, text.text)
		}
	}
}

// checkClosure checks the announcement of the end.
func (c *checker) checkClosure(closure policy.Closure) {
	if closure.Announced == "" && closure.LastDay == "" && len(closure.Text) == 0 {
		return
	}
	for _, day := range []struct{ at, date string }{
		{"$.closure.announced", closure.Announced}, {"$.closure.last_day", closure.LastDay},
	} {
		if _, err := time.Parse(time.DateOnly, day.date); err != nil {
			c.addInvalid(day.at, day.date, "a date", "Use YYYY-MM-DD")
		}
	}
	if closure.LastDay < closure.Announced {
		c.addProblem("$.closure.last_day", fmt.Sprintf("is before %s, the day of the announcement", closure.Announced),
			"Correct one of the two days: after the last one every consent has ended")
	}
	c.checkText("$.closure.text", closure.Text, maxSentence)
}
