package proof

import (
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// TreeState is all that a tree needs to grow: its size, and the roots of its full subtrees. They are at its right edge:
//
//	size 7         edge
//	   ┌──┴──┐
//	 ┌─┴─┐ ┌─┴─┐
//	 0…3   4 5  6   →  [0…3] [4…5] [6]
type TreeState struct {
	Size int64               // number of leaves
	Edge map[int64]tlog.Hash // by tlog.StoredHashIndex
}

// ListEdge lists the nodes at the edge of a tree of this size, the root of the largest subtree first.
func ListEdge(size int64) (indexes []int64) {
	for low := int64(0); low < size; {
		level := bits.Len64(uint64(size-low)) - 1
		indexes = append(indexes, tlog.StoredHashIndex(level, low>>level))
		low += 1 << level
	}
	return indexes
}

// ReadTreeState reads the edge of a tree of this size.
func ReadTreeState(size int64, reader tlog.HashReader) (TreeState, error) {
	indexes := ListEdge(size)
	hashes, err := reader.ReadHashes(indexes)
	if err != nil {
		return TreeState{}, err
	}
	state := TreeState{Size: size, Edge: make(map[int64]tlog.Hash, len(indexes))}
	for i, index := range indexes {
		state.Edge[index] = hashes[i]
	}
	return state, nil
}

// TreeAppend adds leaves to a tree. It reads no older node than those of Before: all that is beside a new node is new
// too, or the root of a full subtree.
type TreeAppend struct {
	Before TreeState
	added  int64       // leaves
	nodes  []tlog.Hash // the new ones; their indexes follow each other
}

// Size returns the number of leaves, the added ones included.
func (a *TreeAppend) Size() int64 { return a.Before.Size + a.added }

// AddLeaf adds the leaf with this hash, and returns the nodes that it completes, from level 1 up.
func (a *TreeAppend) AddLeaf(hash tlog.Hash) ([]tlog.Hash, error) {
	hashes, err := tlog.StoredHashesForRecordHash(a.Size(), hash, a)
	if err != nil {
		return nil, err
	}
	a.nodes = append(a.nodes, hashes...)
	a.added++
	return hashes[1:], nil
}

// ReadHashes makes TreeAppend a tlog.HashReader of the new nodes and of the edge before. That is enough for the new
// root, and for the proofs of the new leaves.
func (a *TreeAppend) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	first := tlog.StoredHashCount(a.Before.Size)
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if offset := index - first; offset >= 0 && offset < int64(len(a.nodes)) {
			hashes[i] = a.nodes[offset]
			continue
		}
		hash, ok := a.Before.Edge[index]
		if !ok {
			return nil, fmt.Errorf("node %d: it is neither new nor at the edge of a tree of %d", index, a.Before.Size)
		}
		hashes[i] = hash
	}
	return hashes, nil
}

// After returns the state with the new leaves.
func (a *TreeAppend) After() (TreeState, error) { return ReadTreeState(a.Size(), a) }
