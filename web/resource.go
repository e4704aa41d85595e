package web

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"maps"
	"math/bits"
	"net/http"
	"strings"
	"sync"
	"time"

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

// resourceCache makes the resources of one server. When sites are replaced, most content is the same as before: the cache of the
// next server takes it from the one before, so that it is not compressed again.
type resourceCache struct {
	quality int // of brotli, 1 to 11

	mu           sync.Mutex
	made, before map[string]*resource // by type and content
}

// newResourceCache follows before, which may be nil.
func newResourceCache(quality int, before *resourceCache) *resourceCache {
	c := &resourceCache{quality: quality, made: map[string]*resource{}}
	if before != nil {
		before.mu.Lock()
		defer before.mu.Unlock()
		c.before = maps.Clone(before.made)
	}
	return c
}

// resource returns the resource with this content, the same one each time.
func (c *resourceCache) resource(contentType string, content []byte) *resource {
	sum := sha256.Sum256(content)
	key := contentType + " " + string(sum[:])
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made[key] == nil {
		c.made[key] = cmp.Or(c.before[key], &resource{
			contentType: contentType,
			hash:        base64.RawURLEncoding.EncodeToString(sum[:12]),
			packed:      sync.OnceValues(func() (packed, error) { return pack(content, c.quality) }),
		})
	}
	return c.made[key]
}

// ready compresses the resource before anybody asks for it.
func (c *resource) ready() (*resource, error) {
	_, err := c.packed()
	return c, err
}

func pack(content []byte, quality int) (packed, error) {
	var br, gz bytes.Buffer
	// A window just as large as the content: a larger one takes megabytes for nothing.
	window := min(max(bits.Len(uint(len(content))), 16), 22)
	b := brotli.NewWriterOptions(&br, brotli.WriterOptions{Quality: quality, LGWin: window})
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
