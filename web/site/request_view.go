package site

import (
	"slices"
	"strconv"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/app/widget"
)

// RequestForm returns what the form for requests shows in a language.
func (s *Site) RequestForm(loc *Localized) widget.RequestFormView {
	w, r := loc.Desk, s.CurrentPolicy().Requests
	w.ContactHint = fillNumber(w.ContactHint, s.Desk.KeepDays)
	view := widget.RequestFormView{
		Words: w, MaxText: request.MaxText, Original: loc.View.Original,
		Check: r.Identity.In(loc.View.Language, s.Language()),
	}
	answer := fillNumber(w.AnswerTerm, r.AnswerDays)
	contact, outer := fillNumber(w.ContactTerm, r.ContactDays), fillNumber(w.OuterTerm, r.ContactDays)
	for _, kind := range request.Kinds() {
		if kind == request.Leave && !s.hasEnterprises() {
			continue
		}
		about := []string{w.Gets[string(kind)], answer}
		switch {
		case !kind.NeedsIdentity():
			about = []string{w.Gets[string(kind)], contact, w.NoCheck}
		case kind.HasOuterTerm():
			about = append(about, outer)
		}
		view.Rights = append(view.Rights, widget.RequestRight{
			Kind: string(kind), Name: w.Kinds[string(kind)], About: loc.View.JoinSentences(about...),
		})
	}
	return view
}

// hasEnterprises reports whether the service is used within enterprises, which a person can leave.
func (s *Site) hasEnterprises() bool {
	isLeave := func(r policy.Right) bool { return r.ID == string(request.Leave) }
	return len(s.FirstLaunch.Tenants) > 0 || slices.ContainsFunc(s.CurrentPolicy().Rights, isLeave)
}

// RequestStatus returns what a person reads of a case. action is the address that the buttons post to; "" for a
// preview. receipt returns the address of a receipt.
func (s *Site) RequestStatus(
	loc *Localized, desk *request.Desk, c request.Case, action string, receipt func(request.Event) string,
) widget.RequestStatusView {
	w := loc.Desk
	p, ok := s.Policy(c.Policy)
	if !ok {
		p = s.CurrentPolicy()
	}
	view := widget.RequestStatusView{
		Words: w, Action: action, Received: string(request.FormatDay(s.Site, c.ReceivedAt)), Zone: s.TimeZone, Fee: c.Fee,
		IsErased: c.Erased > 0, Original: loc.View.Original,
	}
	for _, i := range c.Items {
		view.Items = append(view.Items, s.requestItem(loc, desk, c, i, p))
	}
	for _, e := range c.Events {
		if receipt != nil && c.Erased < 2 {
			view.Receipts = append(view.Receipts, widget.RequestReceipt{
				Address: receipt(e), Date: string(request.FormatDay(s.Site, e.At)), Type: e.Type,
			})
		}
	}
	return view
}

func (s *Site) requestItem(
	loc *Localized, desk *request.Desk, c request.Case, i request.Item, p *policy.Policy,
) widget.RequestItem {
	item := widget.RequestItem{
		Number: strconv.Itoa(i.Item), Name: loc.Desk.Kinds[string(i.Kind)], State: string(i.State), Due: string(i.Due()),
		IsOpen: i.IsOpen(), IsOverdue: desk.IsOverdue(s.Site, i), IsLapsed: i.State == request.Lapsed,
		Outcome: string(i.Outcome), Letter: i.Letter,
		HasAppeal: i.State == request.Answered && i.Outcome != request.Fulfilled,
	}
	if !i.OuterDue.IsKnown {
		item.WorkingDays = strconv.Itoa(p.Requests.ContactDays)
	}
	if i.State == request.Received {
		item.ProveUntil = string(desk.LastProofDay(s.Site, c))
	}
	item.Ground = s.groundOf(c, i, loc.View.Language)
	return item
}

// groundOf returns the words of a refusal's ground. Only the version that holds for the case has them: if the site does
// not have it any more, the id stands for them.
func (s *Site) groundOf(c request.Case, i request.Item, language string) string {
	if p, ok := s.Policy(c.Policy); ok {
		if g, ok := p.Requests.Ground(i.Ground); ok {
			return g.Text.In(language, s.Language())
		}
	}
	return i.Ground
}

// RequestLanguage returns the language in which a case is answered: its own, if the site still has it.
func (s *Site) RequestLanguage(c request.Case) *Localized {
	if slices.Contains(s.Offered(), c.Language) {
		return s.Localized[c.Language]
	}
	return s.Localized[s.Language()]
}

func fillNumber(sentence string, n int) string {
	return strings.ReplaceAll(sentence, "{n}", strconv.Itoa(n))
}
