package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// bodyDigest is what is stored of an Entry's Body. Half of the hash distinguishes bodies as well, and leaves room for a
// second record on a page.
type bodyDigest [16]byte

// existingDecision is what a site has under a decision's id.
type existingDecision struct {
	body     bodyDigest
	isErased bool
}

// lockTrees locks the trees of all sites of the batch and reads what the database has of the batch's decisions. It
// locks in the order of the sites' names, so that two servers never wait for each other.
func (b *batch) lockTrees(ctx context.Context, entries []*pendingEntry) error {
	for _, p := range entries {
		i, found := slices.BinarySearchFunc(b.trees, p.Site, func(tree *siteAppend, site string) int {
			return strings.Compare(tree.site, site)
		})
		if !found {
			b.trees = slices.Insert(b.trees, i, newSiteAppend(p.Site))
		}
		p.tree = b.trees[i]
		p.tree.entries = append(p.tree.entries, p)
	}
	for _, tree := range b.trees {
		if err := b.lockTree(ctx, tree); err != nil {
			return fmt.Errorf("lock the tree of site %s: %w", tree.site, err)
		}
	}
	for _, tree := range b.trees {
		if err := b.readExisting(ctx, tree); err != nil {
			return fmt.Errorf("look up decisions of site %s: %w", tree.site, err)
		}
	}
	return nil
}

// newFindIDs finds decisions by their ids. treeCondition (see Engine) selects the tree $1 in such a way that the
// engine's planner still uses the ids and does not read the whole tree.
func newFindIDs(treeCondition string) chunkedQuery {
	return newChunkedQuery(func(rows int) string {
		return `SELECT id, body_hash FROM records WHERE ` + treeCondition + ` AND id IN ` + formatParameters(2, rows)
	})
}

// findSecrets finds the first records of subjects. For the tree, see ofSubject.
var findSecrets = newChunkedQuery(func(rows int) string {
	return `SELECT subject, secret_hash FROM records
		WHERE tree + 0 = $1 AND ordinal = 0 AND subject IN ` + formatParameters(2, rows)
})

// readExisting reads what the site has of the entries' ids and subjects.
func (b *batch) readExisting(ctx context.Context, tree *siteAppend) error {
	idOf := func(p *pendingEntry) any { return p.Decision.ID[:] }
	err := b.readMatches(ctx, b.store.findIDs, tree, idOf, func(id, body sql.RawBytes) error {
		existing := existingDecision{isErased: body == nil}
		if len(id) != len(uuid.UUID{}) || !existing.isErased && len(body) != len(existing.body) {
			return fmt.Errorf("a record has an id of %d and a body digest of %d bytes instead of %d and %d",
				len(id), len(body), len(uuid.UUID{}), len(existing.body))
		}
		copy(existing.body[:], body)
		tree.existing[uuid.UUID(id)] = existing
		return nil
	})
	if err != nil {
		return err
	}
	subjectOf := func(p *pendingEntry) any { return p.Decision.Subject[:] }
	return b.readMatches(ctx, findSecrets, tree, subjectOf, func(subject, secret sql.RawBytes) error {
		if len(subject) != len(uuid.UUID{}) || secret != nil && len(secret) != len(secretHash{}) {
			return fmt.Errorf("a first record has a subject of %d and a secret's hash of %d bytes instead of %d and %d",
				len(subject), len(secret), len(uuid.UUID{}), len(secretHash{}))
		}
		tree.secrets[uuid.UUID(subject)] = bytes.Clone(secret)
		return nil
	})
}

// readMatches reads two columns of a site's rows that match the entries' keys.
func (b *batch) readMatches(
	ctx context.Context, query chunkedQuery, tree *siteAppend, keyOf func(*pendingEntry) any,
	eachRow func(a, b sql.RawBytes) error,
) error {
	args := make([]any, 1, 1+maxChunk)
	args[0] = tree.number
	for chunk, statement := range splitRows(query, tree.entries) {
		args = args[:1]
		for _, p := range chunk {
			args = append(args, keyOf(p))
		}
		rows, err := b.statement(ctx, statement).QueryContext(ctx, args...)
		if err != nil {
			return err
		}
		if err := scanPairs(rows, eachRow); err != nil {
			return err
		}
	}
	return nil
}

// scanPairs reads and closes rows of two columns.
func scanPairs(rows *sql.Rows, eachRow func(a, b sql.RawBytes) error) error {
	defer rows.Close()
	var first, second sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&first, &second); err != nil {
			return err
		}
		if err := eachRow(first, second); err != nil {
			return err
		}
	}
	return rows.Err()
}
