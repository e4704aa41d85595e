package pages

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/prerender"
	"github.com/nod-consent/nod/web/site"
)

// listPage is what list.html takes.
type listPage struct {
	site.PageHead
	siteNav
	List template.HTML // rendered by web/prerender, which escapes
}

// List renders a whole list.
func (r Renderer) List(s *site.Site, loc *site.Localized, id string) ([]byte, error) {
	return r.filteredList(s, loc, id, widget.Filter{})
}

// filteredList renders the entries of a list that a filter lets through.
func (r Renderer) filteredList(s *site.Site, loc *site.Localized, id string, filter widget.Filter) ([]byte, error) {
	view := loc.View
	list, ok := widget.ListOf(id, s.Site, s.CurrentPolicy(), view.Language, view.Words)
	if !ok {
		return nil, fmt.Errorf("list %q: is unknown", id)
	}
	list.Filter = filter.LimitTo(list)
	list.AllLink = r.Page(pageLink(s, view, "lists/"+id))
	html, err := prerender.HTML(&list)
	if err != nil {
		return nil, err
	}
	return execute("list.html", listPage{r.head(s, view, list.Title), r.nav(s, view, "lists/"+id), template.HTML(html)})
}

// renderLists renders all lists without a filter.
func (h *Handler) renderLists(s *site.Site, loc *site.Localized, made *renderedPages) error {
	for _, id := range widget.FindLists(s.CurrentPolicy()) {
		html, err := h.renderer.List(s, loc, id)
		if err != nil {
			return err
		}
		made.lists[id] = h.Cache.Page(html)
	}
	return nil
}

// queryOf returns what the visitor searches for: as much of it as the page's field takes.
func queryOf(r *http.Request) string {
	q := []rune(strings.TrimSpace(r.URL.Query().Get("q")))
	return string(q[:min(len(q), widget.MaxQuery)])
}

// serveList serves a list: all of it, or what the filter of the address lets through.
func (h *Handler) serveList(w http.ResponseWriter, r *http.Request, s *site.Site) {
	pages, loc := h.pagesFor(r, s)
	q := r.URL.Query()
	filter := widget.Filter{Query: queryOf(r), Platform: q.Get("platform"), Kind: q.Get("kind")}
	id := r.PathValue("list")
	page, ok := pages.lists[id]
	if !ok {
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-list", "There is no list of this name here. "+
			"Lists are collected, shared, sdks, permissions, purposes, rights, keeping and terms, where a policy has them.")
		return
	}
	setSharedHeaders(w, r, s, loc, "")
	if filter == (widget.Filter{}) {
		page.ServeHTTP(w, r)
		return
	}
	html, err := h.renderer.filteredList(s, loc, id, filter)
	if err != nil {
		h.Responder.Fail(w, r, "draw a list", err)
		return
	}
	httpx.WriteHTML(w, http.StatusOK, html)
}
