package httpx

import "net/http"

// SetSecureHeaders sets the Content-Security-Policy that follows default-src 'none', and the other headers that every
// page needs.
func SetSecureHeaders(h http.Header, csp string) {
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; "+csp)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
}
