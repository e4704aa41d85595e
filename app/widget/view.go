package widget

import (
	"strings"

	"github.com/nod-consent/nod/app/policy"
)

// ViewOf puts one version of a site's policy into the words of one language.
func ViewOf(site *policy.Site, p *policy.Policy, language string, words Words) View {
	in := func(t policy.Text) string { return t.In(language, site.Language()) }
	who := p.Controller
	v := View{
		Policy:     p.Version,
		Language:   language,
		Direction:  direction(language),
		Layout:     string(site.Layout),
		Words:      words,
		Controller: in(who.Name),
		Contact:    Contact(who, language, site.Language()),
		Title:      in(p.Notice.Title),
		Text:       in(p.Notice.Text),
		Retention:  in(p.Notice.Retention),
		Rights:     in(p.Notice.Rights),
		PolicyPage: site.ID + "/policy?lang=" + language,
		Centre:     site.ID + "/preferences?lang=" + language,
	}
	for i := range p.Purposes {
		v.Purposes = append(v.Purposes, purposeView(&p.Purposes[i], words, in))
	}
	for _, s := range p.Sections {
		v.Sections = append(v.Sections, Section{ID: s.ID, Title: in(s.Title), Summary: in(s.Summary)})
	}
	return v
}

// ForProgram is what the program needs to draw the preferences once more where they stand already: it reads the
// purposes from the page.
func (v View) ForProgram() View {
	w := v.Words
	return View{Policy: v.Policy, Language: v.Language, Words: Words{
		Colon: w.Colon, Signal: w.Signal, Title: w.Title, Intro: w.Intro, Close: w.Close, Required: w.Required,
		Details: w.Details, Services: w.Services, Decided: w.Decided, Receipt: w.Receipt, Withdraw: w.Withdraw,
		AcceptAll: w.AcceptAll, RejectAll: w.RejectAll, Save: w.Save, Saved: w.Saved, Count: w.Count,
	}}
}

// Contact says in one line how to reach the controller: by mail and telephone, or by post where there is neither.
func Contact(who policy.Controller, languages ...string) string {
	if who.Email == "" && who.Phone == "" {
		return who.Address.In(languages[0], languages[1:]...)
	}
	return join(who.Email, who.Phone)
}

func purposeView(p *policy.Purpose, words Words, in func(policy.Text) string) Purpose {
	v := Purpose{ID: p.ID, Name: in(p.Name), Summary: in(p.Summary), Required: p.Required}
	v.Facts = facts(
		Fact{words.Data, texts(p.Data, in)},
		Fact{words.Refusal, []string{in(p.Refusal)}},
		Fact{words.Retention, []string{in(p.Retention)}},
		Fact{words.Recipients, texts(p.Recipients, in)},
		Fact{words.Basis, []string{in(p.Basis.Text)}},
		Fact{words.Cookies, items(p.Cookies, in)},
		Fact{words.Storage, items(p.Storage, in)},
		Fact{words.Hosts, p.Hosts},
	)
	for i := range p.Services {
		s := &p.Services[i]
		v.Services = append(v.Services, Service{
			ID: s.ID, Name: in(s.Name), Summary: in(s.Summary),
			Facts: facts(
				Fact{words.Provider, []string{in(s.Provider)}},
				Fact{words.Cookies, items(s.Cookies, in)},
				Fact{words.Storage, items(s.Storage, in)},
				Fact{words.Hosts, s.Hosts},
			),
		})
	}
	return v
}

// facts drops what has no value.
func facts(all ...Fact) []Fact {
	var some []Fact
	for _, f := range all {
		if len(f.Values) > 0 && f.Values[0] != "" {
			some = append(some, f)
		}
	}
	return some
}

func texts(list []policy.Text, in func(policy.Text) string) []string {
	var out []string
	for _, t := range list {
		out = append(out, in(t))
	}
	return out
}

func items(list []policy.StoredItem, in func(policy.Text) string) []string {
	var out []string
	for _, i := range list {
		out = append(out, join(i.Name, in(i.Use), in(i.Lifetime)))
	}
	return out
}

func join(parts ...string) string {
	var some []string
	for _, p := range parts {
		if p != "" {
			some = append(some, p)
		}
	}
	return strings.Join(some, " · ")
}

// direction is the direction of writing of the language's usual script.
func direction(language string) string {
	primary, _, _ := strings.Cut(language, "-")
	switch primary {
	case "ar", "arc", "ckb", "dv", "fa", "he", "ks", "ku", "ps", "sd", "ug", "ur", "yi":
		return "rtl"
	}
	return "ltr"
}
