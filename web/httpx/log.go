package httpx

import (
	"log/slog"
	"net/http"
	"regexp"
	"time"
)

// LogRequests logs and counts each answer: the kind of request, and how it went. Addresses, user agents, ids and query
// strings are personal data or may be, and are left out. isSite says whether a site of this name is served; anyone may
// put anything else there.
func LogRequests(next http.Handler, log *slog.Logger, metrics *Metrics, isSite func(string) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		watched := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(watched, r)
		route := r.Pattern
		if route == "" {
			route = "none"
		}
		name := r.PathValue("site")
		if !isSite(name) {
			name = ""
		}
		took := time.Since(began)
		metrics.countRequest(route, watched.status, took)
		log.Debug("answered", "route", route, "site", name, "status", watched.status, "ms", took.Milliseconds())
	})
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// RedactIDs returns the error's text without the ids of decisions and subjects that it may name: they lead to a person.
func RedactIDs(err error) string { return anyID.ReplaceAllString(err.Error(), "…") }

// statusWriter remembers the status that was sent.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the writer underneath.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
