package web

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web/loader"
	"github.com/nod-consent/nod/web/wasm"
)

// static serves the files that our own pages load, at addresses that hold their content's hash: such a file never
// changes and is cached for good.
type static struct {
	base      string
	cache     *resourceCache
	resources map[string]*resource   // by name in the address
	earlier   []map[string]*resource // of the servers before this one, the last first: pages may still ask for them
	programs  map[string]wasm.File
	address   map[string]string // of each file by its plain name
}

func newStatic(base string, cache *resourceCache, scripts loader.Scripts) (*static, error) {
	s := &static{base: base, cache: cache, resources: map[string]*resource{}, programs: map[string]wasm.File{}, address: map[string]string{}}
	reading, err := style("reading.css")
	if err != nil {
		return nil, err
	}
	admin, err := style("colours.css", "tones.css", "shades.css", "admin.css")
	if err != nil {
		return nil, err
	}
	icon, err := assets.Files.ReadFile("icons/nod.svg")
	if err != nil {
		return nil, err
	}
	for _, f := range []struct {
		name, contentType string
		content           []byte
	}{
		{"reading.css", "text/css; charset=utf-8", []byte(reading)},
		{"admin.css", "text/css; charset=utf-8", []byte(admin)},
		{"nod.svg", "image/svg+xml", icon},
	} {
		if _, err := s.add(f.name, f.contentType, f.content); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"boot.js", "native.js", "read.js", "receipt.js", "admin.js"} {
		script, err := scripts.Script(name)
		if err == nil {
			_, err = s.add(name, "text/javascript; charset=utf-8", script)
		}
		if err != nil {
			return nil, err
		}
	}
	launch, err := scripts.Launch()
	if err == nil {
		_, err = s.add("launch.js", "text/javascript; charset=utf-8", launch)
	}
	if err != nil {
		return nil, err
	}
	for _, f := range wasm.Files() {
		s.programs[s.name(f.Name, f.Hash)] = f
	}
	return s, nil
}

// add gives the address of a file. Of those of one plain name the last is found by it.
func (s *static) add(name, contentType string, content []byte) (string, error) {
	r, err := s.cache.resource(contentType, content).ready()
	if err != nil {
		return "", err
	}
	s.resources[s.name(name, r.hash[:8])] = r // 48 bits: one file of few names, and nobody to forge it
	return s.address[name], nil
}

// maxEarlier is the number of servers whose files are kept. A page that was opened before all of them gets what it asked for at its
// beginning, and goes without what it asks for later, as if the server were down.
const maxEarlier = 8

// inherit goes on to serve the files of the server before.
func (s *static) inherit(before *static) {
	s.earlier = append([]map[string]*resource{before.resources}, before.earlier...)
	s.earlier = s.earlier[:min(len(s.earlier), maxEarlier)]
}

func (s *static) resource(name string) (*resource, bool) {
	for _, list := range append([]map[string]*resource{s.resources}, s.earlier...) {
		if r, ok := list[name]; ok {
			return r, true
		}
	}
	return nil, false
}

func (s *static) name(plain, hash string) string {
	stem, extension, _ := strings.Cut(plain, ".")
	hashed := stem + "." + hash + "." + extension
	s.address[plain] = s.base + "/assets/" + hashed
	return hashed
}

// hosted says whether host pages import the file.
func hosted(name string) bool {
	return strings.HasPrefix(name, "more.") || strings.HasPrefix(name, "placeholder.") || strings.HasPrefix(name, "policy-changes.") || strings.HasPrefix(name, "native.")
}

// content is what is in a file.
func (s *static) content(name string) ([]byte, error) {
	if r, ok := s.resource(name); ok {
		p, err := r.packed()
		if err != nil {
			return nil, err
		}
		return p.unpacked()
	}
	program, ok := s.programs[name]
	if !ok {
		return nil, fmt.Errorf("asset %s: %w", name, fs.ErrNotExist)
	}
	var b bytes.Buffer
	err := program.Unpack(&b)
	return b.Bytes(), err
}

func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file := r.PathValue("file")
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if hosted(file) {
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set("Access-Control-Allow-Origin", "*")
	}
	if strings.HasSuffix(file, ".html") {
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'") // it is a part of a page, and none
	}
	if res, ok := s.resource(file); ok {
		res.serve(w, r)
		return
	}
	program, ok := s.programs[file]
	if !ok {
		h.Del("Cache-Control")
		problem(w, http.StatusNotFound, "unknown-file", "There is no such file, or no longer. Load the page again.")
		return
	}
	coding := encoding(r)
	if coding == "" {
		// Hardly any client asks for it; unpacked on the way, it holds no memory while that one reads.
		h.Set("Content-Type", program.Type)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Vary", "Accept-Encoding")
		if err := program.Unpack(w); err != nil {
			panic(http.ErrAbortHandler) // the head is sent: only a broken connection tells
		}
		return
	}
	content, err := program.Open(coding)
	if err != nil {
		h.Del("Cache-Control")
		problem(w, http.StatusInternalServerError, "unreadable-file", "The file could not be read.")
		return
	}
	h.Set("Content-Type", program.Type)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", quoteETag(program.Hash+coding))
	h.Set("Content-Encoding", coding)
	http.ServeContent(w, r, "", time.Time{}, content)
}

// addStyle makes a style sheet of our own pages, in a site's look.
func (s *static) addStyle(theme policy.Theme, name string, more ...string) (string, error) {
	css, err := style(append([]string{"colours.css", "tones.css", "shades.css", "page.css"}, more...)...)
	if err != nil {
		return "", err
	}
	return s.add(name, "text/css; charset=utf-8", []byte(css+theme.CSS()))
}

// style reads style sheets, one on top of the other, without what a browser does not need.
func style(names ...string) (string, error) {
	var all strings.Builder
	for _, name := range names {
		css, err := assets.Files.ReadFile("styles/" + name)
		if err != nil {
			return "", err
		}
		all.WriteString(minifyCSS(string(css)))
	}
	return all.String(), nil
}
