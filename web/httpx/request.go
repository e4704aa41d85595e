package httpx

import (
	"net/http"
	"strings"

	"github.com/google/uuid"
)

// HasGPC says whether the request carries the GPC header, a Global Privacy Control signal: exactly "1" (GPC, section
// 3.1).
func HasGPC(r *http.Request) bool {
	values := r.Header.Values("Sec-GPC")
	return len(values) == 1 && values[0] == "1"
}

// BearerToken returns the token of the Authorization header, or "".
func BearerToken(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// ParseID reads a UUID in its only form: 36 characters in lower case.
func ParseID(s string) (uuid.UUID, bool) {
	id, err := uuid.Parse(s)
	return id, err == nil && id.String() == s
}
