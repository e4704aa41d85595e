package admin

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

const (
	maxStaffForm  = 128 << 10 // bytes: a letter of 8,000 characters, each in nine
	maxClosedList = 50
	maxOpenList   = 100   // on a page
	maxListPage   = 10000 // more pages than anybody turns
)

// registerDesk registers the pages on which staff answer requests. They work without script.
func (h *Handler) registerDesk(router *httpx.Router) {
	router.HandleFunc("POST /v1/admin/session", h.serveSession)
	router.HandleFunc("GET /v1/admin/{site}/requests", h.Sites.WithSite(h.serveDesk))
	router.HandleFunc("GET /v1/admin/{site}/requests/{id}", h.Sites.WithSite(h.withSession(h.serveCase)))
	router.HandleFunc("POST /v1/admin/{site}/requests/{id}", h.Sites.WithSite(h.withSession(h.changeCase)))
}

// deskPage is what desk_list.html takes.
type deskPage struct {
	site.PageHead
	Heading, Site, Session string
	Reload, Records        string // addresses
	NeedsToken, Failed     bool
	Open, Closed           caseList
	Total                  int    // of the open ones
	Previous, Next         string // addresses of the pages before and after; "" without one
}

// caseList is a table of the list.
type caseList struct {
	When  string // heads the days on which they are due, or were closed
	Label string // for screen readers
	Cases []listedCase
}

// listedCase is a row of the list.
type listedCase struct {
	Address, Reference, When, Kinds, Received, Identity string
	IsOverdue, IsDueSoon                                bool
}

func (h *Handler) hasSession(r *http.Request) bool {
	return h.Access.HasSession(r, h.Proxies.IsSecure(r), h.Now())
}

// withSession lets only a browser through that is signed in. Others get the page that asks for the token.
func (h *Handler) withSession(next site.Handler) site.Handler {
	return func(w http.ResponseWriter, r *http.Request, s *site.Site) {
		if !h.hasSession(r) {
			h.askToken(w, r, s.ID, http.StatusUnauthorized, false)
			return
		}
		next(w, r, s)
	}
}

func (h *Handler) askToken(w http.ResponseWriter, r *http.Request, siteID string, status int, hasFailed bool) {
	h.writePage(w, r, "desk_list.html", status, deskPage{
		PageHead: h.pageHead("Nod: requests"), Heading: "Requests", Site: siteID,
		Session: h.Links.Server("v1/admin/session"), NeedsToken: true, Failed: hasFailed,
	})
}

// deskLink leads from the records to the requests of a site.
type deskLink struct{ Site, Address string }

func (h *Handler) listDesks() (links []deskLink) {
	for _, s := range h.Loaded {
		if h.Desk != nil && s.Desk.IsOn() {
			links = append(links, deskLink{s.ID, h.deskAddress(s.ID)})
		}
	}
	return links
}

func (h *Handler) pageHead(title string) site.PageHead {
	return site.PageHead{
		Title: title, Icon: h.Links.File("nod.svg"), CSS: h.Links.File("admin.css"), Language: "en", Direction: "ltr",
	}
}

// deskPolicy allows what the pages need: forms, and no script.
const deskPolicy = "script-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'"

func (h *Handler) writePage(w http.ResponseWriter, r *http.Request, name string, status int, page any) {
	var b bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&b, name, page); err != nil {
		h.Responder.Fail(w, r, "draw a page", err)
		return
	}
	header := w.Header()
	httpx.SetSecurityHeaders(header, deskPolicy)
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	httpx.WriteHTML(w, status, b.Bytes())
}

// readForm reads a form of one of these pages, and of no other page.
func (h *Handler) readForm(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.CheckFormOrigin(r, h.Proxies.OwnOrigin(r)); err != nil {
		return err
	}
	return httpx.ParseForm(w, r, maxStaffForm)
}

// serveSession signs staff in or out. Guesses of the token count like decisions.
func (h *Handler) serveSession(w http.ResponseWriter, r *http.Request) {
	if err := h.readForm(w, r); err != nil {
		h.Responder.Refuse(w, r, err)
		return
	}
	siteID, isSecure := r.PostForm.Get("site"), h.Proxies.IsSecure(r)
	if r.PostForm.Get("out") != "" {
		h.Access.SignOut(w, isSecure)
		h.askToken(w, r, siteID, http.StatusOK, false)
		return
	}
	if err := h.Limiter.CheckRate(r); err != nil {
		h.Responder.Refuse(w, r, err)
		return
	}
	if _, ok := h.Sites[siteID]; !ok || !h.Access.SignIn(w, r.PostForm.Get("token"), isSecure, h.Now()) {
		h.Responder.Metrics.CountRefusal("admin-token-needed")
		h.askToken(w, r, siteID, http.StatusUnauthorized, true)
		return
	}
	http.Redirect(w, r, h.deskAddress(siteID), http.StatusSeeOther)
}

func (h *Handler) deskAddress(siteID string) string {
	return h.Links.Server("v1/admin/" + siteID + "/requests")
}

// serveDesk lists the requests of a site, what is due first at the top.
func (h *Handler) serveDesk(w http.ResponseWriter, r *http.Request, s *site.Site) {
	if !h.hasSession(r) {
		h.askToken(w, r, s.ID, http.StatusOK, false)
		return
	}
	number := readPageNumber(r)
	open, total, err := h.Desk.ListOpen(r.Context(), s.ID, (number-1)*maxOpenList, maxOpenList)
	var closed []request.Case
	if err == nil {
		closed, err = h.Desk.ListClosed(r.Context(), s.ID, maxClosedList)
	}
	if err == nil {
		err = h.Ledger.NoteAdmin(r.Context(), "list requests", s.ID, len(open)+len(closed))
	}
	if err != nil {
		h.Responder.WriteUnavailable(w, err)
		return
	}
	page := deskPage{
		PageHead: h.pageHead("Nod: requests"), Heading: fmt.Sprintf("Requests: %s", s.Name.In("en", s.Language())),
		Site: s.ID, Session: h.Links.Server("v1/admin/session"), Reload: h.deskAddress(s.ID), Total: total,
		Records: h.Links.Server("v1/admin/"),
	}
	if number > 1 {
		page.Previous = h.deskAddress(s.ID) + "?page=" + strconv.Itoa(number-1)
	}
	if number*maxOpenList < total {
		page.Next = h.deskAddress(s.ID) + "?page=" + strconv.Itoa(number+1)
	}
	page.Open = h.listCases("Open requests", "Due", s, open)
	page.Closed = h.listCases("Closed requests", "Closed", s, closed)
	h.writePage(w, r, "desk_list.html", http.StatusOK, page)
}

// readPageNumber returns the number of the page of the list, from 1. Anything else is the first page.
func readPageNumber(r *http.Request) int {
	number, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || number < 1 || number > maxListPage {
		return 1
	}
	return number
}

// listCases makes a table of cases. when heads their days.
func (h *Handler) listCases(label, when string, s *site.Site, cases []request.Case) caseList {
	list := caseList{Label: label, When: when}
	for _, c := range cases {
		list.Cases = append(list.Cases, h.listCase(s, c))
	}
	return list
}

func (h *Handler) listCase(s *site.Site, c request.Case) listedCase {
	var kinds []string
	for _, i := range c.Items {
		kinds = append(kinds, string(i.Kind))
	}
	when := cmp.Or(string(c.Due()), "no date")
	if !c.IsOpen() {
		when = string(request.FormatDay(s.Site, c.ClosedAt))
	}
	return listedCase{
		Address: h.deskAddress(s.ID) + "/" + c.ID.String(), Reference: c.Reference, When: when,
		Kinds: strings.Join(kinds, ", "), Received: string(request.FormatDay(s.Site, c.ReceivedAt)),
		Identity: identityTexts[c.Identity], IsOverdue: h.isOverdue(s, c),
		IsDueSoon: slices.ContainsFunc(c.Items, func(i request.Item) bool { return h.Desk.IsDueSoon(s.Site, c, i) }),
	}
}

func (h *Handler) isOverdue(s *site.Site, c request.Case) bool {
	return slices.ContainsFunc(c.Items, func(i request.Item) bool { return h.Desk.IsOverdue(s.Site, i) })
}
