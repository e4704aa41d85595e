package web

import (
	"net/http"
	"regexp"
	"time"
)

// logged writes one line for each answer: what kind of request, and how it went. Addresses, user agents, ids and query
// strings are personal data or may be, and stay out.
func (s *Server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		route := r.Pattern
		if route == "" {
			route = "none"
		}
		name := r.PathValue("site")
		if _, ok := s.sites[name]; !ok {
			name = "" // anybody may put anything there
		}
		s.metrics.answered(route, seen.status, time.Since(began))
		s.options.Log.Debug("answered", "route", route, "site", name, "status", seen.status, "ms", time.Since(began).Milliseconds())
	})
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// nameless is the error's text without the ids of decisions and subjects that it may name: they lead to a person.
func nameless(err error) string { return anyID.ReplaceAllString(err.Error(), "…") }

// statusWriter remembers the status that was sent.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (a *statusWriter) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the writer underneath.
func (a *statusWriter) Unwrap() http.ResponseWriter { return a.ResponseWriter }
