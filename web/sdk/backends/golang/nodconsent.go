// Package nodconsent reads the visitor's consent in a back end: from the cookie "nod" that came with a request, or by
// asking the server. It needs the standard library only: copy this file into your module.
package nodconsent

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxLength  = 3900 // of a cookie's value
	maxEntries = 300
	day        = 24 * time.Hour
)

var (
	packedID = regexp.MustCompile(`^[\w-]{21}[AQgw]$`) // 16 bytes as base64url
	entry    = regexp.MustCompile(`^(?:([a-z][a-z0-9-]{0,31}):)?([gdGD])([\w-]{6})([0-9a-z]{3})?$`)
)

// Consent is what a visitor answered.
type Consent struct {
	Decision string // id of the last decision
	Subject  string // id of the answers' owner
	Answers  []Answer

	time time.Time // of the decision
}

// Answer is the answer to one purpose or service.
type Answer struct {
	ID      string // may be empty
	Hash    string
	Granted bool
	Day     int64 // since 1970-01-01 UTC
	GPC     bool  // given while the browser sent a Global Privacy Control signal
}

// Policy is what GET /v1/{site}/policy returns, as far as answers depend on it.
type Policy struct {
	Purposes    []Purpose         `json:"purposes"`
	GrantedDays int64             `json:"granted_days"`
	Equivalents map[string]string `json:"equivalents"`
}

// Purpose is one purpose of a policy.
type Purpose struct {
	ID       string    `json:"id"`
	Hash     string    `json:"hash"`
	Required bool      `json:"required"`
	PerCase  bool      `json:"per_case"`
	GPC      bool      `json:"gpc"`
	Services []Service `json:"services"`

	WasRefusable bool `json:"was_refusable"` // it is required now, and could be refused before
}

// Service is a tool within a purpose.
type Service struct {
	ID           string `json:"id"`
	Hash         string `json:"hash"`
	WasRefusable bool   `json:"was_refusable"`
}

// Decode reads the value of one cookie. It returns false for a value that is as good as none.
func Decode(value string) (Consent, bool) {
	parts := strings.Split(value, ".")
	if len(value) > maxLength || len(parts) < 3 || len(parts)-3 > maxEntries || parts[0] != "1" {
		return Consent{}, false
	}
	decision, isDecision := unpackID(parts[1], '7')
	subject, isSubject := unpackID(parts[2], '4')
	if !isDecision || !isSubject {
		return Consent{}, false
	}
	ms, err := strconv.ParseInt(decision[:8]+decision[9:13], 16, 64)
	if err != nil {
		return Consent{}, false
	}
	c := Consent{Decision: decision, Subject: subject, time: time.UnixMilli(ms)}
	for _, text := range parts[3:] {
		m := entry.FindStringSubmatch(text)
		if m == nil {
			return Consent{}, false
		}
		a := Answer{
			ID: m[1], Hash: m[3], Granted: strings.EqualFold(m[2], "g"), Day: ms / day.Milliseconds(), GPC: m[2] < "a",
		}
		if m[4] != "" {
			if a.Day, err = strconv.ParseInt(m[4], 36, 64); err != nil {
				return Consent{}, false
			}
		}
		c.Answers = addAnswer(c.Answers, a)
	}
	return c, true
}

func unpackID(text string, version byte) (string, bool) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || !packedID.MatchString(text) {
		return "", false
	}
	id := fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
	return id, id[14] == version && strings.IndexByte("89ab", id[19]) >= 0
}

// addAnswer adds an answer. Of two answers to the same content a refusal counts.
func addAnswer(answers []Answer, a Answer) []Answer {
	at := slices.IndexFunc(answers, func(other Answer) bool { return other.Hash == a.Hash })
	switch {
	case at < 0:
		return append(answers, a)
	case !a.Granted:
		answers[at] = a
	}
	return answers
}

// Read returns the newest answers in a request's cookies, and false if it has none. Answers from more than a day ahead
// are of a wrong clock, or forged.
func Read(r *http.Request, now time.Time) (newest Consent, ok bool) {
	for _, cookie := range r.CookiesNamed("nod") {
		c, isRead := Decode(cookie.Value)
		if !isRead || c.time.After(now.Add(day)) {
			continue
		}
		if ok && c.Decision == newest.Decision {
			for _, a := range newest.Answers {
				c.Answers = addAnswer(c.Answers, a)
			}
		}
		if !ok || c.Decision >= newest.Decision {
			newest, ok = c, true
		}
	}
	return newest, ok
}

// IsGranted reports whether a purpose or service is granted. gpc says whether the request has "Sec-GPC: 1". An id that
// the policy does not have is not granted.
func (p *Policy) IsGranted(c Consent, id string, gpc bool, now time.Time) bool {
	v := visitor{policy: p, today: now.UnixMilli() / day.Milliseconds()}
	for _, a := range c.Answers {
		if current, ok := p.Equivalents[a.Hash]; ok {
			a.Hash = current
		}
		v.answers = addAnswer(v.answers, a)
	}
	for _, purpose := range p.Purposes {
		isUnderSignal := gpc && purpose.GPC
		isOn := v.isGrantedPurpose(purpose, isUnderSignal)
		if purpose.ID == id {
			return isOn
		}
		for _, s := range purpose.Services {
			if s.ID != id {
				continue
			}
			own, isAnswered := v.find(s.Hash)
			switch {
			case !isOn || !isAnswered:
				return isOn
			case purpose.Required:
				return own.Granted || !s.WasRefusable
			}
			return v.isGrantedContent(s.Hash, isUnderSignal)
		}
	}
	return false
}

// visitor is what a visitor answered, by the contents of the present policy.
type visitor struct {
	policy  *Policy
	answers []Answer
	today   int64
}

func (v visitor) find(hash string) (Answer, bool) {
	at := slices.IndexFunc(v.answers, func(a Answer) bool { return a.Hash == hash })
	if at < 0 {
		return Answer{}, false
	}
	return v.answers[at], true
}

// isGrantedPurpose reports whether a purpose is on. A required one is, unless it was refused while that was possible.
func (v visitor) isGrantedPurpose(p Purpose, isUnderSignal bool) bool {
	if p.Required {
		a, isAnswered := v.find(p.Hash)
		return !isAnswered || a.Granted || !p.WasRefusable
	}
	return !p.PerCase && v.isGrantedContent(p.Hash, isUnderSignal)
}

func (v visitor) isGrantedContent(hash string, isUnderSignal bool) bool {
	a, isAnswered := v.find(hash)
	return isAnswered && a.Granted && (a.GPC || !isUnderSignal) &&
		a.Day <= v.today+1 && v.today < a.Day+v.policy.GrantedDays
}

// FetchStatus asks the server whether a purpose, service or SDK is granted to the subject of a cookie. server is the
// address of Nod without a slash at its end. With an error, treat it as not granted.
func FetchStatus(ctx context.Context, client *http.Client, server, site, id, subject string) (bool, error) {
	address := fmt.Sprintf("%s/v1/%s/status/%s?subject=%s",
		server, url.PathEscape(site), url.PathEscape(id), url.QueryEscape(subject))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return false, err
	}
	response, err := client.Do(request)
	if err != nil {
		return false, err
	}
	defer response.Body.Close()
	var answer struct {
		State string `json:"state"`
	}
	if response.StatusCode != http.StatusOK {
		return false, fmt.Errorf("status of %s: %s", id, response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return false, fmt.Errorf("status of %s: %w", id, err)
	}
	return answer.State == "granted", nil
}
