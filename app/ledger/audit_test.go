//go:build !js

package ledger

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// storeSource is a log as its store has it, but for what a test changes.
type storeSource struct {
	*Store
	change func(t tlog.Tile, data []byte) []byte
	head   []byte
}

func (s storeSource) Checkpoint(ctx context.Context) ([]byte, error) {
	if s.head != nil {
		return s.head, nil
	}
	return s.Store.Checkpoint(ctx, testSite)
}

func (s storeSource) Tile(ctx context.Context, t tlog.Tile) ([]byte, error) {
	data, err := s.Store.Tile(ctx, testSite, t)
	if err == nil && s.change != nil {
		data = s.change(t, slices.Clone(data))
	}
	return data, err
}

func TestAnAuditFindsWhatWasChanged(t *testing.T) {
	key := testKey(t)
	s := openTest(t, sqliteEngine, Options{Key: key})
	other := openTest(t, sqliteEngine, Options{Key: key}) // the same server's key over another history
	const first, size = 300, 700
	audit := func(from Source, last *Memory) (Audited, []Hash, error) {
		var leaves []Hash
		a, err := Audit(t.Context(), from, note.VerifierList(pin(t, key, testSite)), "consent.example/portal", last, func(leaf Hash) error {
			leaves = append(leaves, leaf)
			return nil
		})
		return a, leaves, err
	}
	none, _, err := audit(storeSource{Store: s}, nil)
	if err != nil || none.Checkpoint.Size != 0 {
		t.Fatalf("an empty log: %v, error %v", none, err)
	}
	appendMany(t, s, first)
	appendMany(t, other, size+1)
	then, leaves, err := audit(storeSource{Store: s}, &Memory{Checkpoint: none.Checkpoint})
	if err != nil || then.Checkpoint.Size != first || then.Grown != first || len(leaves) != first {
		t.Fatalf("audited %v with %d leaves, error %v", then.Checkpoint, len(leaves), err)
	}
	appendMany(t, s, size-first)
	memory := &Memory{Checkpoint: then.Checkpoint, Leaf: func(i int64) (Hash, error) { return leaves[i], nil }}
	roots := &Memory{Checkpoint: then.Checkpoint}
	for name, last := range map[string]*Memory{"for the first time": nil, "with leaves": memory, "with a root": roots} {
		now, all, err := audit(storeSource{Store: s}, last)
		if err != nil || now.Checkpoint.Size != size || len(all) != size {
			t.Fatalf("%s: audited %v with %d leaves, error %v", name, now.Checkpoint, len(all), err)
		}
	}

	head := func(st *Store) []byte {
		signed, err := st.Checkpoint(t.Context(), testSite)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	byte_ := func(level int, n int64, at int) func(tlog.Tile, []byte) []byte {
		return func(t tlog.Tile, data []byte) []byte {
			if t.L == level && t.N == n {
				data[at] ^= 1
			}
			return data
		}
	}
	cut := func(level int, n int64, by int) func(tlog.Tile, []byte) []byte {
		return func(t tlog.Tile, data []byte) []byte {
			if t.L == level && t.N == n {
				return data[:len(data)-by]
			}
			return data
		}
	}
	small := openTest(t, sqliteEngine, Options{Key: key})
	appendMany(t, small, 10)
	// A leaf and its tile changed together, so that only the root tells.
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
		from Source
		last *Memory
		step AuditStep
		leaf int64
		want string
	}{
		"one byte of a leaf":                  {storeSource{Store: s, change: byte_(-1, 1, 34*7+20)}, nil, AuditLeaves, 263, "leaf 263 has the hash"},
		"one byte of a lowest tile":           {storeSource{Store: s, change: byte_(0, 2, 32*3)}, nil, AuditLeaves, 515, "its tile has"},
		"one byte of an upper tile":           {storeSource{Store: s, change: byte_(1, 0, 32)}, nil, AuditLeaves, 256, "tile 1/000.p/2"},
		"one byte of a length":                {storeSource{Store: s, change: byte_(-1, 0, 34)}, nil, AuditLeaves, 1, "an entry of 288 bytes"},
		"a tile of leaves cut short":          {storeSource{Store: s, change: cut(-1, 1, 40)}, nil, AuditLeaves, 510, "cut short"},
		"a lowest tile cut short":             {storeSource{Store: s, change: cut(0, 1, 1)}, nil, AuditLeaves, 256, "want 8192"},
		"an upper tile cut short":             {storeSource{Store: s, change: cut(1, 0, 1)}, nil, AuditLeaves, 0, "tile 1/000.p/2"},
		"a leaf rewritten with its tile":      {storeSource{Store: s, change: together}, nil, AuditRoot, -1, "was signed"},
		"the same, since the last audit":      {storeSource{Store: s, change: together}, memory, AuditHistory, 261, "it was rewritten"},
		"another history":                     {storeSource{Store: other}, memory, AuditHistory, 0, "it was rewritten"},
		"another history, by its root alone":  {storeSource{Store: other}, roots, AuditHistory, -1, "forked"},
		"a log that was cut":                  {storeSource{Store: small}, memory, AuditHistory, 10, "was cut"},
		"a checkpoint of another history":     {storeSource{Store: s, head: head(small)}, nil, AuditRoot, -1, "was signed"},
		"a checkpoint that is none":           {storeSource{Store: s, head: []byte("hello\n")}, nil, AuditCheckpoint, -1, "no signed note"},
		"a checkpoint with one changed digit": {storeSource{Store: s, head: []byte(strings.Replace(string(head(s)), "\n700\n", "\n701\n", 1))}, nil, AuditCheckpoint, -1, "trusted"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := audit(test.from, test.last)
			var failed *AuditError
			if !errors.As(err, &failed) || failed.Step != test.step || failed.Leaf != test.leaf || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v: want the step %s at leaf %d, %q", err, test.step, test.leaf, test.want)
			}
		})
	}
	t.Run("another server's key", func(t *testing.T) {
		_, err := Audit(t.Context(), storeSource{Store: s}, note.VerifierList(pin(t, testKey(t), testSite)), "consent.example/portal", nil, func(Hash) error { return nil })
		if err == nil || !strings.Contains(err.Error(), "no key that is trusted") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("another site", func(t *testing.T) {
		_, err := Audit(t.Context(), storeSource{Store: s}, note.VerifierList(pin(t, key, testSite)), "consent.example/shop", nil, func(Hash) error { return nil })
		if err == nil || !strings.Contains(err.Error(), `want one of "consent.example/shop"`) {
			t.Errorf("error %v", err)
		}
	})
}

func FuzzEntries(f *testing.F) {
	f.Add(append([]byte{0, 32}, make([]byte, 40)...))
	f.Add([]byte{1, 0})
	f.Fuzz(func(t *testing.T, tile []byte) {
		for len(tile) > 0 {
			leaf, rest, err := cutEntry(tile)
			if err != nil {
				return
			}
			if len(rest) != len(tile)-34 || Hash(tile[2:]) != leaf {
				t.Fatalf("%d bytes became %d, and %s", len(tile), len(rest), leaf)
			}
			tile = rest
		}
	})
}
