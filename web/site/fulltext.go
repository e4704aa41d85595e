package site

import (
	"bytes"
	"fmt"
	"regexp"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/parser"

	"github.com/nod-consent/nod/app/policy"
)

// renderFullTexts renders the Markdown of all versions and languages of a site into safe HTML, by version and language.
func renderFullTexts(s *policy.Site) (map[string]string, error) {
	markdown := goldmark.New(goldmark.WithParserOptions(parser.WithHeadingAttribute()))
	safe := bluemonday.UGCPolicy()
	safe.AllowAttrs("id").Matching(regexp.MustCompile(`^[a-z][a-z0-9-]*$`)).OnElements("h1", "h2", "h3", "h4")
	texts := map[string]string{}
	for _, p := range s.Policies {
		for l, text := range p.FullText {
			var b bytes.Buffer
			if err := markdown.Convert([]byte(text), &b); err != nil {
				return nil, fmt.Errorf("render the full text of policy %s in %s: %w", p.Version, l, err)
			}
			made := safe.Sanitize(b.String())
			if l == s.Language() {
				made, _ = MarkPassages(made, "strong", p.Emphasis...)
			}
			texts[p.Version+" "+l] = made
		}
	}
	return texts, nil
}

// FullText returns the full text of a version as a language's readers get it: in the site's first language where it is
// not translated. It is safe HTML.
func (s *Site) FullText(version, language string) string {
	if html, ok := s.fullTexts[version+" "+language]; ok {
		return html
	}
	return s.fullTexts[version+" "+s.Language()]
}
