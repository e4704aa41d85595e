package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"
)

// subjectKeySeed derives the key by which a database finds a subject. Each database has its own seed, so that nobody
// outside can choose subjects that share a key.
type subjectKeySeed [16]byte

// subjectKey returns 47 bits of the SHA-256 of the seed and the subject: SQLite stores them in 6 bytes. Two subjects of
// one database can share a key, so a query by key compares the subject too.
func (seed subjectKeySeed) subjectKey(subject uuid.UUID) int64 {
	var keyed [len(seed) + len(subject)]byte
	copy(keyed[copy(keyed[:], seed[:]):], subject[:])
	sum := sha256.Sum256(keyed[:])
	return int64(binary.BigEndian.Uint64(sum[:]) >> 17)
}

// ofSubject is the condition that a row is of tree $1 and of the subject with key $2 and id $3. "tree + 0" keeps every
// planner from reading the whole tree by the index on tree.
const ofSubject = `tree + 0 = $1 AND subject_key = $2 AND subject = $3`

// readSubjectKeySeed reads the seed that the migration created.
func readSubjectKeySeed(ctx context.Context, db *sql.DB) (seed subjectKeySeed, err error) {
	var stored []byte
	if err := db.QueryRowContext(ctx, `SELECT seed FROM subject_key_seed`).Scan(&stored); err != nil {
		return seed, err
	}
	if copy(seed[:], stored) != len(seed) || len(stored) != len(seed) {
		return seed, fmt.Errorf("subject_key_seed: it has %d bytes instead of %d", len(stored), len(seed))
	}
	return seed, nil
}
