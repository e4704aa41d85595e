package proof

import (
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// A tree that is extended from its edge alone has the same roots and proofs as one that has every node.
func TestAnAppendNeedsOnlyTheEdge(t *testing.T) {
	stored := map[int64]tlog.Hash{}
	reader := tlog.HashReaderFunc(func(indexes []int64) (hashes []tlog.Hash, err error) {
		for _, index := range indexes {
			hashes = append(hashes, stored[index])
		}
		return hashes, nil
	})
	var state TreeState
	for _, count := range []int{1, 2, 1, 5, 64, 0, 130} {
		a := TreeAppend{Before: state}
		for range count {
			n := a.Size()
			leaf := HashLeaf(Hash{byte(n)})
			hashes, err := tlog.StoredHashesForRecordHash(n, leaf, reader)
			if err != nil {
				t.Fatal(err)
			}
			for i, h := range hashes {
				stored[tlog.StoredHashIndex(0, n)+int64(i)] = h
			}
			if nodes, err := a.AddLeaf(leaf); err != nil || len(nodes) != len(hashes)-1 {
				t.Fatalf("leaf %d completes %d nodes, error %v: want %d", n, len(nodes), err, len(hashes)-1)
			}
		}
		got, err := ReadCheckpoint("origin", a.Size(), &a)
		if err != nil {
			t.Fatal(err)
		}
		if want, _ := ReadCheckpoint("origin", a.Size(), reader); got != want {
			t.Fatalf("checkpoint %v: want %v", got, want)
		}
		for n := a.Before.Size; n < a.Size(); n++ {
			path, err := tlog.ProveRecord(a.Size(), n, &a)
			if err == nil {
				err = tlog.CheckRecord(path, a.Size(), tlog.Hash(got.Root), n, HashLeaf(Hash{byte(n)}))
			}
			if err != nil {
				t.Errorf("leaf %d: %v", n, err)
			}
		}
		if state, err = a.After(); err != nil || state.Size != a.Size() {
			t.Fatalf("size %d, error %v: want %d", state.Size, err, a.Size())
		}
	}
	a := TreeAppend{Before: state}
	if _, err := a.ReadHashes([]int64{0}); err == nil {
		t.Error("a node that is not at the edge was read")
	}
}
