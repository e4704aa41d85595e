package proof

import (
	"github.com/transparency-dev/merkle/compact"
	"golang.org/x/mod/sumdb/tlog"
)

// subtrees hash a range of leaves: they hold only the roots of its full subtrees.
var subtrees = compact.RangeFactory{Hash: func(left, right []byte) []byte {
	h := tlog.NodeHash(tlog.Hash(left), tlog.Hash(right))
	return h[:]
}}

// computeRoot returns the root of a tree that begins with leaf 0. Without leaves it is the hash of the empty string
// (RFC 6962, section 2.1).
func computeRoot(tree *compact.Range) (Hash, error) {
	root, err := tree.GetRootHash(nil)
	if err != nil {
		return Hash{}, err
	}
	if root == nil {
		empty, err := tlog.TreeHash(0, nil)
		return Hash(empty), err
	}
	return Hash(root), nil
}
