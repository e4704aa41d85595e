//go:build !js

package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"
)

// subjectKeySeed derives the key by which a database finds a subject. Each database has a seed of its own, so that nobody
// outside can choose subjects that share a key.
type subjectKeySeed [16]byte

// subjectKey gives 47 bits of the SHA-256 of the seed and the subject, which take SQLite 6 bytes. Subjects of one database may share
// a key, so a query by key compares the subject too.
func (seed subjectKeySeed) subjectKey(subject uuid.UUID) int64 {
	var keyed [len(seed) + len(subject)]byte
	copy(keyed[copy(keyed[:], seed[:]):], subject[:])
	sum := sha256.Sum256(keyed[:])
	return int64(binary.BigEndian.Uint64(sum[:]) >> 17)
}

// ofSubject selects the rows of tree $1 and of one subject, given as its key $2 and itself $3. "tree + 0" keeps every planner from
// reading the whole tree by the index on tree.
const ofSubject = `tree + 0 = $1 AND subject_key = $2 AND subject = $3`

// readSubjectKeySeed reads the seed that the migration made.
func readSubjectKeySeed(ctx context.Context, db *sql.DB) (seed subjectKeySeed, err error) {
	var stored []byte
	if err := db.QueryRowContext(ctx, `SELECT seed FROM subject_key_seed`).Scan(&stored); err != nil {
		return seed, err
	}
	if copy(seed[:], stored) != len(seed) || len(stored) != len(seed) {
		return seed, fmt.Errorf("subject_key_seed: %d bytes instead of %d", len(stored), len(seed))
	}
	return seed, nil
}
