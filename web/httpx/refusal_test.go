package httpx

import (
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
)

// Reading can fail too, so the log names the route and does not guess what was being done.
func TestAnUnknownErrorIsLoggedWithItsRoute(t *testing.T) {
	var written strings.Builder
	s := &Responder{Log: slog.New(slog.NewTextHandler(&written, nil))}
	r := httptest.NewRequest("GET", "/v1/admin/acme/records", nil)
	r.Pattern = "GET /v1/admin/{site}/records"
	if refusal := s.RefusalOf(r, errors.New("disk on fire")); refusal.Status != 500 {
		t.Errorf("status %d; want 500", refusal.Status)
	}
	const want = `level=ERROR msg="request failed" route="GET /v1/admin/{site}/records" error="disk on fire"`
	if !strings.Contains(written.String(), want) {
		t.Errorf("the log lacks %s:\n%s", want, written.String())
	}
}
