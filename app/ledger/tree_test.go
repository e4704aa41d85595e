package ledger

import (
	"bytes"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// checkTree rebuilds the site's tree from its records and leaves, and compares every stored node and the signed
// checkpoint with it.
func checkTree(t testing.TB, s *Store, site string, size int) {
	t.Helper()
	built, leaves := rebuildTree(t, s, site)
	if leaves != int64(size) {
		t.Fatalf("site %s has %d records: want %d", site, leaves, size)
	}
	signed, err := s.Checkpoint(t.Context(), site)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open(signed, note.VerifierList(pin(t, s.key, site))); err != nil {
		t.Fatal(err)
	}
	got, err := proof.ParseCheckpoint(signed)
	if err != nil {
		t.Fatal(err)
	}
	want, err := proof.ReadCheckpoint(proof.SiteOrigin(s.key.Name(), site), leaves, built)
	if err != nil || got != want {
		t.Fatalf("checkpoint %v, error %v: want %v", got, err, want)
	}
}

// builtTree has the nodes of a tree by their tlog.StoredHashIndex.
type builtTree map[int64]tlog.Hash

func (b builtTree) ReadHashes(indexes []int64) (hashes []tlog.Hash, err error) {
	for _, index := range indexes {
		hashes = append(hashes, b[index])
	}
	return hashes, nil
}

// rebuildTree builds the tree of a site from its leaves, and checks each row against it.
func rebuildTree(t testing.TB, s *Store, site string) (built builtTree, leaves int64) {
	t.Helper()
	rows, err := s.read.db.Query(`SELECT r.leaf_index, r.leaf, r.nodes, r.salt, r.content
		FROM trees t JOIN records r ON r.tree = t.tree WHERE t.site = $1 ORDER BY r.leaf_index`, site)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	built = builtTree{}
	for ; rows.Next(); leaves++ {
		n := leaves
		var index int64
		var leaf, stored, salt, content []byte
		if err := rows.Scan(&index, &leaf, &stored, &salt, &content); err != nil {
			t.Fatal(err)
		}
		if index != n {
			t.Fatalf("leaf %d follows %d", index, n-1)
		}
		if content != nil && proof.CommitRecord(content, proof.Hash(salt)) != proof.Hash(leaf) {
			t.Fatalf("leaf %d does not commit to its record", n)
		}
		hashes, err := tlog.StoredHashesForRecordHash(n, proof.HashLeaf(proof.Hash(leaf)), built)
		if err != nil {
			t.Fatal(err)
		}
		var want []byte
		for i, h := range hashes {
			built[tlog.StoredHashIndex(0, n)+int64(i)] = h
			if i > 0 {
				want = append(want, h[:]...)
			}
		}
		if !bytes.Equal(stored, want) {
			t.Fatalf("the nodes that leaf %d completes do not follow from the leaves", n)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return built, leaves
}

func TestCachedRunsProveTheSame(t *testing.T) {
	const size = 2*runLength*maxRuns + 77 // more than are cached
	rows := map[int64]leafRow{}
	reads := 0
	read := leafReader(func(leaves []int64) (map[int64]leafRow, error) {
		reads++
		found := map[int64]leafRow{}
		for _, leaf := range leaves {
			if row, ok := rows[leaf]; ok {
				found[leaf] = row
			}
		}
		return found, nil
	})
	for n := range int64(size) {
		leaf := proof.CommitRecord([]byte("record"), proof.Hash{byte(n), byte(n >> 8)})
		hashes, err := tlog.StoredHashesForRecordHash(n, proof.HashLeaf(leaf), read)
		if err != nil {
			t.Fatal(err)
		}
		row := leafRow{leaf: leaf[:]}
		for _, h := range hashes[1:] {
			row.nodes = append(row.nodes, h[:]...)
		}
		rows[n] = row
	}
	reads = 0
	cached := read.cacheRuns(size)
	root, err := tlog.TreeHash(size, read)
	if err != nil {
		t.Fatal(err)
	}
	const step = 7 // each run has proofs, and the last leaf does
	for n := int64((size - 1) % step); n < size; n += step {
		path, err := tlog.ProveRecord(size, n, cached)
		if err == nil {
			err = tlog.CheckRecord(path, size, root, n, proof.HashLeaf(proof.Hash(rows[n].leaf)))
		}
		if err != nil {
			t.Fatalf("leaf %d: %v", n, err)
		}
	}
	if most := 2*size/runLength + maxRuns; reads > most {
		t.Errorf("%d reads for %d proofs: want at most %d", reads, size, most)
	}
	delete(rows, size-1)
	if _, err := tlog.ProveRecord(size, 0, read.cacheRuns(size)); err == nil {
		t.Error("a tree without its last leaf proves something")
	}
}
