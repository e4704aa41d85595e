package site

import (
	"bytes"
	"fmt"
	"regexp"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"github.com/nod-consent/nod/app/policy"
)

// fullText is one version's text in one language, as safe HTML.
type fullText struct {
	whole string
	body  string // without the title that it begins with
}

// renderFullTexts renders the Markdown of all versions and languages of a site, by version and language.
func renderFullTexts(s *policy.Site) (map[string]fullText, error) {
	markdown := goldmark.New(goldmark.WithExtensions(extension.Table),
		goldmark.WithParserOptions(parser.WithHeadingAttribute()))
	safe := bluemonday.UGCPolicy()
	safe.AllowAttrs("id").Matching(regexp.MustCompile(`^[a-z][a-z0-9-]*$`)).OnElements("h1", "h2", "h3", "h4")
	texts := map[string]fullText{}
	for _, p := range s.Policies {
		for l, source := range p.FullText {
			render := func(document ast.Node) (string, error) {
				var b bytes.Buffer
				if err := markdown.Renderer().Render(&b, []byte(source), document); err != nil {
					return "", fmt.Errorf("render the full text of policy %s in %s: %w", p.Version, l, err)
				}
				made := safe.Sanitize(b.String())
				if l == s.Language() {
					made, _ = MarkPassages(made, "strong", p.Emphasis...)
				}
				return made, nil
			}
			document := markdown.Parser().Parse(text.NewReader([]byte(source)))
			whole, err := render(document)
			if err != nil {
				return nil, err
			}
			if title, ok := document.FirstChild().(*ast.Heading); ok && title.Level == 1 {
				document.RemoveChild(document, title)
			}
			body, err := render(document)
			if err != nil {
				return nil, err
			}
			texts[p.Version+" "+l] = fullText{whole, body}
		}
	}
	return texts, nil
}

// FullText returns the full text of a version as a language's readers get it: in the site's first language where it is
// not translated. It is safe HTML.
func (s *Site) FullText(version, language string) string {
	return s.findFullText(version, language).whole
}

// FullTextBody returns the same without the title that it begins with, for a page that has the title elsewhere.
func (s *Site) FullTextBody(version, language string) string {
	return s.findFullText(version, language).body
}

func (s *Site) findFullText(version, language string) fullText {
	if found, ok := s.fullTexts[version+" "+language]; ok {
		return found
	}
	return s.fullTexts[version+" "+s.Language()]
}
