//go:build !js

package ledger

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// TileHeight is the height of the tiles that a tree is served in (https://c2sp.org/tlog-tiles): each holds up to 256 hashes.
const TileHeight = 8

// ParseTile reads the address of a tile below …/tile/, "0/x001/067" or "entries/003.p/17" (https://c2sp.org/tlog-tiles). In the
// result, level -1 stands for entries.
func ParseTile(path string) (tlog.Tile, error) {
	level, rest, _ := strings.Cut(path, "/")
	if level == "entries" {
		level = "data" // as tlog has it
	} else if level == "data" {
		level = ""
	}
	tile, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s/%s", TileHeight, level, rest))
	if err != nil {
		return tlog.Tile{}, fmt.Errorf("tile %q: want a level or \"entries\", and a number, such as 0/x001/067 or entries/003.p/17", path)
	}
	return tile, nil
}

// TilePath gives the address that ParseTile reads.
func TilePath(t tlog.Tile) string {
	path := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", TileHeight))
	if rest, ok := strings.CutPrefix(path, "data/"); ok {
		return "entries/" + rest
	}
	return path
}

// Tile gives a tile of a site's tree: its hashes one after the other, or of a tile of entries each leaf, preceded by its length
// in bytes as 2 bytes big-endian. A leaf is the salted commitment to its record, so a tile tells nothing of anybody. The error
// is ErrNotFound for a tile that the tree has not grown to. What a tile holds never changes.
func (s *Store) Tile(ctx context.Context, site string, t tlog.Tile) ([]byte, error) {
	tree, size, err := s.treeOf(ctx, site)
	if err != nil {
		return nil, err
	}
	level := max(t.L, 0) * TileHeight
	if level >= 63 || t.N > size>>level>>TileHeight || t.N<<TileHeight+int64(t.W) > size>>level {
		return nil, fmt.Errorf("tile %s of a tree of %d: %w", TilePath(t), size, ErrNotFound)
	}
	if t.L < 0 {
		return s.entries(ctx, tree, t)
	}
	data, err := tlog.ReadTileData(t, s.nodes(ctx, tree))
	if err != nil {
		return nil, unavailable("read a tile", err)
	}
	return data, nil
}

func (s *Store) entries(ctx context.Context, tree int64, t tlog.Tile) ([]byte, error) {
	first := t.N << TileHeight
	indexes := make([]int64, t.W)
	for i := range indexes {
		indexes[i] = first + int64(i)
	}
	rows, err := s.nodes(ctx, tree)(indexes)
	if err != nil {
		return nil, unavailable("read leaves", err)
	}
	data := make([]byte, 0, t.W*(2+len(Hash{})))
	for _, i := range indexes {
		leaf := rows[i].leaf
		if len(leaf) != len(Hash{}) {
			return nil, unavailable("read leaves", fmt.Errorf("leaf %d has %d bytes: want %d", i, len(leaf), len(Hash{})))
		}
		data = binary.BigEndian.AppendUint16(data, uint16(len(leaf)))
		data = append(data, leaf...)
	}
	return data, nil
}
