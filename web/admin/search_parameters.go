package admin

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/httpx"
)

// Limits of a page of records.
const (
	defaultLimit = 50
	maxLimit     = 500
)

// search is a request for a page of records.
type search struct {
	query ledger.Query
	below int64 // leaf at which to go on; 0 to begin
	limit int
}

// readSearch reads the parameters of a search in a site.
func readSearch(v url.Values, site string) (s search, err error) {
	err = httpx.RejectUnknownParams(v,
		"from", "to", "subject", "action", "policy", "platform", "purpose", "state", "limit", "below")
	if err != nil {
		return s, err
	}
	if s.query.Selection, err = readPeriod(v, site); err != nil {
		return s, err
	}
	if text := v.Get("subject"); text != "" {
		id, ok := httpx.ParseID(text)
		if !ok {
			return s, httpx.BadParameter("subject", text, "a subject's id, 36 characters in lower case")
		}
		s.query.Subject = id
	}
	if err := readAnswer(v, &s.query); err != nil {
		return s, err
	}
	s.limit = defaultLimit
	if text := v.Get("limit"); text != "" {
		if s.limit, err = strconv.Atoi(text); err != nil || s.limit < 1 || s.limit > maxLimit {
			return s, httpx.BadParameter("limit", text, fmt.Sprintf("1 to %d", maxLimit))
		}
	}
	s.below, err = httpx.LeafParameter(v, "below")
	return s, err
}

// readAnswer reads what was decided, under which version, and where.
func readAnswer(v url.Values, q *ledger.Query) error {
	q.Action, q.Platform = consent.Action(v.Get("action")), policy.Platform(v.Get("platform"))
	q.Policy, q.Purpose = v.Get("policy"), v.Get("purpose")
	switch text := v.Get("state"); text {
	case "":
	case "granted":
		q.State = consent.Granted
	case "denied":
		q.State = consent.Denied
	default:
		return httpx.BadParameter("state", text, "granted or denied")
	}
	switch {
	case q.Action != "" && !slices.Contains(consent.Actions, q.Action):
		return httpx.BadParameter("action", string(q.Action), "one of "+join(consent.Actions))
	case q.Platform != "" && !slices.Contains(policy.Platforms, q.Platform):
		return httpx.BadParameter("platform", string(q.Platform), "one of "+join(policy.Platforms))
	case q.State != consent.Unasked && q.Purpose == "":
		return httpx.BadParameter("state", v.Get("state"), "it with the purpose or service that it is the state of")
	}
	return nil
}

func join[T ~string](list []T) string {
	var texts []string
	for _, t := range list {
		texts = append(texts, string(t))
	}
	return strings.Join(texts, ", ")
}

func readPeriod(v url.Values, site string) (ledger.Selection, error) {
	from, err := httpx.TimeParameter(v, "from")
	if err != nil {
		return ledger.Selection{}, err
	}
	to, err := httpx.TimeParameter(v, "to")
	if err == nil && !to.IsZero() && !from.Before(to) {
		err = httpx.BadParameter("to", v.Get("to"), "a time after from")
	}
	return ledger.Selection{Site: site, From: from, To: to}, err
}
