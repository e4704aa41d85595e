package pages

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// serveForm takes the preference centre's form from a browser that runs no script, or that has the page open by itself.
// The server makes what the script would make, and stores the answers in a cookie.
func (h *Handler) serveForm(w http.ResponseWriter, r *http.Request, s *site.Site) {
	loc := s.LocalizedFor(r)
	setPageHeaders(w, s, "")
	page, query := h.Links.Server(s.ID+"/preferences?"), url.Values{"lang": {loc.View.Language}}
	if p := policy.Platform(r.URL.Query().Get("platform")); p.Valid() {
		query.Set("platform", string(p))
	}
	d, stored, err := h.formDecision(w, r, s, loc)
	switch {
	case err != nil:
	case isErasure(r):
		err = h.eraseOrRestrict(w, r, s, d, stored)
	default:
		err = h.storeForm(w, r, s, d, stored)
	}
	switch {
	case err == nil && isErasure(r):
		query.Set("erased", "1")
	case err == nil:
		query.Set("saved", "1")
	case errors.Is(err, errOutdated):
		query.Set("policy", s.Current)
	default:
		h.refuseForm(w, r, s, loc, page+query.Encode(), err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, page+query.Encode(), http.StatusSeeOther)
}

// errOutdated is of a page from a cache, with other words than those in force: nobody agreed to these.
var errOutdated = errors.New("the page shows another version of the policy")

// errAgeUnknown is of a form of an app that agrees to something: only the script asks for the age.
var errAgeUnknown = &httpx.Refusal{
	Status: http.StatusForbidden, Kind: "age-unknown",
	Detail: "To agree, an age is asked for, which takes a script. Refusing works without one.",
}

// storeForm stores the decision, and then the answers in the browser: grants only if the decision is stored.
func (h *Handler) storeForm(
	w http.ResponseWriter, r *http.Request, s *site.Site, d *consent.Decision, stored consent.Stored,
) error {
	entry, err := s.NewEntry(r.Context(), d, h.Now())
	if err != nil {
		return err
	}
	entry.Body = sha256.Sum256([]byte(d.ID.String())) // the server made the id: no second body has it
	if _, _, err := h.Ledger.Append(r.Context(), entry); err != nil {
		// What was granted before ends all the same.
		if _, isKnown := site.ReadCookie(r, h.Now()); isKnown && !entry.Grants {
			http.SetCookie(w, s.AnswerCookie(r, stored))
		}
		return err
	}
	http.SetCookie(w, s.AnswerCookie(r, stored))
	h.setSecretCookie(w, r, s, entry.Secret)
	return nil
}

// readForm reads the form's values, from its own page only.
func (h *Handler) readForm(w http.ResponseWriter, r *http.Request) error {
	return h.readLongForm(w, r, httpx.MaxBody)
}

// readLongForm reads a form of so many bytes.
func (h *Handler) readLongForm(w http.ResponseWriter, r *http.Request, limit int64) error {
	if err := httpx.CheckFormOrigin(r, h.Proxies.OwnOrigin(r)); err != nil {
		return err
	}
	if err := h.Limiter.CheckRate(r); err != nil {
		return err
	}
	return httpx.ParseForm(w, r, limit)
}

// formDecision makes the decision of the form, and the answers that the browser stores from now on.
func (h *Handler) formDecision(
	w http.ResponseWriter, r *http.Request, s *site.Site, loc *site.Localized,
) (*consent.Decision, consent.Stored, error) {
	if err := h.readForm(w, r); err != nil {
		return nil, consent.Stored{}, err
	}
	action := consent.Action(r.PostForm.Get("action"))
	if isErasure(r) {
		action = consent.Withdraw
	}
	version := r.PostForm.Get("policy")
	isOutdated := version != "" && version != s.Current
	isRefusal := action == consent.RejectAll || action == consent.Withdraw
	if isOutdated && !isRefusal { // to refuse, a visitor need not know the new words
		return nil, consent.Stored{}, errOutdated
	}
	intent := consent.Intent{
		Action: action, Previous: previousIn(r.PostForm), Acknowledges: s.Current,
		Presentation: formPresentation(loc, r.PostForm.Get("page"), platformOf(r)),
	}
	if isOutdated {
		intent.Presentation = consent.CustomPresentation
	}
	client, err := h.formClient(r, s, loc)
	if err != nil {
		return nil, consent.Stored{}, err
	}
	form := s.Forms[s.Current]
	intent.Answers, intent.Services = formAnswers(form.OnPlatform(client.Platform), action, r.PostForm, client)
	isOfApp := client.Platform != policy.Web || r.PostForm.Get("page") == "first-launch"
	if isOfApp && s.AsksAge(s.CurrentPolicy()) {
		if action == consent.AcceptAll || hasNewGrants(form, client, intent) {
			return nil, consent.Stored{}, errAgeUnknown
		}
		dropGrants(intent) // what was granted before stays so without being named
	}
	// The intent acknowledges the version, and so is always a decision.
	made, _ := consent.Decide(form, intent, client)
	d := &made.Decision
	d.Secret = made.Secret // as a bearer token would
	if err := d.CheckFields(); err != nil {
		return nil, consent.Stored{}, err
	}
	return d, made.Stored, nil
}

// formClient returns what the browser has, from its cookies. Without the secret nothing proves that the subject is the
// visitor's: a form then decides for a new subject.
func (h *Handler) formClient(r *http.Request, s *site.Site, loc *site.Localized) (consent.Client, error) {
	client := consent.Client{
		Policy: s.Current, Language: loc.View.Language, Platform: platformOf(r), GPC: httpx.HasGPC(r), Now: h.Now(),
	}
	rand.Read(client.Random[:]) // never fails, by its documentation
	stored, isKnown := site.ReadCookie(r, client.Now)
	client.Stored = stored
	secret := h.readSecretCookie(r)
	if !isKnown || secret == "" {
		client.Stored.Subject = uuid.Nil
		return client, nil
	}
	isOwner, err := h.Ledger.Authorized(r.Context(), s.ID, stored.Subject, secret)
	if err != nil {
		return client, fmt.Errorf("look up the subject: %w", err)
	}
	if isOwner {
		client.Secret = secret
	} else { // a script has replaced it since
		client.Stored.Subject = uuid.Nil
	}
	return client, nil
}

// problemPage is what problem.html takes.
type problemPage struct {
	site.PageHead
	siteNav
	Heading, Text, Detail, Back, BackText string
	Contact                               string // address; "" for what the visitor can mend
}

// refuseForm answers a visitor whose choice was not taken. Where the browser asks for a page, it gets one with a link
// back.
func (h *Handler) refuseForm(
	w http.ResponseWriter, r *http.Request, s *site.Site, loc *site.Localized, back string, err error,
) {
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		h.Responder.Refuse(w, r, err)
		return
	}
	refusal := h.Responder.RefusalOf(r, err)
	h.Responder.Metrics.CountRefusal(refusal.Kind)
	words := loc.View.Words
	page := problemPage{
		PageHead: h.renderer.head(s, loc.View, words.NotSaved), siteNav: h.renderer.nav(s, loc.View, ""),
		Heading: words.NotSaved, Text: words.NotAccepted, Detail: refusal.Detail, Back: back, BackText: words.Back,
	}
	if refusal.RetryAfter > 0 || refusal.Status >= http.StatusInternalServerError {
		page.Text, page.Detail = words.NotSavedText, ""
	}
	html, err := execute("problem.html", page)
	if err != nil {
		h.Responder.Fail(w, r, "draw a page", err)
		return
	}
	header := w.Header()
	refusal.SetRetryAfter(header)
	header.Set("Content-Language", loc.View.Language)
	header.Set("Cache-Control", "no-store")
	httpx.WriteHTML(w, refusal.Status, html)
}
