package widget

// listIncidents lists the notices of incidents. Each has all that people are to be notified of (PIPL 57, GDPR 34), and
// the days that show whether it came in time.
func (m entryLister) listIncidents() (list []Entry) {
	w, c := m.words.Lists.Rules, m.policy.Controller
	day := func(label, value string) Fact { return Fact{Label: label, Own: true, Values: []string{value}} }
	for _, i := range m.policy.Incidents {
		facts := []Fact{
			m.textFact(w.Facts, i.Facts), m.textFact(w.Effect, i.Effect), m.textFact(w.Measures, i.Measures),
			m.textFact(w.Advice, i.Advice), m.textFact(w.Remedies, i.Remedies),
			day(w.Discovered, i.Discovered), day(w.Published, i.Published),
			dayFact(w.Deadline, days{m.policy.Keeping.IncidentDays, w.IncidentDays}),
			m.reachableFact(w.Contact, c.Email), m.reachableFact(w.Contact, c.Phone),
		}
		list = append(list, Entry{ID: "incident-" + i.ID, Name: m.in(i.Name), Facts: dropEmpty(facts...)})
	}
	return list
}
