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
	change func(t tlog.Tile, data []byte) []byte
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

func TestAnAuditFindsWhatWasChanged(t *testing.T) {
	key := testKey(t)
	s := openTest(t, sqliteEngine, Options{Key: key})
	other := openTest(t, sqliteEngine, Options{Key: key}) // the same server's key over a different history
	const first, size = 300, 700
	audit := func(from proof.Source, last *proof.LastAudit) (proof.Audited, []proof.Hash, error) {
		var leaves []proof.Hash
		verifiers := note.VerifierList(pin(t, key, testSite))
		a, err := proof.Audit(t.Context(), from, verifiers, "consent.example/portal", last, func(leaf proof.Hash) error {
			leaves = append(leaves, leaf)
			return nil
		})
		return a, leaves, err
	}
	none, _, err := audit(&storeSource{Store: s}, nil)
	if err != nil || none.Checkpoint.Size != 0 {
		t.Fatalf("an empty log: %v, error %v", none, err)
	}
	appendMany(t, s, first)
	appendMany(t, other, size+1)
	then, leaves, err := audit(&storeSource{Store: s}, &proof.LastAudit{Checkpoint: none.Checkpoint})
	if err != nil || then.Checkpoint.Size != first || then.Grown != first || len(leaves) != first {
		t.Fatalf("audited %v with %d leaves, error %v", then.Checkpoint, len(leaves), err)
	}
	appendMany(t, s, size-first)
	readLeaf := func(i int64) (proof.Hash, error) { return leaves[i], nil }
	leafByLeaf := &proof.LastAudit{Checkpoint: then.Checkpoint, Leaf: readLeaf}
	roots := &proof.LastAudit{Checkpoint: then.Checkpoint}
	for name, last := range map[string]*proof.LastAudit{
		"for the first time": nil, "with leaves": leafByLeaf, "with a root": roots,
	} {
		now, all, err := audit(&storeSource{Store: s}, last)
		if err != nil || now.Checkpoint.Size != size || len(all) != size {
			t.Fatalf("%s: audited %v with %d leaves, error %v", name, now.Checkpoint, len(all), err)
		}
	}

	checkpoint := func(st *Store) string {
		signed, err := st.Checkpoint(t.Context(), testSite)
		if err != nil {
			t.Fatal(err)
		}
		return string(signed)
	}
	changed := func(change func(tlog.Tile, []byte) []byte) *storeSource {
		return &storeSource{Store: s, change: change}
	}
	withCheckpoint := func(signed string) *storeSource { return &storeSource{Store: s, signed: []byte(signed)} }
	flipByte := func(level int, n int64, at int) func(tlog.Tile, []byte) []byte {
		return func(t tlog.Tile, data []byte) []byte {
			if t.L == level && t.N == n {
				data[at] ^= 1
			}
			return data
		}
	}
	shorten := func(level int, n int64, by int) func(tlog.Tile, []byte) []byte {
		return func(t tlog.Tile, data []byte) []byte {
			if t.L == level && t.N == n {
				return data[:len(data)-by]
			}
			return data
		}
	}
	small := openTest(t, sqliteEngine, Options{Key: key})
	appendMany(t, small, 10)
	// A leaf and its tile changed together, so that only the root shows it.
	together := func(t tlog.Tile, data []byte) []byte {
		if t.N == 1 && t.L < 0 {
			data[34*5+2] ^= 1
		}
		if t.N == 1 && t.L == 0 {
			entries, _ := s.Tile(context.Background(), testSite, tlog.Tile{H: 8, L: -1, N: 1, W: 256})
			entries[34*5+2] ^= 1
			h := tlog.RecordHash(entries[34*5+2 : 34*6])
			copy(data[32*5:], h[:])
		}
		return data
	}
	for name, test := range map[string]struct {
		from proof.Source
		last *proof.LastAudit
		step proof.AuditStep
		leaf int64
		want string
	}{
		"one byte of a leaf": {
			changed(flipByte(-1, 1, 34*7+20)), nil, proof.AuditLeaves, 263, "leaf 263 has the hash",
		},
		"one byte of a lowest tile": {changed(flipByte(0, 2, 32*3)), nil, proof.AuditLeaves, 515, "its tile has"},
		"one byte of an upper tile": {changed(flipByte(1, 0, 32)), nil, proof.AuditLeaves, 256, "tile 1/000.p/2"},
		"one byte of a length":      {changed(flipByte(-1, 0, 34)), nil, proof.AuditLeaves, 1, "the entry has 288 bytes"},
		"a short tile of leaves":    {changed(shorten(-1, 1, 40)), nil, proof.AuditLeaves, 510, "too short"},
		"a short lowest tile":       {changed(shorten(0, 1, 1)), nil, proof.AuditLeaves, 256, "instead of 8192"},
		"a short upper tile":        {changed(shorten(1, 0, 1)), nil, proof.AuditLeaves, 0, "tile 1/000.p/2"},

		"a leaf rewritten with its tile": {changed(together), nil, proof.AuditRoot, -1, "was signed"},
		"the same, since the last audit": {changed(together), leafByLeaf, proof.AuditHistory, 261, "it was rewritten"},

		"a different history": {&storeSource{Store: other}, leafByLeaf, proof.AuditHistory, 0, "it was rewritten"},
		"a different history, by its root alone": {
			&storeSource{Store: other}, roots, proof.AuditHistory, -1, "forked",
		},
		"a log without its last leaves": {
			&storeSource{Store: small}, leafByLeaf, proof.AuditHistory, 10, "leaves were removed",
		},
		"a checkpoint of a different history": {withCheckpoint(checkpoint(small)), nil, proof.AuditRoot, -1, "was signed"},
		"not a checkpoint": {
			withCheckpoint("hello\n"), nil, proof.AuditCheckpoint, -1, "not a signed note",
		},
		"a checkpoint with one changed digit": {
			withCheckpoint(strings.Replace(checkpoint(s), "\n700\n", "\n701\n", 1)), nil, proof.AuditCheckpoint, -1, "trusted",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := audit(test.from, test.last)
			var failed *proof.AuditError
			if !errors.As(err, &failed) || failed.Step != test.step || failed.Leaf != test.leaf ||
				!strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v: want the step %s at leaf %d, %q", err, test.step, test.leaf, test.want)
			}
		})
	}
	ignore := func(proof.Hash) error { return nil }
	t.Run("a different server's key", func(t *testing.T) {
		verifiers := note.VerifierList(pin(t, testKey(t), testSite))
		_, err := proof.Audit(t.Context(), &storeSource{Store: s}, verifiers, "consent.example/portal", nil, ignore)
		if err == nil || !strings.Contains(err.Error(), "no trusted key") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("a different site", func(t *testing.T) {
		verifiers := note.VerifierList(pin(t, key, testSite))
		_, err := proof.Audit(t.Context(), &storeSource{Store: s}, verifiers, "consent.example/shop", nil, ignore)
		if err == nil || !strings.Contains(err.Error(), `not of "consent.example/shop"`) {
			t.Errorf("error %v", err)
		}
	})
}
