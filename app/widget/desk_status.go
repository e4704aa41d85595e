package widget

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// RequestStatus is what a person reads of a request: the states, dates and answers, and how to go on. Staff see the
// same before they send an answer.
type RequestStatus struct {
	app.Compo
	View RequestStatusView
}

// RequestStatusView is what the status shows.
type RequestStatusView struct {
	Words    DeskWords
	Action   string // address to post to; "" in a preview, which has no buttons
	Received string // date
	Zone     string // of the dates
	Fee      string
	Items    []RequestItem
	Receipts []RequestReceipt
	Check    string   // address of the page that checks a receipt
	CheckBy  string   // its title
	IsErased bool     // contact and text
	Original Original // of the policy's words
}

// RequestItem is one right that was asked for.
type RequestItem struct {
	Number      string
	Name        string // of the kind
	State       string
	Due         string // date; "" if none is promised
	WorkingDays string // the term, if it has no date yet
	ProveUntil  string // date, while the identity is not shown
	IsOpen      bool
	IsOverdue   bool
	IsLapsed    bool
	Outcome     string
	Ground      string // the policy's words
	Letter      string
	HasAppeal   bool
}

// RequestReceipt leads to the receipt of a step.
type RequestReceipt struct{ Address, Date, Type string }

// Render renders the status.
func (s *RequestStatus) Render() app.UI {
	v, w := s.View, s.View.Words
	return app.Div().Class("request").Body(
		app.P().Text(w.Received+" "+v.Received),
		renderIf(v.Fee != "", func() app.UI {
			return app.Section().Class("note").Body(app.H2().Text(w.Fee), renderLines(v.Fee))
		}),
		app.Range(v.Items).Slice(func(i int) app.UI { return s.renderItem(v.Items[i]) }),
		renderIf(v.IsErased, func() app.UI { return app.P().Text(w.Erased) }),
		renderIf(len(v.Receipts) > 0, func() app.UI { return s.renderReceipts() }),
		app.P().Class("meta").Text(strings.ReplaceAll(w.Zone, "{zone}", v.Zone)),
	)
}

func (s *RequestStatus) renderItem(i RequestItem) app.UI {
	w := s.View.Words
	sentence := func(isShown bool, text, key, value string) app.UI {
		return renderIf(isShown, func() app.UI { return app.P().Text(strings.ReplaceAll(text, key, value)) })
	}
	return app.Section().Class("right").Body(
		app.H2().Text(i.Name),
		app.P().Class("state").Body(app.B().Text(w.States[i.State]), renderIf(i.Outcome != "", func() app.UI {
			return app.Span().Text(w.Outcomes[i.Outcome])
		})),
		sentence(i.ProveUntil != "", w.Prove, "{date}", i.ProveUntil),
		renderIf(i.ProveUntil != "" && i.Due == "" && i.WorkingDays == "", func() app.UI {
			return app.P().Text(w.AnswerClock)
		}),
		sentence(i.IsOpen && i.Due != "" && !i.IsOverdue, w.Due, "{date}", i.Due),
		renderIf(i.IsOverdue, func() app.UI {
			return app.P().Class("overdue").Text(strings.ReplaceAll(w.Overdue, "{date}", i.Due))
		}),
		sentence(i.IsOpen && i.Due == "" && i.WorkingDays != "", w.DueUnknown, "{n}", i.WorkingDays),
		renderIf(i.IsLapsed, func() app.UI { return app.P().Text(w.LapsedText) }),
		renderIf(i.Ground != "", func() app.UI {
			return app.Div().Body(app.H3().Text(w.Ground), renderOriginal(i.Ground, s.View.Original))
		}),
		renderIf(i.Letter != "", func() app.UI { return app.Div().Body(app.H3().Text(w.Letter), renderLines(i.Letter)) }),
		renderIf(i.HasAppeal, func() app.UI {
			return app.Div().Body(app.H3().Text(w.Appeal), app.P().Text(w.AppealText))
		}),
		renderIf(i.IsOpen && s.View.Action != "", func() app.UI {
			return app.Form().Method("post").Action(s.View.Action).Body(
				app.Button().Class("plain").Type("submit").Name("withdraw").Value(i.Number).
					Text(strings.ReplaceAll(w.Withdraw, "{kind}", i.Name)),
			)
		}),
	)
}

func (s *RequestStatus) renderReceipts() app.UI {
	v, w := s.View, s.View.Words
	return app.Section().Body(
		app.H2().Text(w.Receipts),
		app.P().Text(w.ReceiptText),
		app.Ul().Body(app.Range(v.Receipts).Slice(func(i int) app.UI {
			r := v.Receipts[i]
			return app.Li().Body(app.A().Href(r.Address).Text(r.Date + " " + w.Events[r.Type]))
		})),
		renderIf(v.Check != "", func() app.UI { return app.P().Body(app.A().Href(v.Check).Text(v.CheckBy)) }),
	)
}

// renderLines renders a text as it was written: each line by itself.
func renderLines(text string) app.UI {
	lines := strings.Split(text, "\n")
	return app.Div().Class("letter").Attr("dir", "auto").Body(app.Range(lines).Slice(func(i int) app.UI {
		return app.P().Attr("dir", "auto").Text(lines[i])
	}))
}
