package widget

import (
	"slices"
	"strconv"
	"strings"

	"github.com/nod-consent/nod/app/policy"
)

// RuleWords are the lists' own words on rights, storage and the policy's other rules.
type RuleWords struct {
	Requests     string `yaml:"requests"`
	Contact      string `yaml:"contact"`
	Department   string `yaml:"department"`
	Address      string `yaml:"address"`
	Hours        string `yaml:"hours"`
	Identity     string `yaml:"identity"`
	Answer       string `yaml:"answer"`
	AnswerDays   string `yaml:"answer_days"`  // with {n} calendar days
	ContactDays  string `yaml:"contact_days"` // with {n} working days
	Fee          string `yaml:"fee"`
	Refusal      string `yaml:"refusal"`
	Unanswerable string `yaml:"unanswerable"`
	Place        string `yaml:"place"`
	Abroad       string `yaml:"abroad"`
	Term         string `yaml:"term"`
	Security     string `yaml:"security"`
	Certificates string `yaml:"certificates"`
	Incident     string `yaml:"incident"`
	IncidentDays string `yaml:"incident_days"` // with {n} calendar days
	Closure      string `yaml:"closure"`
	ClosureDays  string `yaml:"closure_days"` // with {n} calendar days
	Closing      string `yaml:"closing"`      // the service ends; with {date}
	Closed       string `yaml:"closed"`       // the service has ended; with {date}
	Deadline     string `yaml:"deadline"`
	Discovered   string `yaml:"discovered"` // day on which the controller learned of an incident
	Published    string `yaml:"published"`  // day of the notice of an incident
	Facts        string `yaml:"facts"`      // of an incident, as the next four
	Effect       string `yaml:"effect"`
	Measures     string `yaml:"measures"`
	Advice       string `yaml:"advice"`
	Remedies     string `yaml:"remedies"`
	Exceptions   string `yaml:"exceptions"`
	Cases        string `yaml:"cases"`
	Minors       string `yaml:"minors"`
	Change       string `yaml:"change"` // with {kind} of a material change
}

// isStated reports whether the policy says anything on how data are stored and protected.
func isStated(k policy.Keeping) bool {
	return len(k.Place)+len(k.Abroad)+len(k.Term)+len(k.Security)+len(k.Certificates)+len(k.Incident)+len(k.Closure) > 0
}

// listRights lists what a person can ask for, how, and how to reach the controller.
func (m entryLister) listRights() (list []Entry) {
	for _, r := range m.policy.Rights {
		list = append(list, Entry{ID: "right-" + r.ID, Name: m.in(r.Name), Text: m.in(r.How)})
	}
	w, q := m.words.Lists.Rules, m.policy.Requests
	if facts := dropEmpty(
		m.textFact(w.Identity, q.Identity),
		dayFact(w.Answer, days{q.AnswerDays, w.AnswerDays}, days{q.ContactDays, w.ContactDays}),
		m.textFact(w.Fee, q.Fee),
		m.textFact(w.Refusal, q.Refusal),
		m.textFact(w.Unanswerable, q.Unanswerable...),
	); len(facts) > 0 {
		list = append(list, Entry{ID: "right-requests", Name: w.Requests, Own: true, Facts: facts})
	}
	return append(list, m.contactEntry())
}

// contactEntry has every way to reach the controller, with links where one can be made.
func (m entryLister) contactEntry() Entry {
	w, c := m.words.Lists.Rules, m.policy.Controller
	facts := dropEmpty(
		Fact{Label: m.in(c.Name), Named: true, Values: []string{joinParts(m.in(c.Address), c.Postcode)}},
		m.textFact(w.Department, c.Department),
		m.textFact(w.Hours, c.Hours),
	)
	for _, value := range []string{c.Email, c.Phone} {
		isIn := func(channel policy.Channel) bool { return strings.Contains(m.in(channel.To), value) }
		if !slices.ContainsFunc(m.policy.Requests.Channels, isIn) {
			facts = append(facts, dropEmpty(m.reachableFact(w.Contact, value))...)
		}
	}
	for _, channel := range m.policy.Requests.Channels {
		fact := m.reachableFact(m.in(channel.Name), m.in(channel.To))
		fact.Named = true
		facts = append(facts, fact)
	}
	return Entry{ID: "right-contact", Name: w.Contact, Own: true, Facts: facts}
}

// reachableFact returns a way to reach the controller. It is a link if it has the controller's e-mail address or
// telephone number in it, or is an address of the web.
func (m entryLister) reachableFact(label, value string) Fact {
	c := m.policy.Controller
	fact := Fact{Label: label, Values: []string{value}}
	switch {
	case c.Email != "" && strings.Contains(value, c.Email):
		fact.Address = "mailto:" + c.Email
	case c.Phone != "" && strings.Contains(value, c.Phone):
		fact.Address = PhoneAddress(c.Phone)
	case strings.HasPrefix(value, "https://") && !strings.ContainsAny(value, " \n"):
		fact.Address = value
	}
	return fact
}

// PhoneAddress returns the address of a telephone number (RFC 3966), or "" if there is nothing to dial.
func PhoneAddress(phone string) string {
	number := strings.Map(keepDialled, phone)
	if len(number) < 3 {
		return ""
	}
	return "tel:" + number
}

// keepDialled keeps what can be dialled of a telephone number.
func keepDialled(r rune) rune {
	if r == '+' || r == '-' || r >= '0' && r <= '9' {
		return r
	}
	return -1
}

// days is a number of days, and the sentence that has it.
type days struct {
	n        int
	sentence string
}

// dayFact returns a fact of the numbers of days that the policy states. The sentences are not the policy's own.
func dayFact(label string, all ...days) Fact {
	fact := Fact{Label: label, Own: true}
	for _, d := range all {
		if d.n > 0 {
			fact.Values = append(fact.Values, strings.ReplaceAll(d.sentence, "{n}", strconv.Itoa(d.n)))
		}
	}
	return fact
}

// listKeeping lists how data are stored and protected, and what happens after an incident and at the end of the
// service.
func (m entryLister) listKeeping() (list []Entry) {
	w, k := m.words.Lists.Rules, m.policy.Keeping
	for _, e := range []struct {
		id, name string
		text     policy.Text
		facts    []Fact
	}{
		{"place", w.Place, k.Place, nil},
		{"abroad", w.Abroad, k.Abroad, nil},
		{"term", w.Term, k.Term, nil},
		{"security", w.Security, k.Security,
			dropEmpty(m.textFact(w.Certificates, k.Certificates...))},
		{"incident", w.Incident, k.Incident,
			dropEmpty(dayFact(w.Deadline, days{k.IncidentDays, w.IncidentDays}))},
		{"closure", w.Closure, k.Closure,
			dropEmpty(dayFact(w.Deadline, days{k.ClosureDays, w.ClosureDays}))},
	} {
		if text := m.in(e.text); text != "" || len(e.facts) > 0 {
			list = append(list, Entry{ID: "keeping-" + e.id, Name: e.name, Own: true, Text: text, Facts: e.facts})
		}
	}
	return list
}

// listTerms lists what the policy defines, when it processes data without consent, what holds for minors, and which
// changes count as material.
func (m entryLister) listTerms() (list []Entry) {
	w := m.words.Lists.Rules
	for i, d := range m.policy.Definitions {
		list = append(list, Entry{ID: "definition-" + strconv.Itoa(i+1), Name: m.in(d.Term), Text: m.in(d.Text)})
	}
	if len(m.policy.Exceptions) > 0 {
		list = append(list, Entry{
			ID: "term-exceptions", Name: w.Exceptions, Own: true,
			Facts: []Fact{m.textFact(w.Cases, m.policy.Exceptions...)},
		})
	}
	if text := m.in(m.policy.Minors.Text); text != "" {
		list = append(list, Entry{ID: "term-minors", Name: w.Minors, Own: true, Text: text})
	}
	for _, c := range m.policy.Changes {
		name := strings.ReplaceAll(w.Change, "{kind}", m.words.Changes.kindLabel(c.Kind))
		list = append(list, Entry{ID: "change-" + string(c.Kind), Name: name, Own: true, Text: m.in(c.Text)})
	}
	return list
}
