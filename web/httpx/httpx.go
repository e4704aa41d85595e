// Package httpx is the HTTP that all handlers of the server share: problem documents, compressed responses, headers,
// limits, metrics and the log. It knows no site, and each of its parts works without a server.
package httpx

import (
	"net/http"
	"strings"
)

// Router registers the handlers of one part of the server below the base path.
type Router struct {
	base     string // "" or "/path"
	mux      *http.ServeMux
	patterns []string // without the base path
}

// NewRouter returns a router without handlers. The base path is "", or begins with "/" and does not end with it.
func NewRouter(base string) *Router { return &Router{base: base, mux: http.NewServeMux()} }

// Handle registers a handler for a pattern of http.ServeMux that leaves out the base path.
func (r *Router) Handle(pattern string, h http.Handler) {
	r.patterns = append(r.patterns, pattern)
	r.Mount(pattern, h)
}

// Mount registers the handler of another router.
func (r *Router) Mount(pattern string, h http.Handler) {
	r.mux.Handle(AddBasePath(r.base, pattern), h)
}

// HandleFunc registers a function as Handle does a handler.
func (r *Router) HandleFunc(pattern string, h http.HandlerFunc) { r.Handle(pattern, h) }

// HandleRoot registers a handler for a pattern that the base path does not change.
func (r *Router) HandleRoot(pattern string, h http.HandlerFunc) {
	r.patterns = append(r.patterns, pattern)
	r.MountRoot(pattern, h)
}

// MountRoot registers the handler of another router below a pattern that the base path does not change.
func (r *Router) MountRoot(pattern string, h http.Handler) { r.mux.Handle(pattern, h) }

// Patterns lists the patterns of all routes, without the base path.
func (r *Router) Patterns() []string { return r.patterns }

// Handler returns the handler of all routes. It answers with a problem document where there is no route.
func (r *Router) Handler() http.Handler { return WithProblemDocuments(r.mux) }

// Mux returns the handler of all routes as http.ServeMux answers.
func (r *Router) Mux() http.Handler { return r.mux }

// AddBasePath puts the base path into the pattern of a route. It is not stripped from requests instead, because then
// the redirects of http.ServeMux would lead out of it.
func AddBasePath(base, pattern string) string { return strings.Replace(pattern, "/", base+"/", 1) }
