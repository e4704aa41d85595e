//go:build !js

package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// nodes reads the nodes of a site's tree, by their tlog.StoredHashIndex. A leaf's own node follows from the leaf; the
// others stand with the leaf that completed them. It gives the rows of the leaves asked for that are there.
type nodes func(leaves []int64) (map[int64]leafRow, error)

// leafRow is what a record's row has of the tree.
type leafRow struct{ leaf, above []byte }

var readNodes = inChunks(func(rows int) string {
	return `SELECT leaf_index, leaf, nodes FROM records WHERE tree = $1 AND leaf_index IN ` + parameters(2, rows)
})

// readLeaves reads rows of leaves by means of query.
func readLeaves(tree int64, leaves []int64, query func(statement string, args []any) (*sql.Rows, error)) (map[int64]leafRow, error) {
	found := make(map[int64]leafRow, len(leaves))
	args := make([]any, 1, 1+maxChunk)
	args[0] = tree
	for chunk, statement := range cut(readNodes, leaves) {
		args = args[:1]
		for _, leaf := range chunk {
			args = append(args, leaf)
		}
		rows, err := query(statement, args)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var index int64
			var row leafRow
			if err := rows.Scan(&index, &row.leaf, &row.above); err != nil {
				rows.Close()
				return nil, err
			}
			found[index] = row
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// runLength is the number of leaves that are read together, and maxRuns how many such runs are kept, some 50 KB each. A proof
// in a tree of 2^40 leaves needs nodes of 40 runs at most.
const (
	runLength = 256
	maxRuns   = 64
)

// inRuns reads the leaves of a tree of this size in runs, and keeps the last ones: the proofs of leaves that follow each other
// have nearly all nodes in common.
func (read nodes) inRuns(size int64) nodes {
	runs := map[int64]map[int64]leafRow{}
	var order []int64 // the oldest first
	run := func(number int64) (map[int64]leafRow, error) {
		if rows, ok := runs[number]; ok {
			return rows, nil
		}
		var leaves []int64
		for i := number * runLength; i < min((number+1)*runLength, size); i++ {
			leaves = append(leaves, i)
		}
		rows, err := read(leaves)
		if err != nil {
			return nil, err
		}
		if len(order) == maxRuns {
			delete(runs, order[0])
			order = order[1:]
		}
		runs[number] = rows
		order = append(order, number)
		return rows, nil
	}
	return func(leaves []int64) (map[int64]leafRow, error) {
		found := make(map[int64]leafRow, len(leaves))
		for _, leaf := range leaves {
			rows, err := run(leaf / runLength)
			if err != nil {
				return nil, err
			}
			if row, ok := rows[leaf]; ok {
				found[leaf] = row
			}
		}
		return found, nil
	}
}

// ReadHashes makes nodes a tlog.HashReader.
func (read nodes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	last := func(index int64) (level int, leaf int64) { // of the leaves below
		level, n := tlog.SplitStoredHashIndex(index)
		return level, (n+1)<<level - 1
	}
	leaves := make([]int64, len(indexes))
	for i, index := range indexes {
		_, leaves[i] = last(index)
	}
	slices.Sort(leaves)
	rows, err := read(slices.Compact(leaves))
	if err != nil {
		return nil, err
	}
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, leaf := last(index)
		row, found := rows[leaf]
		switch {
		case !found:
			return nil, fmt.Errorf("read node %d: there is no leaf %d", index, leaf)
		case len(row.leaf) != len(Hash{}) || len(row.above) < level*tlog.HashSize:
			return nil, fmt.Errorf("leaf %d has %d bytes and %d of nodes: want %d and at least %d",
				leaf, len(row.leaf), len(row.above), len(Hash{}), level*tlog.HashSize)
		case level == 0:
			hashes[i] = recordHash(Hash(row.leaf))
		default:
			hashes[i] = tlog.Hash(row.above[(level-1)*tlog.HashSize:])
		}
	}
	return hashes, nil
}

// head is a site's tree at some size.
type head struct {
	site   string
	number int64               // of the tree, in the database
	size   int64               // number of leaves
	edge   map[int64]tlog.Hash // the nodes that the tree grows from: the roots of its full subtrees
}

// edgeOf lists the nodes of the edge of a tree of this size, the largest subtree's first.
func edgeOf(size int64) (indexes []int64) {
	for low := int64(0); low < size; {
		level := bits.Len64(uint64(size-low)) - 1
		indexes = append(indexes, tlog.StoredHashIndex(level, low>>level))
		low += 1 << level
	}
	return indexes
}

// growth is what a batch adds to one site's tree.
type growth struct {
	head    // before
	entries []*pending
	ids     map[uuid.UUID]known  // of the entries' decisions, those that are known
	secrets map[uuid.UUID][]byte // of the entries' subjects, those that are known: the secret's hash, or nil
	leaves  []*pending           // the entries that are kept

	// Known once the tree has grown, and not changed afterwards: the callers make their receipts of it.
	fresh      []tlog.Hash // the new nodes; their indexes follow each other
	checkpoint string
	verifier   string
}

func (g *growth) newSize() int64 { return g.size + int64(len(g.leaves)) }

// ReadHashes makes growth a tlog.HashReader of the new nodes and the edge that they grow from. Nothing else is needed for
// the new head, nor for the proofs of the new leaves: whatever older node stands beside a new one is the root of a full
// subtree.
func (g *growth) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	first := tlog.StoredHashCount(g.size)
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if at := index - first; at >= 0 && at < int64(len(g.fresh)) {
			hashes[i] = g.fresh[at]
			continue
		}
		hash, ok := g.edge[index]
		if !ok {
			return nil, fmt.Errorf("node %d is neither new nor at the edge of a tree of %d", index, g.size)
		}
		hashes[i] = hash
	}
	return hashes, nil
}

// newHead is the head once the tree has grown.
func (g *growth) newHead() head {
	if len(g.leaves) == 0 {
		return g.head
	}
	h := head{site: g.site, number: g.number, size: g.newSize(), edge: map[int64]tlog.Hash{}}
	indexes := edgeOf(h.size)
	hashes, err := g.ReadHashes(indexes)
	if err != nil {
		return head{} // is read from the database the next time
	}
	for i, index := range indexes {
		h.edge[index] = hashes[i]
	}
	return h
}

// lockTree reads the head of a site's tree and keeps other writers away from it, until the transaction ends.
func (b *batch) lockTree(ctx context.Context, g *growth) error {
	lock := func() error {
		return b.queryRow(ctx, b.store.lockTree, []any{g.site}, &g.number, &g.size)
	}
	err := lock()
	for i := 0; errors.Is(err, sql.ErrNoRows) && i < insertTries; i++ {
		if err := b.exec(ctx, insertTree, g.site); err != nil {
			return err
		}
		err = lock()
	}
	if err != nil {
		return err
	}
	// Nodes never change: at the size that this store left the tree with, it has the edge that it had.
	if last, ok := b.store.heads[g.site]; ok && !b.store.shared && last.number == g.number && last.size == g.size {
		g.edge = last.edge
		return nil
	}
	indexes := edgeOf(g.size)
	hashes, err := nodes(func(leaves []int64) (map[int64]leafRow, error) {
		return readLeaves(g.number, leaves, func(statement string, args []any) (*sql.Rows, error) {
			return b.prepared(ctx, statement).QueryContext(ctx, args...)
		})
	}).ReadHashes(indexes)
	if err != nil {
		return err
	}
	g.edge = map[int64]tlog.Hash{}
	for i, index := range indexes {
		g.edge[index] = hashes[i]
	}
	return nil
}

const (
	selectTree = `SELECT tree, size FROM trees WHERE site = $1`
	// Another server may just have made this site's tree, or another tree with this number: then it inserts nothing.
	insertTree       = `INSERT INTO trees (tree, site, size) SELECT COALESCE(max(tree), 0) + 1, $1, 0 FROM trees WHERE true ON CONFLICT DO NOTHING`
	updateTree       = `UPDATE trees SET size = $1 WHERE tree = $2`
	insertCheckpoint = `INSERT INTO checkpoints (tree, size, note, verifier) VALUES ($1, $2, $3, $4)`
)

// insertTries is how often a tree is made anew where other servers took the number.
const insertTries = 10

// grow makes the new nodes, and writes the new head with its signed checkpoint.
func (b *batch) grow(ctx context.Context, g *growth) error {
	g.fresh = make([]tlog.Hash, 0, 2*len(g.leaves)+bits.Len64(uint64(g.newSize())))
	for i, p := range g.leaves {
		hashes, err := tlog.StoredHashesForRecordHash(g.size+int64(i), p.node, g)
		if err != nil {
			return err
		}
		g.fresh = append(g.fresh, hashes...)
		p.nodes = make([]byte, 0, (len(hashes)-1)*tlog.HashSize)
		for _, h := range hashes[1:] {
			p.nodes = append(p.nodes, h[:]...)
		}
	}
	signer, err := b.store.signer(g.site)
	if err != nil {
		return err
	}
	signed, err := signHead(signer, g.newSize(), g)
	if err != nil {
		return err
	}
	g.checkpoint, g.verifier = string(signed), signer.verifier
	if err := b.exec(ctx, updateTree, g.newSize(), g.number); err != nil {
		return err
	}
	return b.exec(ctx, insertCheckpoint, g.number, g.newSize(), g.checkpoint, g.verifier)
}

// receipt makes the receipt of the i-th new leaf.
func (g *growth) receipt(i int) (Receipt, error) {
	p := g.leaves[i]
	proof, err := tlog.ProveRecord(g.newSize(), g.size+int64(i), g)
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{
		Type: ReceiptType, Site: g.site, Record: []byte(p.content), Salt: p.salt,
		LeafIndex: g.size + int64(i), TreeSize: g.newSize(), Proof: hashesOf(proof),
		Checkpoint: g.checkpoint, Key: g.verifier,
	}, nil
}

// siteSigner signs for the tree of one site.
type siteSigner struct {
	note.Signer
	verifier string
}

// signer gives the writer's signer for a site, which costs as much to make as a signature.
func (s *Store) signer(site string) (siteSigner, error) {
	if signer, ok := s.signers[site]; ok {
		return signer, nil
	}
	signer, verifier, err := s.key.signer(site)
	if err != nil {
		return siteSigner{}, err
	}
	s.signers[site] = siteSigner{signer, verifier}
	return s.signers[site], nil
}

// signHead signs the checkpoint of a tree of this size, whose origin is the signer's name.
func signHead(signer note.Signer, size int64, r tlog.HashReader) ([]byte, error) {
	checkpoint, err := checkpointOf(signer.Name(), size, r)
	if err != nil {
		return nil, err
	}
	return checkpoint.sign(signer)
}
