package pages

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// ownPage is what own_records.html takes.
type ownPage struct {
	site.PageHead
	siteNav
	Own         widget.OwnWords
	Original    widget.Original // of the policy's words
	Action      string          // address that the forms post to
	Key         *ownKey         // in the forms; nil where the browser's cookies are the key, or nothing is
	IsWrong     bool            // the key opens nothing
	IsOpen      bool
	Count       string
	Records     []ownRecord
	Change      *ownChange
	Preferences string   // address
	Hosts       []string // of the pages where visitors choose
	Rights      string   // address of the page for requests; "" without one
}

// ownKey is a subject with its secret.
type ownKey struct{ Subject, Secret string }

// ownRecord is one choice of the visitor.
type ownRecord struct {
	Heading, Policy, Platform, ID string
	ReceivedAt, Time              string // when the server received it: as RFC 3339, and for people in UTC
	Answers                       []homeAnswer
}

// ownChange is the form that withdraws, or deletes the records: of the visitor whose answers this host has in cookies.
// Elsewhere it is the browser's own, and this page does not reach it.
type ownChange struct {
	Action, Policy, Previous string
	Withdraw                 string
	Erasure                  *widget.Erasure
}

// serveOwnRecords serves what is stored of the visitor whose key is in cookies of this host.
func (h *Handler) serveOwnRecords(w http.ResponseWriter, r *http.Request, s *site.Site) {
	subject, secret, ok := h.readSubject(r)
	if ok {
		isOwner, err := h.Ledger.Authorized(r.Context(), s.ID, subject, secret)
		if err != nil {
			h.Responder.WriteUnavailable(w, err)
			return
		}
		ok = isOwner
	}
	if !ok { // the script of the page may find the key
		h.writeOwn(w, r, s, ownPage{}, http.StatusOK)
		return
	}
	h.writeOwnRecords(w, r, s, subject, nil)
}

// openOwnRecords takes the form with the key, and shows the records or gives them as a file.
func (h *Handler) openOwnRecords(w http.ResponseWriter, r *http.Request, s *site.Site) {
	if err := h.readForm(w, r); err != nil { // it counts guesses, too
		h.Responder.Refuse(w, r, err)
		return
	}
	key := &ownKey{r.PostForm.Get("subject"), r.PostForm.Get("secret")}
	subject, isValid := httpx.ParseID(key.Subject)
	secret := key.Secret
	if *key == (ownKey{}) {
		key = nil
		subject, secret, isValid = h.readSubject(r)
	}
	isOwner := isValid && consent.ValidSecret(secret)
	if isOwner {
		var err error
		if isOwner, err = h.Ledger.Authorized(r.Context(), s.ID, subject, secret); err != nil {
			h.Responder.WriteUnavailable(w, err)
			return
		}
	}
	switch {
	case !isOwner:
		h.Responder.Metrics.CountRefusal("wrong-secret")
		h.writeOwn(w, r, s, ownPage{IsWrong: true}, http.StatusForbidden)
	case r.PostForm.Get("do") == "download":
		h.downloadRecords(w, r, s, subject)
	default:
		h.writeOwnRecords(w, r, s, subject, key)
	}
}

// downloadRecords answers with all records of a subject, as a file.
func (h *Handler) downloadRecords(w http.ResponseWriter, r *http.Request, s *site.Site, subject uuid.UUID) {
	head, err := h.Ledger.Head(r.Context(), s.ID)
	if err != nil {
		h.Responder.WriteUnavailable(w, err)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/ld+json")
	header.Set("Content-Disposition", `attachment; filename="records-`+s.ID+`.jsonld"`)
	header.Set("Cache-Control", "no-store")
	if err := s.ExportOwn(r.Context(), w, h.Ledger, head, subject, h.Now()); err != nil {
		h.Responder.Log.Error("own records were not written", "error", httpx.RedactIDs(err))
		panic(http.ErrAbortHandler) // the headers are sent: only a broken connection shows the failure
	}
}

// writeOwnRecords shows the records of a subject, the newest first.
func (h *Handler) writeOwnRecords(
	w http.ResponseWriter, r *http.Request, s *site.Site, subject uuid.UUID, key *ownKey,
) {
	records, next, err := h.Ledger.RecordsFrom(r.Context(), s.ID, subject, 0)
	if err != nil {
		h.Responder.WriteUnavailable(w, err)
		return
	}
	loc := s.LocalizedFor(r)
	page := ownPage{Key: key, IsOpen: true}
	count := loc.Own.Count
	if next != 0 {
		count = loc.Own.First
	}
	page.Count = strings.ReplaceAll(count, "{n}", strconv.Itoa(len(records)))
	names := listNames(s.Site, loc.View.Language)
	for _, record := range slices.Backward(records) {
		page.Records = append(page.Records, listOwnRecord(record, names, loc.View.Words))
	}
	if key == nil {
		page.Change = h.ownChange(r, s, loc)
	}
	h.writeOwn(w, r, s, page, http.StatusOK)
}

func listOwnRecord(r ledger.Record, names [][2]string, words widget.Words) ownRecord {
	out := ownRecord{
		Heading: words.Check.Actions[string(r.Action)],
		Time:    r.ReceivedAt.UTC().Format("2006-01-02 15:04 UTC"), ReceivedAt: r.ReceivedAt.UTC().Format(time.RFC3339),
		Policy: r.Policy, Platform: words.Lists.Platforms[string(r.Platform)], ID: r.ID.String(),
	}
	isNamed := func(id string) bool {
		return slices.ContainsFunc(names, func(n [2]string) bool { return n[0] == id })
	}
	for _, covered := range r.Covered { // what no version has any more
		if !isNamed(covered.ID) {
			names = append(slices.Clip(names), [2]string{covered.ID, covered.ID})
		}
	}
	for _, name := range names {
		state, isAnswered := r.Answers[name[0]]
		if !isAnswered {
			state, isAnswered = r.Services[name[0]]
		}
		if !isAnswered {
			continue
		}
		text := words.Check.Denied
		if state == consent.Granted {
			text = words.Check.Granted
		}
		out.Answers = append(out.Answers, homeAnswer{Name: name[1], State: state.String(), Text: text})
	}
	return out
}

// ownChange returns the form that withdraws and deletes.
func (h *Handler) ownChange(r *http.Request, s *site.Site, loc *site.Localized) *ownChange {
	stored, _ := site.ReadCookie(r, h.Now())
	return &ownChange{
		Action: h.renderer.Page(pageLink(s, loc.View, "preferences")), Policy: s.Current,
		Previous: stored.Decision.String(), Withdraw: loc.View.Words.Withdraw, Erasure: loc.View.Erasure,
	}
}

func (h *Handler) writeOwn(w http.ResponseWriter, r *http.Request, s *site.Site, page ownPage, status int) {
	loc := s.LocalizedFor(r)
	page.PageHead, page.siteNav = h.renderer.head(s, loc.View, loc.Own.Title), h.renderer.nav(s, loc.View, "records")
	page.Own, page.Original, page.Hosts = loc.Own, loc.View.Original, listHosts(s)
	page.Action = h.renderer.Page(pageLink(s, loc.View, "records"))
	page.Preferences = h.renderer.Page(pageLink(s, loc.View, "preferences"))
	if s.Desk.IsOn() && h.Desk != nil {
		page.Rights = h.renderer.Page(pageLink(s, loc.View, "rights"))
	}
	html, err := execute("own_records.html", page)
	if err != nil {
		h.Responder.Fail(w, r, "draw a page", err)
		return
	}
	setPageHeaders(w, s, "")
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Language", loc.View.Language)
	httpx.WriteHTML(w, status, html)
}
