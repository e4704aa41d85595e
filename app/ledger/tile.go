package ledger

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// Tile returns a tile of a site's tree: its hashes one after the other; for a tile of entries, its leaves (see
// proof.AppendEntry). A leaf is the salted commitment to its record, so a tile reveals nothing about anybody. The error
// is ErrNotFound for a tile that the tree does not have yet. The content of a tile never changes.
func (s *Store) Tile(ctx context.Context, site string, t tlog.Tile) ([]byte, error) {
	tree, size, err := s.findTree(ctx, site)
	if err != nil {
		return nil, err
	}
	const height = proof.TileHeight
	level := max(t.L, 0) * height
	if level >= 63 || t.N > size>>level>>height || t.N<<height+int64(t.W) > size>>level {
		return nil, fmt.Errorf("tile %s of a tree of %d: %w", proof.TilePath(t), size, ErrNotFound)
	}
	if t.L < 0 {
		return s.readEntries(ctx, tree, t)
	}
	data, err := tlog.ReadTileData(t, s.newLeafReader(ctx, tree))
	if err != nil {
		return nil, wrapUnavailable("read a tile", err)
	}
	return data, nil
}

func (s *Store) readEntries(ctx context.Context, tree int64, t tlog.Tile) ([]byte, error) {
	first := t.N << proof.TileHeight
	indexes := make([]int64, t.W)
	for i := range indexes {
		indexes[i] = first + int64(i)
	}
	rows, err := s.newLeafReader(ctx, tree)(indexes)
	if err != nil {
		return nil, wrapUnavailable("read leaves", err)
	}
	var data []byte
	for _, i := range indexes {
		leaf := rows[i].leaf
		if len(leaf) != len(proof.Hash{}) {
			return nil, wrapUnavailable("read leaves",
				fmt.Errorf("leaf %d: it has %d bytes instead of %d", i, len(leaf), len(proof.Hash{})))
		}
		data = proof.AppendEntry(data, proof.Hash(leaf))
	}
	return data, nil
}
