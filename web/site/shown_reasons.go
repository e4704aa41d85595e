package site

import (
	"strings"

	"golang.org/x/net/html"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/native"
)

// detailsMark begins the list of purposes in detail, which follows the preference centre in its presentation. A visitor
// sees that list only after opening it, so what it says is not in view.
const detailsMark = `id="nod-list-purposes"`

// listWithoutReasons lists what a presentation offers to grant although it does not print why it is needed and how it
// can affect the person: sensitive and separate purposes, with their services (C-15). The reasons are looked for in the
// HTML itself, because older programs folded them away or loaded them from another page.
func listWithoutReasons(site *policy.Site, shown ledger.Presentation) (ids []string) {
	named, ok := site.Policy(shown.Policy)
	if !ok || shown.Shown == "" {
		return nil
	}
	_, list, _ := strings.Cut(shown.Shown, ":")
	text := ""
	for _, id := range strings.Fields(list) {
		p := named.Purpose(id)
		if p == nil || !p.NeedsReasons() {
			continue
		}
		if text == "" {
			text = readVisibleText(shown)
		}
		if printsText(text, p.Necessity.In(shown.Language, site.Language())) &&
			printsText(text, p.Effect.In(shown.Language, site.Language())) {
			continue
		}
		ids = append(ids, id)
		for i := range p.Services {
			ids = append(ids, p.Services[i].ID)
		}
	}
	return ids
}

// readVisibleText returns the text that a visitor saw without opening anything. Of a first layer that an app drew, that
// is the layer itself: its pages are opened.
func readVisibleText(shown ledger.Presentation) string {
	if shown.Kind != ledger.Native {
		page, _, _ := strings.Cut(shown.HTML, detailsMark)
		return readPlainText(page)
	}
	document, err := native.Parse([]byte(shown.HTML))
	if err != nil {
		return ""
	}
	return joinWords(strings.Join(document.VisibleTexts(), " "))
}

// printsText reports whether a page's text has a sentence. No page prints an empty sentence.
func printsText(page, sentence string) bool {
	words := joinWords(sentence)
	return words != "" && strings.Contains(page, words)
}

// readPlainText returns the text of HTML as it reads, with one space between words.
func readPlainText(source string) string {
	var text strings.Builder
	for tokens := html.NewTokenizer(strings.NewReader(source)); ; {
		switch tokens.Next() {
		case html.ErrorToken: // at the end
			return joinWords(text.String())
		case html.TextToken:
			text.WriteString(tokens.Token().Data)
		}
	}
}

func joinWords(text string) string { return strings.Join(strings.Fields(text), " ") }
