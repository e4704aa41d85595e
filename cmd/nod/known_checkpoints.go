//go:build !js

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"time"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

// knownEvery is the time between two looks at the trees. Nothing is written while they do not grow.
const knownEvery = 10 * time.Second

// knownCheckpoints are the last checkpoints of all sites, in a file beside the signing key. They tell at the next start
// whether the database lost records: its write-ahead log was cut, or an older or an empty database took its place.
// Nothing else would show that on this machine, because such a database is consistent.
type knownCheckpoints struct {
	file  string
	store *ledger.Store
	log   *slog.Logger

	bySite map[string]string // signed notes
	broken map[string]bool   // sites whose database is not what is known: what is known stays
	failed bool              // to write was reported
}

// newKnownCheckpoints reads the file beside a key file.
func newKnownCheckpoints(keyFile string, store *ledger.Store, log *slog.Logger) *knownCheckpoints {
	k := &knownCheckpoints{
		file: keyFile + ".checkpoints", store: store, log: log, bySite: map[string]string{}, broken: map[string]bool{},
	}
	text, err := os.ReadFile(k.file)
	if err == nil {
		err = json.Unmarshal(text, &k.bySite)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log.Warn("the last checkpoints cannot be read: a database that lost records would not be noticed",
			"file", k.file, "error", err)
	}
	return k
}

// warnOfLostRecords compares the database with the checkpoints that are known.
func (k *knownCheckpoints) warnOfLostRecords(ctx context.Context) error {
	return k.compare(ctx, func(d lostRecords) {
		hint := "Check it with \"nod verify --db\", and compare it with a backup"
		if d.found < d.known {
			hint = "Stop the server, and restore the newest copy with its write-ahead log. If none exists, delete the file of " +
				"known checkpoints"
		}
		k.log.Warn(d.problem+". "+hint, "site", d.site, "known", d.known, "found", d.found, "file", k.file)
	})
}

// lostRecords is a tree that does not continue the one that is known.
type lostRecords struct {
	site         string
	known, found int64 // leaves
	problem      string
}

// compare reports each tree that does not continue the one that is known.
func (k *knownCheckpoints) compare(ctx context.Context, report func(lostRecords)) error {
	if len(k.bySite) == 0 {
		return nil
	}
	sizes, err := k.store.Sizes(ctx)
	if err != nil {
		return fmt.Errorf("compare the database with its known checkpoints: %w", err)
	}
	for _, site := range sortedKeys(k.bySite) {
		known, err := proof.ParseCheckpoint([]byte(k.bySite[site]))
		if err != nil {
			k.log.Warn("a known checkpoint cannot be read", "file", k.file, "site", site, "error", err)
			continue
		}
		if sizes[site] < known.Size {
			report(lostRecords{site, known.Size, sizes[site],
				"the database lost records: it has fewer than its last known checkpoint"})
			continue
		}
		root, err := k.store.RootAt(ctx, site, known.Size)
		if err != nil {
			return fmt.Errorf("compare the database with its known checkpoints: %w", err)
		}
		if root != known.Root {
			k.broken[site] = true
			report(lostRecords{site, known.Size, sizes[site],
				"the database has other records than its last known checkpoint"})
		}
	}
	return nil
}

// run writes the file while the trees grow, until the context ends.
func (k *knownCheckpoints) run(ctx context.Context) {
	ticks := time.NewTicker(knownEvery)
	defer ticks.Stop()
	for {
		k.update(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}

// update writes the file if a tree grew. A site whose tree is smaller than known, or another, keeps what is known.
func (k *knownCheckpoints) update(ctx context.Context) {
	sizes, err := k.store.Sizes(ctx)
	if err != nil {
		return // the server reports that itself
	}
	next := maps.Clone(k.bySite)
	for site, size := range sizes {
		known, err := proof.ParseCheckpoint([]byte(k.bySite[site]))
		if err == nil && known.Size >= size || size == 0 || k.broken[site] {
			continue
		}
		signed, err := k.store.Checkpoint(ctx, site)
		if err != nil {
			return
		}
		next[site] = string(signed)
	}
	if maps.Equal(next, k.bySite) {
		return
	}
	text, err := json.MarshalIndent(next, "", "  ")
	if err == nil {
		err = replaceFile(k.file, append(text, '\n'))
	}
	if err != nil {
		if !k.failed {
			k.log.Warn("the last checkpoints cannot be stored beside the key: a database that lost records will not be noticed",
				"file", k.file, "error", err)
		}
		k.failed = true
		return
	}
	k.bySite, k.failed = next, false
}

// updateLast writes the file when the server ends, whose context has ended already.
func (k *knownCheckpoints) updateLast(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	k.update(ctx)
}
