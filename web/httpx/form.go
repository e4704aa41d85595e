package httpx

import (
	"mime"
	"net/http"
)

// CheckFormOrigin refuses a form that another page sent: browsers name the page's origin, which has to be our own.
func CheckFormOrigin(r *http.Request, own string) error {
	if origin := r.Header.Values("Origin"); len(origin) != 1 || origin[0] != own {
		return &Refusal{Status: http.StatusForbidden, Kind: "foreign-origin", Detail: "The form was not sent " +
			"from its own page. Behind a proxy, name the proxy with --trusted-proxy."}
	}
	return nil
}

// ParseForm reads the values of a form of at most limit bytes.
func ParseForm(w http.ResponseWriter, r *http.Request, limit int64) error {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return &Refusal{
			Status: http.StatusUnsupportedMediaType, Kind: "content-type",
			Detail: "Send the form as application/x-www-form-urlencoded.",
		}
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	if err := r.ParseForm(); err != nil {
		return RefuseBody(err, "The form could not be read.")
	}
	return nil
}
