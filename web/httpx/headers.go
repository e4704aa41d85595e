package httpx

import "net/http"

// strictTransport makes a browser use TLS for this host for a year. It does not speak for other hosts of the domain.
const strictTransport = "max-age=31536000"

// WithSecureHeaders sets the headers that every answer has: no cache stores it, no other site loads it, and no browser
// guesses its type. A handler can replace those of its own answers. isStrict says whether the browser should use TLS
// for this host from now on.
func WithSecureHeaders(next http.Handler, isStrict func(*http.Request) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if isStrict(r) {
			h.Set("Strict-Transport-Security", strictTransport)
		}
		next.ServeHTTP(w, r)
	})
}

// SetSecurityHeaders sets the Content-Security-Policy that follows default-src 'none', and the other headers that every
// page needs.
func SetSecurityHeaders(h http.Header, csp string) {
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; "+csp)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
}
