package ledger

import (
	"crypto/subtle"
	"fmt"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// storedContent is a record as the database has it, with the leaf that commits to it. Every read of a record checks it
// against its leaf, so a content that was changed in the database is never served and never grants anything. It costs
// two SHA-256 a record.
//
// The leaf itself can be changed too, but not without changing the tree: Verify and an audit from outside find that.
type storedContent struct {
	content, salt, leaf []byte
}

// parse checks the content against its leaf, and reads the record. The error is ErrChanged if the leaf commits to a
// different content.
func (c storedContent) parse() (Record, error) {
	if err := c.check(); err != nil {
		return Record{}, err
	}
	return parseRecord(c.content)
}

func (c storedContent) check() error {
	if len(c.salt) != len(proof.Hash{}) {
		return fmt.Errorf("its salt has %d bytes instead of %d: %w", len(c.salt), len(proof.Hash{}), ErrChanged)
	}
	leaf := proof.CommitRecord(c.content, proof.Hash(c.salt))
	if subtle.ConstantTimeCompare(leaf[:], c.leaf) != 1 {
		return fmt.Errorf("its leaf commits to a different content: %w", ErrChanged)
	}
	return nil
}

// parseOf is parse for a record that was found by its site and subject: a row could have been moved to another subject.
func (c storedContent) parseOf(site string, subject uuid.UUID) (Record, error) {
	record, err := c.parse()
	if err == nil && (record.Site != site || record.Subject != subject) {
		err = fmt.Errorf("record %s is of a different site or subject: %w", record.ID, ErrChanged)
	}
	return record, err
}
