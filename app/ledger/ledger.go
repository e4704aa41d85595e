// Package ledger stores what visitors answered, and can prove it.
//
// # The idea
//
// Every decision that the server accepts becomes a Record: what the visitor decided, what was shown, and when the
// server received it. A record never changes. Each record adds one leaf to a Merkle tree, one tree per site, and the
// server signs the tree's state as a checkpoint. Anyone who holds a checkpoint can check every record before it: none
// can be changed, removed or inserted without a change of the root's hash. Package proof has the arithmetic.
//
// A Receipt is what the visitor takes home: the record, the salt, the path from the leaf to the root, the checkpoint,
// and the verifier key. Verify checks it offline; the browser does the same with proof.Claim. A receipt has no
// signature of its own. Its checkpoint is signed, so a thousand decisions of one commit cost one signature.
//
// # The store
//
// A Store holds all this in a database: an Engine, which is SQLite or PostgreSQL. Several servers can share the latter.
// In each server one goroutine writes:
//
//	Append ─┐          ┌─ lock the trees        ┐
//	Append ─┼→ queue ─→│  check ids and secrets │ one transaction ─→ each Append returns its receipt
//	Append ─┘          │  add leaves and nodes  │
//	                   └─ sign the checkpoints  ┘
//
// Many waiting decisions share one transaction. Locking the trees first makes several servers take turns. Append
// returns when the transaction is on disk, or has failed.
//
// Erase and Expire drop records with their salts. Restrict keeps them as evidence only. Rotate replaces the signing
// key. Tile serves the tree in tiles (https://c2sp.org/tlog-tiles), for anyone who wants to audit the log.
package ledger

import "errors"

// The errors of a Store. Each can be wrapped with details.
var (
	// ErrBusy: too many decisions wait already. The caller should try again in a second or so.
	ErrBusy = errors.New("too many decisions are waiting to be stored; try again later")

	// ErrClosed: the store was closed.
	ErrClosed = errors.New("the store is closed")

	// ErrUnavailable: the database failed. The wrapped error says why. Nothing was acknowledged, and the same call can
	// succeed later.
	ErrUnavailable = errors.New("the database is unavailable")

	// ErrConflict: the decision's id was used before, with different content.
	ErrConflict = errors.New("a decision with this id and different content is already stored; create a new id")

	// ErrPresentation: the decision names a presentation that was never stored, or that showed a different policy or
	// language.
	ErrPresentation = errors.New(
		`unknown presentation for this policy and language; send the hash that came with the page, or "custom"`)

	// ErrSecretMissing: the first decision of a subject would grant something, and has no secret.
	ErrSecretMissing = errors.New(
		"granting for a new subject needs the subject's secret: 32 bytes as base64url without padding")

	// ErrSecret: a decision would grant something to a known subject without the subject's secret.
	ErrSecret = errors.New("granting for a known subject needs the subject's secret")

	// ErrNotFound: the record, presentation or tile does not exist.
	ErrNotFound = errors.New("not found")

	// ErrTooMany: a subject has more records than are read at once.
	ErrTooMany = errors.New("too many records of one subject; RecordsFrom reads them in parts")

	// ErrErased: the content of the record was erased.
	ErrErased = errors.New("the record was erased")

	// ErrChanged: a record in the database is not the one that its leaf commits to, or a tree is not the one that was
	// signed. Somebody changed the database, or it is damaged. The content must not be used.
	ErrChanged = errors.New("the database was changed: this is not what was stored. " +
		"Check all records with \"nod verify --db\"")

	// ErrUnused: a tool was pointed at a database that no server has used.
	ErrUnused = errors.New("there is nothing in this database; check that it is the one that the server uses")

	// ErrKey: the database belongs to a different signing key, or the key was replaced.
	ErrKey = errors.New("the database does not know this signing key")
)
