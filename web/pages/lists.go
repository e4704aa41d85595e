package pages

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

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
	list.JoinPlatforms()
	rankByName(&list)
	list.Filter = filter.LimitTo(list)
	list.Order()
	list.AllLink = r.Page(pageLink(s, view, "lists/"+id))
	for _, mark := range list.Marks {
		with := list.Filter
		if with.Mark == mark.ID {
			with.Mark = ""
		} else {
			with.Mark = mark.ID
		}
		list.MarkLinks = append(list.MarkLinks, addFilter(list.AllLink, with))
	}
	hasServer := r.CSP == "" // a package of pages has none
	if hasServer && id == "rights" && s.Desk.IsOn() {
		list.Request = widget.Link{Address: r.Page(pageLink(s, view, "rights")), Text: loc.Desk.Title}
	}
	if hasServer && len(list.Columns) > 0 {
		list.FileLink = addFilter(r.Page(pageLink(s, view, "lists/"+id+csvSuffix)), list.Filter)
	}
	html, err := prerender.HTML(&list)
	if err != nil {
		return nil, err
	}
	return execute("list.html", listPage{r.head(s, view, list.Title), r.nav(s, view, "lists/"+id), template.HTML(html)})
}

// rankByName gives the entries their places by name, as the readers of the language sort.
func rankByName(l *widget.List) {
	order := make([]int, len(l.Entries))
	for i := range order {
		order[i] = i
	}
	names := collate.New(language.Make(l.Language), collate.IgnoreCase)
	slices.SortStableFunc(order, func(a, b int) int { return names.CompareString(l.Entries[a].Name, l.Entries[b].Name) })
	for rank, i := range order {
		l.Entries[i].Ranks[widget.SortName] = rank
	}
}

// addFilter adds a filter to the address of a list.
func addFilter(address string, f widget.Filter) string {
	for _, field := range []struct{ name, value string }{
		{"q", f.Query}, {"platform", f.Platform}, {"kind", f.Kind}, {"only", f.Mark}, {"sort", f.Sort},
	} {
		if field.value == "" {
			continue
		}
		join := "&"
		if !strings.Contains(address, "?") {
			join = "?"
		}
		address += join + field.name + "=" + url.QueryEscape(field.value)
	}
	return address
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

// readFilter reads the filter of an address.
func readFilter(r *http.Request) widget.Filter {
	q := r.URL.Query()
	return widget.Filter{
		Query: queryOf(r), Platform: q.Get("platform"), Kind: q.Get("kind"), Mark: q.Get("only"), Sort: q.Get("sort"),
	}
}

// serveList serves a list: all of it, or what the filter of the address lets through.
func (h *Handler) serveList(w http.ResponseWriter, r *http.Request, s *site.Site) {
	pages, loc := h.pagesFor(r, s)
	id, isFile := strings.CutSuffix(r.PathValue("list"), csvSuffix)
	page, ok := pages.lists[id]
	if !ok {
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-list", "There is no list of this name here. Lists are "+
			"incidents, collected, shared, sdks, permissions, purposes, rights, keeping and terms, where a policy has them.")
		return
	}
	setSharedHeaders(w, r, s, loc, "")
	filter := readFilter(r)
	switch {
	case isFile:
		h.serveListFile(w, r, s, loc, id, filter)
		return
	case filter == (widget.Filter{}):
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
