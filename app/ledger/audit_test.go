package ledger

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// storeSource is a store's log with the changes of a test.
type storeSource struct {
	*Store
	change tileChange
	signed []byte // the checkpoint
}

func (s *storeSource) Checkpoint(ctx context.Context) ([]byte, error) {
	if s.signed != nil {
		return s.signed, nil
	}
	return s.Store.Checkpoint(ctx, testSite)
}

func (s *storeSource) Tile(ctx context.Context, t tlog.Tile) ([]byte, error) {
	data, err := s.Store.Tile(ctx, testSite, t)
	if err == nil && s.change != nil {
		data = s.change(t, slices.Clone(data))
	}
	return data, err
}

// The sizes of the log at the last audit and now: more than one tile, and not a full one.
const (
	auditedSize = 300
	currentSize = 700
)

// auditedLog is a log that was audited once and has grown since.
type auditedLog struct {
	*Store
	key    *proof.Key
	leaves []proof.Hash
	last   proof.Checkpoint
}

func newAuditedLog(t *testing.T) *auditedLog {
	t.Helper()
	key := testKey(t)
	l := &auditedLog{Store: openTest(t, sqliteEngine, Options{Key: key}), key: key}
	none, _, err := l.audit(t, l.source(nil), nil)
	if err != nil || none.Checkpoint.Size != 0 {
		t.Fatalf("an empty log: %v, error %v", none, err)
	}
	appendMany(t, l.Store, auditedSize)
	then, leaves, err := l.audit(t, l.source(nil), &proof.LastAudit{Checkpoint: none.Checkpoint})
	if err != nil || then.Checkpoint.Size != auditedSize || then.Grown != auditedSize || len(leaves) != auditedSize {
		t.Fatalf("audited %v with %d leaves, error %v", then.Checkpoint, len(leaves), err)
	}
	l.leaves, l.last = leaves, then.Checkpoint
	appendMany(t, l.Store, currentSize-auditedSize)
	return l
}

func (l *auditedLog) audit(
	t *testing.T, from proof.Source, last *proof.LastAudit,
) (a proof.Audited, leaves []proof.Hash, err error) {
	t.Helper()
	verifiers := note.VerifierList(pin(t, l.key, testSite))
	a, err = proof.Audit(t.Context(), from, verifiers, "consent.example/portal", last, func(leaf proof.Hash) error {
		leaves = append(leaves, leaf)
		return nil
	})
	return a, leaves, err
}

// source returns the log with the changes of a test.
func (l *auditedLog) source(change tileChange) *storeSource {
	return &storeSource{Store: l.Store, change: change}
}

// lastWithLeaves and lastWithRoot are the last audit, with and without its leaves.
func (l *auditedLog) lastWithLeaves() *proof.LastAudit {
	return &proof.LastAudit{Checkpoint: l.last, Leaf: func(i int64) (proof.Hash, error) { return l.leaves[i], nil }}
}

func (l *auditedLog) lastWithRoot() *proof.LastAudit { return &proof.LastAudit{Checkpoint: l.last} }

// readCheckpoint returns the signed checkpoint of a store.
func readCheckpoint(t *testing.T, s *Store) string {
	t.Helper()
	signed, err := s.Checkpoint(t.Context(), testSite)
	if err != nil {
		t.Fatal(err)
	}
	return string(signed)
}

// tileChange changes the data of a tile.
type tileChange func(tlog.Tile, []byte) []byte

func flipByte(level int, n int64, at int) tileChange {
	return func(t tlog.Tile, data []byte) []byte {
		if t.L == level && t.N == n {
			data[at] ^= 1
		}
		return data
	}
}

func shorten(level int, n int64, by int) tileChange {
	return func(t tlog.Tile, data []byte) []byte {
		if t.L == level && t.N == n {
			return data[:len(data)-by]
		}
		return data
	}
}

// rewriteLeaf changes a leaf and its tile together, so that only the root shows it.
func (l *auditedLog) rewriteLeaf(t tlog.Tile, data []byte) []byte {
	if t.N == 1 && t.L < 0 {
		data[34*5+2] ^= 1
	}
	if t.N == 1 && t.L == 0 {
		entries, _ := l.Tile(context.Background(), testSite, tlog.Tile{H: 8, L: -1, N: 1, W: 256})
		entries[34*5+2] ^= 1
		h := tlog.RecordHash(entries[34*5+2 : 34*6])
		copy(data[32*5:], h[:])
	}
	return data
}

// auditFailure is a source whose audit must fail.
type auditFailure struct {
	from proof.Source
	last *proof.LastAudit
	step proof.AuditStep
	leaf int64
	want string
}

func (l *auditedLog) checkFailures(t *testing.T, failures map[string]auditFailure) {
	t.Helper()
	for name, test := range failures {
		t.Run(name, func(t *testing.T) {
			_, _, err := l.audit(t, test.from, test.last)
			var failed *proof.AuditError
			if !errors.As(err, &failed) || failed.Step != test.step || failed.Leaf != test.leaf ||
				!strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v: want the step %s at leaf %d, %q", err, test.step, test.leaf, test.want)
			}
		})
	}
}

func TestAnAuditOfAGrownLogSucceeds(t *testing.T) {
	l := newAuditedLog(t)
	for name, last := range map[string]*proof.LastAudit{
		"for the first time": nil, "with leaves": l.lastWithLeaves(), "with a root": l.lastWithRoot(),
	} {
		now, leaves, err := l.audit(t, l.source(nil), last)
		if err != nil || now.Checkpoint.Size != currentSize || len(leaves) != currentSize {
			t.Errorf("%s: audited %v with %d leaves, error %v", name, now.Checkpoint, len(leaves), err)
		}
	}
}

// C-58
func TestAnAuditFindsAChangedTile(t *testing.T) {
	l := newAuditedLog(t)
	for name, test := range map[string]struct {
		change tileChange
		leaf   int64
		want   string
	}{
		"one byte of a leaf":        {flipByte(-1, 1, 34*7+20), 263, "leaf 263 has the hash"},
		"one byte of a lowest tile": {flipByte(0, 2, 32*3), 515, "its tile has"},
		"one byte of an upper tile": {flipByte(1, 0, 32), 256, "tile 1/000.p/2"},
		"one byte of a length":      {flipByte(-1, 0, 34), 1, "the entry has 288 bytes"},
		"a short tile of leaves":    {shorten(-1, 1, 40), 510, "too short"},
		"a short lowest tile":       {shorten(0, 1, 1), 256, "instead of 8192"},
		"a short upper tile":        {shorten(1, 0, 1), 0, "tile 1/000.p/2"},
	} {
		l.checkFailures(t, map[string]auditFailure{
			name: {l.source(test.change), nil, proof.AuditLeaves, test.leaf, test.want},
		})
	}
}

func TestAnAuditFindsAChangedHistory(t *testing.T) {
	l := newAuditedLog(t)
	other := openTest(t, sqliteEngine, Options{Key: l.key}) // the same server's key over a different history
	appendMany(t, other, currentSize+1)
	small := openTest(t, sqliteEngine, Options{Key: l.key})
	appendMany(t, small, 10)
	changed := l.source(l.rewriteLeaf)
	withCheckpoint := func(signed string) *storeSource { return &storeSource{Store: l.Store, signed: []byte(signed)} }
	wrongSize := strings.Replace(readCheckpoint(t, l.Store), "\n700\n", "\n701\n", 1)
	l.checkFailures(t, map[string]auditFailure{
		"a leaf rewritten with its tile": {changed, nil, proof.AuditRoot, -1, "was signed"},
		"the same, since the last audit": {changed, l.lastWithLeaves(), proof.AuditHistory, 261, "it was rewritten"},
		"a different history": {
			&storeSource{Store: other}, l.lastWithLeaves(), proof.AuditHistory, 0, "it was rewritten",
		},
		"a different history, by its root alone": {
			&storeSource{Store: other}, l.lastWithRoot(), proof.AuditHistory, -1, "forked",
		},
		"a log without its last leaves": {
			&storeSource{Store: small}, l.lastWithLeaves(), proof.AuditHistory, 10, "leaves were removed",
		},
		"a checkpoint of a different history": {
			withCheckpoint(readCheckpoint(t, small)), nil, proof.AuditRoot, -1, "was signed",
		},
		"not a checkpoint": {
			withCheckpoint("hello\n"), nil, proof.AuditCheckpoint, -1, "not a signed note",
		},
		"a checkpoint with one changed digit": {withCheckpoint(wrongSize), nil, proof.AuditCheckpoint, -1, "trusted"},
	})
}

func TestAnAuditNeedsTheKeyAndTheNameOfTheSite(t *testing.T) {
	key := testKey(t)
	s := openTest(t, sqliteEngine, Options{Key: key})
	mustAppend(t, s, newGrant())
	for name, test := range map[string]struct {
		key          *proof.Key
		origin, want string
	}{
		"a different server's key": {testKey(t), "consent.example/portal", "no trusted key"},
		"a different site":         {key, "consent.example/shop", `not of "consent.example/shop"`},
	} {
		verifiers := note.VerifierList(pin(t, test.key, testSite))
		ignore := func(proof.Hash) error { return nil }
		_, err := proof.Audit(t.Context(), &storeSource{Store: s}, verifiers, test.origin, nil, ignore)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v; want %q", name, err, test.want)
		}
	}
}
