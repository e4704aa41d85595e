package web_test

import (
	"bytes"
	"math/bits"
	"net/http"
	"testing"

	"github.com/andybalholm/brotli"

	"github.com/nod-consent/nod/web/loader"
)

func TestConsentJSIsSmall(t *testing.T) {
	s := shared(t)
	for _, headers := range [][]string{nil, {"Sec-GPC: 1"}} {
		// Compressed here, at the quality of the budget: the server of the tests may compress less, to be fast.
		body := s.get("/yunzhijia/consent.js?lang=zh-CN", headers...).is(http.StatusOK).body
		n := brotliSize(t, body)
		t.Logf("consent.js: %d bytes of brotli with %v", n, headers)
		if n > loader.MaxConsent {
			t.Errorf("consent.js has %d bytes of brotli with %v; the budget is %d", n, headers, loader.MaxConsent)
		}
	}
}

// brotliSize returns how many bytes a body has when it is compressed as the server does it.
func brotliSize(t *testing.T, body []byte) int {
	t.Helper()
	var out bytes.Buffer
	options := brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: max(bits.Len(uint(len(body))), 16)}
	w := brotli.NewWriterOptions(&out, options)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

func TestThePreferencesAreSmall(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		a := shared(t).get("/yunzhijia/preferences?lang="+lang, "Accept-Encoding: br").is(http.StatusOK).
			has("Content-Encoding", "br")
		n := len(a.body)
		t.Logf("the preferences in %s: %d bytes of brotli", lang, n)
		if n > loader.MaxPreferences {
			t.Errorf("the document in %s has %d bytes; the budget is %d", lang, n, loader.MaxPreferences)
		}
	}
}
