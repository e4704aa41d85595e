package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// commit stores the entries in one transaction and returns the result of each. A refused entry leaves the others alone.
// A transaction that fails, fails them all, and stores nothing.
func (s *Store) commit(entries []*pendingEntry) []appendResult {
	// The callers' contexts don't count: one who gives up must not undo the others.
	ctx, cancel := s.limitTx(context.Background())
	defer cancel()
	started := time.Now()
	results, stored, err := s.tryCommit(ctx, entries)
	s.probe.noteCommit(err)
	s.committed(Commit{Records: stored, Took: time.Since(started), Failed: err != nil})
	if err == nil {
		return results
	}
	s.failures.Add(1)
	s.log.Error("decisions were not stored", "decisions", len(entries), "error", err)
	results = make([]appendResult, len(entries))
	for i := range results {
		results[i] = appendResult{err: fmt.Errorf("commit: %w: %w", ErrUnavailable, err)}
	}
	return results
}

func (s *Store) tryCommit(
	ctx context.Context, entries []*pendingEntry,
) (results []appendResult, stored int, err error) {
	tx, err := s.write.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, 0, err
	}
	defer tx.Rollback()

	b := &batch{store: s, tx: tx, presentations: map[[4]string]bool{}}
	err = s.checkLastKey(func(last *string) error { return b.queryRow(ctx, selectLastKey, nil, last) })
	if err != nil {
		return nil, 0, err
	}
	if err := b.lockTrees(ctx, entries); err != nil {
		return nil, 0, err
	}
	results = make([]appendResult, len(entries))
	for i, p := range entries {
		if results[i], err = b.addEntry(ctx, p); err != nil {
			return nil, 0, err
		}
	}
	if stored, err = b.writeTrees(ctx); err != nil {
		return nil, 0, err
	}
	if err := s.hooks.recorded(ctx, tx, b.trees); err != nil {
		return nil, 0, err
	}
	if err := tx.Commit(); err != nil {
		return nil, 0, err
	}
	for _, tree := range b.trees {
		s.rememberTree(tree)
	}
	if stored > 0 {
		s.commits.Add(1)
		s.appended.Add(int64(stored))
	}
	return results, stored, nil
}

// batch is what one transaction does: it reads everything it needs, then decides what to store, then writes.
type batch struct {
	store         *Store
	tx            *sql.Tx
	trees         []*siteAppend      // sorted by site
	presentations map[[4]string]bool // known ones, by site, hash, policy and language
}

// addEntry decides whether the entry is stored. A result with an error or a repetition is final. err means that the
// database failed.
func (b *batch) addEntry(ctx context.Context, p *pendingEntry) (result appendResult, err error) {
	if existing, ok := p.tree.existing[p.Decision.ID]; ok {
		switch {
		case existing.isErased:
			return appendResult{err: ErrErased}, nil
		case existing.body != p.bodyDigest():
			return appendResult{err: ErrConflict}, nil
		}
		return appendResult{isRepeated: true}, nil
	}
	if p.Decision.HasStoredPresentation() {
		ok, err := b.hasPresentation(ctx, p.Site, &p.Decision)
		if err != nil || !ok {
			return appendResult{err: ErrPresentation}, err
		}
	}
	if err := p.tree.checkSecret(p); err != nil {
		return appendResult{err: err}, nil
	}
	p.tree.existing[p.Decision.ID] = existingDecision{body: p.bodyDigest()}
	p.tree.added = append(p.tree.added, p)
	return appendResult{tree: p.tree, index: len(p.tree.added) - 1}, nil
}

// writeTrees inserts all that the batch stores, and returns the number of records.
func (b *batch) writeTrees(ctx context.Context) (stored int, err error) {
	for _, tree := range b.trees {
		if len(tree.added) == 0 {
			continue
		}
		if err := tree.appendLeaves(); err != nil {
			return 0, fmt.Errorf("append to the tree of site %s: %w", tree.site, err)
		}
		if err := b.signTree(ctx, tree); err != nil {
			return 0, fmt.Errorf("sign the tree of site %s: %w", tree.site, err)
		}
		if err := b.insertAdded(ctx, tree); err != nil {
			return 0, fmt.Errorf("insert records of site %s: %w", tree.site, err)
		}
		stored += len(tree.added)
	}
	return stored, nil
}

const recordColumns = 12

var insertRecords = newChunkedQuery(func(rows int) string {
	lists := make([]string, rows)
	for i := range lists {
		lists[i] = formatParameters(1+i*recordColumns, recordColumns)
	}
	return `INSERT INTO records (tree, leaf_index, tree_size, id, leaf, nodes, ordinal, subject, secret_hash, body_hash,
		 salt, content) VALUES ` + strings.Join(lists, ", ")
})

func (b *batch) insertAdded(ctx context.Context, tree *siteAppend) error {
	args := make([]any, 0, min(len(tree.added), maxChunk)*recordColumns)
	index := tree.leaves.Before.Size
	for chunk, statement := range splitRows(insertRecords, tree.added) {
		args = args[:0]
		for _, p := range chunk {
			body := p.bodyDigest()
			ordinal, secretHash := index, []byte(nil)
			if p.isFirst {
				ordinal, secretHash = 0, p.storedSecret()
			}
			args = append(args, tree.number, index, tree.leaves.Size(), p.Decision.ID[:], p.leaf[:], p.nodes, ordinal,
				p.Decision.Subject[:], secretHash, body[:], p.salt[:], p.content)
			index++
		}
		if _, err := b.statement(ctx, statement).ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) queryRow(ctx context.Context, query string, args []any, dest ...any) error {
	return b.statement(ctx, query).QueryRowContext(ctx, args...).Scan(dest...)
}

func (b *batch) exec(ctx context.Context, query string, args ...any) error {
	_, err := b.statement(ctx, query).ExecContext(ctx, args...)
	return err
}

// statement returns one of the statements that the store prepared when it was opened, for use in the transaction.
func (b *batch) statement(ctx context.Context, query string) *sql.Stmt {
	return b.tx.StmtContext(ctx, b.store.statements[query])
}
