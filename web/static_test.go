package web

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/loader"
)

func TestAnUnknownAssetIsAnError(t *testing.T) {
	s, err := newStatic("", httpx.NewResourceCache(4, nil), loader.Scripts{})
	if err != nil {
		t.Fatal(err)
	}
	if content, err := s.content("unknown.js"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("content %q, error %v; want %v", content, err, fs.ErrNotExist)
	}
}
