// Package ledger keeps what visitors answered, and can prove it.
//
// # The idea
//
// Every decision that the server accepts becomes a Record: what the visitor decided, what was shown, and when the
// server kept it. A record never changes. For each record one leaf is appended to a Merkle tree, one tree a site, in the
// hash structure of RFC 6962 (golang.org/x/mod/sumdb/tlog). The head of the tree is signed as a checkpoint
// (https://c2sp.org/tlog-checkpoint) with the server's Ed25519 key. Who holds one checkpoint holds the server to every
// record before it: none can be changed, removed or put in between without the root's hash becoming another.
//
// The leaf is not the record, but a salted commitment to it:
//
//	leaf        = SHA-256("nod leaf v1\n" || salt || SHA-256(record))
//	record hash = SHA-256(0x00 || leaf)                                  as RFC 6962, 2.1, wants it
//
// where record is the record's canonical JSON (RFC 8785) and salt is 32 random bytes. A person's data can therefore be
// erased by dropping the record and its salt: the leaf stays, tells nothing without the salt, and every proof still
// holds.
//
// A Receipt is what the visitor takes home: the record, the salt, the path from the leaf to the root, the checkpoint,
// and the verifier key. It is checked offline by Verify, in the browser too. A receipt has no signature of its own: it
// is signed by its checkpoint, so that a thousand decisions that were committed together cost one signature.
//
// # The store
//
// A Store keeps all this in an SQL database, SQLite or PostgreSQL; several servers may share the latter. In each, one goroutine
// writes: whatever decisions wait when it is free go into one transaction, with their leaves, the new nodes of the tree, its new
// head and the signed checkpoint. It locks the rows of its trees first, so that servers take turns. Append returns when that
// transaction is on disk, or says that it is not.
//
// Erase and Expire drop records with their salts, Restrict keeps them as evidence alone. Rotate puts a new signing key in the
// place of the old one. The tree is read in tiles (Tile, https://c2sp.org/tlog-tiles), and Audit checks a whole log by them,
// against what was remembered of it.
//
// A Claim, which is the arithmetic of a receipt, also compiles for the browser; what reads JSON and the store, whose files
// carry a build constraint, do not.
package ledger

import "errors"

// What a Store says no with. Each may be wrapped with the particulars.
var (
	// ErrBusy says that too many decisions wait already. The caller should come back in a second or so.
	ErrBusy = errors.New("too many decisions are waiting to be stored; try again later")

	// ErrClosed says that the store was closed.
	ErrClosed = errors.New("the store is closed")

	// ErrUnavailable says that the database refused to work; the error that it wraps tells why. Nothing was
	// acknowledged, and the same call may succeed when the trouble is over.
	ErrUnavailable = errors.New("the database is unavailable")

	// ErrConflict says that the decision's id was used before, with another content.
	ErrConflict = errors.New("a decision with this id and another content is stored already; make a new id")

	// ErrPresentation says that the decision names a presentation that was never stored, or that showed another policy or language.
	ErrPresentation = errors.New(`unknown presentation for this policy and language; send the hash that came with the page, or "custom"`)

	// ErrSecretMissing says that the first decision of a subject would grant something, and came without a secret.
	ErrSecretMissing = errors.New("granting for a new subject needs the subject's secret: 32 bytes as base64url without padding")

	// ErrSecret says that a decision would grant something to a known subject without the subject's secret.
	ErrSecret = errors.New("granting for a known subject needs the subject's secret")

	// ErrNotFound says that there is no such record or presentation.
	ErrNotFound = errors.New("not found")

	// ErrTooMany says that a subject has more records than are read at once.
	ErrTooMany = errors.New("too many records of one subject; RecordsFrom reads them in parts")

	// ErrErased says that there was a record, and its content was erased.
	ErrErased = errors.New("the record was erased")

	// ErrUnused says that a tool was led to a database that no server has worked on.
	ErrUnused = errors.New("there is nothing in this database; is it the one that the server uses?")

	// ErrKey says that the database belongs to another signing key, or that the key was replaced.
	ErrKey = errors.New("the database does not know this signing key")
)
