package web

import (
	"errors"
	"io/fs"
	"testing"
)

func TestAnUnknownAssetIsAnError(t *testing.T) {
	s, err := newStatic("")
	if err != nil {
		t.Fatal(err)
	}
	if content, err := s.content("unknown.js"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("content %q, error %v; want %v", content, err, fs.ErrNotExist)
	}
}
