package pages

import (
	"bytes"

	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/site"
)

// Renderer renders pages with the addresses of a server or of a package.
type Renderer struct {
	site.Links
	CSP     string // Content-Security-Policy of pages that no header gives one; "" for those of a server
	Details string // address of the list of purposes, relative to the preferences; "" for that of a server
}

func (r Renderer) head(s *site.Site, view widget.View, title string) site.PageHead {
	return site.PageHead{
		Language: view.Language, Direction: view.Direction,
		Title:  title + " · " + s.Name.In(view.Language, s.Language()),
		CSS:    r.Asset(s.CSS),
		Icon:   r.File("nod.svg"),
		Policy: r.CSP,
	}
}

func execute(template string, page any) ([]byte, error) {
	var b bytes.Buffer
	err := pageTemplates.ExecuteTemplate(&b, template, page)
	return b.Bytes(), err
}

// pageLink names a page that is the same on all platforms.
func pageLink(s *site.Site, view widget.View, path string) site.PageLink {
	return site.PageLink{Site: s.ID, Path: path, Language: view.Language}
}

// siteNav is the bar with links that the policy, the lists and the check of receipts share.
type siteNav struct {
	Words  widget.Words
	Links  []navLink
	Script string // address of the script that searches and filters
	Style  string
}

type navLink struct {
	Address, Text string
	IsHere        bool
}

func (r Renderer) nav(s *site.Site, view widget.View, here string) siteNav {
	nav := siteNav{Words: view.Words, Script: r.File("read.js"), Style: r.File("reading.css")}
	add := func(path, text string) {
		nav.Links = append(nav.Links, navLink{r.Page(pageLink(s, view, path)), text, path == here})
	}
	add("policy", view.Words.PolicyLink)
	for _, id := range widget.FindLists(s.CurrentPolicy()) {
		add("lists/"+id, view.Words.Lists.TitleOf(id).Title)
	}
	add("preferences", view.Words.Title)
	return nav
}
