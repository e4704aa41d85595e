package web

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// problemDocument is an error as RFC 9457 writes it.
type problemDocument struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

// problem answers with an error. The type is a stable name for programs, the detail is for people: what is wrong, where,
// and what would be right.
func problem(w http.ResponseWriter, status int, kind, detail string) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	for _, name := range []string{"Content-Encoding", "ETag", "Last-Modified"} {
		h.Del(name)
	}
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(problemDocument{
		Type:   "urn:nod:problem:" + kind,
		Title:  http.StatusText(status),
		Status: status,
		Detail: detail,
	})
}

// explained answers with a problem document where the mux itself would say no: no such address, or another method.
func explained(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		no, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		said := &unsent{header: http.Header{}}
		no.ServeHTTP(said, r)
		allowed := said.header.Get("Allow")
		if said.status != http.StatusMethodNotAllowed || allowed == http.MethodOptions { // which every address of the API takes
			problem(w, http.StatusNotFound, "unknown-address", "There is nothing at this address.")
			return
		}
		w.Header().Set("Allow", allowed)
		problem(w, http.StatusMethodNotAllowed, "method", "This address takes "+allowed+".")
	})
}

// unsent is an answer that is looked at and not sent.
type unsent struct {
	header http.Header
	status int
}

func (u *unsent) Header() http.Header         { return u.header }
func (u *unsent) Write(b []byte) (int, error) { return len(b), nil }
func (u *unsent) WriteHeader(status int)      { u.status = status }

func writeJSON(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		problem(w, http.StatusInternalServerError, "internal", "Something went wrong here; nothing was changed.")
		return
	}
	writeEncoded(w, status, b.Bytes())
}

// writeEncoded answers with JSON that is written already.
func writeEncoded(w http.ResponseWriter, status int, encoded []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Content-Type-Options", "nosniff")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	w.Write(encoded)
}
