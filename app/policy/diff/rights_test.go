package diff

import "github.com/nod-consent/nod/app/policy"

// rightsEdits are changes of the storage of data, of rights and of rules.
var rightsEdits = []editTest{
	{"the place where data are stored", func(p *policy.Policy) { p.Keeping.Place = zh("境外") }, "material processing"},
	{"a later notice of an incident", func(p *policy.Policy) { p.Keeping.IncidentDays++ }, "material rights; reduces"},
	{"an earlier notice of an incident", func(p *policy.Policy) { p.Keeping.IncidentDays-- }, "minor"},
	{"a later notice of the end of the service", func(p *policy.Policy) {
		p.Keeping.ClosureDays--
	}, "material rights; reduces"},
	{"a removed certificate", func(p *policy.Policy) { p.Keeping.Certificates = nil }, "material risk"},
	{"the protection of data", func(p *policy.Policy) { p.Keeping.Security = zh("别的") }, "minor"},
	{"a removed right", func(p *policy.Policy) { p.Rights = p.Rights[1:] }, "material rights; reduces"},
	{"a new right", func(p *policy.Policy) {
		p.Rights = append(p.Rights, policy.Right{ID: "object", Name: zh("反对"), How: zh("写信")})
	}, "minor"},
	{"the way to use a right", func(p *policy.Policy) { p.Rights[0].How = zh("写信") }, "material rights"},
	{"later answers to requests", func(p *policy.Policy) { p.Requests.AnswerDays++ }, "material rights; reduces"},
	{"earlier answers to requests", func(p *policy.Policy) { p.Requests.AnswerDays-- }, "minor"},
	{"the fee of a request", func(p *policy.Policy) { p.Requests.Fee = zh("一百元") }, "material rights; reduces"},
	{"fewer announced changes", func(p *policy.Policy) { p.Changes = p.Changes[1:] }, "material rights; reduces"},
	{"a lower age of children", func(p *policy.Policy) { p.Minors.Child-- }, "material rights; reduces"},
	{"a higher age of children", func(p *policy.Policy) { p.Minors.Child++ }, "minor"},
	{"a new exception from consent", func(p *policy.Policy) {
		p.Exceptions = append(p.Exceptions, zh("别的"))
	}, "material rights; reduces"},
}
