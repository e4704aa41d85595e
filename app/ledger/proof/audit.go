package proof

import (
	"context"
	"fmt"

	"github.com/transparency-dev/merkle/compact"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Source is where an audit reads a site's log from: a server's addresses below …/log/.
type Source interface {
	Checkpoint(context.Context) ([]byte, error)
	Tile(context.Context, tlog.Tile) ([]byte, error)
}

// LastAudit is what an audit remembers of the one before. If the log's history changed since, the leaves show where.
type LastAudit struct {
	Checkpoint Checkpoint
	Leaf       func(index int64) (Hash, error) // those below Checkpoint.Size; nil if they were not stored
}

// AuditStep is one of the things that an audit checks.
type AuditStep string

// The steps of an audit.
const (
	AuditCheckpoint AuditStep = "checkpoint" // the log has a signed checkpoint, of the right tree
	AuditHistory    AuditStep = "history"    // the tree contains the tree of the last audit
	AuditLeaves     AuditStep = "leaves"     // each leaf can be read, and the tiles have its hash
	AuditRoot       AuditStep = "root"       // the leaves give the root that was signed
)

// AuditError says at which step a log failed, and where.
type AuditError struct {
	Step AuditStep
	Leaf int64 // the first leaf that is wrong; -1 if the error is of no single leaf
	Err  error
}

func (e *AuditError) Error() string { return fmt.Sprintf("the log fails at its %s: %v", e.Step, e.Err) }
func (e *AuditError) Unwrap() error { return e.Err }

// Audited is what an audit proved.
type Audited struct {
	Checkpoint Checkpoint
	Signed     []byte // the same, as the server signed it
	Grown      int64  // leaves since the last audit
}

// Audit reads a whole log. It checks that its leaves give the root that one of the verifiers' keys signed, that every
// tile agrees, and that the history up to the last audit has not changed. It passes each leaf to store, in order, for
// the LastAudit of the next audit. The log may grow meanwhile.
//
// The error is an *AuditError if the log is wrong, and any other if it could not be read.
func Audit(
	ctx context.Context, from Source, verifiers note.Verifiers, origin string, last *LastAudit, store func(Hash) error,
) (Audited, error) {
	a := audit{from: from, last: last, store: store, tree: subtrees.NewEmptyRange(0)}
	signed, err := from.Checkpoint(ctx)
	if err != nil {
		return Audited{}, err
	}
	if a.checkpoint, err = openCheckpoint(signed, verifiers, origin); err != nil {
		return Audited{}, &AuditError{AuditCheckpoint, -1, err}
	}
	if err := a.compareCheckpoints(); err != nil {
		return Audited{}, err
	}
	if err := a.checkLeaves(ctx); err != nil {
		return Audited{}, err
	}
	if err := a.checkUpperTiles(ctx); err != nil {
		return Audited{}, err
	}
	out := Audited{Checkpoint: a.checkpoint, Signed: signed, Grown: a.checkpoint.Size}
	if last != nil {
		out.Grown -= last.Checkpoint.Size
	}
	return out, nil
}

// audit is one walk through a log.
type audit struct {
	from       Source
	checkpoint Checkpoint
	last       *LastAudit
	store      func(Hash) error
	tree       *compact.Range // of the leaves so far
	upper      [][]tlog.Hash  // the hashes of each level of tiles above the lowest
}

// compareCheckpoints compares the checkpoint with the last audit's, as far as that is possible without the leaves.
func (a *audit) compareCheckpoints() error {
	if a.last == nil {
		return nil
	}
	now, last := a.checkpoint, a.last.Checkpoint
	switch {
	case now.Size < last.Size:
		return &AuditError{AuditHistory, now.Size, fmt.Errorf("the tree had %d leaves at the last audit and has %d now: "+
			"leaves were removed, or an older copy was restored", last.Size, now.Size)}
	case now.Size == last.Size && now.Root != last.Root && a.last.Leaf == nil:
		return a.newForkError()
	}
	return nil
}

func (a *audit) newForkError() error {
	last := a.last.Checkpoint
	return &AuditError{AuditHistory, -1, fmt.Errorf(
		"two roots were signed for the first %d leaves, %s at the last audit: the log was forked", last.Size, last.Root)}
}

// checkLeaves reads all leaves, and the lowest tiles with them.
func (a *audit) checkLeaves(ctx context.Context) error {
	if err := a.checkLastRoot(); err != nil {
		return err
	}
	for first := int64(0); first < a.checkpoint.Size; first += 1 << TileHeight {
		if err := a.checkLowestTile(ctx, first); err != nil {
			return err
		}
	}
	root, err := computeRoot(a.tree)
	if err != nil {
		return err
	}
	if root != a.checkpoint.Root {
		return &AuditError{AuditRoot, -1,
			fmt.Errorf("the %d leaves give the root %s, and %s was signed", a.checkpoint.Size, root, a.checkpoint.Root)}
	}
	return nil
}

// checkLastRoot compares the root with the last audit's, once as many leaves are read as it had.
func (a *audit) checkLastRoot() error {
	if a.last == nil || uint64(a.last.Checkpoint.Size) != a.tree.End() {
		return nil
	}
	root, err := computeRoot(a.tree)
	if err == nil && root != a.last.Checkpoint.Root {
		err = a.newForkError()
	}
	return err
}

// checkLowestTile reads the tile of leaves from first on, and the tile of their hashes.
func (a *audit) checkLowestTile(ctx context.Context, first int64) error {
	width := int(min(1<<TileHeight, a.checkpoint.Size-first))
	tile := tlog.Tile{H: TileHeight, L: -1, N: first >> TileHeight, W: width}
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
		return &AuditError{AuditLeaves, first,
			fmt.Errorf("tile %s has %d bytes instead of %d", TilePath(tile), len(hashes), width*tlog.HashSize)}
	}
	for i := range width {
		index := first + int64(i)
		leaf, rest, err := splitEntry(entries)
		if err != nil {
			return &AuditError{AuditLeaves, index, fmt.Errorf("leaf %d: %w", index, err)}
		}
		entries = rest
		if err := a.addLeaf(index, leaf, tlog.Hash(hashes[i*tlog.HashSize:])); err != nil {
			return err
		}
	}
	if len(entries) > 0 {
		return &AuditError{AuditLeaves, first + int64(width),
			fmt.Errorf("the tile of leaves from %d on has %d bytes too many", first, len(entries))}
	}
	return nil
}

// addLeaf checks the next leaf against its tile and against the last audit.
func (a *audit) addLeaf(index int64, leaf Hash, hash tlog.Hash) error {
	if own := HashLeaf(leaf); own != hash {
		return &AuditError{AuditLeaves, index, fmt.Errorf("leaf %d has the hash %s, and its tile has %s", index, own, hash)}
	}
	isOld := a.last != nil && index < a.last.Checkpoint.Size
	if isOld && a.last.Leaf != nil {
		before, err := a.last.Leaf(index)
		if err != nil {
			return err
		}
		if before != leaf {
			return &AuditError{AuditHistory, index,
				fmt.Errorf("leaf %d was %s at the last audit and is %s now: it was rewritten", index, before, leaf)}
		}
	}
	if err := a.tree.Append(hash[:], a.addUpperHash); err != nil {
		return err
	}
	if err := a.checkLastRoot(); err != nil {
		return err
	}
	return a.store(leaf)
}

// addUpperHash remembers a node of the tree if it is in a tile above the lowest.
func (a *audit) addUpperHash(node compact.NodeID, hash []byte) {
	if node.Level == 0 || node.Level%TileHeight != 0 {
		return
	}
	i := int(node.Level/TileHeight) - 1
	if i == len(a.upper) {
		a.upper = append(a.upper, nil)
	}
	a.upper[i] = append(a.upper[i], tlog.Hash(hash))
}

// checkUpperTiles checks the tiles above the lowest. Clients that check single records use them.
func (a *audit) checkUpperTiles(ctx context.Context) error {
	for i, hashes := range a.upper {
		for first := 0; first < len(hashes); first += 1 << TileHeight {
			width := min(1<<TileHeight, len(hashes)-first)
			tile := tlog.Tile{H: TileHeight, L: i + 1, N: int64(first >> TileHeight), W: width}
			data, err := a.from.Tile(ctx, tile)
			if err != nil {
				return err
			}
			for j, h := range hashes[first : first+width] {
				if len(data) != width*tlog.HashSize || tlog.Hash(data[j*tlog.HashSize:]) != h {
					leaf := int64(first+j) << (TileHeight * (i + 1))
					return &AuditError{AuditLeaves, leaf,
						fmt.Errorf("tile %s does not have the hash of the leaves from %d on", TilePath(tile), leaf)}
				}
			}
		}
	}
	return nil
}
