package admin

import (
	"cmp"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/prerender"
	"github.com/nod-consent/nod/web/site"
)

// casePage is what desk_case.html takes.
type casePage struct {
	site.PageHead
	Heading, List, Address, Problem          string
	Due, Closed, Received, Identity, Account string
	Subject, Tenant, Contact, Language, Text string
	Fee, FeePolicy, Now, Zone                string
	PreviewDirection                         string
	Version                                  int64
	IsOverdue, IsBrowser, Waits, CanOfferFee bool
	Previewed                                *previewedAnswer // what is sent is what was shown; nil without one
	Ways                                     []choice
	Items                                    []caseItem
	Preview                                  template.HTML // rendered by web/prerender, which escapes
}

// caseItem is one right that was asked for, with the form of its answer.
type caseItem struct {
	Number                    int
	Kind, State, Outcome, Due string
	Letter                    string
	IsVerified                bool
	Checks, Outcomes, Grounds []choice
}

type choice struct {
	ID, Text  string
	IsChecked bool
}

// previewedAnswer is an answer as the person will read it.
type previewedAnswer struct {
	Item int
	request.Answer
}

// identityTexts says how it was shown who asks.
var identityTexts = map[request.Identity]string{
	request.ByBrowser:  "by the browser",
	request.ByAccount:  "by the account",
	request.ByWriting:  "in writing",
	request.ByCallback: "called back",
	request.InPerson:   "in person",
}

// outcomeTexts says what each outcome is.
var outcomeTexts = map[request.Outcome]string{
	request.Fulfilled:   "done as asked",
	request.Partly:      "partly done",
	request.Refused:     "refused",
	request.NothingHeld: "nothing is stored about the person",
	request.Referred:    "referred to the enterprise",
}

// checkTexts says what each check of request.Kind.Checks is.
var checkTexts = map[string]string{
	"data":                "which data are held is in the letter",
	"purposes":            "the purposes are in the letter",
	"recipients":          "the recipients are in the letter, or were informed",
	"retention":           "the time of storage is in the letter",
	"source":              "where the data are from is in the letter",
	"format":              "the copy is in a common format, and was handed over safely",
	"consent-or-contract": "the data were given by consent or for a contract",
	"feasible":            "the transfer is technically feasible",
	"others":              "it does not harm others",
	"recipient":           "the processor that the person named has the data",
	"fields":              "every wrong field is corrected, and is in the letter",
	"systems":             "every system has done it",
	"retained":            "what stays, and by which law, is in the letter",
	"backups":             "what happens to backups is in the letter",
	"explained":           "the rules of processing are explained",
	"examined":            "the complaint was examined, and the result is in the letter",
}

// draft is an answer that was not sent yet.
type draft struct {
	item    int
	answer  request.Answer
	fee     string
	isShown bool // as a preview
}

func (h *Handler) serveCase(w http.ResponseWriter, r *http.Request, s *site.Site) {
	if c, ok := h.readCase(w, r, s); ok {
		h.writeCase(w, r, s, c, http.StatusOK, draft{}, "")
	}
}

// readCase reads the case that the address names, and notes first that it is read.
func (h *Handler) readCase(w http.ResponseWriter, r *http.Request, s *site.Site) (c request.Case, ok bool) {
	id, isValid := httpx.ParseID(r.PathValue("id"))
	err := request.ErrNotFound
	if isValid {
		c, err = h.Desk.Read(r.Context(), s.ID, id)
	}
	if errors.Is(err, request.ErrNotFound) {
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-request", "This request does not exist.")
		return c, false
	}
	if err == nil {
		err = h.Ledger.NoteAdmin(r.Context(), "show request", s.ID, 1)
	}
	if err != nil {
		h.Responder.WriteUnavailable(w, err)
		return c, false
	}
	return c, true
}

// changeCase takes a form of the page of a case.
func (h *Handler) changeCase(w http.ResponseWriter, r *http.Request, s *site.Site) {
	if err := h.readForm(w, r); err != nil {
		h.Responder.Refuse(w, r, err)
		return
	}
	c, ok := h.readCase(w, r, s)
	if !ok {
		return
	}
	form := r.PostForm
	version, _ := strconv.ParseInt(form.Get("version"), 10, 64)
	if version <= 0 { // 0 would mean any version
		version = -1
	}
	item, _ := strconv.Atoi(form.Get("item"))
	d := draft{item: item, answer: request.Answer{
		Outcome: request.Outcome(form.Get("outcome")), Ground: form.Get("ground"), Letter: form.Get("letter"),
		Checked: form["checked"],
	}, fee: form.Get("fee")}
	var err error
	switch form.Get("do") {
	case "verify":
		var at time.Time
		at, err = time.ParseInLocation("2006-01-02T15:04", form.Get("at"), s.Zone())
		if err == nil {
			_, err = h.Desk.VerifyByStaff(r.Context(), s.Site, c.ID, version, request.Identity(form.Get("way")), at)
		}
	case "fee":
		_, err = h.Desk.OfferFee(r.Context(), s.Site, c.ID, version, d.fee)
	case "answer":
		_, err = h.Desk.Answer(r.Context(), s.Site, c.ID, version, item, d.answer)
	case "preview":
		d.isShown = true
		err = h.Desk.CheckAnswer(s.Site, c, item, d.answer)
	default:
		err = request.ErrMalformed
	}
	if err == nil && !d.isShown {
		http.Redirect(w, r, h.deskAddress(s.ID)+"/"+c.ID.String(), http.StatusSeeOther)
		return
	}
	h.writeChanged(w, r, s, c, d, err)
}

// writeChanged shows the page again, with what was wrong or the preview of the answer.
func (h *Handler) writeChanged(
	w http.ResponseWriter, r *http.Request, s *site.Site, c request.Case, d draft, err error,
) {
	status, problem := http.StatusOK, ""
	if err != nil {
		d.isShown = false
		status, problem = http.StatusUnprocessableEntity, describeProblem(err, d.answer.Checked, c, d.item)
	}
	switch {
	case errors.Is(err, request.ErrVersion):
		status = http.StatusPreconditionFailed
	case errors.Is(err, request.ErrState):
		status = http.StatusConflict
	case errors.Is(err, request.ErrNotFound): // of the item: the case was read
	case err != nil && !errors.Is(err, request.ErrMalformed) && !isTimeError(err):
		h.Responder.WriteUnavailable(w, err)
		return
	}
	h.writeCase(w, r, s, c, status, d, problem)
}

// describeProblem says what is wrong with what staff sent, in the words of the page.
func describeProblem(err error, done []string, c request.Case, number int) string {
	var wrong *request.FieldError
	if !errors.As(err, &wrong) {
		return httpx.Sentence(err)
	}
	if wrong.Field != "checked" {
		return httpx.Sentence(errors.New(wrong.Field + ": " + wrong.Problem))
	}
	var missing []string
	for _, i := range c.Items {
		for _, id := range i.Kind.Checks() {
			if i.Item == number && !slices.Contains(done, id) {
				missing = append(missing, checkTexts[id])
			}
		}
	}
	return "Not ticked yet: " + strings.Join(missing, "; ") + "."
}

func isTimeError(err error) bool {
	var wrong *time.ParseError
	return errors.As(err, &wrong)
}

func (h *Handler) writeCase(
	w http.ResponseWriter, r *http.Request, s *site.Site, c request.Case, status int, d draft, problem string,
) {
	loc := s.RequestLanguage(c)
	p, ok := s.Policy(c.Policy)
	if !ok {
		p = &policy.Policy{} // an answer that needs a ground is refused
	}
	page := casePage{
		PageHead: h.pageHead("Nod: " + c.Reference), Heading: c.Reference, List: h.deskAddress(s.ID),
		Address: h.deskAddress(s.ID) + "/" + c.ID.String(), Problem: problem, Due: string(c.Due()),
		Received: string(request.FormatDay(s.Site, c.ReceivedAt)), Identity: identityTexts[c.Identity], Account: c.Account,
		Tenant: c.Tenant, Contact: c.Contact, Language: loc.View.Language, Text: c.Text, Fee: cmp.Or(d.fee, c.Fee),
		FeePolicy: p.Requests.Fee.In("en", s.Language()), Zone: s.TimeZone, PreviewDirection: loc.View.Direction,
		Now: h.Now().In(s.Zone()).Format("2006-01-02T15:04"), Version: c.Version, IsOverdue: h.isOverdue(s, c),
		IsBrowser: c.Identity == request.ByBrowser, CanOfferFee: c.IsOpen() && p.Requests.Fee != nil,
	}
	for _, way := range request.StaffWays {
		page.Ways = append(page.Ways, choice{ID: string(way), Text: identityTexts[way]})
	}
	if !c.IsOpen() {
		page.Closed = string(request.FormatDay(s.Site, c.ClosedAt))
	}
	if c.Subject != uuid.Nil {
		page.Subject = c.Subject.String()
	}
	for _, i := range c.Items {
		page.Waits = page.Waits || i.State == request.Received || i.State == request.Lapsed
		page.Items = append(page.Items, makeCaseItem(s, p, i, d))
	}
	page.Waits = page.Waits && c.Erased == 0
	if d.isShown {
		page.Previewed = &previewedAnswer{d.item, d.answer}
		c = c.WithAnswer(d.item, d.answer)
	}
	preview, err := prerender.HTML(&widget.RequestStatus{View: s.RequestStatus(loc, h.Desk, c, "", nil)})
	if err != nil {
		h.Responder.Fail(w, r, "draw a page", err)
		return
	}
	page.Preview = template.HTML(preview)
	h.writePage(w, r, "desk_case.html", status, page)
}

func makeCaseItem(s *site.Site, p *policy.Policy, i request.Item, d draft) caseItem {
	item := caseItem{
		Number: i.Item, Kind: string(i.Kind), State: string(i.State), Outcome: outcomeTexts[i.Outcome],
		Due: string(i.Due()), IsVerified: i.State == request.Verified,
	}
	if d.item != i.Item {
		d = draft{}
	}
	item.Letter = d.answer.Letter
	for _, id := range i.Kind.Checks() {
		item.Checks = append(item.Checks, choice{id, checkTexts[id], slices.Contains(d.answer.Checked, id)})
	}
	for _, outcome := range request.Outcomes {
		item.Outcomes = append(item.Outcomes, choice{string(outcome), outcomeTexts[outcome], d.answer.Outcome == outcome})
	}
	for _, g := range p.Requests.Grounds {
		item.Grounds = append(item.Grounds, choice{g.ID, g.Text.In("en", s.Language()), d.answer.Ground == g.ID})
	}
	return item
}
