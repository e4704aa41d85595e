package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"github.com/nod-consent/nod/app/ledger"
)

// Shown draws once more what somebody was shown who decided: below the facts of the record, the presentation that it names, as it was
// rendered then, and the policy's text that could be opened from it; in the style sheets of now, without the site's theme. It is a
// page of its own, to be kept as a file: it loads nothing, runs nothing and sends nothing. The error names the presentation where it is
// of no kind that is known.
func Shown(r ledger.Record, l ledger.Presentation) ([]byte, error) {
	names := []string{"colours.css", "tones.css", "shades.css"}
	switch l.Kind {
	case ledger.Banner:
		names = append(names, "reopen.css", "banner.css", "layout-box.css", "layout-bar.css", "layout-centre.css", "news.css")
	case ledger.Preferences:
		names = append(names, "page.css", "centre.css")
	case ledger.FirstLaunch, ledger.Question:
		names = append(names, "page.css", "launch.css")
	default:
		return nil, fmt.Errorf("presentation %s is of kind %q: want one that can be drawn", l.Hash, l.Kind)
	}
	css, err := style(names...)
	if err != nil {
		return nil, err
	}
	// In its place on the page, not over it.
	inner := strings.ReplaceAll(shadowed(css), ":root", ":host") + ".banner{position:static;max-height:none;width:auto}"
	facts := []fact{
		{"record", r.ID.String()}, {"subject", r.Subject.String()}, {"site", r.Site}, {"policy", r.Policy}, {"language", r.Language},
		{"platform", string(r.Platform)}, {"action", string(r.Action)}, {"decided", r.DecidedAt.UTC().Format("2006-01-02 15:04:05 UTC")},
		{"received", r.ReceivedAt.UTC().Format("2006-01-02 15:04:05 UTC")}, {"presentation", l.Hash},
	}
	for _, c := range r.Covered {
		facts = append(facts, fact{c.ID, r.State(c.ID).String()})
	}
	var b bytes.Buffer
	err = shownPage.Execute(&b, struct {
		Policy       string
		Outer, Inner template.HTML
		Facts        []fact
		Title        string
		Language     string
		Presentation template.HTML
		Texts        template.HTML
	}{
		"default-src 'none'; base-uri 'none'; form-action 'none'; style-src " + styleHash(shownStyle) + " " + styleHash(inner),
		template.HTML("<style>" + shownStyle + "</style>"), template.HTML("<style>" + inner + "</style>"), facts, "Record " + r.ID.String(), l.Language,
		// What the server rendered then; the page's policy keeps it from doing anything.
		template.HTML(l.HTML), template.HTML(l.Texts),
	})
	return b.Bytes(), err
}

type fact struct{ Name, Value string }

func styleHash(css string) string {
	sum := sha256.Sum256([]byte(css))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

const shownStyle = `body{font:14px/1.5 system-ui,sans-serif;margin:24px auto;max-width:760px;padding:0 16px}dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}dd{margin:0;overflow-wrap:anywhere}`

var shownPage = template.Must(template.New("shown").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{.Policy}}">
<meta name="viewport" content="width=device-width">
<title>{{.Title}}</title>
{{.Outer}}
</head>
<body>
<h1>{{.Title}}</h1>
<dl>{{range .Facts}}<dt>{{.Name}}</dt><dd>{{.Value}}</dd>{{end}}</dl>
<h2>What was shown</h2>
<div lang="{{.Language}}" inert><template shadowrootmode="open">{{.Inner}}{{.Presentation}}</template></div>
{{with .Texts}}<h2>The policy that could be opened</h2>
<div lang="{{$.Language}}" inert><template shadowrootmode="open">{{.}}</template></div>
{{end}}</body>
</html>
`))
