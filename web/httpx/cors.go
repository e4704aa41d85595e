package httpx

import (
	"net/http"
	"slices"
)

// AllowOrigin says whether the request's origin may call the API, and sets the headers of CORS. It compares an Origin
// header exactly with the server's own origin and with the list. A request without the header comes from a back end or
// an app; it is no less authenticated, because an origin proves nothing. With credentials, the browser sends cookies.
func AllowOrigin(w http.ResponseWriter, r *http.Request, own string, allowed []string, hasCredentials bool) bool {
	h := w.Header()
	h.Add("Vary", "Origin")
	origins := r.Header.Values("Origin")
	switch {
	case len(origins) == 0:
		return true
	case len(origins) > 1:
		return false
	case origins[0] != own && !slices.Contains(allowed, origins[0]):
		return false
	}
	h.Set("Access-Control-Allow-Origin", origins[0])
	h.Set("Access-Control-Expose-Headers", "Retry-After")
	if hasCredentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	return true
}

// AnswerPreflight answers what a browser asks before it sends a request to the API.
func AnswerPreflight(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
	h.Set("Access-Control-Allow-Headers", "Content-Type, Authorization")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
}
