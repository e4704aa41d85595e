package web

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// secretCookie keeps a subject's secret between two posts of the form. Unlike consent.CookieName it is for this page
// alone: no script reads it, no other page gets it.
const secretCookie = "nod-secret"

// form takes the preference centre's form from a browser that runs no script, or has the page open by itself: the
// server makes what the script would, and keeps the answers in a cookie.
func (s *Server) form(w http.ResponseWriter, r *http.Request, site *site) {
	loc := site.languages[site.language(r)]
	s.pageHeaders(w, site)
	if origin := r.Header.Values("Origin"); len(origin) != 1 || origin[0] != s.ownOrigin(r) {
		problem(w, http.StatusForbidden, "foreign-origin", "The form was not sent from its own page. Behind a proxy, name the proxy with --trusted-proxy.")
		return
	}
	if !s.admit(w, r) {
		return
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/x-www-form-urlencoded" {
		problem(w, http.StatusUnsupportedMediaType, "content-type", "Send the form as application/x-www-form-urlencoded.")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		var tooLong *http.MaxBytesError
		if errors.As(err, &tooLong) {
			problem(w, http.StatusRequestEntityTooLarge, "body-too-long", fmt.Sprintf("The form has at most %d bytes.", maxBody))
		} else {
			problem(w, http.StatusBadRequest, "unreadable-body", "The form could not be read.")
		}
		return
	}
	if shown := r.PostForm.Get("policy"); shown != "" && shown != site.Current {
		// The page came out of a cache, with other words than are in force: nobody agreed to these.
		http.Redirect(w, r, s.base+"/"+site.ID+"/preferences?"+url.Values{"lang": {loc.view.Language}, "policy": {site.Current}}.Encode(), http.StatusSeeOther)
		return
	}
	d, stored, err := s.formDecision(r, site, loc)
	if err != nil {
		s.notTaken(w, r, loc, err)
		return
	}
	entry, err := site.entry(d)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	entry.Body = sha256.Sum256([]byte(d.ID.String())) // the server made the id: no second body has it
	if _, _, err := s.options.Ledger.Append(r.Context(), entry); err != nil {
		s.notTaken(w, r, loc, err)
		return
	}
	http.SetCookie(w, s.cookie(r, site, stored))
	http.SetCookie(w, &http.Cookie{
		Name: secretCookie, Value: entry.Secret, Path: s.base + "/" + site.ID + "/preferences", HttpOnly: true,
		MaxAge: site.Cookie.Days * 86400, SameSite: http.SameSiteStrictMode, Secure: s.cookie(r, site, stored).Secure,
	})
	w.Header().Set("Cache-Control", "no-store")
	back := url.Values{"lang": {loc.view.Language}, "saved": {"1"}}
	if p := r.URL.Query().Get("platform"); p != "" {
		back.Set("platform", p)
	}
	http.Redirect(w, r, s.base+"/"+site.ID+"/preferences?"+back.Encode(), http.StatusSeeOther)
}

// formDecision makes the decision that the form stands for, and the answers that the browser keeps from now on.
func (s *Server) formDecision(r *http.Request, site *site, loc *localized) (*consent.Decision, consent.Stored, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, consent.Stored{}, fmt.Errorf("make an id: %w", err)
	}
	form := site.forms[site.Current]
	before, known := storedIn(r, s.options.Now())
	d := &consent.Decision{
		ID: id, Policy: site.Current, Language: loc.view.Language, Platform: consent.Platform(r.URL.Query().Get("platform")),
		Action: consent.Action(r.PostForm.Get("action")), DecidedAt: s.options.Now().UTC().Truncate(time.Millisecond),
		Layout: loc.centre.layout, GPC: signals(r),
	}
	if d.Platform == "" {
		d.Platform = consent.Web
	}
	d.Answers, d.Services = formAnswers(form, d, r.PostForm)
	own := false // the secret is the subject's, and not of another one that a script has replaced since
	c, err := r.Cookie(secretCookie)
	if known && err == nil && consent.ValidSecret(c.Value) {
		if own, err = s.options.Ledger.Authorized(r.Context(), site.ID, before.Subject, c.Value); err != nil {
			return nil, consent.Stored{}, fmt.Errorf("look up the subject: %w", err)
		}
	}
	if own {
		d.Subject, d.Previous, d.Secret = before.Subject, &before.Decision, c.Value
	} else {
		d.Subject = uuid.New()
		secret := make([]byte, consent.SecretLen)
		rand.Read(secret) // never fails, says its documentation
		d.Secret = base64.RawURLEncoding.EncodeToString(secret)
	}
	if err := d.CheckForm(); err != nil {
		return nil, consent.Stored{}, err
	}
	// The browser goes on from what it had, whoever's the subject is; what the page did not know of stays refused.
	onTop := *d
	onTop.Previous = &before.Decision
	if shown, ok := knewOf(r.PostForm); ok {
		onTop.Previous = shown
		if d.Previous != nil {
			d.Previous = shown
		}
	}
	return d, before.Apply(form, &onTop), nil
}

// knewOf is the decision that the page showed when it was filled in: in another tab there may have been a newer one.
// ok is false for a form that does not say.
func knewOf(posted url.Values) (previous *uuid.UUID, ok bool) {
	if !posted.Has("previous") {
		return nil, false
	}
	if id, valid := parseID(posted.Get("previous")); valid && id.Version() == 7 {
		return &id, true
	}
	return nil, true
}

// formAnswers reads the boxes: what is not ticked is denied. A signal's refusal stands against "agree to all".
func formAnswers(form consent.Form, d *consent.Decision, posted url.Values) (answers, services map[string]consent.State) {
	answers, services = map[string]consent.State{}, map[string]consent.State{}
	box := func(id string) consent.State {
		if posted.Get(id) == "granted" {
			return consent.Granted
		}
		return consent.Denied
	}
	for _, p := range form.Purposes {
		switch {
		case p.Required:
			continue
		case d.Action == consent.Save:
			answers[p.ID] = box(p.ID)
			for _, service := range p.Services {
				services[service.ID] = box(service.ID)
			}
		case d.Action != consent.AcceptAll:
			answers[p.ID] = consent.Denied
		case !p.Separate && !(p.GPC && d.GPC):
			answers[p.ID] = consent.Granted
		}
	}
	return answers, services
}

// notTaken answers for a choice that was not kept: with a page where only the store is to blame.
func (s *Server) notTaken(w http.ResponseWriter, r *http.Request, loc *localized, err error) {
	if !storeDown(err) {
		s.refuse(w, r, err)
		return
	}
	s.options.Log.Error("a decision was not stored", "error", nameless(err))
	s.notSaved(w, r, loc)
}

// notSaved tells a visitor without scripts that the choice could not be kept. Nothing is granted by it.
func (s *Server) notSaved(w http.ResponseWriter, r *http.Request, loc *localized) {
	words := loc.view.Words
	var b bytes.Buffer
	err := pageTemplates.ExecuteTemplate(&b, "problem.html", struct {
		Language, Direction, Title, Text, CSS, Icon, Back, BackText string
	}{loc.view.Language, loc.view.Direction, words.NotSaved, words.NotSavedText, s.static.address["page.css"], s.static.address["nod.svg"],
		s.base + "/" + loc.view.Centre, words.Back})
	if err != nil {
		s.fail(w, r, "draw a page", err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Retry-After", "2")
	w.WriteHeader(http.StatusServiceUnavailable)
	w.Write(b.Bytes())
}
