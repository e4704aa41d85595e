package web_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/nod-consent/nod/web/api"
)

// apiDescription is assets/openapi.yaml. Every answer that a test of this package gets is checked against it, and it
// notes which of its answers were seen.
type apiDescription struct {
	operations map[string]map[string]apiResponse // by "GET /path", then by status
	schemas    *jsonschema.Compiler

	mu       sync.Mutex
	compiled map[string]*jsonschema.Schema
	seen     map[string]bool // "GET /path 200"
}

type apiResponse struct {
	Description string
	Content     map[string]json.RawMessage // by media type
}

const apiAddress = "https://described.example/openapi.json"

// describedAPI reads the description once for all tests.
var describedAPI = sync.OnceValue(func() *apiDescription {
	d, err := readAPIDescription()
	if err != nil {
		panic(err)
	}
	return d
})

func readAPIDescription() (*apiDescription, error) {
	text, err := api.Describe("")
	if err != nil {
		return nil, err
	}
	var document struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	d := &apiDescription{
		operations: map[string]map[string]apiResponse{}, schemas: jsonschema.NewCompiler(),
		compiled: map[string]*jsonschema.Schema{}, seen: map[string]bool{},
	}
	for path, methods := range document.Paths {
		for method, encoded := range methods {
			var operation struct{ Responses map[string]apiResponse }
			if method == "parameters" {
				continue
			}
			if err := json.Unmarshal(encoded, &operation); err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
			d.operations[strings.ToUpper(method)+" "+path] = operation.Responses
		}
	}
	d.schemas.AssertFormat()
	return d, d.addSchemas(text)
}

// addSchemas adds the description and the schemas that it refers to, below one address.
func (d *apiDescription) addSchemas(description []byte) error {
	files, err := filepath.Glob("../assets/schema/*.json")
	if err != nil {
		return err
	}
	texts := map[string][]byte{apiAddress: description}
	for _, file := range files {
		address, err := url.JoinPath(apiAddress, "../schema", filepath.Base(file))
		if err != nil {
			return err
		}
		if texts[address], err = os.ReadFile(file); err != nil {
			return err
		}
	}
	for address, text := range texts {
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return fmt.Errorf("%s: %w", address, err)
		}
		if err := d.schemas.AddResource(address, document); err != nil {
			return err
		}
	}
	return nil
}

// operationOf returns the operation that a route of the server is, such as "GET /v1/{site}/log/tile/{tile}"; "" for a
// route that is not of the API, and for preflight requests.
func operationOf(pattern string) string {
	method, path, _ := strings.Cut(pattern, " ")
	at := strings.Index(path, "/v1/") // after the base path
	if at < 0 || method == http.MethodOptions {
		return ""
	}
	return method + " " + strings.NewReplacer("...}", "}", "{$}", "").Replace(path[at:])
}

// check checks an answer against the description: the status, the media type, the kind of problem and the body.
func (d *apiDescription) check(r *http.Request, a answer) {
	a.Helper()
	operation := operationOf(r.Pattern)
	isRedirect := a.StatusCode == http.StatusMovedPermanently || a.StatusCode == http.StatusTemporaryRedirect
	if operation == "" || isRedirect { // of http.ServeMux, to the clean path
		return
	}
	status := strconv.Itoa(a.StatusCode)
	response, ok := d.operations[operation][status]
	if !ok {
		a.Errorf("assets/openapi.yaml does not describe %s with status %s: %.300s", operation, status, a.body)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen[operation+" "+status] = true
	if len(response.Content) == 0 {
		return
	}
	media, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if _, ok := response.Content[media]; !ok || err != nil {
		a.Errorf("%s answers %s with %q, which is not described", operation, status, media)
		return
	}
	if err := d.checkBody(operation, status, media, a.body); err != nil && r.Method != http.MethodHead {
		a.Errorf("%s answers %s with what is not described: %v\n%.500s", operation, status, err, a.body)
	}
}

func (d *apiDescription) checkBody(operation, status, media string, body []byte) error {
	if !strings.HasSuffix(media, "json") {
		return nil
	}
	if media == "application/problem+json" {
		var problem struct{ Type string }
		if err := json.Unmarshal(body, &problem); err != nil {
			return err
		}
		kind := strings.TrimPrefix(problem.Type, "urn:nod:problem:")
		if !strings.Contains(d.operations[operation][status].Description, "`"+kind+"`") {
			return fmt.Errorf("the problem %q", kind)
		}
	}
	schema, err := d.schema(operation, status, media)
	if err != nil {
		return err
	}
	return checkJSON(schema, body)
}

func (d *apiDescription) schema(operation, status, media string) (*jsonschema.Schema, error) {
	method, path, _ := strings.Cut(operation, " ")
	pointer := ""
	parts := []string{"paths", path, strings.ToLower(method), "responses", status, "content", media, "schema"}
	for _, part := range parts {
		pointer += "/" + url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(part))
	}
	if d.compiled[pointer] == nil {
		schema, err := d.schemas.Compile(apiAddress + "#" + pointer)
		if err != nil {
			return nil, err
		}
		d.compiled[pointer] = schema
	}
	return d.compiled[pointer], nil
}

// list lists the operations whose description has the status.
func (d *apiDescription) list(status int) (operations []string) {
	for operation, responses := range d.operations {
		if _, ok := responses[strconv.Itoa(status)]; ok {
			operations = append(operations, operation)
		}
	}
	slices.Sort(operations)
	return operations
}

// listUnseen lists what is described and was not seen.
func (d *apiDescription) listUnseen() (unseen []string) {
	for operation, responses := range d.operations {
		for status := range responses {
			if answered := operation + " " + status; !d.seen[answered] {
				unseen = append(unseen, answered)
			}
		}
	}
	slices.Sort(unseen)
	return unseen
}

// isWholeRun says whether this run is of every test of the package.
func isWholeRun() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return false
		}
	}
	return true
}
