package site

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/loader"
)

func TestAnUnknownAssetIsAnError(t *testing.T) {
	a, err := NewAssets(httpx.NewResourceCache(4, nil), loader.Scripts{})
	if err != nil {
		t.Fatal(err)
	}
	if content, err := a.Content("unknown.js"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("content %q, error %v; want %v", content, err, fs.ErrNotExist)
	}
}
