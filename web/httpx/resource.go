package httpx

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"math/bits"
	"net/http"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// Resource is one response body that is made once and served many times. It is compressed as well as possible when it
// is first asked for, and stored so: a site has dozens, most of which few people see. For a client that takes no
// compression it is unpacked on the fly.
type Resource struct {
	contentType string
	hash        string // of the content, base64url
	packed      func() (packed, error)
}

type packed struct{ brotli, gzip []byte }

// ResourceCache makes the resources of one server. When sites are replaced, most content is the same as before: the
// cache of the next server takes it from the previous one, so that it is not compressed again.
type ResourceCache struct {
	quality int // of brotli, 1 to 11

	mu           sync.Mutex
	made, before map[string]*Resource // by type and content
}

// NewResourceCache returns an empty cache that follows the one before, which may be nil. The quality is Brotli's, 1
// (fast) to 11 (small).
func NewResourceCache(quality int, before *ResourceCache) *ResourceCache {
	c := &ResourceCache{quality: quality, made: map[string]*Resource{}}
	if before != nil {
		before.mu.Lock()
		defer before.mu.Unlock()
		c.before = maps.Clone(before.made)
	}
	return c
}

// Resource returns the resource with this content, the same one each time.
func (c *ResourceCache) Resource(contentType string, content []byte) *Resource {
	sum := sha256.Sum256(content)
	key := contentType + " " + string(sum[:])
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made[key] == nil {
		c.made[key] = cmp.Or(c.before[key], &Resource{
			contentType: contentType,
			hash:        base64.RawURLEncoding.EncodeToString(sum[:12]),
			packed:      sync.OnceValues(func() (packed, error) { return pack(content, c.quality) }),
		})
	}
	return c.made[key]
}

// Page returns the resource of an HTML page.
func (c *ResourceCache) Page(html []byte) *Resource {
	return c.Resource("text/html; charset=utf-8", html)
}

// Hash identifies the content: 16 characters of base64url.
func (c *Resource) Hash() string { return c.hash }

// Compress compresses the resource before anyone asks for it.
func (c *Resource) Compress() (*Resource, error) {
	_, err := c.packed()
	return c, err
}

// Content returns the body without compression.
func (c *Resource) Content() ([]byte, error) {
	p, err := c.packed()
	if err != nil {
		return nil, err
	}
	return p.unpack()
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

func (p packed) unpack() ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(p.gzip))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// ServeHTTP answers with the content in the best encoding that the client takes, or with 304.
func (c *Resource) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", c.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	if h.Get("Vary") == "" {
		h.Set("Vary", "Accept-Encoding")
	}
	p, err := c.packed()
	if err != nil {
		writeBroken(w)
		return
	}
	switch ChooseEncoding(r) {
	case Brotli:
		h.Set("Content-Encoding", Brotli)
		h.Set("ETag", QuoteETag(c.hash+"-br"))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(p.brotli))
	case Gzip:
		h.Set("Content-Encoding", Gzip)
		h.Set("ETag", QuoteETag(c.hash+"-gz"))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(p.gzip))
	default:
		h.Set("ETag", QuoteETag(c.hash))
		content, err := p.unpack()
		if err != nil {
			writeBroken(w)
			return
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

func writeBroken(w http.ResponseWriter) {
	w.Header().Del("Cache-Control")
	WriteProblem(w, http.StatusInternalServerError, "internal", "Something went wrong here. Try again later.")
}

// QuoteETag writes a strong entity tag.
func QuoteETag(tag string) string { return fmt.Sprintf("%q", tag) }
