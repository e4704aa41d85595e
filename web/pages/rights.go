package pages

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/prerender"
	"github.com/nod-consent/nod/web/site"
)

// maxRequestForm is the length of the longest form for a request, in bytes: a form writes a Chinese character in nine.
const maxRequestForm = 64 << 10

// rightsPage is what rights.html takes: the form for a request, or the status of one.
type rightsPage struct {
	site.PageHead
	siteNav
	Heading, Lead string
	Reference     string        // of the request, after the heading's first words; "" for the form
	After         string        // words after it
	Body          template.HTML // rendered by web/prerender, which escapes
}

// serveRights serves the form. Each reader gets an own id and key for the request that they will send, so that sending
// it twice is harmless.
func (h *Handler) serveRights(w http.ResponseWriter, r *http.Request, s *site.Site) {
	if !s.Desk.IsOn() {
		writeNoDesk(w)
		return
	}
	loc := s.LocalizedFor(r)
	var secret [32]byte
	rand.Read(secret[:]) // never fails
	id, err := uuid.NewV7()
	if err != nil {
		h.Responder.Fail(w, r, "make an id", err)
		return
	}
	form := s.RequestForm(loc)
	form.ID, form.Secret = id.String(), base64.RawURLEncoding.EncodeToString(secret[:])
	h.writeForm(w, r, s, loc, form, http.StatusOK)
}

func writeNoDesk(w http.ResponseWriter) {
	httpx.WriteProblem(w, http.StatusNotFound, "no-desk", "This site takes no requests here. "+
		"The list of rights says how to reach it.")
}

func (h *Handler) writeForm(
	w http.ResponseWriter, r *http.Request, s *site.Site, loc *site.Localized, form widget.RequestFormView, status int,
) {
	form.Action = h.renderer.Page(site.PageLink{
		Site: s.ID, Path: "rights", Language: loc.View.Language, Platform: optionalPlatform(r),
	})
	_, _, form.HasBrowser = h.readSubject(r)
	body, err := prerender.HTML(&widget.RequestForm{View: form})
	if err != nil {
		h.Responder.Fail(w, r, "draw a page", err)
		return
	}
	title := loc.Desk.Title
	if form.Failure != "" {
		title = loc.Desk.Failed + " " + title // a screen reader reads the title of a new page first
	}
	h.writeRights(w, r, s, loc, rightsPage{
		PageHead: h.renderer.head(s, loc.View, title), siteNav: h.renderer.nav(s, loc.View, "rights"),
		Heading: loc.Desk.Title, Lead: loc.Desk.Lead, Body: template.HTML(body),
	}, status)
}

// writeRights answers with a page that is of one person.
func (h *Handler) writeRights(
	w http.ResponseWriter, r *http.Request, s *site.Site, loc *site.Localized, page rightsPage, status int,
) {
	html, err := execute("rights.html", page)
	if err != nil {
		h.Responder.Fail(w, r, "draw a page", err)
		return
	}
	setPageHeaders(w, s, "")
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Language", loc.View.Language)
	header.Set("Referrer-Policy", "same-origin") // the address has a key; "no-referrer" would hide the form's origin
	httpx.WriteHTML(w, status, html)
}

// optionalPlatform returns the platform that the address names, if there is such a one.
func optionalPlatform(r *http.Request) policy.Platform {
	if p := platformOf(r); p.Valid() && p != policy.Web {
		return p
	}
	return ""
}

// readSubject returns the subject of the browser and its secret, from its cookies.
func (h *Handler) readSubject(r *http.Request) (subject uuid.UUID, secret string, ok bool) {
	stored, isKnown := site.ReadCookie(r, h.Now())
	secret = h.readSecretCookie(r)
	return stored.Subject, secret, isKnown && secret != "" && stored.Subject != uuid.Nil
}

// receiveRequest takes the form of a request.
func (h *Handler) receiveRequest(w http.ResponseWriter, r *http.Request, s *site.Site) {
	loc := s.LocalizedFor(r)
	if !s.Desk.IsOn() {
		writeNoDesk(w)
		return
	}
	back := h.renderer.Page(pageLink(s, loc.View, "rights"))
	err := h.readLongForm(w, r, maxRequestForm)
	if err == nil {
		err = h.SubmissionLimiter.CheckRate(r)
	}
	if err != nil {
		h.refuseForm(w, r, s, loc, back, err)
		return
	}
	submission := readSubmission(r, loc)
	c, _, err := h.Desk.Receive(r.Context(), s.Site, submission)
	var wrong *request.FieldError
	switch {
	case errors.As(err, &wrong):
		h.Responder.Metrics.CountRefusal("invalid-request")
		h.writeForm(w, r, s, loc, h.repeatForm(s, loc, submission, wrong.Field), http.StatusUnprocessableEntity)
		return
	case errors.Is(err, request.ErrConflict):
		h.refuseForm(w, r, s, loc, back, &httpx.Refusal{
			Status: http.StatusConflict, Kind: "conflict", Detail: "This form was sent before, with other words.",
		})
		return
	case err != nil:
		h.refuseForm(w, r, s, loc, back, err)
		return
	}
	if subject, secret, ok := h.readSubject(r); ok && r.PostForm.Get("browser") == "1" {
		_, err := h.Desk.VerifyByBrowser(r.Context(), s.Site, c.ID, subject, secret)
		isExpected := err == nil || errors.Is(err, request.ErrIdentity) || errors.Is(err, request.ErrState)
		if !isExpected { // the request is stored; the person can still prove who asks
			h.Responder.Log.Error("a proof of a request was not stored", "error", httpx.RedactIDs(err))
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "same-origin")
	http.Redirect(w, r, h.requestAddress(s, loc, c.ID, submission.Secret), http.StatusSeeOther)
}

// readSubmission reads the submission of a form.
func readSubmission(r *http.Request, loc *site.Localized) request.Submission {
	form := r.PostForm
	id, _ := httpx.ParseID(form.Get("id"))
	platform := platformOf(r)
	if !platform.Valid() {
		platform = policy.Web
	}
	submission := request.Submission{
		ID: id, Secret: form.Get("secret"), Language: loc.View.Language, Platform: string(platform),
		Text: form.Get("text"), Contact: form.Get("contact"), Tenant: form.Get("tenant"),
	}
	for _, kind := range form["kind"] {
		submission.Kinds = append(submission.Kinds, request.Kind(kind))
	}
	return submission
}

// repeatForm returns the form again with what was sent, and the field that is wrong.
func (h *Handler) repeatForm(
	s *site.Site, loc *site.Localized, submission request.Submission, field string,
) widget.RequestFormView {
	form := s.RequestForm(loc)
	form.ID, form.Secret, form.Failure = submission.ID.String(), submission.Secret, field
	form.Text, form.Contact = toValid(submission.Text), toValid(submission.Contact)
	form.Tenant = toValid(submission.Tenant)
	for i := range form.Rights {
		form.Rights[i].IsChecked = slices.Contains(submission.Kinds, request.Kind(form.Rights[i].Kind))
	}
	return form
}

// requestAddress returns the private address of a request.
func (h *Handler) requestAddress(s *site.Site, loc *site.Localized, id uuid.UUID, secret string) string {
	address := h.renderer.Page(pageLink(s, loc.View, "rights/"+id.String()))
	return fmt.Sprintf("%s&key=%s", address, url.QueryEscape(secret))
}
