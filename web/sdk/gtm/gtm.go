// Package gtm holds two templates for Google Tag Manager: a tag that tells Consent Mode the answers, and a variable
// with one answer. They are for pages whose team works in Tag Manager; others use the adapters of site.yaml.
package gtm

import (
	"embed"
	"strings"
)

// Files are the templates, as Tag Manager imports them.
//
//go:embed *.tpl
var Files embed.FS

// Sections splits a template into its sections, by names as TEMPLATE_PARAMETERS.
func Sections(template string) map[string]string {
	sections := map[string]string{}
	name := ""
	for line := range strings.Lines(template) {
		if title, ok := strings.CutPrefix(strings.TrimSpace(line), "___"); ok {
			name = strings.TrimSuffix(title, "___")
		} else {
			sections[name] += line
		}
	}
	return sections
}
