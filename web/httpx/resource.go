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
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// Resource is one response body that is made once and served many times. A site has dozens, most of which few people
// see, so that nothing is compressed before somebody asks for it. That request gets an answer that was compressed fast.
// Later ones get one that was compressed well. For a client that takes no compression it is unpacked on the fly.
type Resource struct {
	contentType string
	hash        string // of the content, base64url
	quick       func() (packed, error)
	best        atomic.Pointer[packed]
	improve     func() // makes best, in the background
}

// packed is a compressed content. The entity tags of a content differ by quality.
type packed struct {
	brotli, gzip []byte
	quality      int
}

// quickQuality takes about a millisecond for a script of a site, which is then a tenth larger than at the best quality.
const quickQuality = 5

// ResourceCache makes the resources of one server. When sites are replaced, most content is the same as before: the
// cache of the next server takes it from the previous one, so that it is not compressed again.
type ResourceCache struct {
	quality   int         // of brotli, 1 to 11; 0: quickQuality first, and the best later
	improving *sync.Mutex // one resource at a time: the other processors are for requests

	mu           sync.Mutex
	made, before map[string]*Resource // by type and content
}

// NewResourceCache returns an empty cache that follows the one before, which may be nil. The quality is Brotli's, 1
// (fast) to 11 (small), for every answer. 0 answers the first request fast and later ones at the best quality.
func NewResourceCache(quality int, before *ResourceCache) *ResourceCache {
	c := &ResourceCache{quality: quality, improving: &sync.Mutex{}, made: map[string]*Resource{}}
	if before != nil {
		before.mu.Lock()
		defer before.mu.Unlock()
		c.before, c.improving = maps.Clone(before.made), before.improving
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
		c.made[key] = cmp.Or(c.before[key], c.newResource(contentType, content, sum))
	}
	return c.made[key]
}

func (c *ResourceCache) newResource(contentType string, content []byte, sum [sha256.Size]byte) *Resource {
	r := &Resource{
		contentType: contentType,
		hash:        base64.RawURLEncoding.EncodeToString(sum[:12]),
		quick: sync.OnceValues(func() (packed, error) {
			return pack(content, cmp.Or(c.quality, quickQuality))
		}),
		improve: func() {},
	}
	if c.quality == 0 {
		improve := sync.OnceFunc(func() {
			c.improving.Lock()
			defer c.improving.Unlock()
			if better, err := pack(content, brotli.BestCompression); err == nil { // the quick one stays
				r.best.Store(&better)
			}
		})
		r.improve = func() { go improve() }
	}
	return r
}

// packed returns the best compressed content that there is, and makes the first.
func (r *Resource) packed() (packed, error) {
	if best := r.best.Load(); best != nil {
		return *best, nil
	}
	quick, err := r.quick()
	if err == nil {
		r.improve()
	}
	return quick, err
}

// Page returns the resource of an HTML page.
func (c *ResourceCache) Page(html []byte) *Resource {
	return c.Resource("text/html; charset=utf-8", html)
}

// Hash identifies the content: 16 characters of base64url.
func (r *Resource) Hash() string { return r.hash }

// Content returns the body without compression.
func (r *Resource) Content() ([]byte, error) {
	p, err := r.packed()
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
	return packed{br.Bytes(), gz.Bytes(), quality}, nil
}

func (p packed) unpack() ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(p.gzip))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// ServeHTTP answers with the content in the best encoding that the client takes, or with 304.
func (r *Resource) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	h := w.Header()
	h.Set("Content-Type", r.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	if h.Get("Vary") == "" {
		h.Set("Vary", "Accept-Encoding")
	}
	p, err := r.packed()
	if err != nil {
		writeBroken(w)
		return
	}
	switch ChooseEncoding(request) {
	case Brotli:
		h.Set("Content-Encoding", Brotli)
		h.Set("ETag", QuoteETag(fmt.Sprintf("%s-br%d", r.hash, p.quality)))
		http.ServeContent(w, request, "", time.Time{}, bytes.NewReader(p.brotli))
	case Gzip:
		h.Set("Content-Encoding", Gzip)
		h.Set("ETag", QuoteETag(r.hash+"-gz"))
		http.ServeContent(w, request, "", time.Time{}, bytes.NewReader(p.gzip))
	default:
		h.Set("ETag", QuoteETag(r.hash))
		content, err := p.unpack()
		if err != nil {
			writeBroken(w)
			return
		}
		http.ServeContent(w, request, "", time.Time{}, bytes.NewReader(content))
	}
}

func writeBroken(w http.ResponseWriter) {
	w.Header().Del("Cache-Control")
	WriteProblem(w, http.StatusInternalServerError, "internal", "Something went wrong here. Try again later.")
}

// QuoteETag writes a strong entity tag.
func QuoteETag(tag string) string { return fmt.Sprintf("%q", tag) }
