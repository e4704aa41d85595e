package pages

import (
	"bytes"
	"strings"

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
	Words     widget.Words
	Home      string // address of the privacy home; "" in a package, which has none
	Languages []languageLink
	Links     []navLink
	Script    string // address of the script that searches and filters
	Style     string
	Closing   string // says when the service ends; "" if that is not announced
	printedHead
}

// printedHead is the line that heads a page on paper.
type printedHead struct {
	SiteName string
	Address  string // of the page
	Version  string // of the policy, in words
}

// languageLink leads to the same page in another language. Its name is in that language.
type languageLink struct {
	Address, Tag, Name string
	IsHere             bool
}

type navLink struct {
	Address, Text string
	IsHere        bool
}

func (r Renderer) printedHead(s *site.Site, view widget.View, here string) printedHead {
	return printedHead{
		SiteName: s.Name.In(view.Language, s.Language()), Address: r.Page(pageLink(s, view, here)),
		Version: strings.ReplaceAll(view.Words.Changes.Version, "{date}", s.Current),
	}
}

func (r Renderer) nav(s *site.Site, view widget.View, here string) siteNav {
	nav := siteNav{
		Words: view.Words, Script: r.File("read.js"), Style: r.File("reading.css"),
		printedHead: r.printedHead(s, view, here),
	}
	if r.CSP == "" { // a server: a package has one language, and no home
		nav.Home = r.Page(pageLink(s, view, ""))
		nav.Languages = r.languages(s, view, here)
	}
	nav.Closing = describeClosure(s, view)
	add := func(path, text string) {
		nav.Links = append(nav.Links, navLink{r.Page(pageLink(s, view, path)), text, path == here})
	}
	add("policy", view.Words.PolicyLink)
	for _, id := range widget.FindLists(s.CurrentPolicy()) {
		add("lists/"+id, view.Words.Lists.TitleOf(id).Short)
	}
	add("preferences", view.Words.Title)
	return nav
}

// describeClosure says when the service ends or has ended; "" if no end is announced.
func describeClosure(s *site.Site, view widget.View) string {
	if !s.Closure.IsAnnounced() {
		return ""
	}
	sentence := view.Words.Lists.Rules.Closing
	if s.HasEnded {
		sentence = view.Words.Lists.Rules.Closed
	}
	return strings.ReplaceAll(sentence, "{date}", s.Closure.LastDay)
}

// languages lists the languages of the interface. A site with one has none to choose from.
func (r Renderer) languages(s *site.Site, view widget.View, here string) (list []languageLink) {
	for _, tag := range s.Offered() {
		loc := s.Localized[tag]
		list = append(list, languageLink{
			r.Page(pageLink(s, loc.View, here)), tag, loc.View.Words.LanguageName, tag == view.Language,
		})
	}
	if len(list) == 1 {
		return nil
	}
	return list
}
