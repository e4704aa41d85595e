package pages

import (
	"cmp"
	"encoding/json"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// documentation serves the documentation that the program carries.
type documentation struct {
	links   site.Links
	pages   map[string]*httpx.Resource // by name; "" is the start page
	sources map[string]*httpx.Resource // Markdown and pictures, by file: guides/react.md
	indexes map[string]*httpx.Resource // what the search in the browser reads, by language
	llms    *httpx.Resource            // llms.txt
	style   string                     // style sheet: a file of Assets
}

// docsTabs are the pages at the top, without the language. The links of a tab's own page are the navigation beside
// each page that they lead to.
var docsTabs = []string{"quick-start", "concepts", "guides/", "reference/", "troubleshooting", "faq"}

// docsPage is what docs.html takes.
type docsPage struct {
	site.PageHead
	Words         docsWords
	Home          string // address of the start page
	Script        string
	SearchScript  string
	SearchIndex   string
	Markdown      string        // address of the page as Markdown
	Text          template.HTML // of our own files
	Sections      []docsLink
	Tabs          []docsLink
	Groups        []docsGroup
	Languages     []languageLink
	IsTranslation bool
}

type docsLink struct {
	Address, Title string
	Language       string // of the page behind the link, where it is not that of this page
	IsHere         bool
}

// docsGroup is a part of the navigation: a heading of the page that lists the links, with the links below it.
type docsGroup struct {
	Title  string
	Links  []docsLink
	IsOpen bool
}

// renderDocumentation renders all pages of the documentation.
func renderDocumentation(links site.Links, cache *httpx.ResourceCache) (documentation, error) {
	docs := documentation{
		links: links, pages: map[string]*httpx.Resource{}, sources: map[string]*httpx.Resource{},
		indexes: map[string]*httpx.Resource{},
	}
	all, err := readChaptersOnce()
	if err != nil {
		return docs, err
	}
	docs.style, err = links.Assets.AddStyle(policy.Theme{}, "docs.css", "seal.css", "reading.css", "docs.css")
	if err != nil {
		return docs, err
	}
	byName := map[string]chapter{}
	for _, c := range all {
		byName[c.name] = c
	}
	for _, c := range all {
		html, err := execute("docs.html", docs.buildPage(c, byName, links.Asset(docs.style)))
		if err != nil {
			return docs, err
		}
		docs.pages[c.name] = cache.Page(html)
		docs.sources[c.file] = cache.Resource("text/markdown; charset=utf-8", c.source)
	}
	if err := docs.addPictures(cache); err != nil {
		return docs, err
	}
	for language := range docsLanguages {
		index, err := json.Marshal(listSearchEntries(links, all, language))
		if err != nil {
			return docs, err
		}
		docs.indexes[language] = cache.Resource("application/json", index)
	}
	docs.llms = cache.Resource("text/plain; charset=utf-8", writeLLMs(links, all))
	return docs, nil
}

func (d documentation) addPictures(cache *httpx.ResourceCache) error {
	names, err := fs.Glob(assets.Files, "docs/pictures/*.svg")
	if err != nil {
		return err
	}
	for _, name := range names {
		picture, err := assets.Files.ReadFile(name)
		if err != nil {
			return err
		}
		d.sources[strings.TrimPrefix(name, "docs/")] = cache.Resource("image/svg+xml", picture)
	}
	return nil
}

func (d documentation) buildPage(c chapter, byName map[string]chapter, style string) docsPage {
	words := docsLanguages[c.language]
	page := docsPage{
		PageHead: site.PageHead{
			Language: c.language, Direction: "ltr", Title: c.title + " · Nod", CSS: style, Icon: d.links.File("nod.svg"),
		},
		Words: words, Home: d.address(c.inLanguage("")), Script: d.links.File("read.js"),
		SearchScript: d.links.File("docs.js"), SearchIndex: d.links.Server("docs/search." + c.language + ".json"),
		Markdown: d.links.Server("docs/" + c.file),
		Text:     c.html, Sections: c.sections, IsTranslation: c.language != "en",
	}
	for _, key := range docsTabs {
		tab, ok := byName[c.inLanguage(key)]
		if !ok {
			continue
		}
		isList := strings.HasSuffix(key, "/")
		isListed := slices.ContainsFunc(tab.groups, func(g chapterGroup) bool { return slices.Contains(g.names, c.name) })
		isWithin := tab.name == c.name || isList && isListed && !slices.Contains(docsTabs, c.key())
		page.Tabs = append(page.Tabs, docsLink{Address: d.address(tab.name), Title: tab.title, IsHere: isWithin})
		if isWithin && isList {
			page.Groups = append(page.Groups, d.listGroups(tab, c, byName)...)
		}
	}
	for _, language := range []string{"en", "zh-CN"} {
		other, ok := byName[nameIn(language, c.key())]
		if !ok {
			other = byName[nameIn(language, "")]
		}
		page.Languages = append(page.Languages, languageLink{
			d.address(other.name), language, docsLanguages[language].Name, language == c.language,
		})
	}
	return page
}

// listGroups returns the navigation beside a page, as the page of its tab lists it.
func (d documentation) listGroups(tab, here chapter, byName map[string]chapter) (groups []docsGroup) {
	for _, g := range tab.groups {
		group := docsGroup{Title: cmp.Or(g.title, tab.title), IsOpen: tab.name == here.name}
		for _, name := range g.names {
			to, ok := byName[name]
			if !ok {
				continue
			}
			link := docsLink{Address: d.address(name), Title: to.title, IsHere: name == here.name}
			if to.language != here.language {
				link.Language = to.language
			}
			group.Links = append(group.Links, link)
			group.IsOpen = group.IsOpen || link.IsHere
		}
		if len(group.Links) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

func (d documentation) address(name string) string { return d.links.Server("docs/" + name) }

// find returns what is at an address below /docs/: a page, a page's Markdown, a picture or what the search reads.
func (d documentation) find(name string) (*httpx.Resource, bool) {
	if language, ok := strings.CutPrefix(name, "search."); ok {
		index, ok := d.indexes[strings.TrimSuffix(language, ".json")]
		return index, ok
	}
	for _, list := range []map[string]*httpx.Resource{d.pages, d.sources} {
		if page, ok := list[name]; ok {
			return page, true
		}
	}
	return nil, false
}

// serve serves what is below /docs/.
func (d documentation) serve(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	page, ok := d.find(name)
	if _, isFolder := d.pages[name+"/"]; !ok && isFolder {
		http.Redirect(w, r, d.address(name+"/"), http.StatusMovedPermanently)
		return
	}
	if !ok {
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-page",
			"The documentation has no page of this name. It begins at "+d.links.Server("docs/")+".")
		return
	}
	h := w.Header()
	httpx.SetSecurityHeaders(h, "script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "+
		"form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'")
	h.Set("Cache-Control", "public, max-age=300")
	page.ServeHTTP(w, r)
}

// serveLLMs serves the list of all pages as Markdown, for programs that read the documentation.
func (d documentation) serveLLMs(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=300")
	d.llms.ServeHTTP(w, r)
}
