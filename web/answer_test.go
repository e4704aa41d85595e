package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// answer is the response to a request.
type answer struct {
	testing.TB
	*http.Response
	body []byte
}

// send sends a request with the headers, each as "Name: value". What leads to a person among them is noted as private.
func (s *server) send(method, target, body string, headers ...string) answer {
	s.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.RemoteAddr = testPeer + ":40000"
	r.Host = testHost
	r.Header.Set("User-Agent", testAgent)
	for _, h := range headers {
		name, value, ok := strings.Cut(h, ":")
		if !ok {
			s.Fatalf("header %q", h)
		}
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "Host":
			r.Host = value
		case "From": // the address of the connection
			r.RemoteAddr = s.private(value) + ":40000"
		case "Origin", "Authorization", "Cookie", "X-Forwarded-For":
			s.private(value)
			r.Header.Add(name, value)
		default:
			r.Header.Add(name, value)
		}
	}
	return s.serve(r)
}

func (s *server) serve(r *http.Request) answer {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	a := answer{s.TB, w.Result(), w.Body.Bytes()}
	describedAPI().check(r, a)
	return a
}

func (s *server) get(target string, headers ...string) answer {
	s.Helper()
	return s.send("GET", target, "", headers...)
}

// is checks the status.
func (a answer) is(status int) answer {
	a.Helper()
	if a.StatusCode != status {
		a.Fatalf("status %d, body %.500q; want %d", a.StatusCode, a.body, status)
	}
	return a
}

// has checks that a header has exactly these values; without values, that it is missing.
func (a answer) has(name string, want ...string) answer {
	a.Helper()
	if got := a.Header.Values(name); strings.Join(got, "\n") != strings.Join(want, "\n") {
		a.Errorf("%s is %q; want %q", name, got, want)
	}
	return a
}

// lacks checks that there is no header of these names.
func (a answer) lacks(names ...string) answer {
	a.Helper()
	for _, name := range names {
		a.has(name)
	}
	return a
}

// problem checks that the body is a whole problem document of RFC 9457, of this kind, without other members.
func (a answer) problem(status int, kind string) answer {
	a.Helper()
	return a.problemWith(status, kind, &struct {
		Type, Title, Detail string
		Status              int
	}{})
}

// refusedDecision is the problem document of a decision that was not stored as it was sent.
type refusedDecision struct {
	Type, Title, Detail string
	Status              int
	Refused             []string
	Receipt             json.RawMessage
}

// refused checks that the body is the problem document of a refused decision, of this kind.
func (a answer) refused(status int, kind string) (got refusedDecision) {
	a.Helper()
	a.problemWith(status, kind, &got)
	if got.Refused == nil {
		a.Errorf("the answer does not say which grants are refused: %s", a.body)
	}
	return got
}

func (a answer) problemWith(status int, kind string, whole any) answer {
	a.Helper()
	a.is(status).has("Content-Type", "application/problem+json").has("Cache-Control", "no-store")
	var got struct {
		Type, Title, Detail string
		Status              int
	}
	d := json.NewDecoder(bytes.NewReader(a.body))
	d.DisallowUnknownFields()
	if err := d.Decode(whole); err != nil {
		a.Fatalf("body %q is no problem document: %v", a.body, err)
	}
	if err := json.Unmarshal(a.body, &got); err != nil {
		a.Fatal(err)
	}
	if got.Type != "urn:nod:problem:"+kind || got.Status != status || got.Title != http.StatusText(status) ||
		got.Detail == "" {
		a.Errorf("problem %+v; want %s with status, title and detail", got, kind)
	}
	return a
}

// json reads the body, strictly, into v.
func (a answer) json(v any) answer {
	a.Helper()
	a.has("Content-Type", "application/json").has("Cache-Control", "no-store").has("X-Content-Type-Options", "nosniff")
	d := json.NewDecoder(bytes.NewReader(a.body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		a.Fatalf("body %.500q: %v", a.body, err)
	}
	return a
}
