package pages

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web/site"
)

// recordPage is what record.html takes.
type recordPage struct {
	Policy       string        // Content-Security-Policy
	Outer, Inner template.HTML // style sheets of the page, and of what was shown
	Facts        []fact
	Note         string // on how it was shown
	Title        string
	Language     string
	Presentation template.HTML
	Texts        template.HTML
}

type fact struct{ Name, Value string }

// Record renders a page that shows again what a visitor saw who decided: the facts of the record, the presentation that
// it names, as it was rendered then, and the policy's text that could be opened from it. The style sheets are today's,
// without the site's theme. The page is to be stored as a file: it loads nothing, runs nothing and sends nothing.
func Record(r ledger.Record, presentation ledger.Presentation) ([]byte, error) {
	inner, err := presentationStyles(presentation)
	if err != nil {
		return nil, err
	}
	page := recordPage{
		Policy: "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " +
			styleHash(recordStyle) + " " + styleHash(inner),
		Outer: template.HTML("<style>" + recordStyle + "</style>"), Inner: template.HTML("<style>" + inner + "</style>"),
		Facts: listFacts(r, presentation), Title: "Record " + r.ID.String(), Language: presentation.Language,
		// What the server rendered then; the page's Content-Security-Policy keeps it from doing anything.
		Presentation: template.HTML(presentation.HTML), Texts: template.HTML(presentation.Texts),
	}
	if presentation.Kind == ledger.Native {
		if err := page.drawNative(presentation); err != nil {
			return nil, err
		}
	}
	return execute("record.html", page)
}

// presentationStyles returns the style sheet for a presentation in a shadow root. The error names the presentation if
// its kind is unknown.
func presentationStyles(presentation ledger.Presentation) (string, error) {
	names := []string{"colours.css", "shades.css"}
	switch presentation.Kind {
	case ledger.Banner:
		names = append([]string{"reopen.css"}, names...)
		names = append(names,
			"banner.css", "layout-box.css", "layout-bar.css", "layout-centre.css", "news.css")
	case ledger.Preferences:
		names = append(names, "page.css", "centre.css")
	case ledger.FirstLaunch, ledger.Question, ledger.Native:
		names = append(names, "page.css", "launch.css")
	default:
		return "", fmt.Errorf("presentation %s: kind %q is unknown", presentation.Hash, presentation.Kind)
	}
	css, err := site.ReadShadowStyles(names...)
	if err != nil {
		return "", err
	}
	// In its place on the page, not over it.
	return strings.ReplaceAll(css, ":root", ":host") + ".banner{position:static;max-height:none;width:auto}", nil
}

func listFacts(r ledger.Record, presentation ledger.Presentation) []fact {
	const layout = "2006-01-02 15:04:05 UTC"
	facts := []fact{
		{"record", r.ID.String()}, {"subject", r.Subject.String()}, {"site", r.Site},
		{"policy", r.Policy}, {"language", r.Language}, {"platform", string(r.Platform)}, {"action", string(r.Action)},
		{"decided", r.DecidedAt.UTC().Format(layout)}, {"received", r.ReceivedAt.UTC().Format(layout)},
		{"presentation", presentation.Hash},
	}
	for _, c := range r.Covered {
		facts = append(facts, fact{c.ID, r.State(c.ID).String()})
	}
	return facts
}

func styleHash(css string) string {
	sum := sha256.Sum256([]byte(css))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

const recordStyle = `body{font:14px/1.5 system-ui,sans-serif;margin:24px auto;max-width:760px;padding:0 16px}` +
	`dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}dd{margin:0;overflow-wrap:anywhere}`
