package pages

import (
	"maps"
	"net/url"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/httpx"
)

// previousIn returns the decision that the page showed when the form was filled in: another tab may have made a newer
// one. It is nil for a form that does not name one, and uuid.Nil for a page that showed none.
func previousIn(posted url.Values) *uuid.UUID {
	if !posted.Has("previous") {
		return nil
	}
	if id, isValid := httpx.ParseID(posted.Get("previous")); isValid && id.Version() == 7 {
		return &id
	}
	return &uuid.UUID{}
}

// formQuestion evaluates the stored answers. They count whatever their age: the script may have used longer terms than
// the server does here, and what it still takes as granted must not be left out of a refusal.
func formQuestion(form consent.Form, client consent.Client) consent.Question {
	const forever = 1 << 24 // days
	endless := policy.Ask{GrantedDays: forever, DeniedDays: forever, PermissionHours: forever}
	return consent.Evaluate(form.WithTerms(endless), client.Stored, consent.Signals{GPC: client.GPC}, client.Now)
}

// formAnswers returns the answers of the pressed button. With "save" it reads the boxes: what is not ticked is denied.
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
	stateOf := func(id string) consent.State {
		if posted.Get(id) == "granted" {
			return consent.Granted
		}
		return consent.Denied
	}
	for _, p := range form.Purposes {
		state := stateOf(p.ID)
		switch {
		case p.PerCase:
			continue // it has no switch
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
			services[service.ID] = stateOf(service.ID)
		}
	}
	return answers, services
}

// hasNewGrants reports whether an intent grants what is not granted yet.
func hasNewGrants(form consent.Form, client consent.Client, intent consent.Intent) bool {
	q := formQuestion(form, client)
	for _, answers := range []map[string]consent.State{intent.Answers, intent.Services} {
		for id, state := range answers {
			if state == consent.Granted && !q.IsGranted(id) {
				return true
			}
		}
	}
	return false
}

// dropGrants leaves the denials.
func dropGrants(intent consent.Intent) {
	isGrant := func(_ string, state consent.State) bool { return state == consent.Granted }
	maps.DeleteFunc(intent.Answers, isGrant)
	maps.DeleteFunc(intent.Services, isGrant)
}
