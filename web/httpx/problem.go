package httpx

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// Problem is an error as RFC 9457 writes it.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

// WriteProblem answers with an error. The kind is a stable name for programs. The detail is for people: what is wrong,
// where, and what would be right.
func WriteProblem(w http.ResponseWriter, status int, kind, detail string) {
	setProblemHeaders(w)
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(NewProblem(status, kind, detail))
}

// WriteEncodedProblem answers with a problem document that has more members, which the caller encoded.
func WriteEncodedProblem(w http.ResponseWriter, status int, encoded []byte) {
	setProblemHeaders(w)
	w.WriteHeader(status)
	w.Write(encoded)
}

// NewProblem returns the problem document of WriteProblem.
func NewProblem(status int, kind, detail string) Problem {
	return Problem{Type: "urn:nod:problem:" + kind, Title: http.StatusText(status), Status: status, Detail: detail}
}

func setProblemHeaders(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	// A page that asks for a missing script should read why in its console.
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	for _, name := range []string{"Content-Encoding", "ETag", "Last-Modified"} {
		h.Del(name)
	}
}

// WithProblemDocuments answers with a problem document where http.ServeMux itself would refuse: it has no such address
// or method.
func WithProblemDocuments(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refuse, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		recorded := &recordedResponse{header: http.Header{}}
		refuse.ServeHTTP(recorded, r)
		allowed := recorded.header.Get("Allow")
		// Every address of the API takes OPTIONS, so OPTIONS alone means that there is nothing.
		if recorded.status != http.StatusMethodNotAllowed || allowed == http.MethodOptions {
			WriteProblem(w, http.StatusNotFound, "unknown-address",
				"There is nothing at this address. The server's openapi.json lists those of the API.")
			return
		}
		w.Header().Set("Allow", allowed)
		WriteProblem(w, http.StatusMethodNotAllowed, "method", "This address takes "+allowed+".")
	})
}

// recordedResponse is a response that is inspected and not sent.
type recordedResponse struct {
	header http.Header
	status int
}

func (r *recordedResponse) Header() http.Header         { return r.header }
func (r *recordedResponse) Write(b []byte) (int, error) { return len(b), nil }
func (r *recordedResponse) WriteHeader(status int)      { r.status = status }

// WriteJSON answers with a value as JSON.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		WriteProblem(w, http.StatusInternalServerError, "internal", "Something went wrong here; nothing was changed.")
		return
	}
	WriteEncodedJSON(w, status, b.Bytes())
}

// WriteEncodedJSON answers with JSON that the caller encoded.
func WriteEncodedJSON(w http.ResponseWriter, status int, encoded []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Content-Type-Options", "nosniff")
	// A page that asks for a missing script should read why in its console.
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	w.Write(encoded)
}

// WriteHTML answers with a page.
func WriteHTML(w http.ResponseWriter, status int, page []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(page)
}

// WriteText answers with one line of text that no cache stores.
func WriteText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write([]byte(text + "\n"))
}

// WriteUnknownRecord answers a request for a record that does not exist.
func WriteUnknownRecord(w http.ResponseWriter) {
	WriteProblem(w, http.StatusNotFound, "unknown-record",
		"This site has no record with this id. Check the site and the id.")
}
