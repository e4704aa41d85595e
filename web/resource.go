package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"math/bits"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"
	"weak"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// resource is one response body that is made once and served many times. It is compressed as well as it gets when it is
// first asked for, and kept so: a site has dozens, most of which few people look at. A client that takes no compression
// gets it unpacked on the fly.
type resource struct {
	contentType string
	hash        string // of the content, base64url
	packed      func() (packed, error)
}

type packed struct{ brotli, gzip []byte }

// resources are those that anybody holds, by type and content. When sites are replaced, most of what is served is the same as before, and is
// not compressed again.
var resources sync.Map // string → weak.Pointer[resource]

func newResource(contentType string, content []byte) *resource {
	sum := sha256.Sum256(content)
	key := contentType + " " + string(sum[:])
	if held, ok := resources.Load(key); ok {
		if r := held.(weak.Pointer[resource]).Value(); r != nil {
			return r
		}
	}
	r := &resource{
		contentType: contentType,
		hash:        base64.RawURLEncoding.EncodeToString(sum[:12]),
		packed:      sync.OnceValues(func() (packed, error) { return pack(content) }),
	}
	held := weak.Make(r)
	resources.Store(key, held)
	runtime.AddCleanup(r, func(key string) { resources.CompareAndDelete(key, held) }, key)
	return r
}

// ready compresses the resource before anybody asks for it.
func (c *resource) ready() (*resource, error) {
	_, err := c.packed()
	return c, err
}

func pack(content []byte) (packed, error) {
	var br, gz bytes.Buffer
	// A window just as large as the content: a larger one takes megabytes for nothing.
	window := min(max(bits.Len(uint(len(content))), 16), 22)
	b := brotli.NewWriterOptions(&br, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: window})
	g, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return packed{}, err
	}
	for _, w := range []io.WriteCloser{b, g} {
		if _, err := w.Write(content); err != nil {
			return packed{}, err
		}
		if err := w.Close(); err != nil {
			return packed{}, err
		}
	}
	return packed{br.Bytes(), gz.Bytes()}, nil
}

// serve answers with the content in the best encoding that the client takes, or 304.
func (c *resource) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", c.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	if h.Get("Vary") == "" {
		h.Set("Vary", "Accept-Encoding")
	}
	p, err := c.packed()
	if err != nil {
		c.broken(w)
		return
	}
	switch encoding(r) {
	case "br":
		h.Set("Content-Encoding", "br")
		h.Set("ETag", quoteETag(c.hash+"-br"))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(p.brotli))
	case "gzip":
		h.Set("Content-Encoding", "gzip")
		h.Set("ETag", quoteETag(c.hash+"-gz"))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(p.gzip))
	default:
		h.Set("ETag", quoteETag(c.hash))
		content, err := p.unpacked()
		if err != nil {
			c.broken(w)
			return
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

func (c *resource) broken(w http.ResponseWriter) {
	w.Header().Del("Cache-Control")
	problem(w, http.StatusInternalServerError, "internal", "Something went wrong here. Try again later.")
}

func (p packed) unpacked() ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(p.gzip))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// encoding chooses "br", "gzip" or "" from Accept-Encoding (RFC 9110, 12.5.3). A weight of zero refuses.
func encoding(r *http.Request) string {
	takes := map[string]bool{}
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		refused := strings.Trim(strings.TrimPrefix(strings.ToLower(strings.ReplaceAll(weight, " ", "")), "q="), "0.") == "" && weight != ""
		takes[strings.ToLower(strings.TrimSpace(name))] = !refused
	}
	for _, name := range []string{"br", "gzip"} {
		if takes[name] {
			return name
		}
	}
	return ""
}
