package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"math/bits"
	"net/http"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// resource is one response body that is made once and served many times, compressed beforehand. A client that takes no
// compression gets it unpacked on the fly.
type resource struct {
	contentType string
	hash        string // of the content, base64url
	brotli      []byte
	gzip        []byte
}

func newResource(contentType string, content []byte) (*resource, error) {
	var br, gz bytes.Buffer
	// A window just as large as the content: a larger one takes megabytes for nothing.
	window := min(max(bits.Len(uint(len(content))), 16), 22)
	b := brotli.NewWriterOptions(&br, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: window})
	g, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	for _, w := range []io.WriteCloser{b, g} {
		if _, err := w.Write(content); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
	}
	sum := sha256.Sum256(content)
	return &resource{
		contentType: contentType,
		hash:        base64.RawURLEncoding.EncodeToString(sum[:12]),
		brotli:      br.Bytes(),
		gzip:        gz.Bytes(),
	}, nil
}

// serve answers with the content in the best encoding that the client takes, or 304.
func (c *resource) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", c.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	if h.Get("Vary") == "" {
		h.Set("Vary", "Accept-Encoding")
	}
	switch encoding(r) {
	case "br":
		h.Set("Content-Encoding", "br")
		h.Set("ETag", quoteETag(c.hash+"-br"))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(c.brotli))
	case "gzip":
		h.Set("Content-Encoding", "gzip")
		h.Set("ETag", quoteETag(c.hash+"-gz"))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(c.gzip))
	default:
		h.Set("ETag", quoteETag(c.hash))
		content, err := c.unpacked()
		if err != nil {
			h.Del("Cache-Control")
			problem(w, http.StatusInternalServerError, "internal", "Something went wrong here. Try again later.")
			return
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

func (c *resource) unpacked() ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(c.gzip))
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
