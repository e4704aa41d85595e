package api

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web/httpx"
)

// Schemas serves the JSON Schemas that editors complete and check a site's files with, and programs decisions and
// receipts. They are made by go generate ./web.
type Schemas map[string]*httpx.Resource // by file name

// ReadSchemas reads the schemas that the program carries.
func ReadSchemas(cache *httpx.ResourceCache) (Schemas, error) {
	entries, err := assets.Files.ReadDir("schema")
	if err != nil {
		return nil, err
	}
	all := Schemas{}
	for _, e := range entries {
		text, err := assets.Files.ReadFile("schema/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("read schema %s: %w", e.Name(), err)
		}
		all[e.Name()] = cache.Resource("application/schema+json", text)
	}
	return all, nil
}

func (s Schemas) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	schema, ok := s[r.PathValue("file")]
	if !ok {
		names := strings.Join(slices.Sorted(maps.Keys(s)), ", ")
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-schema", "There is no schema of this name. There are "+names+".")
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Set("Access-Control-Allow-Origin", "*") // editors in browsers read it too
	schema.ServeHTTP(w, r)
}
