package ledger

import (
	"context"
	"database/sql"
	"errors"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// treeState is the state of a site's tree after a commit.
type treeState struct {
	proof.TreeState
	number int64 // of the tree, in the database
}

// siteAppend is what a batch adds to one site's tree.
type siteAppend struct {
	site     string
	number   int64 // of the tree, in the database
	entries  []*pendingEntry
	existing map[uuid.UUID]existingDecision // of the entries' decisions, those that the site has already
	secrets  map[uuid.UUID][]byte           // of the entries' subjects, those that are known: the secret's hash, or nil
	added    []*pendingEntry                // the entries that get a leaf
	leaves   proof.TreeAppend

	// Set by appendLeaves and signTree, and not changed afterwards: the callers make their receipts of it.
	checkpoint string
	verifier   string
}

func newSiteAppend(site string) *siteAppend {
	return &siteAppend{
		site: site, existing: map[uuid.UUID]existingDecision{}, secrets: map[uuid.UUID][]byte{},
	}
}

const (
	selectTree = `SELECT tree, size FROM trees WHERE site = $1`
	// Another server may just have created this site's tree, or a tree with this number: then it inserts nothing.
	insertTree = `INSERT INTO trees (tree, site, size)
		SELECT COALESCE(max(tree), 0) + 1, $1, 0 FROM trees WHERE true ON CONFLICT DO NOTHING`
	updateTree       = `UPDATE trees SET size = $1 WHERE tree = $2`
	insertCheckpoint = `INSERT INTO checkpoints (tree, size, note, verifier) VALUES ($1, $2, $3, $4)`
)

// insertTries is how often the creation of a tree is tried if other servers take the number.
const insertTries = 10

// lockTree reads the state of a site's tree and keeps other writers away from it until the transaction ends.
func (b *batch) lockTree(ctx context.Context, tree *siteAppend) error {
	var size int64
	selectTree := func() error {
		return b.queryRow(ctx, b.store.selectTreeLock, []any{tree.site}, &tree.number, &size)
	}
	err := selectTree()
	for i := 0; errors.Is(err, sql.ErrNoRows) && i < insertTries; i++ {
		if err := b.exec(ctx, insertTree, tree.site); err != nil {
			return err
		}
		err = selectTree()
	}
	if err != nil {
		return err
	}
	// Nodes never change: if the tree has the size that this store left it with, it has the same edge.
	last, ok := b.store.treeStates[tree.site]
	if ok && !b.store.engine.IsShared() && last.number == tree.number && last.Size == size {
		tree.leaves.Before = last.TreeState
		return nil
	}
	tree.leaves.Before, err = proof.ReadTreeState(size, leafReader(func(leaves []int64) (map[int64]leafRow, error) {
		return readLeaves(tree.number, leaves, func(statement string, args []any) (*sql.Rows, error) {
			return b.statement(ctx, statement).QueryContext(ctx, args...)
		})
	}))
	if err != nil {
		return err
	}
	return b.store.checkSigned(tree.site, tree.number, tree.leaves.Before,
		func(query string, args []any, dest ...any) error { return b.queryRow(ctx, query, args, dest...) })
}

// rememberTree stores the state of a tree after a commit, for the next one.
func (s *Store) rememberTree(tree *siteAppend) {
	state, err := tree.leaves.After()
	if err != nil {
		delete(s.treeStates, tree.site) // the next commit reads it from the database
		return
	}
	s.treeStates[tree.site] = treeState{state, tree.number}
}

// appendLeaves creates the new nodes.
func (tree *siteAppend) appendLeaves() error {
	for _, p := range tree.added {
		nodes, err := tree.leaves.AddLeaf(p.leafHash)
		if err != nil {
			return err
		}
		p.nodes = make([]byte, 0, len(nodes)*tlog.HashSize)
		for _, h := range nodes {
			p.nodes = append(p.nodes, h[:]...)
		}
	}
	return nil
}

// signTree signs a checkpoint of the tree with its new leaves, which all their receipts hold, and writes it.
func (b *batch) signTree(ctx context.Context, tree *siteAppend) error {
	signer, err := b.store.siteSigner(tree.site)
	if err != nil {
		return err
	}
	size := tree.leaves.Size()
	signed, err := proof.SignCheckpoint(signer, size, &tree.leaves)
	if err != nil {
		return err
	}
	tree.checkpoint, tree.verifier = string(signed), signer.verifier
	if err := b.exec(ctx, updateTree, size, tree.number); err != nil {
		return err
	}
	return b.exec(ctx, insertCheckpoint, tree.number, size, tree.checkpoint, tree.verifier)
}

// siteSigner signs for the tree of one site.
type siteSigner struct {
	note.Signer
	verifier string
}

// siteSigner returns the writer's signer for a site. It takes as long to create as a signature.
func (s *Store) siteSigner(site string) (siteSigner, error) {
	if signer, ok := s.signers[site]; ok {
		return signer, nil
	}
	signer, verifier, err := s.key.SiteSigner(site)
	if err != nil {
		return siteSigner{}, err
	}
	s.signers[site] = siteSigner{signer, verifier}
	return s.signers[site], nil
}
