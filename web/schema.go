package web

//go:generate go run ./schema/build

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web/httpx"
)

// schemas gives the JSON Schemas that editors complete and check a site's files with, and programs decisions and receipts:
// GET /schema/{name}.json.
func schemas(resources *httpx.ResourceCache) (map[string]*httpx.Resource, error) {
	entries, err := assets.Files.ReadDir("schema")
	if err != nil {
		return nil, err
	}
	all := map[string]*httpx.Resource{}
	for _, e := range entries {
		text, err := assets.Files.ReadFile("schema/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("read schema %s: %w", e.Name(), err)
		}
		all[e.Name()] = resources.Resource("application/schema+json", text)
	}
	return all, nil
}

func (s *Server) schema(w http.ResponseWriter, r *http.Request) {
	found, ok := s.schemas[r.PathValue("file")]
	if !ok {
		names := strings.Join(slices.Sorted(maps.Keys(s.schemas)), ", ")
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-schema", "There is no such schema. There are "+names+".")
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Set("Access-Control-Allow-Origin", "*") // editors in browsers read it too
	found.ServeHTTP(w, r)
}
