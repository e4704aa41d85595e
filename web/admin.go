package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/httpx"
)

// AdminLedger is what the admin API reads, and where it notes what was read.
type AdminLedger interface {
	Search(ctx context.Context, q ledger.Query, below int64, limit int) (ledger.Found, error)
	Receipt(ctx context.Context, site string, id uuid.UUID) (ledger.Receipt, error)
	Statistics(context.Context, ledger.Selection) (ledger.Statistics, error)
	NoteAdmin(ctx context.Context, what, site string, records int) error
	AdminActions(ctx context.Context, since time.Time) ([]ledger.AdminAction, error)
}

// admin answers below /v1/admin/. Without a token there is nothing.
func (s *Server) admin() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc(s.at("GET /v1/admin/{$}"), s.adminPage)
	for pattern, h := range map[string]http.HandlerFunc{
		"GET /v1/admin/sites":               s.adminSites,
		"GET /v1/admin/actions":             s.adminActions,
		"GET /v1/admin/{site}/records":      s.ofSite(s.adminSearch),
		"GET /v1/admin/{site}/records/{id}": s.ofSite(s.adminRecord),
		"GET /v1/admin/{site}/statistics":   s.ofSite(s.adminStatistics),
	} {
		mux.HandleFunc(s.at(pattern), s.access.Require(h))
	}
	return mux
}

func (s *Server) adminSites(w http.ResponseWriter, _ *http.Request) {
	type siteData struct {
		ID       string   `json:"id"`
		Versions []string `json:"versions"`
		Purposes []string `json:"purposes"`
	}
	out := []siteData{}
	for _, loaded := range s.options.Sites {
		d := siteData{ID: loaded.ID, Versions: loaded.Versions()}
		for _, p := range loaded.CurrentPolicy().Purposes {
			d.Purposes = append(d.Purposes, p.ID)
		}
		out = append(out, d)
	}
	httpx.WriteJSON(w, http.StatusOK, out)
}

func (s *Server) adminActions(w http.ResponseWriter, r *http.Request) {
	since, err := timeParameter(r.URL.Query(), "from")
	if err != nil {
		s.responder.Refuse(w, r, err)
		return
	}
	actions, err := s.options.Admin.AdminActions(r.Context(), since)
	if err != nil {
		s.responder.WriteUnavailable(w, err)
		return
	}
	httpx.WriteJSON(w, http.StatusOK, map[string]any{"actions": actions})
}

// Limits of a page of records.
const (
	adminPage    = 50
	maxAdminPage = 500
)

func (s *Server) adminSearch(w http.ResponseWriter, r *http.Request, site *site) {
	q, below, limit, err := readQuery(r.URL.Query(), site.ID)
	if err != nil {
		s.responder.Refuse(w, r, err)
		return
	}
	found, err := s.options.Admin.Search(r.Context(), q, below, limit)
	if err != nil {
		s.responder.WriteUnavailable(w, err)
		return
	}
	if found.Records == nil {
		found.Records = []ledger.IndexedRecord{}
	}
	s.answerAdmin(w, r, "search", site, len(found.Records), found)
}

func (s *Server) adminRecord(w http.ResponseWriter, r *http.Request, site *site) {
	id, ok := httpx.ParseID(r.PathValue("id"))
	if !ok {
		unknownRecord(w)
		return
	}
	receipt, err := s.options.Admin.Receipt(r.Context(), site.ID, id)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		unknownRecord(w)
	case errors.Is(err, ledger.ErrErased):
		httpx.WriteProblem(w, http.StatusGone, "erased", "The record was erased.")
	case err != nil:
		s.responder.WriteUnavailable(w, err)
	default:
		s.answerAdmin(w, r, "show", site, 1, receipt)
	}
}

func (s *Server) adminStatistics(w http.ResponseWriter, r *http.Request, site *site) {
	which, err := period(r.URL.Query(), site.ID)
	if err == nil {
		err = only(r.URL.Query(), "from", "to")
	}
	if err != nil {
		s.responder.Refuse(w, r, err)
		return
	}
	statistics, err := s.options.Admin.Statistics(r.Context(), which)
	if err != nil {
		s.responder.WriteUnavailable(w, err)
		return
	}
	s.answerAdmin(w, r, "count", site, statistics.Records, statistics)
}

// answerAdmin notes in the audit trail what is read of people, and then gives it: not the other way round.
func (s *Server) answerAdmin(w http.ResponseWriter, r *http.Request, what string, site *site, records int, v any) {
	encoded, err := json.Marshal(v, json.Deterministic(true)) // the purposes in the same order each time
	if err != nil {
		s.responder.Fail(w, r, "encode records", err)
		return
	}
	if err := s.options.Admin.NoteAdmin(r.Context(), what, site.ID, records); err != nil {
		s.responder.WriteUnavailable(w, err)
		return
	}
	httpx.WriteEncodedJSON(w, http.StatusOK, encoded)
}

func readQuery(v url.Values, site string) (q ledger.Query, below int64, limit int, err error) {
	if err := only(v, "from", "to", "subject", "action", "policy", "platform", "purpose", "state", "limit", "below"); err != nil {
		return q, 0, 0, err
	}
	q.Selection, err = period(v, site)
	if err != nil {
		return q, 0, 0, err
	}
	if text := v.Get("subject"); text != "" {
		id, ok := httpx.ParseID(text)
		if !ok {
			return q, 0, 0, parameter("subject", text, "a subject's id, 36 characters in lower case")
		}
		q.Subject = id
	}
	q.Action, q.Policy, q.Platform, q.Purpose = consent.Action(v.Get("action")), v.Get("policy"), policy.Platform(v.Get("platform")), v.Get("purpose")
	switch text := v.Get("state"); text {
	case "":
	case "granted":
		q.State = consent.Granted
	case "denied":
		q.State = consent.Denied
	default:
		return q, 0, 0, parameter("state", text, "granted or denied")
	}
	switch {
	case q.Action != "" && !slices.Contains(consent.Actions, q.Action):
		return q, 0, 0, parameter("action", string(q.Action), fmt.Sprintf("one of %v", consent.Actions))
	case q.Platform != "" && !slices.Contains(policy.Platforms, q.Platform):
		return q, 0, 0, parameter("platform", string(q.Platform), fmt.Sprintf("one of %v", policy.Platforms))
	case q.State != consent.Unasked && q.Purpose == "":
		return q, 0, 0, parameter("state", v.Get("state"), "it with the purpose or service that it is the state of")
	}
	limit = adminPage
	if text := v.Get("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > maxAdminPage {
			return q, 0, 0, parameter("limit", text, fmt.Sprintf("1 to %d", maxAdminPage))
		}
	}
	below, err = leafParameter(v, "below")
	return q, below, limit, err
}

// leafParameter reads where to go on; 0 where it is not there.
func leafParameter(v url.Values, name string) (int64, error) {
	text := v.Get(name)
	if text == "" {
		return 0, nil
	}
	leaf, err := strconv.ParseInt(text, 10, 64)
	if err != nil || leaf < 1 {
		return 0, parameter(name, text, "the leaf that the last page named as next")
	}
	return leaf, nil
}

func period(v url.Values, site string) (ledger.Selection, error) {
	from, err := timeParameter(v, "from")
	if err != nil {
		return ledger.Selection{}, err
	}
	to, err := timeParameter(v, "to")
	if err == nil && !to.IsZero() && !from.Before(to) {
		err = parameter("to", v.Get("to"), "a time after from")
	}
	return ledger.Selection{Site: site, From: from, To: to}, err
}

// only refuses parameters that nothing looks at: one that is spelt wrong would select everybody.
func only(v url.Values, names ...string) error {
	for name := range v {
		if !slices.Contains(names, name) {
			return &httpx.Refusal{Status: http.StatusBadRequest, Kind: "malformed-parameter", Detail: fmt.Sprintf("There is no parameter %q; want of %v.", name, names)}
		}
	}
	return nil
}

// timeParameter reads a time, or the beginning of a day in UTC; what is not there is the zero time.
func timeParameter(v url.Values, name string) (time.Time, error) {
	text := v.Get(name)
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, parameter(name, text, "a day such as 2026-01-31, or a time such as 2026-01-31T08:00:00Z")
}

func parameter(name, text, want string) error {
	return &httpx.Refusal{Status: http.StatusBadRequest, Kind: "malformed-parameter", Detail: fmt.Sprintf("%s is %q; want %s.", name, text, want)}
}

// adminPage is a page to read with: it asks for the token, keeps it in its memory, and shows what the API gives.
func (s *Server) adminPage(w http.ResponseWriter, r *http.Request) {
	var b bytes.Buffer
	err := pageTemplates.ExecuteTemplate(&b, "admin.html", struct {
		pageHead
		Script string
	}{pageHead{Title: "Nod: records", Icon: s.static.address["nod.svg"], CSS: s.static.address["admin.css"], Language: "en", Direction: "ltr"}, s.static.address["admin.js"]})
	if err != nil {
		s.responder.Fail(w, r, "draw a page", err)
		return
	}
	h := w.Header()
	httpx.SetSecureHeaders(h, "script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	w.Write(b.Bytes())
}
