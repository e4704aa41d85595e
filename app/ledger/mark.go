//go:build !js

package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"
	"github.com/ncruces/go-sqlite3"
)

// markKey gives subjects their marks, by which a database finds them. Each database has its own, so that nobody outside
// can choose subjects that share one.
type markKey [16]byte

// mark is 47 bits of the SHA-256 of the key and the subject, which take SQLite 6 bytes. Some of a database's many subjects may share one: whoever looks
// for a subject by its mark compares the subject too.
func (k markKey) mark(subject uuid.UUID) int64 {
	var keyed [len(k) + len(subject)]byte
	copy(keyed[copy(keyed[:], k[:]):], subject[:])
	return markOf(keyed[:])
}

func markOf(keyed []byte) int64 {
	sum := sha256.Sum256(keyed)
	return int64(binary.BigEndian.Uint64(sum[:]) >> 17)
}

// ofSubject says that a row is of the tree $1 and of a subject, with its mark $2 and itself $3. It asks for the tree in such
// a way that no planner takes that for a reason to read the whole tree.
const ofSubject = `tree + 0 = $1 AND mark = $2 AND subject = $3`

// readMarkKey reads the database's key, which its schema made.
func readMarkKey(ctx context.Context, db *sql.DB) (k markKey, err error) {
	var key []byte
	if err := db.QueryRowContext(ctx, `SELECT key FROM mark_key`).Scan(&key); err != nil {
		return k, err
	}
	if copy(k[:], key) != len(k) || len(key) != len(k) {
		return k, fmt.Errorf("mark_key has %d bytes: want %d", len(key), len(k))
	}
	return k, nil
}

// registerMark gives SQLite the function that its schema takes to mark the subjects of before, nod_mark(key, subject). PostgreSQL
// has SHA-256 by itself.
func registerMark(c *sqlite3.Conn) error {
	return c.CreateFunction("nod_mark", 2, sqlite3.DETERMINISTIC, func(ctx sqlite3.Context, args ...sqlite3.Value) {
		if args[1].Type() == sqlite3.NULL {
			ctx.ResultNull()
			return
		}
		ctx.ResultInt64(markOf(args[1].Blob(args[0].Blob(nil))))
	})
}
