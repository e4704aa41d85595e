package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// State returns the answers that all records of a subject result in (consent.Resolve). An unknown subject has none. The
// error is ErrTooMany for more than MaxRecords.
//
// To resolve a thousand records takes milliseconds, so the last states are cached. A cached state counts only while the
// database has the same newest record of the subject: each append, erasure and restriction changes that, also one of
// another server. Expiry can change the others, but takes away only what no longer counts.
func (s *Store) State(ctx context.Context, site string, subject uuid.UUID) (consent.Stored, error) {
	newest, err := s.readNewest(ctx, site, subject) // before the records: a record that comes in between is not missed
	if err != nil || newest == noRecord {
		return consent.Stored{}, err
	}
	key := stateKey{site, subject}
	if state, ok := s.states.get(key, newest); ok {
		return state.stored, state.err
	}
	return s.resolveOnce(ctx, key, newest)
}

// maxResolving is the number of subjects whose records are resolved at the same time: a thousand records of many
// purposes take a second and 50 MB, and anybody may ask for the state of a purpose.
const maxResolving = 2

// resolveOnce reads and resolves the records of a subject. All who ask for the same meanwhile get the same result.
func (s *Store) resolveOnce(ctx context.Context, key stateKey, newest int64) (consent.Stored, error) {
	done := s.resolving.DoChan(fmt.Sprint(key, newest), func() (any, error) {
		s.resolvers <- struct{}{}
		defer func() { <-s.resolvers }()
		// Others wait for it too, so a caller that leaves must not end it. A database that hangs must.
		ctx, cancel := s.limitTx(context.WithoutCancel(ctx))
		defer cancel()
		records, err := s.Records(ctx, key.site, key.subject)
		state := resolvedState{newest: newest}
		switch {
		case errors.Is(err, ErrTooMany):
			state.err = err
		case err != nil:
			return nil, err
		default:
			state.stored = resolveRecords(records)
		}
		s.states.put(key, state)
		return state, nil
	})
	select {
	case <-ctx.Done():
		return consent.Stored{}, wrapUnavailable("resolve the records of a subject", ctx.Err())
	case result := <-done:
		if result.Err != nil {
			return consent.Stored{}, result.Err
		}
		state := result.Val.(resolvedState)
		return state.stored, state.err
	}
}

func resolveRecords(records []Record) consent.Stored {
	decisions := make([]consent.Recorded, len(records))
	for i := range records {
		decisions[i] = records[i].Recorded
	}
	return consent.Resolve(decisions)
}

// noRecord is the newest leaf of a subject without records.
const noRecord = -1

const selectNewest = `SELECT r.leaf_index FROM trees t JOIN records r ON r.tree + 0 = t.tree
	WHERE t.site = $1 AND r.subject = $2 AND r.restricted = 0 ORDER BY r.ordinal DESC LIMIT 1`

// readNewest returns the leaf of the subject's newest record, or noRecord if it has none that counts.
func (s *Store) readNewest(ctx context.Context, site string, subject uuid.UUID) (leaf int64, err error) {
	err = s.read.queryRow(ctx, selectNewest, []any{site, subject[:]}, &leaf)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return noRecord, nil
	case err != nil:
		return 0, wrapUnavailable("look up a subject", err)
	}
	return leaf, nil
}

type stateKey struct {
	site    string
	subject uuid.UUID
}

// resolvedState is the state of a subject at its newest record.
type resolvedState struct {
	newest int64 // leaf
	stored consent.Stored
	err    error // ErrTooMany, or nil
}

// maxStates is the number of states in each of the two generations of the cache. A state of 30 purposes has 3 KB.
const maxStates = 1000

// stateCache keeps the last states in two generations: once the young one is full, the old one is dropped.
type stateCache struct {
	mu         sync.Mutex
	young, old map[stateKey]resolvedState // guarded by mu
}

// get returns the state of a subject, unless it was resolved at another newest record.
func (c *stateCache) get(key stateKey, newest int64) (resolvedState, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	state, ok := c.young[key]
	if !ok {
		if state, ok = c.old[key]; ok {
			c.add(key, state)
		}
	}
	return state, ok && state.newest == newest
}

func (c *stateCache) put(key stateKey, state resolvedState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(key, state)
}

func (c *stateCache) add(key stateKey, state resolvedState) {
	if c.young == nil || len(c.young) >= maxStates {
		c.young, c.old = make(map[stateKey]resolvedState), c.young
	}
	c.young[key] = state
}

// drop forgets a subject: what is erased must not stay in memory either.
func (c *stateCache) drop(key stateKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.young, key)
	delete(c.old, key)
}
