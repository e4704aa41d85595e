//go:build !js

package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/nod-consent/nod/app/consent"
)

// commit stores the entries in one transaction, and says what became of each. An entry that is refused leaves the
// others alone; a transaction that fails fails them all, and nothing of them is kept.
func (s *Store) commit(waiting []*pending) []outcome {
	// The callers' contexts don't count: one who gives up must not undo the others.
	ctx := context.Background()
	if s.patience > 0 {
		limited, cancel := context.WithTimeout(ctx, s.patience)
		defer cancel()
		ctx = limited
	}
	began := time.Now()
	outcomes, kept, err := s.tryCommit(ctx, waiting)
	s.committed(Commit{Records: kept, Took: time.Since(began), Failed: err != nil})
	if err == nil {
		return outcomes
	}
	s.failures.Add(1)
	s.log.Error("decisions were not stored", "decisions", len(waiting), "error", err)
	outcomes = make([]outcome, len(waiting))
	for i := range outcomes {
		outcomes[i] = outcome{err: fmt.Errorf("commit: %w: %w", ErrUnavailable, err)}
	}
	return outcomes
}

func (s *Store) tryCommit(ctx context.Context, waiting []*pending) (outcomes []outcome, kept int, err error) {
	tx, err := s.write.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, 0, err
	}
	defer tx.Rollback()

	b := &batch{store: s, tx: tx, presentations: map[[4]string]bool{}}
	if err := b.lockTrees(ctx, waiting); err != nil {
		return nil, 0, err
	}
	outcomes = make([]outcome, len(waiting))
	for i, p := range waiting {
		outcomes[i], err = b.add(ctx, p)
		if err != nil {
			return nil, 0, err
		}
	}
	kept, err = b.write(ctx)
	if err != nil {
		return nil, 0, err
	}
	if err := tx.Commit(); err != nil {
		return nil, 0, err
	}
	for _, tree := range b.trees {
		s.heads[tree.site] = tree.newHead()
	}
	if kept > 0 {
		s.commits.Add(1)
		s.appended.Add(int64(kept))
	}
	return outcomes, kept, nil
}

// batch is what one transaction does: first all looking up, then all decisions on what to keep, then all writing.
type batch struct {
	store         *Store
	tx            *sql.Tx
	trees         []*growth          // by the names of their sites
	presentations map[[4]string]bool // known ones, by site, hash, policy and language
}

// bodyDigest is what is kept of an Entry's Body. Half of it tells bodies apart as well, and leaves room for a second record on a page.
type bodyDigest [16]byte

// known is what a site has under a decision's id.
type known struct {
	body   bodyDigest
	erased bool
}

// lockTrees locks the trees of all sites of the batch, in the order of their names, so that two servers never wait for
// each other, and looks up what the database has of the batch's decisions.
func (b *batch) lockTrees(ctx context.Context, waiting []*pending) error {
	for _, p := range waiting {
		i, found := slices.BinarySearchFunc(b.trees, p.Site, func(t *growth, site string) int { return strings.Compare(t.site, site) })
		if !found {
			b.trees = slices.Insert(b.trees, i, &growth{head: head{site: p.Site}, ids: map[uuid.UUID]known{}, secrets: map[uuid.UUID][]byte{}})
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
		if err := b.lookUp(ctx, tree); err != nil {
			return fmt.Errorf("look up decisions of site %s: %w", tree.site, err)
		}
	}
	return nil
}

// findIDs looks for decisions by their ids. ofTree says that they are of the tree $1, in such a way that the engine's planner
// does not take the wish for a reason to read the whole tree.
func findIDs(ofTree string) chunked {
	return inChunks(func(rows int) string {
		return `SELECT id, body_hash FROM records WHERE ` + ofTree + ` AND id IN ` + parameters(2, rows)
	})
}

// findSecrets looks for the first records of subjects by their keys, which others may share. As for the tree, see ofSubject.
var findSecrets = inChunks(func(rows int) string {
	return `SELECT subject, secret_hash FROM records WHERE tree + 0 = $1 AND ordinal = 0 AND restricted = 0 AND subject_key IN ` + parameters(2, rows)
})

// lookUp reads what the site has of the entries' ids and subjects.
func (b *batch) lookUp(ctx context.Context, tree *growth) error {
	var id, content sql.RawBytes
	key := func(p *pending) any { return p.Decision.ID[:] }
	err := b.find(ctx, b.store.findIDs, tree, key, []any{&id, &content}, func() error {
		k := known{erased: content == nil}
		if len(id) != len(uuid.UUID{}) || !k.erased && len(content) != len(k.body) {
			return fmt.Errorf("a record has an id of %d and a body digest of %d bytes: want %d and %d",
				len(id), len(content), len(uuid.UUID{}), len(k.body))
		}
		copy(k.body[:], content)
		tree.ids[uuid.UUID(id)] = k
		return nil
	})
	if err != nil {
		return err
	}
	key = func(p *pending) any { return p.subjectKey }
	return b.find(ctx, findSecrets, tree, key, []any{&id, &content}, func() error {
		if len(id) != len(uuid.UUID{}) || content != nil && len(content) != len(secretHash{}) {
			return fmt.Errorf("a first record has a subject of %d and a secret's hash of %d bytes: want %d and %d",
				len(id), len(content), len(uuid.UUID{}), len(secretHash{}))
		}
		tree.secrets[uuid.UUID(id)] = bytes.Clone(content)
		return nil
	})
}

// find reads the rows of a site that have the entries' keys.
func (b *batch) find(ctx context.Context, query chunked, tree *growth, key func(*pending) any, dest []any, row func() error) error {
	args := make([]any, 1, 1+maxChunk)
	args[0] = tree.number
	for chunk, statement := range cut(query, tree.entries) {
		args = args[:1]
		for _, p := range chunk {
			args = append(args, key(p))
		}
		rows, err := b.prepared(ctx, statement).QueryContext(ctx, args...)
		if err != nil {
			return err
		}
		for rows.Next() {
			if err = rows.Scan(dest...); err == nil {
				err = row()
			}
			if err != nil {
				rows.Close()
				return err
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
	}
	return nil
}

// add decides whether the entry is kept. An outcome with an error or a repetition is final; err means that the
// database failed.
func (b *batch) add(ctx context.Context, p *pending) (o outcome, err error) {
	if k, ok := p.tree.ids[p.Decision.ID]; ok {
		switch {
		case k.erased:
			return outcome{err: ErrErased}, nil
		case k.body != p.body():
			return outcome{err: ErrConflict}, nil
		}
		return outcome{repeated: true}, nil
	}
	if p.Decision.Presentation != consent.CustomPresentation {
		ok, err := b.hasPresentation(ctx, p.Site, &p.Decision)
		if err != nil || !ok {
			return outcome{err: ErrPresentation}, err
		}
	}
	if err := p.tree.checkSecret(p); err != nil {
		return outcome{err: err}, nil
	}
	p.tree.ids[p.Decision.ID] = known{body: p.body()}
	p.tree.leaves = append(p.tree.leaves, p)
	return outcome{tree: p.tree, index: len(p.tree.leaves) - 1}, nil
}

// write inserts all that the batch keeps, and says how many records that is.
func (b *batch) write(ctx context.Context) (kept int, err error) {
	for _, tree := range b.trees {
		if len(tree.leaves) == 0 {
			continue
		}
		if err := b.grow(ctx, tree); err != nil {
			return 0, fmt.Errorf("grow the tree of site %s: %w", tree.site, err)
		}
		if err := b.insert(ctx, tree); err != nil {
			return 0, fmt.Errorf("insert records of site %s: %w", tree.site, err)
		}
		kept += len(tree.leaves)
	}
	return kept, nil
}

const recordColumns = 13

var insertRecords = inChunks(func(rows int) string {
	lists := make([]string, rows)
	for i := range lists {
		lists[i] = parameters(1+i*recordColumns, recordColumns)
	}
	return `INSERT INTO records (tree, leaf_index, tree_size, id, leaf, nodes, ordinal, subject_key, subject, secret_hash, body_hash, salt, content)
		VALUES ` + strings.Join(lists, ", ")
})

func (b *batch) insert(ctx context.Context, tree *growth) error {
	args := make([]any, 0, min(len(tree.leaves), maxChunk)*recordColumns)
	i := 0
	for chunk, statement := range cut(insertRecords, tree.leaves) {
		args = args[:0]
		for _, p := range chunk {
			body := p.body()
			index := tree.size + int64(i)
			ordinal, secretHash := index, []byte(nil)
			if p.first {
				ordinal, secretHash = 0, p.keptSecret()
			}
			args = append(args, tree.number, index, tree.newSize(), p.Decision.ID[:], p.leaf[:], p.nodes, ordinal,
				p.subjectKey, p.Decision.Subject[:], secretHash, body[:], p.salt[:], p.content)
			i++
		}
		if _, err := b.prepared(ctx, statement).ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) queryRow(ctx context.Context, query string, args []any, dest ...any) error {
	return b.prepared(ctx, query).QueryRowContext(ctx, args...).Scan(dest...)
}

func (b *batch) exec(ctx context.Context, query string, args ...any) error {
	_, err := b.prepared(ctx, query).ExecContext(ctx, args...)
	return err
}

// prepared gives one of the statements that the store prepared when it was opened, for use in the transaction.
func (b *batch) prepared(ctx context.Context, query string) *sql.Stmt {
	return b.tx.StmtContext(ctx, b.store.statements[query])
}
