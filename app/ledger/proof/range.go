package proof

import "golang.org/x/mod/sumdb/tlog"

// rangeHash is a tree that holds only the roots of its full subtrees, the largest first.
type rangeHash struct {
	size  int64
	roots []tlog.Hash
}

// add appends a leaf's hash. It returns the subtrees that end in it and are now full, from level 1 up.
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

// root returns the tree's root. Without leaves it is the hash of the empty string (RFC 6962, section 2.1).
func (r *rangeHash) root() tlog.Hash {
	if len(r.roots) == 0 {
		empty, _ := tlog.TreeHash(0, nil)
		return empty
	}
	h := r.roots[len(r.roots)-1]
	for i := len(r.roots) - 2; i >= 0; i-- {
		h = tlog.NodeHash(r.roots[i], h)
	}
	return h
}
