package web

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"

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
	intent := consent.Intent{
		Action: action, Previous: previousIn(r.PostForm), Acknowledges: site.Current,
		Presentation: loc.formPresentation(r.PostForm.Get("page"), platformOf(r)),
	}
	if outdated {
		intent.Presentation = consent.CustomPresentation
	}
	client, err := s.formClient(r, site, loc)
	if err != nil {
		return nil, consent.Stored{}, err
	}
	form := site.forms[site.Current].OnPlatform(client.Platform)
	intent.Answers, intent.Services = formAnswers(form, action, r.PostForm, client)
	// The intent acknowledges the version, and so is always a decision.
	made, _ := consent.Decide(site.forms[site.Current], intent, client)
	d := &made.Decision
	d.Secret = made.Secret // as a bearer token would
	if err := d.CheckFields(); err != nil {
		return nil, consent.Stored{}, err
	}
	return d, made.Stored, nil
}

// formClient is what the browser has, from its cookies. Without the secret nothing says that the subject is the
// visitor's: a form then decides for a new one.
func (s *Server) formClient(r *http.Request, site *site, loc *localized) (consent.Client, error) {
	client := consent.Client{
		Policy: site.Current, Language: loc.view.Language, Platform: platformOf(r), GPC: signals(r), Now: s.options.Now(),
	}
	rand.Read(client.Random[:]) // never fails, says its documentation
	stored, known := storedIn(r, client.Now)
	client.Stored = stored
	secret := s.secretIn(r)
	if !known || secret == "" {
		client.Stored.Subject = uuid.Nil
		return client, nil
	}
	owns, err := s.options.Ledger.Authorized(r.Context(), site.ID, stored.Subject, secret)
	if err != nil {
		return client, fmt.Errorf("look up the subject: %w", err)
	}
	if owns {
		client.Secret = secret
	} else { // a script has replaced it since
		client.Stored.Subject = uuid.Nil
	}
	return client, nil
}

// previousIn is the decision that the page showed when it was filled in: in another tab there may have been a newer
// one. It is nil for a form that does not say, and uuid.Nil for one that showed none.
func previousIn(posted url.Values) *uuid.UUID {
	if !posted.Has("previous") {
		return nil
	}
	if id, valid := parseID(posted.Get("previous")); valid && id.Version() == 7 {
		return &id
	}
	return &uuid.UUID{}
}

// formQuestion is how the answers stand. They count whatever their age: the script may have gone by longer terms than
// the server does here, and what it still takes as granted must not be left out of a refusal.
func formQuestion(form consent.Form, client consent.Client) consent.Question {
	const forever = 1 << 24 // days
	endless := policy.Ask{GrantedDays: forever, DeniedDays: forever, PermissionHours: forever}
	return consent.Evaluate(form.WithTerms(endless), client.Stored, consent.Signals{GPC: client.GPC}, client.Now)
}

// formAnswers gives the answers of the pressed button. With "save" it reads the boxes: what is not ticked is denied.
func formAnswers(
	form consent.Form, action consent.Action, posted url.Values, client consent.Client,
) (answers, services map[string]consent.State) {
	q := formQuestion(form, client)
	switch action {
	case consent.Save:
		return tickedAnswers(form, q, posted)
	case consent.AcceptAll:
		answers = consent.ActionAnswers(form, q, consent.Signals{GPC: client.GPC}, consent.Granted)
	default:
		answers = consent.ActionAnswers(form, q, consent.Signals{GPC: client.GPC}, consent.Denied)
	}
	return answers, map[string]consent.State{}
}

func tickedAnswers(
	form consent.Form, q consent.Question, posted url.Values,
) (answers, services map[string]consent.State) {
	answers, services = map[string]consent.State{}, map[string]consent.State{}
	box := func(id string) consent.State {
		if posted.Get(id) == "granted" {
			return consent.Granted
		}
		return consent.Denied
	}
	for _, p := range form.Purposes {
		state := box(p.ID)
		switch {
		case p.Required && !(q.IsRefusedButRequired(p) && state == consent.Granted):
			continue
		case q.IsUnanswered(p) && state == consent.Denied:
			continue // still to be asked where it is needed
		}
		answers[p.ID] = state
		if p.Required {
			continue
		}
		for _, service := range p.Services {
			services[service.ID] = box(service.ID)
		}
	}
	return answers, services
}
