package ledger

import (
	"encoding/binary"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// C-58
func TestTilesHoldTheTree(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		const size = 600 // two tiles and a part
		appendMany(t, s, size)
		read := func(tile tlog.Tile) []byte {
			t.Helper()
			data, err := s.Tile(t.Context(), testSite, tile)
			if err != nil {
				t.Fatal(err)
			}
			return data
		}
		// A reader that trusts only the checkpoint accepts every tile.
		c, err := proof.ParseCheckpoint([]byte(readCheckpoint(t, s)))
		if err != nil || c.Size != size {
			t.Fatalf("checkpoint %v, error %v", c, err)
		}
		reader := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: tlog.Hash(c.Root)}, tiles(read))
		hashes, err := reader.ReadHashes([]int64{
			tlog.StoredHashIndex(0, 0), tlog.StoredHashIndex(0, 300), tlog.StoredHashIndex(0, size-1),
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, n := range []int64{0, 300, size - 1} {
			entries := read(tlog.Tile{H: proof.TileHeight, L: -1, N: n / 256, W: int(min(256, size-n/256*256))})
			at := entries[n%256*34:]
			if binary.BigEndian.Uint16(at) != 32 || tlog.RecordHash(at[2:34]) != hashes[i] {
				t.Errorf("entry %d is not the tree's leaf", n)
			}
		}
		if n := len(read(tlog.Tile{H: proof.TileHeight, L: 1, N: 0, W: 2})); n != 2*tlog.HashSize {
			t.Errorf("the upper tile has %d bytes", n)
		}
		for _, beyond := range []tlog.Tile{
			{H: 8, L: 0, N: 2, W: 256}, {H: 8, L: 0, N: 2, W: 89}, {H: 8, L: 0, N: 3, W: 1},
			{H: 8, L: 1, N: 0, W: 3}, {H: 8, L: 2, N: 0, W: 1},
			{H: 8, L: -1, N: 2, W: 89}, {H: 8, L: 7, N: 0, W: 1}, {H: 8, L: 40, N: 0, W: 1}, {H: 8, L: 0, N: 1 << 60, W: 1},
		} {
			_, err := s.Tile(t.Context(), testSite, beyond)
			wantError(t, err, ErrNotFound)
		}
		_, err = s.Tile(t.Context(), "elsewhere", tlog.Tile{H: 8, L: 0, N: 0, W: 1})
		wantError(t, err, ErrNotFound)
	})
}

// tiles makes a function a tlog.TileReader.
type tiles func(tlog.Tile) []byte

func (tiles) Height() int { return proof.TileHeight }
func (read tiles) ReadTiles(list []tlog.Tile) (data [][]byte, err error) {
	for _, t := range list {
		data = append(data, read(t))
	}
	return data, nil
}
func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}
