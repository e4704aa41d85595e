package api

import "github.com/nod-consent/nod/app/policy"

// policyRules is what a policy says beside purposes and lists: the rights and how to use them, and the rules for
// storing, changes and children. A text is "" and a number 0 where the policy does not say it.
type policyRules struct {
	Definitions []policyDefinition `json:"definitions"`
	Keeping     policyKeeping      `json:"keeping"`
	Rights      []policyRight      `json:"rights"`
	Requests    policyRequests     `json:"requests"`
	Changes     []policyChange     `json:"changes"`
	Minors      policyMinors       `json:"minors"`
	Exceptions  []string           `json:"exceptions"`
}

type policyDefinition struct {
	Term string `json:"term"`
	Text string `json:"text"`
}

type policyKeeping struct {
	Place        string   `json:"place"`
	Abroad       string   `json:"abroad"`
	Term         string   `json:"term"`
	Security     string   `json:"security"`
	Certificates []string `json:"certificates"`
	Incident     string   `json:"incident"`
	IncidentDays int      `json:"incident_days"`
	Closure      string   `json:"closure"`
	ClosureDays  int      `json:"closure_days"`
}

type policyRight struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	How  string `json:"how"`
}

type policyRequests struct {
	Channels     []policyChannel `json:"channels"`
	Identity     string          `json:"identity"`
	AnswerDays   int             `json:"answer_days"`
	ContactDays  int             `json:"contact_days"`
	Fee          string          `json:"fee"`
	Refusal      string          `json:"refusal"`
	Unanswerable []string        `json:"unanswerable"`
	Grounds      []policyGround  `json:"grounds"`
}

type policyGround struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

type policyChannel struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	To   string `json:"to"`
}

type policyChange struct {
	Kind policy.ChangeKind `json:"kind"`
	Text string            `json:"text"`
}

type policyMinors struct {
	Child    int            `json:"child"`
	Adult    int            `json:"adult"`
	Text     string         `json:"text"`
	Evidence string         `json:"evidence"`
	Methods  []policyMethod `json:"methods"`
}

type policyMethod struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// makeRules puts the rules of a policy into one language.
func makeRules(p *policy.Policy, in func(policy.Text) string) policyRules {
	k, r, m := p.Keeping, p.Requests, p.Minors
	rules := policyRules{
		Definitions: []policyDefinition{}, Rights: []policyRight{}, Changes: []policyChange{},
		Exceptions: translate(p.Exceptions, in),
		Keeping: policyKeeping{
			Place: in(k.Place), Abroad: in(k.Abroad), Term: in(k.Term), Security: in(k.Security),
			Certificates: translate(k.Certificates, in),
			Incident:     in(k.Incident), IncidentDays: k.IncidentDays, Closure: in(k.Closure), ClosureDays: k.ClosureDays,
		},
		Requests: policyRequests{
			Channels: []policyChannel{}, Identity: in(r.Identity), AnswerDays: r.AnswerDays, ContactDays: r.ContactDays,
			Fee: in(r.Fee), Refusal: in(r.Refusal), Unanswerable: translate(r.Unanswerable, in),
			Grounds: []policyGround{},
		},
		Minors: policyMinors{
			Child: m.Child, Adult: m.Adult, Text: in(m.Text), Evidence: in(m.Evidence), Methods: []policyMethod{},
		},
	}
	for _, d := range p.Definitions {
		rules.Definitions = append(rules.Definitions, policyDefinition{in(d.Term), in(d.Text)})
	}
	for _, e := range p.Rights {
		rules.Rights = append(rules.Rights, policyRight{e.ID, in(e.Name), in(e.How)})
	}
	for _, e := range r.Grounds {
		rules.Requests.Grounds = append(rules.Requests.Grounds, policyGround{e.ID, in(e.Text)})
	}
	for _, e := range r.Channels {
		rules.Requests.Channels = append(rules.Requests.Channels, policyChannel{e.ID, in(e.Name), in(e.To)})
	}
	for _, e := range p.Changes {
		rules.Changes = append(rules.Changes, policyChange{e.Kind, in(e.Text)})
	}
	for _, e := range m.Methods {
		rules.Minors.Methods = append(rules.Minors.Methods, policyMethod{e.ID, in(e.Name)})
	}
	return rules
}

// translate puts each text into one language; no texts are an empty list in JSON.
func translate(list []policy.Text, in func(policy.Text) string) []string {
	out := make([]string, 0, len(list))
	for _, t := range list {
		out = append(out, in(t))
	}
	return out
}
