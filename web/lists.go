package web

import (
	"bytes"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/prerender"
)

// place is a link in what stands around every text of a site.
type place struct {
	Address, Text string
	List          string // name of the list, "" for another page
	Here          bool
}

// around is what stands around the policy and the lists: ways from each to the others.
type around struct {
	Words widget.Words
	Nav   []place
	Read  string // address of the script that searches and filters
	Style string
}

func (s *Server) around(site *site, view widget.View, here string) around {
	a := around{Words: view.Words, Read: s.static.address["read.js"], Style: s.static.address["reading.css"]}
	add := func(path, text string) {
		list, _ := strings.CutPrefix(path, "lists/")
		if list == path {
			list = ""
		}
		a.Nav = append(a.Nav, place{List: list, Address: s.base + "/" + site.ID + "/" + path + "?lang=" + url.QueryEscape(view.Language), Text: text, Here: path == here})
	}
	add("policy", view.Words.PolicyLink)
	for _, id := range widget.ListIDs {
		if widget.HasList(site.CurrentPolicy(), id) {
			add("lists/"+id, view.Words.Lists.TitleOf(id).Title)
		}
	}
	add("preferences", view.Words.Title)
	return a
}

// listPage is what pages/list.html takes.
type listPage struct {
	pageHead
	around
	List template.HTML // rendered by web/prerender, which escapes
}

// drawList makes the page of a list; ok is false where there is none of this name.
func (s *Server) drawList(site *site, view widget.View, id string, filter widget.Filter) (html []byte, ok bool, err error) {
	list, ok := widget.ListOf(id, site.Site, site.CurrentPolicy(), view.Language, view.Words)
	if !ok {
		return nil, false, nil
	}
	list.Filter = filter.LimitTo(list)
	list.AllLink = s.base + "/" + site.ID + "/lists/" + id + "?lang=" + url.QueryEscape(view.Language)
	made, err := prerender.HTML(&list)
	if err != nil {
		return nil, true, err
	}
	var b bytes.Buffer
	err = pageTemplates.ExecuteTemplate(&b, "list.html", listPage{
		pageHead: s.head(site, view, list.Title), around: s.around(site, view, "lists/"+id), List: template.HTML(made),
	})
	return b.Bytes(), true, err
}

// drawLists makes the pages of all lists without a filter, by name.
func (s *Server) drawLists(site *site, view widget.View) (map[string]*resource, error) {
	pages := map[string]*resource{}
	for _, id := range widget.ListIDs {
		html, _, err := s.drawList(site, view, id, widget.Filter{})
		if err != nil {
			return nil, err
		}
		pages[id] = s.resources.resource("text/html; charset=utf-8", html)
	}
	return pages, nil
}

// query is what the visitor looks for: as much of it as the page's field takes.
func query(r *http.Request) string {
	q := []rune(strings.TrimSpace(r.URL.Query().Get("q")))
	return string(q[:min(len(q), widget.MaxQuery)])
}

// listPage serves a list: all of it, or with what the filter of the address lets through.
func (s *Server) listPage(w http.ResponseWriter, r *http.Request, site *site) {
	loc := site.languages[site.language(r)]
	q := r.URL.Query()
	filter := widget.Filter{Query: query(r), Platform: q.Get("platform"), Kind: q.Get("kind")}
	id := r.PathValue("list")
	page, ok := loc.lists[id]
	if !ok || !widget.HasList(site.CurrentPolicy(), id) {
		problem(w, http.StatusNotFound, "unknown-list", "There is no such list here. Lists are collected, shared, sdks, permissions and purposes, where a policy has them.")
		return
	}
	s.readingHeaders(w, site, loc)
	if filter == (widget.Filter{}) {
		page.serve(w, r)
		return
	}
	html, _, err := s.drawList(site, loc.view, id, filter)
	if err != nil {
		s.fail(w, r, "draw a list", err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(html)
}
