package httpx

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/andybalholm/brotli"
)

func TestARouterAnswersWithProblemDocuments(t *testing.T) {
	router := NewRouter("/sub")
	router.HandleFunc("GET /here", func(w http.ResponseWriter, _ *http.Request) {
		WriteText(w, http.StatusOK, "here")
	})
	router.HandleFunc("OPTIONS /api/{rest...}", func(http.ResponseWriter, *http.Request) {})
	for _, test := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/sub/here", http.StatusOK, ""},
		{"GET", "/here", http.StatusNotFound, ""},
		{"GET", "/sub/there", http.StatusNotFound, ""},
		{"POST", "/sub/here", http.StatusMethodNotAllowed, "GET, HEAD"},
		{"GET", "/sub/api/unknown", http.StatusNotFound, ""},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			w := httptest.NewRecorder()
			router.Handler().ServeHTTP(w, httptest.NewRequest(test.method, test.path, nil))
			if w.Code != test.status || w.Header().Get("Allow") != test.allow {
				t.Errorf("status %d, Allow %q; want %d, %q", w.Code, w.Header().Get("Allow"), test.status, test.allow)
			}
			if test.status == http.StatusOK {
				return
			}
			var problem Problem
			if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || problem.Status != test.status {
				t.Errorf("body %s, error %v", w.Body, err)
			}
		})
	}
}

func TestAResourceIsCompressedOnceForTwoCaches(t *testing.T) {
	content := []byte(strings.Repeat("consent ", 1000))
	first := NewResourceCache(4, nil)
	made := first.Resource("text/plain", content)
	second := NewResourceCache(4, first)
	if second.Resource("text/plain", content) != made {
		t.Error("the next cache makes the resource a second time")
	}
	if second.Resource("text/css", content) == made || second.Resource("text/plain", content[1:]) == made {
		t.Error("another type or another content is the same resource")
	}
	if got, err := made.Content(); err != nil || string(got) != string(content) {
		t.Errorf("%d bytes, error %v", len(got), err)
	}
}

func TestTheFirstAnswerIsCompressedFastAndLaterOnesWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var content []byte
		for i := range 5000 {
			content = fmt.Appendf(content, "purpose %d of %d; ", i*i, i)
		}
		r := NewResourceCache(0, nil).Resource("text/plain", content)
		get := func() *httptest.ResponseRecorder {
			request := httptest.NewRequest("GET", "/", nil)
			request.Header.Set("Accept-Encoding", "br")
			w := httptest.NewRecorder()
			r.ServeHTTP(w, request)
			return w
		}
		first := get()
		synctest.Wait() // until nothing is compressed any more
		later := get()
		if first.Body.Len() <= later.Body.Len() {
			t.Errorf("first %d bytes, then %d", first.Body.Len(), later.Body.Len())
		}
		if first.Header().Get("ETag") == later.Header().Get("ETag") {
			t.Error("two different bodies have the same entity tag")
		}
		for _, w := range []*httptest.ResponseRecorder{first, later} {
			if got, err := io.ReadAll(brotli.NewReader(w.Body)); err != nil || !bytes.Equal(got, content) {
				t.Errorf("another content of %d bytes, error %v", len(got), err)
			}
		}
	})
}

func TestTheAdminTokenOpensAndGuessesCount(t *testing.T) {
	const token = "0123456789abcdef01234567"
	responder := &Responder{Metrics: NewMetrics()}
	access := NewAdminAccess(token, NewRateLimiter(2, nil, func() time.Time { return time.Unix(0, 0) }), responder)
	open := access.Require(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	for i, test := range []struct {
		authorization string
		status        int
	}{
		{"Bearer " + token, http.StatusOK},
		{"bearer  " + token, http.StatusOK},
		{"Bearer " + token[1:], http.StatusUnauthorized},
		{"Basic " + token, http.StatusUnauthorized},
		{"Bearer x", http.StatusTooManyRequests},
		{"Bearer " + token, http.StatusOK},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", test.authorization)
		w := httptest.NewRecorder()
		open(w, r)
		if w.Code != test.status {
			t.Errorf("request %d: status %d; want %d", i, w.Code, test.status)
		}
	}
	empty := httptest.NewRequest("GET", "/", nil)
	empty.Header.Set("Authorization", "Bearer ")
	if (AdminAccess{}).IsAdmin(empty) {
		t.Error("without a token, an empty one opens")
	}
}
