package web

import (
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
	"github.com/nod-consent/nod/app/policy"
)

// form takes the preference centre's form from a browser that runs no script, or has the page open by itself: the
// server makes what the script would, and keeps the answers in a cookie.
func (s *Server) form(w http.ResponseWriter, r *http.Request, site *site) {
	loc := site.languages[site.language(r)]
	s.pageHeaders(w, site)
	page, query := s.base+"/"+site.ID+"/preferences?", url.Values{"lang": {loc.view.Language}}
	if p := policy.Platform(r.URL.Query().Get("platform")); p.Valid() {
		query.Set("platform", string(p))
	}
	d, stored, err := s.formDecision(w, r, site, loc)
	if err == nil {
		err = s.keepForm(w, r, site, d, stored)
	}
	switch {
	case err == nil:
		query.Set("saved", "1")
	case errors.Is(err, errOutdated):
		query.Set("policy", site.Current)
	default:
		s.refuseForm(w, r, site, loc, page+query.Encode(), err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, page+query.Encode(), http.StatusSeeOther)
}

// errOutdated says that the page came out of a cache, with other words than are in force: nobody agreed to these.
var errOutdated = errors.New("the page shows another version of the policy")

// keepForm stores the decision, and then lets the browser keep the answers: grants only if they are stored.
func (s *Server) keepForm(w http.ResponseWriter, r *http.Request, site *site, d *consent.Decision, stored consent.Stored) error {
	entry, err := site.entry(d, s.options.Now())
	if err != nil {
		return err
	}
	entry.Body = sha256.Sum256([]byte(d.ID.String())) // the server made the id: no second body has it
	if _, _, err := s.options.Ledger.Append(r.Context(), entry); err != nil {
		if _, known := storedIn(r, s.options.Now()); known && !entry.Grants { // what was granted before ends all the same
			http.SetCookie(w, s.cookie(r, site, stored))
		}
		return err
	}
	http.SetCookie(w, s.cookie(r, site, stored))
	s.keepSecret(w, r, site, entry.Secret)
	return nil
}

// readForm reads the form's values, from its own page only.
func (s *Server) readForm(w http.ResponseWriter, r *http.Request) error {
	if origin := r.Header.Values("Origin"); len(origin) != 1 || origin[0] != s.ownOrigin(r) {
		return &refusal{status: http.StatusForbidden, kind: "foreign-origin", detail: "The form was not sent from its own page. Behind a proxy, name the proxy with --trusted-proxy."}
	}
	if err := s.admit(r); err != nil {
		return err
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/x-www-form-urlencoded" {
		return &refusal{status: http.StatusUnsupportedMediaType, kind: "content-type", detail: "Send the form as application/x-www-form-urlencoded."}
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		return unreadable(err, "The form could not be read.")
	}
	return nil
}

// formDecision makes the decision that the form stands for, and the answers that the browser keeps from now on.
func (s *Server) formDecision(w http.ResponseWriter, r *http.Request, site *site, loc *localized) (*consent.Decision, consent.Stored, error) {
	if err := s.readForm(w, r); err != nil {
		return nil, consent.Stored{}, err
	}
	action := consent.Action(r.PostForm.Get("action"))
	shown := r.PostForm.Get("policy")
	outdated := shown != "" && shown != site.Current
	refuses := action == consent.RejectAll || action == consent.Withdraw
	if outdated && !refuses { // to refuse, one need not know the new words
		return nil, consent.Stored{}, errOutdated
	}
	if !refuses && r.PostForm.Get("page") == "first-launch" && site.AsksAge(site.CurrentPolicy()) {
		return nil, consent.Stored{}, &refusal{status: http.StatusForbidden, kind: "age-unknown", detail: "To agree, an age is asked for, which takes a script. Refusing works without one."}
	}
	form := site.forms[site.Current]
	platform := platformOf(r)
	before, known := storedIn(r, s.options.Now())
	id, err := newID(s.options.Now(), before.Decision)
	if err != nil {
		return nil, consent.Stored{}, err
	}
	d := &consent.Decision{
		ID: id, Policy: site.Current, Language: loc.view.Language, Platform: platform,
		Action: action, DecidedAt: s.options.Now().UTC().Truncate(time.Millisecond),
		Presentation: loc.formPresentation(r.PostForm.Get("page"), platform), GPC: signals(r),
	}
	if outdated {
		d.Presentation = "custom"
	}
	d.Answers, d.Services = formAnswers(form.On(platform), d, r.PostForm, before)
	own := false // the secret is the subject's, and not of another one that a script has replaced since
	secret := s.secretIn(r)
	if known && secret != "" {
		if own, err = s.options.Ledger.Authorized(r.Context(), site.ID, before.Subject, secret); err != nil {
			return nil, consent.Stored{}, fmt.Errorf("look up the subject: %w", err)
		}
	}
	if own {
		d.Subject, d.Previous, d.Secret = before.Subject, &before.Decision, secret
	} else {
		d.Subject = uuid.New()
		made := make([]byte, consent.SecretLen)
		rand.Read(made) // never fails, says its documentation
		d.Secret = base64.RawURLEncoding.EncodeToString(made)
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

func answered(before consent.Stored, p consent.Item) bool {
	_, ok := before.Answer(p.Hash)
	return ok
}

// formAnswers reads the boxes: what is not ticked is denied. A signal's refusal stands against "agree to all".
func formAnswers(form consent.Form, d *consent.Decision, posted url.Values, before consent.Stored) (answers, services map[string]consent.State) {
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
			if form.Kept(before, p) && (d.Action == consent.AcceptAll || d.Action == consent.Save && box(p.ID) == consent.Granted) {
				answers[p.ID] = consent.Granted
			}
		case p.Separate && !answered(before, p) && !(d.Action == consent.Save && box(p.ID) == consent.Granted):
			continue // still to be asked where it is needed
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

// newID makes a decision's id of the time, or of the moment after the decision before it: the newest of a browser's
// cookies holds, and the browser's clock may be ahead of this one.
func newID(now time.Time, before uuid.UUID) (uuid.UUID, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return id, fmt.Errorf("make an id: %w", err)
	}
	ms := uint64(now.UnixMilli())
	if before != uuid.Nil {
		ms = max(ms, uint64(consent.DecidedAt(before).UnixMilli())+1)
	}
	for i := range 6 { // RFC 9562, 5.7
		id[i] = byte(ms >> (40 - 8*i))
	}
	return id, nil
}
