package httpx

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// sessionLife is how long staff stay signed in.
const sessionLife = 8 * time.Hour

const sessionCookie = "nod-staff"

// SignIn gives the browser of the administrator, who has sent the token, a cookie for pages that work without script.
// The cookie holds an end and a code that only the token makes, so that every server with the token takes it, and a new
// token ends all sessions.
func (a AdminAccess) SignIn(w http.ResponseWriter, token string, isSecure bool, now time.Time) bool {
	sent, right := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(a.token))
	if !a.IsOpen() || !hmac.Equal(sent[:], right[:]) {
		return false
	}
	end := strconv.FormatInt(now.Add(sessionLife).Unix(), 10)
	a.setSession(w, end+"."+a.signSession(end), isSecure, int(sessionLife.Seconds()))
	return true
}

// SignOut takes the cookie away.
func (a AdminAccess) SignOut(w http.ResponseWriter, isSecure bool) { a.setSession(w, "", isSecure, -1) }

func (a AdminAccess) setSession(w http.ResponseWriter, value string, isSecure bool, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: sessionName(isSecure), Value: value, Path: "/", HttpOnly: true, MaxAge: maxAge,
		SameSite: http.SameSiteStrictMode, Secure: isSecure,
	})
}

// sessionName has the prefix that keeps other hosts from setting the cookie, where the browser knows it.
func sessionName(isSecure bool) string {
	if isSecure {
		return "__Host-" + sessionCookie
	}
	return sessionCookie
}

// HasSession says whether the request is of a browser that is signed in.
func (a AdminAccess) HasSession(r *http.Request, isSecure bool, now time.Time) bool {
	c, err := r.Cookie(sessionName(isSecure))
	if err != nil || !a.IsOpen() {
		return false
	}
	end, code, _ := strings.Cut(c.Value, ".")
	seconds, err := strconv.ParseInt(end, 10, 64)
	return err == nil && hmac.Equal([]byte(code), []byte(a.signSession(end))) && now.Unix() < seconds
}

func (a AdminAccess) signSession(end string) string {
	key := sha256.Sum256([]byte(a.token))
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte("nod staff session\n" + end))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
