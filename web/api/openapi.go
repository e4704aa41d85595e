package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web/httpx"
)

// Describe returns the description of the API (OpenAPI 3.1) for a server with this base path.
func Describe(base string) ([]byte, error) {
	source, err := assets.Files.ReadFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	var description map[string]any
	if err := yaml.Unmarshal(source, &description); err != nil {
		return nil, fmt.Errorf("read the description of the API: %w", err)
	}
	if base != "" {
		description["servers"] = []map[string]string{{"url": base}}
	}
	return json.Marshal(description)
}

// Description serves the description of the API. It is made when somebody asks for it first.
func Description(base string, cache *httpx.ResourceCache, responder *httpx.Responder) http.Handler {
	read := sync.OnceValues(func() (*httpx.Resource, error) {
		text, err := Describe(base)
		if err != nil {
			return nil, err
		}
		return cache.Resource("application/json", text), nil
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		description, err := read()
		if err != nil {
			responder.Fail(w, r, "describe the API", err)
			return
		}
		description.ServeHTTP(w, r)
	})
}
