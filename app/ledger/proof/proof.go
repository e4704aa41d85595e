// Package proof is the arithmetic of the ledger: how a record becomes a leaf, how leaves become a tree, and how anyone
// checks that a record is in the tree that a server signed. It needs no database and no JSON, so it also compiles for
// the browser.
//
// # The idea
//
// Each record adds one leaf to a Merkle tree, one tree per site, in the hash structure of RFC 6962
// (golang.org/x/mod/sumdb/tlog). The leaf is not the record. It is a salted commitment to it:
//
//	leaf        = SHA-256("nod leaf v1\n" || salt || SHA-256(record))
//	record hash = SHA-256(0x00 || leaf)                                  RFC 6962, section 2.1
//
// record is the record's canonical JSON (RFC 8785), salt is 32 random bytes. To erase a person's data, the server drops
// the record and its salt. The leaf stays, reveals nothing without the salt, and every proof still holds.
//
// A Checkpoint is the signed state of a tree (https://c2sp.org/tlog-checkpoint). A Claim is what a receipt says: this
// record is in this site's tree. Claim.Verify checks it offline. Audit checks a whole log, tile by tile.
package proof

import (
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"
)

// CommitRecord returns the leaf of a record, given as canonical JSON: the salted commitment.
func CommitRecord(canonical []byte, salt Hash) Hash {
	content := sha256.Sum256(canonical)
	h := sha256.New()
	h.Write([]byte("nod leaf v1\n"))
	h.Write(salt[:])
	h.Write(content[:])
	return Hash(h.Sum(nil))
}

// HashLeaf returns the hash that a leaf has in the tree.
func HashLeaf(leaf Hash) tlog.Hash { return tlog.RecordHash(leaf[:]) }
