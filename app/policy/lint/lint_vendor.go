//go:build !js

package lint

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

var (
	// company matches the name of a company, and not a description such as "our processors".
	company = regexp.MustCompile(`公司|集团|\b(Inc|Ltd|LLC|GmbH|Corp|Corporation|Limited|B\.V|S\.A|AG|SE)\b`)
	// properName matches a name such as "Google" or "Meta Platforms".
	properName = regexp.MustCompile(`^\p{Lu}[\p{L}\d&.-]*( \p{Lu}[\p{L}\d&.-]*){0,2}$`)
	// legalForm is the end of a company's name, which a text for people leaves out.
	legalForm = regexp.MustCompile(`(?i)(股份|责任)?有限(责任)?公司$|,? \b(Co\.,? )?(Inc|Ltd|LLC|GmbH|Corp|Corporation|Limited|` +
		`B\.V|S\.A|AG|SE)\.?$`)
)

// lintVendors finds companies that the data name, and that a visitor reads of neither in the notice nor in the text.
// Each is reported once.
func (l *linter) lintVendors() {
	v := vendorLinter{linter: l, reported: map[string]bool{}}
	p := l.policy
	v.read = squeeze(strings.Join([]string{
		l.original(p.Notice.Text), l.original(p.Launch.Text), l.original(p.FullText), l.original(p.Controller.Name),
	}, "\n"))
	for i := range p.Purposes {
		purpose := &p.Purposes[i]
		at := fmt.Sprintf("$.purposes[%d]", i)
		for j := range purpose.Services {
			s := &purpose.Services[j]
			v.lintNames(load.RuleNotice, fmt.Sprintf("%s.services[%d].provider", at, j), s.Provider, s.Name)
		}
		for j, r := range purpose.Recipients {
			v.lintCompany(load.RuleNotice, fmt.Sprintf("%s.recipients[%d]", at, j), r)
		}
	}
	for i, s := range p.SDKs {
		if l.original(s.Provider) != "" {
			v.lintNames(load.RuleSDK, fmt.Sprintf("$.sdks[%d].provider", i), s.Provider, s.Name)
		}
	}
	for i, r := range p.Recipients {
		v.lintCompany(load.RuleCollected, fmt.Sprintf("$.recipients[%d].name", i), r.Name)
	}
	for _, a := range l.site.Adapters { // they are of site.yaml, and what they send goes to these
		for _, vendor := range adapterVendors[a.Name] {
			v.lintNames(load.RuleNotice, "$.notice.text", policy.Text{l.site.Language(): vendor})
		}
	}
}

// adapterVendors are the companies that adapters send to. Matomo is often a site's own, and a data layer always is.
var adapterVendors = map[policy.AdapterName][]string{
	policy.AdapterConsentMode: {"Google"}, policy.AdapterClarity: {"Microsoft"},
}

// vendorLinter looks for names in what a visitor reads.
type vendorLinter struct {
	*linter
	read     string          // notice, first launch and full text, squeezed
	reported map[string]bool // by name
}

// lintCompany looks for the name of a company. A recipient can be a description, too.
func (v *vendorLinter) lintCompany(r load.Rule, at string, name policy.Text) {
	if text := cutNote(v.original(name)); company.MatchString(text) || properName.MatchString(text) {
		v.lintNames(r, at, name)
	}
}

// lintNames reports the first name if the visitor reads none of them.
func (v *vendorLinter) lintNames(r load.Rule, at string, names ...policy.Text) {
	for _, name := range names {
		short := v.shortName(name)
		if short != "" && strings.Contains(v.read, short) {
			return
		}
	}
	name := cutNote(v.original(names[0]))
	if v.reported[name] {
		return
	}
	v.reported[name] = true
	v.warn(r, at, "neither the notice nor the full text names "+strings.TrimSuffix(name, "."),
		"Name it in the policy's text, or correct the name here")
}

// cutNote cuts off what follows the name of a company: "Example Ltd (Android)", "Example Ltd, which runs our servers".
func cutNote(name string) string {
	if at := company.FindStringIndex(name); at != nil {
		if comma := strings.IndexAny(name[at[1]:], ",，；;"); comma >= 0 {
			name = name[:at[1]+comma]
		}
	}
	if strings.HasSuffix(name, ")") || strings.HasSuffix(name, "）") {
		if at := strings.LastIndexAny(name, "(（"); at > 0 {
			name = name[:at]
		}
	}
	return strings.TrimSpace(name)
}

// squeeze makes texts comparable that differ only in case and in white space.
func squeeze(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), "")) }
