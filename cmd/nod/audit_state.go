//go:build !js

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

const (
	maxStateName = 80 // bytes of the address in a file's name
	hashSize     = int64(len(proof.Hash{}))
)

// stateStore stores the result of a log's last audit: a JSON file, and a file with all leaves.
type stateStore struct {
	dir, name string
}

var notInFileName = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

// newStateStore names the files after the log's address, with a hash, for two addresses can look the same.
func newStateStore(dir string, log *url.URL) stateStore {
	readable := notInFileName.ReplaceAllString(log.Host+strings.TrimSuffix(log.Path, "/log/"), "_")
	sum := sha256.Sum256([]byte(log.String()))
	return stateStore{dir: dir, name: readable[:min(len(readable), maxStateName)] + "-" + hex.EncodeToString(sum[:4])}
}

func (s stateStore) file(kind string) string { return filepath.Join(s.dir, s.name+"."+kind) }

// lastSeen is the JSON file.
type lastSeen struct {
	Keys       []string  `json:"keys"` // the server's trusted verifier keys
	SignedBy   string    `json:"signed_by"`
	Checkpoint string    `json:"checkpoint"`
	AuditedAt  time.Time `json:"audited_at"`

	name   string // of the file, without its extension
	parsed proof.Checkpoint
}

// sharesKey reports whether one of the keys is trusted.
func (l *lastSeen) sharesKey(keys []string) bool {
	return slices.ContainsFunc(keys, func(k string) bool { return slices.Contains(l.Keys, k) })
}

// isNewerThan reports whether l is of a larger log, or of a later audit of one as large.
func (l *lastSeen) isNewerThan(other *lastSeen) bool {
	if other == nil || l.parsed.Size != other.parsed.Size {
		return other == nil || l.parsed.Size > other.parsed.Size
	}
	return l.AuditedAt.After(other.AuditedAt)
}

// isOf reports whether l is of the log of a tree. The end of its name would not tell: the log of the requests of
// another site ends like that of a site named desk.
func (l *lastSeen) isOf(tree string) bool {
	_, origin, err := makeSiteVerifiers(l.Keys, tree)
	return err == nil && origin == l.parsed.Origin
}

// read returns what the last audit saw; nil for a log that was never audited. A log that was audited at another
// address is found by its keys: otherwise an older copy of it would pass at a new address.
func (s stateStore) read(tree string, keys []string, published []ledger.KnownKey) (*lastSeen, error) {
	keys = slices.Clone(keys)
	for _, k := range published {
		keys = append(keys, k.Verifier)
	}
	files, err := filepath.Glob(filepath.Join(s.dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("--state: %w", err)
	}
	var newest *lastSeen
	for _, file := range files {
		l, err := readLastSeen(file)
		if err != nil {
			return nil, fmt.Errorf("--state: %s: %w. To start over, remove the file", file, err)
		}
		if (l.name == s.name || l.isOf(tree) && l.sharesKey(keys)) && l.isNewerThan(newest) {
			newest = l
		}
	}
	return newest, nil
}

func readLastSeen(file string) (*lastSeen, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	l := lastSeen{name: strings.TrimSuffix(filepath.Base(file), ".json")}
	if err := json.Unmarshal(text, &l); err != nil {
		return nil, err
	}
	l.parsed, err = proof.ParseCheckpoint([]byte(l.Checkpoint))
	return &l, err
}

// openState is what the last audit saw, with the leaves if their file is whole.
type openState struct {
	proof.LastAudit
	leaves *os.File
	page   [256]proof.Hash // the leaves are read in order
	first  int64           // index of the page's first leaf; -1: none was read
}

// open opens the leaves. Without them the audit can still compare the root, but not say which leaf changed.
func (s stateStore) open(l *lastSeen) (*openState, error) {
	o := &openState{LastAudit: proof.LastAudit{Checkpoint: l.parsed}, first: -1}
	f, err := os.Open(filepath.Join(s.dir, l.name+".leaves"))
	if errors.Is(err, os.ErrNotExist) {
		return o, nil
	}
	if err != nil {
		return nil, fmt.Errorf("--state: %w", err)
	}
	info, err := f.Stat()
	if err != nil || info.Size() < l.parsed.Size*hashSize {
		return o, f.Close()
	}
	o.leaves, o.Leaf = f, o.readLeaf
	return o, nil
}

func (o *openState) readLeaf(i int64) (proof.Hash, error) {
	if first := i - i%int64(len(o.page)); first != o.first {
		var buffer [len(o.page) * len(proof.Hash{})]byte
		if _, err := o.leaves.ReadAt(buffer[:], first*hashSize); err != nil && err != io.EOF {
			return proof.Hash{}, fmt.Errorf("--state: %w", err)
		}
		for n := range o.page {
			copy(o.page[n][:], buffer[int64(n)*hashSize:])
		}
		o.first = first
	}
	return o.page[i%int64(len(o.page))], nil
}

// Close closes the leaves.
func (o *openState) Close() error {
	if o.leaves == nil {
		return nil
	}
	return o.leaves.Close()
}
