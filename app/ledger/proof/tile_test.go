package proof

import (
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

func TestATilesAddressIsReadAsItIsWritten(t *testing.T) {
	for path, want := range map[string]tlog.Tile{
		"0/000":                  {H: 8, L: 0, N: 0, W: 256},
		"0/x001/067":             {H: 8, L: 0, N: 1067, W: 256},
		"2/x001/x234/067.p/5":    {H: 8, L: 2, N: 1234067, W: 5},
		"entries/000":            {H: 8, L: -1, N: 0, W: 256},
		"entries/x012/345.p/255": {H: 8, L: -1, N: 12345, W: 255},
	} {
		got, err := ParseTile(path)
		if err != nil || got != want || TilePath(got) != path {
			t.Errorf("%s is %v, written %s, error %v: want %v", path, got, TilePath(got), err, want)
		}
	}
	for _, path := range []string{
		"", "0", "0/", "0/0", "0/001/002", "0/x000/001", "-1/000", "data/000", "entries/data/000", "entries", "0/000.p/0",
		"0/000.p/256", "0/000.p/05", "00/000", "+1/000", "0/000/", "0/x001/67", "0/9999", "8/0/000", "tile/8/0/000",
		"0/000?x", "\x00/000",
	} {
		if tile, err := ParseTile(path); err == nil {
			t.Errorf("%q is read as %v", path, tile)
		}
	}
}

func FuzzTile(f *testing.F) {
	f.Add("0/x001/067")
	f.Add("entries/000.p/3")
	f.Fuzz(func(t *testing.T, path string) {
		tile, err := ParseTile(path)
		if err == nil && TilePath(tile) != path {
			t.Errorf("%q is read as %q", path, TilePath(tile))
		}
	})
}

func FuzzEntries(f *testing.F) {
	f.Add(append([]byte{0, 32}, make([]byte, 40)...))
	f.Add([]byte{1, 0})
	f.Fuzz(func(t *testing.T, tile []byte) {
		for len(tile) > 0 {
			leaf, rest, err := splitEntry(tile)
			if err != nil {
				return
			}
			if len(rest) != len(tile)-34 || Hash(tile[2:]) != leaf {
				t.Fatalf("%d bytes became %d, and %s", len(tile), len(rest), leaf)
			}
			tile = rest
		}
	})
}
