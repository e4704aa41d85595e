package widget

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/nod-consent/nod/app/policy"
)

// ViewOf returns the view of one version of a site's policy, for one platform and in the words of one language.
func ViewOf(site *policy.Site, p *policy.Policy, platform policy.Platform, language string, words Words) View {
	in := func(t policy.Text) string { return t.In(language, site.Language()) }
	controller := p.Controller
	controller.Phone = strings.ReplaceAll(controller.Phone, " ", "\u00a0") // its groups stay in one line
	v := View{
		Policy:     p.Version,
		Platform:   platform,
		Language:   language,
		Direction:  findDirection(language),
		Original:   findOriginal(site, language),
		Layout:     string(site.Layout),
		Words:      words,
		Controller: in(controller.Name),
		Contact:    Contact(controller, language, site.Language()),
		Email:      controller.Email,
		Phone:      controller.Phone,
		Title:      in(p.Notice.Title),
		Text:       in(p.Notice.Text),
		Retention:  in(p.Notice.Retention),
		Rights:     in(p.Notice.Rights),
		PolicyPage: site.ID + "/policy?lang=" + language,
		Centre:     site.ID + "/preferences?lang=" + language,
		Details:    "lists/purposes?lang=" + language,
		Erasure:    words.describeErasure(site.Evidence),
	}
	for i := range p.Purposes {
		purpose := &p.Purposes[i]
		switch {
		case !platform.In(purpose.Platforms), site.HasEnded: // not asked
		case purpose.PerCase:
			v.Cases = append(v.Cases, Case{in(purpose.Name), in(purpose.Summary)})
		default:
			v.Purposes = append(v.Purposes, viewPurpose(purpose, words, in))
		}
	}
	return v
}

// SectionsOf returns the policy's sections in plain words, in the first of the languages that has them.
func SectionsOf(p *policy.Policy, languages ...string) (list []Section) {
	for _, s := range p.Sections {
		list = append(list, Section{
			ID: s.ID, Title: s.Title.In(languages[0], languages[1:]...), Summary: s.Summary.In(languages[0], languages[1:]...),
		})
	}
	return list
}

// ForProgram returns the part of the view that the WebAssembly program needs to render the preference centre again. It
// reads the purposes from the page.
func (v View) ForProgram() View {
	w := v.Words
	words := Words{
		Colon: w.Colon, SignalNotice: w.SignalNotice, Title: w.Title, Intro: w.Intro, Close: w.Close,
		Optional: w.Optional, Required: w.Required, RefusedEarlier: w.RefusedEarlier, AllDetails: w.AllDetails,
		Separate: w.Separate, SeparateIntro: w.SeparateIntro, PerCase: w.PerCase, PerCaseIntro: w.PerCaseIntro,
		Services: w.Services, LastDecision: w.LastDecision,
		Receipt: w.Receipt, Withdraw: w.Withdraw, AcceptAll: w.AcceptAll, RejectAll: w.RejectAll, Save: w.Save,
		Saved: w.Saved, Count: w.Count, SwitchedOn: w.SwitchedOn, SwitchedOff: w.SwitchedOff,
	}
	return View{
		Policy: v.Policy, Language: v.Language, Original: v.Original, Details: v.Details, Cases: v.Cases, News: v.News,
		Words: words,
	}
}

func viewPurpose(p *policy.Purpose, words Words, in func(policy.Text) string) Purpose {
	v := Purpose{
		ID: p.ID, Name: in(p.Name), Summary: in(p.Summary), Strokes: findStrokes(p), Details: words.Details,
		Required: p.Required, Separate: p.Separate,
	}
	if len(p.Data) > 0 {
		v.Details = strings.ReplaceAll(words.DataCount, "{n}", strconv.Itoa(len(p.Data)))
	}
	if p.NeedsReasons() {
		v.Reasons = dropEmpty(
			Fact{Label: words.Lists.Necessity, Values: []string{in(p.Necessity)}},
			Fact{Label: words.Lists.Effect, Values: []string{in(p.Effect)}},
		)
	}
	for i := range p.Services {
		s := &p.Services[i]
		v.Services = append(v.Services, Service{ID: s.ID, Name: in(s.Name), Summary: in(s.Summary)})
	}
	return v
}

func listPurposeFacts(p *policy.Purpose, words Words, in func(policy.Text) string) []Fact {
	return dropEmpty(
		Fact{Label: words.Data, Values: translateTexts(p.Data, in)},
		Fact{Label: words.Lists.Necessity, Values: []string{in(p.Necessity)}},
		Fact{Label: words.Lists.Effect, Values: []string{in(p.Effect)}},
		Fact{Label: words.Refusal, Values: []string{in(p.Refusal)}},
		Fact{Label: words.Lists.Instead, Values: []string{in(p.Instead)}},
		Fact{Label: words.Retention, Values: []string{in(p.Retention)}},
		Fact{Label: words.Recipients, Values: translateTexts(p.Recipients, in)},
		Fact{Label: words.Basis, Values: []string{cmp.Or(in(p.Basis.Text), p.Basis.Law)}},
		Fact{Label: words.Cookies, Values: describeItems(p.Cookies, words, in)},
		Fact{Label: words.Storage, Values: describeItems(p.Storage, words, in)},
		Fact{Label: words.Hosts, Values: p.Hosts},
	)
}

func listServiceFacts(s *policy.Service, words Words, in func(policy.Text) string) []Fact {
	return dropEmpty(
		Fact{Label: words.Provider, Values: []string{in(s.Provider)}},
		Fact{Label: words.Cookies, Values: describeItems(s.Cookies, words, in)},
		Fact{Label: words.Storage, Values: describeItems(s.Storage, words, in)},
		Fact{Label: words.Hosts, Values: s.Hosts},
	)
}

// describeService returns the facts of a service as lines.
func describeService(s *policy.Service, words Words, in func(policy.Text) string) (lines []string) {
	for _, f := range listServiceFacts(s, words, in) {
		lines = append(lines, f.Label+words.Colon+words.joinClauses(f.Values))
	}
	return lines
}

// dropEmpty drops facts that have no value.
func dropEmpty(all ...Fact) []Fact {
	var some []Fact
	for _, f := range all {
		if len(f.Values) > 0 && f.Values[0] != "" {
			some = append(some, f)
		}
	}
	return some
}

func translateTexts(list []policy.Text, in func(policy.Text) string) []string {
	var out []string
	for _, t := range list {
		out = append(out, in(t))
	}
	return out
}

func describeItems(list []policy.StoredItem, words Words, in func(policy.Text) string) []string {
	var out []string
	for _, i := range list {
		note := ""
		if i.OutOfReach {
			note = words.OutOfReach
		}
		example := ""
		if i.Example {
			example = words.Lists.Example
		}
		out = append(out, joinParts(i.Name, in(i.Use), in(i.Lifetime), note, example))
	}
	return out
}

// partSeparator is never at the beginning of a line.
const partSeparator = "\u00a0· "

func joinParts(parts ...string) string {
	var some []string
	for _, p := range parts {
		if p != "" {
			some = append(some, p)
		}
	}
	return strings.Join(some, partSeparator)
}

// sentenceGap returns what separates two sentences: nothing after a Chinese or Japanese full stop, which is wide.
func (v View) sentenceGap() string {
	switch primary, _, _ := strings.Cut(v.Language, "-"); primary {
	case "zh", "ja":
		return ""
	}
	return " "
}

// findDirection returns the direction of writing of the language's usual script.
func findDirection(language string) string {
	primary, _, _ := strings.Cut(language, "-")
	switch primary {
	case "ar", "arc", "ckb", "dv", "fa", "he", "ks", "ku", "ps", "sd", "ug", "ur", "yi":
		return "rtl"
	}
	return "ltr"
}
