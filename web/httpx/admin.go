package httpx

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
)

// MinAdminToken is how many characters the admin token has at least.
const MinAdminToken = 24

// AdminAccess lets requests through that carry the admin token. Its zero value lets none through.
type AdminAccess struct {
	token     string
	limiter   *RateLimiter
	responder *Responder
}

// NewAdminAccess returns the access that the token opens; "" opens none.
func NewAdminAccess(token string, limiter *RateLimiter, responder *Responder) AdminAccess {
	return AdminAccess{token, limiter, responder}
}

// IsOpen says whether there is a token at all.
func (a AdminAccess) IsOpen() bool { return a.token != "" }

// IsAdmin compares the bearer token, in a time that reveals nothing about the right one.
func (a AdminAccess) IsAdmin(r *http.Request) bool {
	if !a.IsOpen() {
		return false
	}
	sent, right := sha256.Sum256([]byte(BearerToken(r))), sha256.Sum256([]byte(a.token))
	return subtle.ConstantTimeCompare(sent[:], right[:]) == 1
}

// Require lets only the administrator through. Guesses of the token count like decisions.
func (a AdminAccess) Require(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if a.IsAdmin(r) {
			next(w, r)
			return
		}
		if err := a.limiter.CheckRate(r); err != nil {
			a.responder.Refuse(w, r, err)
			return
		}
		a.responder.Metrics.CountRefusal("admin-token-needed")
		w.Header().Set("WWW-Authenticate", `Bearer realm="nod admin"`)
		detail := "Send the admin token as a bearer token."
		if BearerToken(r) != "" {
			detail = "This is not the admin token. It is in the file that the server was started with (--admin-token-file)."
		}
		WriteProblem(w, http.StatusUnauthorized, "admin-token-needed", detail)
	}
}
