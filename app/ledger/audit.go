//go:build !js

package ledger

import (
	"context"
	"encoding/binary"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Source is where an audit reads a site's log from: a server's addresses below …/log/.
type Source interface {
	Checkpoint(context.Context) ([]byte, error)
	Tile(context.Context, tlog.Tile) ([]byte, error)
}

// Memory is what an audit remembers of the one before. Where the log's history was changed since, the leaves tell where.
type Memory struct {
	Checkpoint Checkpoint
	Leaf       func(index int64) (Hash, error) // those below Checkpoint.Size; nil where they were not kept
}

// AuditStep is one of the things that an audit checks.
type AuditStep string

// The steps of an audit.
const (
	AuditCheckpoint AuditStep = "checkpoint" // the log has a signed checkpoint, of the right tree
	AuditHistory    AuditStep = "history"    // the tree is the one of the last audit, grown
	AuditLeaves     AuditStep = "leaves"     // each leaf can be read, and the tiles have its hash
	AuditRoot       AuditStep = "root"       // the leaves give the root that was signed
)

// AuditError says at which step a log failed, and where.
type AuditError struct {
	Step AuditStep
	Leaf int64 // the first leaf that is wrong; -1 where no single one is
	Err  error
}

func (e *AuditError) Error() string { return fmt.Sprintf("the log fails at its %s: %v", e.Step, e.Err) }
func (e *AuditError) Unwrap() error { return e.Err }

// Audited is what an audit has shown to be true.
type Audited struct {
	Checkpoint Checkpoint
	Signed     []byte // the same, as the server signed it
	Grown      int64  // leaves since the last audit
}

// Audit reads a whole log and checks that its leaves give the root that one of the verifiers' keys signed, that every tile
// says the same, and that its history up to the last audit is what it was then. The leaf of each index is given to keep, in
// order, for the Memory of the next audit. The log may grow meanwhile.
//
// The error is an *AuditError where the log is wrong, and another where it could not be read.
func Audit(ctx context.Context, from Source, verifiers note.Verifiers, origin string, last *Memory, keep func(Hash) error) (Audited, error) {
	a := audit{from: from, last: last, keep: keep}
	signed, err := from.Checkpoint(ctx)
	if err != nil {
		return Audited{}, err
	}
	head, err := openCheckpoint(signed, verifiers, origin)
	if err != nil {
		return Audited{}, &AuditError{AuditCheckpoint, -1, err}
	}
	a.head = head
	if err := a.compare(); err != nil {
		return Audited{}, err
	}
	if err := a.leaves(ctx); err != nil {
		return Audited{}, err
	}
	if err := a.upper(ctx); err != nil {
		return Audited{}, err
	}
	out := Audited{Checkpoint: head, Signed: signed, Grown: head.Size}
	if last != nil {
		out.Grown -= last.Checkpoint.Size
	}
	return out, nil
}

func openCheckpoint(signed []byte, verifiers note.Verifiers, origin string) (Checkpoint, error) {
	c, err := ParseCheckpoint(signed)
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Origin != origin {
		return Checkpoint{}, fmt.Errorf("a checkpoint of %q: want one of %q", c.Origin, origin)
	}
	if _, err := note.Open(signed, verifiers); err != nil {
		return Checkpoint{}, fmt.Errorf("signed by no key that is trusted here: %w", err)
	}
	return c, nil
}

// audit is one walk through a log.
type audit struct {
	from  Source
	head  Checkpoint
	last  *Memory
	keep  func(Hash) error
	tree  rangeHash
	above [][]tlog.Hash // the hashes of each level of tiles above the lowest
}

// compare holds the checkpoint against the remembered one, as far as that goes without the leaves.
func (a *audit) compare() error {
	if a.last == nil {
		return nil
	}
	was := a.last.Checkpoint
	switch {
	case a.head.Size < was.Size:
		return &AuditError{AuditHistory, a.head.Size, fmt.Errorf("the tree had %d leaves at the last audit and has %d now: the log was cut, or an older copy of it was put in its place", was.Size, a.head.Size)}
	case a.head.Size == was.Size && a.head.Root != was.Root && a.last.Leaf == nil:
		return a.forked()
	}
	return nil
}

func (a *audit) forked() error {
	was := a.last.Checkpoint
	return &AuditError{AuditHistory, -1, fmt.Errorf("two roots were signed for the first %d leaves, %s at the last audit: the log was forked", was.Size, was.Root)}
}

// leaves reads all leaves, and the lowest tiles beside them.
func (a *audit) leaves(ctx context.Context) error {
	if a.last != nil && a.last.Checkpoint.Size == 0 && (Hash)(a.tree.root()) != a.last.Checkpoint.Root {
		return a.forked()
	}
	for at := int64(0); at < a.head.Size; at += 1 << TileHeight {
		width := int(min(1<<TileHeight, a.head.Size-at))
		tile := tlog.Tile{H: TileHeight, L: -1, N: at >> TileHeight, W: width}
		entries, err := a.from.Tile(ctx, tile)
		if err != nil {
			return err
		}
		tile.L = 0
		hashes, err := a.from.Tile(ctx, tile)
		if err != nil {
			return err
		}
		if len(hashes) != width*tlog.HashSize {
			return &AuditError{AuditLeaves, at, fmt.Errorf("tile %s has %d bytes: want %d", TilePath(tile), len(hashes), width*tlog.HashSize)}
		}
		for i := range width {
			leaf, rest, err := cutEntry(entries)
			if err != nil {
				return &AuditError{AuditLeaves, at + int64(i), fmt.Errorf("leaf %d: %w", at+int64(i), err)}
			}
			entries = rest
			if err := a.add(at+int64(i), leaf, tlog.Hash(hashes[i*tlog.HashSize:])); err != nil {
				return err
			}
		}
		if len(entries) > 0 {
			return &AuditError{AuditLeaves, at + int64(width), fmt.Errorf("the tile of leaves from %d on has %d bytes too many", at, len(entries))}
		}
	}
	if root := Hash(a.tree.root()); root != a.head.Root {
		return &AuditError{AuditRoot, -1, fmt.Errorf("the %d leaves give the root %s, and %s was signed", a.head.Size, root, a.head.Root)}
	}
	return nil
}

// cutEntry takes the first entry off a tile of entries.
func cutEntry(tile []byte) (leaf Hash, rest []byte, err error) {
	if len(tile) < 2+len(leaf) {
		return leaf, nil, fmt.Errorf("the tile is cut short: %d bytes are left", len(tile))
	}
	if n := binary.BigEndian.Uint16(tile); int(n) != len(leaf) {
		return leaf, nil, fmt.Errorf("an entry of %d bytes: want %d", n, len(leaf))
	}
	return Hash(tile[2:]), tile[2+len(leaf):], nil
}

// add takes the next leaf.
func (a *audit) add(index int64, leaf Hash, hash tlog.Hash) error {
	if own := recordHash(leaf); own != hash {
		return &AuditError{AuditLeaves, index, fmt.Errorf("leaf %d has the hash %s, and its tile has %s", index, own, hash)}
	}
	known := a.last != nil && index < a.last.Checkpoint.Size
	if known && a.last.Leaf != nil {
		was, err := a.last.Leaf(index)
		if err != nil {
			return err
		}
		if was != leaf {
			return &AuditError{AuditHistory, index, fmt.Errorf("leaf %d was %s at the last audit and is %s now: it was rewritten", index, was, leaf)}
		}
	}
	full := a.tree.add(hash)
	for i := 0; (i+1)*TileHeight <= len(full); i++ {
		if i == len(a.above) {
			a.above = append(a.above, nil)
		}
		a.above[i] = append(a.above[i], full[(i+1)*TileHeight-1])
	}
	if known && index+1 == a.last.Checkpoint.Size && Hash(a.tree.root()) != a.last.Checkpoint.Root {
		return a.forked()
	}
	return a.keep(leaf)
}

// upper checks the tiles above the lowest, which those who check single records go by.
func (a *audit) upper(ctx context.Context) error {
	for i, want := range a.above {
		for at := 0; at < len(want); at += 1 << TileHeight {
			tile := tlog.Tile{H: TileHeight, L: i + 1, N: int64(at >> TileHeight), W: min(1<<TileHeight, len(want)-at)}
			data, err := a.from.Tile(ctx, tile)
			if err != nil {
				return err
			}
			for j, h := range want[at : at+tile.W] {
				if len(data) != tile.W*tlog.HashSize || tlog.Hash(data[j*tlog.HashSize:]) != h {
					first := int64(at+j) << (TileHeight * (i + 1))
					return &AuditError{AuditLeaves, first, fmt.Errorf("tile %s does not have the hash of the leaves from %d on", TilePath(tile), first)}
				}
			}
		}
	}
	return nil
}

// rangeHash is a tree of which only the roots of the full subtrees are kept, the largest first.
type rangeHash struct {
	size  int64
	roots []tlog.Hash
}

// add appends a leaf's hash, and gives the subtrees that end in it and are full now, from level 1 up.
func (r *rangeHash) add(h tlog.Hash) (full []tlog.Hash) {
	for n := r.size; n&1 == 1; n >>= 1 {
		last := len(r.roots) - 1
		h = tlog.NodeHash(r.roots[last], h)
		r.roots = r.roots[:last]
		full = append(full, h)
	}
	r.roots = append(r.roots, h)
	r.size++
	return full
}

// root is the tree's root; of no leaves, the hash of nothing (RFC 6962, 2.1).
func (r *rangeHash) root() tlog.Hash {
	if len(r.roots) == 0 {
		empty, _ := tlog.TreeHash(0, nodes(nil))
		return empty
	}
	h := r.roots[len(r.roots)-1]
	for i := len(r.roots) - 2; i >= 0; i-- {
		h = tlog.NodeHash(r.roots[i], h)
	}
	return h
}
