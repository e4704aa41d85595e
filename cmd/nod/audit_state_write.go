//go:build !js

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/nod-consent/nod/app/ledger/proof"
)

const leafBuffer = 64 << 10 // bytes

// newState is the state of an audit that is running. It replaces the last one only when the audit has succeeded.
type newState struct {
	store    stateStore
	file     *os.File
	buffered []byte
}

func (s stateStore) create() (*newState, error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("--state: %w. Name another directory", err)
	}
	f, err := os.CreateTemp(s.dir, s.name+".*")
	if err != nil {
		return nil, fmt.Errorf("--state: %w. Name another directory", err)
	}
	return &newState{store: s, file: f}, nil
}

// addLeaf adds the next leaf.
func (n *newState) addLeaf(leaf proof.Hash) error {
	n.buffered = append(n.buffered, leaf[:]...)
	if len(n.buffered) < leafBuffer {
		return nil
	}
	_, err := n.file.Write(n.buffered)
	n.buffered = n.buffered[:0]
	return err
}

// commit replaces the state of the last audit.
func (n *newState) commit(a proof.Audited, keys []string, signedBy string) error {
	seen := lastSeen{Keys: keys, SignedBy: signedBy, Checkpoint: string(a.Signed), AuditedAt: time.Now().UTC()}
	text, err := json.MarshalIndent(seen, "", "  ")
	if err == nil {
		_, err = n.file.Write(n.buffered)
	}
	if err == nil {
		err = n.file.Sync()
	}
	// The leaves come first: if there are more of them than the checkpoint has, it is still valid.
	if err == nil {
		err = os.Rename(n.file.Name(), n.store.file("leaves"))
	}
	if err == nil {
		err = replaceFile(n.store.file("json"), append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	return nil
}

// Close removes the file of an audit that failed.
func (n *newState) Close() error {
	err := n.file.Close()
	if removed := os.Remove(n.file.Name()); !errors.Is(removed, os.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return err
}

// replaceFile writes a file so that a reader finds the old content or the new.
func replaceFile(name string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
