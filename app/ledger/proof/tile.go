package proof

import (
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// TileHeight is the height of the tiles that a tree is served in (https://c2sp.org/tlog-tiles): each holds up to 256
// hashes.
const TileHeight = 8

// ParseTile reads the address of a tile below …/tile/: "0/x001/067" or "entries/003.p/17"
// (https://c2sp.org/tlog-tiles). In the result, level -1 means entries.
func ParseTile(path string) (tlog.Tile, error) {
	level, rest, _ := strings.Cut(path, "/")
	if level == "entries" {
		level = "data" // the name in tlog
	} else if level == "data" {
		level = ""
	}
	tile, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s/%s", TileHeight, level, rest))
	if err != nil {
		return tlog.Tile{}, fmt.Errorf("tile %q: it is not the address of a tile. "+
			`Write a level or "entries", and a number: 0/x001/067 or entries/003.p/17`, path)
	}
	return tile, nil
}

// TilePath returns the address that ParseTile reads.
func TilePath(t tlog.Tile) string {
	path := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", TileHeight))
	if rest, ok := strings.CutPrefix(path, "data/"); ok {
		return "entries/" + rest
	}
	return path
}

// AppendEntry appends a leaf to a tile of entries: its length in 2 bytes big-endian, then the leaf.
func AppendEntry(tile []byte, leaf Hash) []byte {
	tile = binary.BigEndian.AppendUint16(tile, uint16(len(leaf)))
	return append(tile, leaf[:]...)
}

// splitEntry splits the first entry off a tile of entries.
func splitEntry(tile []byte) (leaf Hash, rest []byte, err error) {
	if len(tile) < 2+len(leaf) {
		return leaf, nil, fmt.Errorf("the tile is too short: only %d bytes are left", len(tile))
	}
	if n := binary.BigEndian.Uint16(tile); int(n) != len(leaf) {
		return leaf, nil, fmt.Errorf("the entry has %d bytes instead of %d", n, len(leaf))
	}
	return Hash(tile[2:]), tile[2+len(leaf):], nil
}
