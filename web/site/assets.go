package site

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/loader"
	"github.com/nod-consent/nod/web/wasm"
)

// Assets serves the files that our own pages load. The name of a file holds its content's hash: such a file never
// changes, and is cached for good.
type Assets struct {
	cache     *httpx.ResourceCache
	resources map[string]*httpx.Resource   // by file
	earlier   []map[string]*httpx.Resource // of the servers before this one, the last first: pages may ask for them
	programs  map[string]wasm.File         // by file

	mu    sync.Mutex        // sites add their files at the same time
	files map[string]string // by plain name, guarded by mu
}

// NewAssets returns the files that do not depend on a site.
func NewAssets(cache *httpx.ResourceCache, scripts loader.Scripts) (*Assets, error) {
	a := &Assets{
		cache: cache, resources: map[string]*httpx.Resource{}, programs: map[string]wasm.File{}, files: map[string]string{},
	}
	if err := a.addStatic(); err != nil {
		return nil, err
	}
	for _, name := range []string{"boot.js", "native.js", "read.js", "docs.js", "receipt.js", "admin.js"} {
		script, err := scripts.Script(name)
		if err != nil {
			return nil, err
		}
		a.addScript(name, script)
	}
	starter, err := scripts.Starter()
	if err != nil {
		return nil, err
	}
	a.addScript("starter.js", starter)
	launch, err := scripts.Launch()
	if err != nil {
		return nil, err
	}
	a.addScript("launch.js", launch)
	for _, f := range wasm.Files() {
		a.programs[a.name(f.Name, f.Hash)] = f
	}
	return a, nil
}

func (a *Assets) addStatic() error {
	reading, err := ReadStyles("seal.css", "reading.css", "lists.css", "home.css", "receipt.css", "print.css")
	if err != nil {
		return err
	}
	admin, err := ReadStyles("colours.css", "shades.css", "seal.css", "admin.css", "desk.css")
	if err != nil {
		return err
	}
	icon, err := assets.Files.ReadFile("icons/nod.svg")
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name, contentType string
		content           []byte
	}{
		{"reading.css", "text/css; charset=utf-8", []byte(reading)},
		{"admin.css", "text/css; charset=utf-8", []byte(admin)},
		{"nod.svg", "image/svg+xml", icon},
	} {
		a.Add(f.name, f.contentType, f.content)
	}
	return nil
}

func (a *Assets) addScript(name string, script []byte) (file string) {
	return a.Add(name, "text/javascript; charset=utf-8", script)
}

// Add returns the name that a file has in addresses. Of the files of one plain name, File finds the last.
func (a *Assets) Add(name, contentType string, content []byte) (file string) {
	r := a.cache.Resource(contentType, content)
	a.mu.Lock()
	defer a.mu.Unlock()
	file = a.name(name, r.Hash()[:8]) // 48 bits: a plain name has few files, and nobody can forge one
	a.resources[file] = r
	return file
}

func (a *Assets) name(plain, hash string) string {
	stem, extension, _ := strings.Cut(plain, ".")
	a.files[plain] = stem + "." + hash + "." + extension
	return a.files[plain]
}

// File returns the name that a file has in addresses by its plain name, or "" if it is missing.
func (a *Assets) File(plain string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.files[plain]
}

// maxEarlier is the number of servers whose files are served on. A page that was opened before all of them gets what it
// asked for when it was opened, and does without what it asks for later, as if the server were down.
const maxEarlier = 8

// Inherit goes on to serve the files of the server before.
func (a *Assets) Inherit(before *Assets) {
	a.earlier = append([]map[string]*httpx.Resource{before.resources}, before.earlier...)
	a.earlier = a.earlier[:min(len(a.earlier), maxEarlier)]
}

func (a *Assets) resource(file string) (*httpx.Resource, bool) {
	for _, list := range append([]map[string]*httpx.Resource{a.resources}, a.earlier...) {
		if r, ok := list[file]; ok {
			return r, true
		}
	}
	return nil, false
}

// isImported says whether host pages import the file.
func isImported(file string) bool {
	plain, _, _ := strings.Cut(file, ".")
	return slices.Contains([]string{"more", "placeholder", "policy-changes", "native", "starter"}, plain)
}

// ImportedFiles returns the files that host pages import.
func (a *Assets) ImportedFiles() map[string]*httpx.Resource {
	imported := map[string]*httpx.Resource{}
	for file, r := range a.resources {
		if isImported(file) {
			imported[file] = r
		}
	}
	return imported
}

// Content returns what is in a file.
func (a *Assets) Content(file string) ([]byte, error) {
	if r, ok := a.resource(file); ok {
		return r.Content()
	}
	program, ok := a.programs[file]
	if !ok {
		return nil, fmt.Errorf("asset %s: %w", file, fs.ErrNotExist)
	}
	var b bytes.Buffer
	err := program.Unpack(&b)
	return b.Bytes(), err
}

func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file := r.PathValue("file")
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if isImported(file) {
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set("Access-Control-Allow-Origin", "*")
	}
	if strings.HasSuffix(file, ".html") { // a part of a page, not a page
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	}
	if res, ok := a.resource(file); ok {
		res.ServeHTTP(w, r)
		return
	}
	program, ok := a.programs[file]
	if !ok {
		h.Del("Cache-Control")
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-file",
			"This file is missing, or no longer there. Load the page again.")
		return
	}
	serveProgram(w, r, program)
}

func serveProgram(w http.ResponseWriter, r *http.Request, program wasm.File) {
	h := w.Header()
	encoding := httpx.ChooseEncoding(r)
	if encoding == "" {
		// Hardly any client asks for it. Unpacked on the way, it holds no memory while that client reads.
		h.Set("Content-Type", program.Type)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Vary", "Accept-Encoding")
		if err := program.Unpack(w); err != nil {
			panic(http.ErrAbortHandler) // the headers are sent: only a broken connection shows the failure
		}
		return
	}
	content, err := program.Open(encoding)
	if err != nil {
		h.Del("Cache-Control")
		httpx.WriteProblem(w, http.StatusInternalServerError, "unreadable-file", "The file could not be read.")
		return
	}
	h.Set("Content-Type", program.Type)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", httpx.QuoteETag(program.Hash+encoding))
	h.Set("Content-Encoding", encoding)
	http.ServeContent(w, r, "", time.Time{}, content)
}
