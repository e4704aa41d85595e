package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// leafReader reads rows of a site's tree, by leaf index. It is also a tlog.HashReader. A leaf's own hash follows from
// the leaf. Each inner node is stored with the leaf that completed it. Leaves that do not exist are left out.
type leafReader func(leaves []int64) (map[int64]leafRow, error)

// leafRow is the part of a record's row that belongs to the tree.
type leafRow struct {
	leaf  []byte
	nodes []byte // that the leaf completes, from level 1 up
}

var selectLeaves = newChunkedQuery(func(rows int) string {
	return `SELECT leaf_index, leaf, nodes FROM records WHERE tree = $1 AND leaf_index IN ` + formatParameters(2, rows)
})

// newLeafReader reads the rows of a tree from the database.
func (s *Store) newLeafReader(ctx context.Context, tree int64) leafReader {
	return func(leaves []int64) (map[int64]leafRow, error) {
		return readLeaves(tree, leaves, func(statement string, args []any) (*sql.Rows, error) {
			return s.read.queryRows(ctx, statement, args...)
		})
	}
}

// readLeaves reads rows of a tree by means of query.
func readLeaves(
	tree int64, leaves []int64, query func(statement string, args []any) (*sql.Rows, error),
) (map[int64]leafRow, error) {
	found := make(map[int64]leafRow, len(leaves))
	args := make([]any, 1, 1+maxChunk)
	args[0] = tree
	for chunk, statement := range splitRows(selectLeaves, leaves) {
		args = args[:1]
		for _, leaf := range chunk {
			args = append(args, leaf)
		}
		rows, err := query(statement, args)
		if err != nil {
			return nil, err
		}
		if err := scanLeaves(rows, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// scanLeaves reads and closes the rows.
func scanLeaves(rows *sql.Rows, found map[int64]leafRow) error {
	defer rows.Close()
	for rows.Next() {
		var index int64
		var row leafRow
		if err := rows.Scan(&index, &row.leaf, &row.nodes); err != nil {
			return err
		}
		found[index] = row
	}
	return rows.Err()
}

// findLastLeaf returns the level of a node, and the last leaf below it.
func findLastLeaf(nodeIndex int64) (level int, leaf int64) {
	level, n := tlog.SplitStoredHashIndex(nodeIndex)
	return level, (n+1)<<level - 1
}

// ReadHashes reads nodes by their tlog.StoredHashIndex.
func (read leafReader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	leaves := make([]int64, len(indexes))
	for i, index := range indexes {
		_, leaves[i] = findLastLeaf(index)
	}
	slices.Sort(leaves)
	rows, err := read(slices.Compact(leaves))
	if err != nil {
		return nil, err
	}
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, leaf := findLastLeaf(index)
		row, found := rows[leaf]
		switch {
		case !found:
			return nil, fmt.Errorf("read node %d: leaf %d does not exist", index, leaf)
		case len(row.leaf) != len(proof.Hash{}) || len(row.nodes) < level*tlog.HashSize:
			return nil, fmt.Errorf("leaf %d: it has %d bytes and %d of nodes instead of %d and at least %d",
				leaf, len(row.leaf), len(row.nodes), len(proof.Hash{}), level*tlog.HashSize)
		case level == 0:
			hashes[i] = proof.HashLeaf(proof.Hash(row.leaf))
		default:
			hashes[i] = tlog.Hash(row.nodes[(level-1)*tlog.HashSize:])
		}
	}
	return hashes, nil
}

// runLength is the number of leaves that are read together. maxRuns is how many such runs are cached, some 50 KB each.
// A proof in a tree of 2^40 leaves needs nodes of 40 runs at most.
const (
	runLength = 256
	maxRuns   = 64
)

// runCache reads the leaves of a tree in runs and caches the last ones.
type runCache struct {
	read  leafReader
	size  int64 // of the tree
	runs  map[int64]map[int64]leafRow
	order []int64 // of the runs, the oldest first
}

// cacheRuns returns a reader that reads in runs. The proofs of leaves that follow each other have nearly all nodes in
// common.
func (read leafReader) cacheRuns(size int64) leafReader {
	cache := &runCache{read: read, size: size, runs: map[int64]map[int64]leafRow{}}
	return cache.readLeaves
}

func (c *runCache) readLeaves(leaves []int64) (map[int64]leafRow, error) {
	found := make(map[int64]leafRow, len(leaves))
	for _, leaf := range leaves {
		rows, err := c.readRun(leaf / runLength)
		if err != nil {
			return nil, err
		}
		if row, ok := rows[leaf]; ok {
			found[leaf] = row
		}
	}
	return found, nil
}

func (c *runCache) readRun(number int64) (map[int64]leafRow, error) {
	if rows, ok := c.runs[number]; ok {
		return rows, nil
	}
	var leaves []int64
	for i := number * runLength; i < min((number+1)*runLength, c.size); i++ {
		leaves = append(leaves, i)
	}
	rows, err := c.read(leaves)
	if err != nil {
		return nil, err
	}
	if len(c.order) == maxRuns {
		delete(c.runs, c.order[0])
		c.order = c.order[1:]
	}
	c.runs[number] = rows
	c.order = append(c.order, number)
	return rows, nil
}
