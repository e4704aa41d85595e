package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// Proof is an inclusion proof (RFC 6962, 2.1.1) of one record against a checkpoint.
type Proof struct {
	LeafIndex  int64        `json:"leaf_index"`
	TreeSize   int64        `json:"tree_size"`
	Proof      []proof.Hash `json:"proof"` // siblings on the way to the root, lowest first
	Checkpoint string       `json:"checkpoint"`
}

// Proof proves a record against the latest checkpoint, even if the record was erased.
func (s *Store) Proof(ctx context.Context, site string, id uuid.UUID) (Proof, error) {
	row, err := s.readRow(ctx, site, id)
	if err != nil {
		return Proof{}, err
	}
	p := Proof{LeafIndex: row.leafIndex}
	if p.TreeSize, p.Checkpoint, err = s.readLatestCheckpoint(ctx, site); err != nil {
		return Proof{}, wrapUnavailable("read the latest checkpoint", err)
	}
	p.Proof, err = s.proveLeaf(ctx, row.tree, p.LeafIndex, p.TreeSize)
	return p, err
}

// Checkpoint returns the latest signed checkpoint of a site's tree. A tree without leaves has one too.
func (s *Store) Checkpoint(ctx context.Context, site string) ([]byte, error) {
	_, signed, err := s.readLatestCheckpoint(ctx, site)
	if err == nil {
		return []byte(signed), nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, wrapUnavailable("read the latest checkpoint", err)
	}
	signer, _, err := s.key.SiteSigner(site)
	if err != nil {
		return nil, err
	}
	return proof.SignCheckpoint(signer, 0, leafReader(nil)) // no node is read
}

const selectCheckpoint = `SELECT t.size, c.note, c.verifier
	FROM trees t JOIN checkpoints c ON c.tree = t.tree AND c.size = t.size WHERE t.site = $1`

// readLatestCheckpoint reads the checkpoint of a tree that has leaves, signed with the current key. After a rotation,
// the stored one is signed with a key before, until the next append. Nothing else is signed again: ErrChanged.
func (s *Store) readLatestCheckpoint(ctx context.Context, site string) (size int64, signed string, err error) {
	var storedKey string
	if err = s.read.queryRow(ctx, selectCheckpoint, []any{site}, &size, &signed, &storedKey); err != nil {
		return 0, "", err
	}
	signer, verifier, err := s.key.SiteSigner(site)
	if err != nil || verifier == storedKey {
		return size, signed, err
	}
	checkpoint, err := s.openSigned(site, size, signed, storedKey)
	if err != nil {
		return 0, "", err
	}
	again, err := checkpoint.Sign(signer)
	return size, string(again), err
}

// RootAt returns the root that a site's tree had at a size. The error is ErrNotFound if the tree is smaller.
func (s *Store) RootAt(ctx context.Context, site string, size int64) (proof.Hash, error) {
	tree, found, err := s.findTree(ctx, site)
	if err != nil {
		return proof.Hash{}, err
	}
	if size > found {
		return proof.Hash{}, fmt.Errorf("the tree of site %s has %d leaves, not %d: %w", site, found, size, ErrNotFound)
	}
	root, err := tlog.TreeHash(size, s.newLeafReader(ctx, tree))
	if err != nil {
		return proof.Hash{}, wrapUnavailable("read the root of a tree", err)
	}
	return proof.Hash(root), nil
}

// findTree returns the number and the size of a site's tree. Both are 0 if it has none yet.
func (s *Store) findTree(ctx context.Context, site string) (tree, size int64, err error) {
	err = s.read.queryRow(ctx, selectTree, []any{site}, &tree, &size)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, 0, wrapUnavailable("read a tree", err)
	}
	return tree, size, nil
}

// proveLeaf returns the path of a leaf in the tree as it was at this size. Nodes never change, so old proofs still
// hold.
func (s *Store) proveLeaf(ctx context.Context, tree, index, size int64) ([]proof.Hash, error) {
	path, err := tlog.ProveRecord(size, index, s.newLeafReader(ctx, tree))
	if err != nil {
		return nil, wrapUnavailable("prove a record", err)
	}
	return proof.ConvertPath(path), nil
}
