package ledger

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
)

// Entry is a decision to be stored. The caller has checked it against the policy (consent.Decision.CheckAnswers). The
// store checks what only the store can know.
type Entry struct {
	Site     string
	Decision consent.Decision
	Covered  []consent.Covered // consent.ListCovered
	Body     [32]byte          // SHA-256 of the request's canonical body: distinguishes a repetition from a conflict
	Secret   string            // the subject's secret, from the bearer token or the body; "" without
	Grants   bool              // consent.Decision.Grants: the decision needs the secret of a known subject
	Kind     Kind              // Record.Kind
}

// pendingEntry is an entry that waits for its transaction. The caller prepares all that can be prepared: there is one
// writer for all.
type pendingEntry struct {
	Entry
	content   string // the record in canonical JSON
	salt      proof.Hash
	leaf      proof.Hash
	leafHash  tlog.Hash // in the tree
	secret    secretHash
	hasSecret bool              // Entry.Secret has the form of a secret
	done      chan appendResult // has room for one, so that the writer never waits for a caller who gave up

	// Only the writer's goroutine uses these.
	tree    *siteAppend
	isFirst bool   // of its subject
	nodes   []byte // that the leaf completes, from level 1 up
}

func (p *pendingEntry) bodyDigest() bodyDigest { return bodyDigest(p.Body[:]) }

// appendResult is the result of an entry: it has a new leaf, was stored earlier, or was refused.
type appendResult struct {
	tree       *siteAppend
	index      int // in tree.added
	isRepeated bool
	err        error
}

// Append stores a decision and returns its receipt. When it returns without error, the record is on disk and in the
// tree.
//
// The same decision again (same site, id and Body) gets the identical receipt, and repeated is true. With a different
// Body the error is ErrConflict; once erased, it is ErrErased. The presentation must be stored already
// (ErrPresentation). The store holds a hash of a new subject's secret. A caller without the right secret can deny but
// never grant: for a known subject (ErrSecret) and for a new one (ErrSecretMissing). A subject whose first decision has
// no secret never gets one. With ErrBusy and ErrUnavailable nothing was stored, and the caller can try again.
//
// If ctx ends before the transaction does, Append returns the context's error. The decision may be stored or not:
// send it again to find out.
func (s *Store) Append(ctx context.Context, e Entry) (receipt Receipt, repeated bool, err error) {
	if !policy.ValidID(e.Site) {
		return Receipt{}, false, fmt.Errorf("append to site %q: it is not the name of a site", e.Site)
	}
	if err := e.Decision.CheckFields(); err != nil {
		return Receipt{}, false, err
	}
	if err := ctx.Err(); err != nil {
		return Receipt{}, false, fmt.Errorf("append decision %s: %w", e.Decision.ID, err)
	}
	if len(s.queue) == cap(s.queue) {
		return Receipt{}, false, ErrBusy // before any work: the server has enough to do
	}
	p, err := s.prepareEntry(e)
	if err != nil {
		return Receipt{}, false, err
	}
	if err := s.enqueue(p); err != nil {
		return Receipt{}, false, err
	}
	select {
	case result := <-p.done:
		receipt, err = s.makeReceipt(ctx, e, result)
		if err != nil {
			return Receipt{}, false, fmt.Errorf("append decision %s: %w", e.Decision.ID, err)
		}
		return receipt, result.isRepeated, nil
	case <-ctx.Done():
		return Receipt{}, false, fmt.Errorf("append decision %s, which may still be stored: %w", e.Decision.ID, ctx.Err())
	}
}

func (s *Store) makeReceipt(ctx context.Context, e Entry, result appendResult) (Receipt, error) {
	switch {
	case result.err != nil:
		return Receipt{}, result.err
	case result.isRepeated:
		return s.Receipt(ctx, e.Site, e.Decision.ID)
	}
	return result.tree.makeReceipt(result.index)
}

// prepareEntry makes the entry's record, and the leaf that commits to it.
func (s *Store) prepareEntry(e Entry) (*pendingEntry, error) {
	record := Record{
		Site:       e.Site,
		Recorded:   consent.Recorded{Decision: e.Decision, Covered: e.Covered},
		ReceivedAt: s.now(),
		Kind:       e.Kind,
	}
	canonical, err := record.Canonical()
	if err != nil {
		return nil, err
	}
	p := &pendingEntry{Entry: e, content: string(canonical), done: make(chan appendResult, 1)}
	p.secret, p.hasSecret = hashSecret(e.Secret)
	rand.Read(p.salt[:]) // never fails
	p.leaf = proof.CommitRecord(canonical, p.salt)
	p.leafHash = proof.HashLeaf(p.leaf)
	return p, nil
}

func (s *Store) enqueue(p *pendingEntry) error {
	s.closing.RLock()
	defer s.closing.RUnlock()
	if s.isClosed {
		return ErrClosed
	}
	select {
	case s.queue <- p:
		return nil
	default:
		return ErrBusy
	}
}

const (
	// sharedWait is how long the writer waits for more decisions before a commit, if several shared the last one: the
	// clients that were just answered now send their next decisions.
	sharedWait = time.Millisecond

	// sharedBatch is the size of a batch from which the writer does so.
	sharedBatch = 5
)

// writeQueued is the one writer. While it commits, others queue up: the busier the store, the more share a commit.
func (s *Store) writeQueued() {
	defer close(s.drained)
	lastBatch := 1
	for first := range s.queue {
		if lastBatch >= sharedBatch {
			time.Sleep(sharedWait)
		}
		entries := s.fillBatch(first)
		lastBatch = len(entries)
		for i, result := range s.commit(entries) {
			entries[i].done <- result
		}
	}
}

// fillBatch takes what waits in the queue, up to the size of a batch.
func (s *Store) fillBatch(first *pendingEntry) []*pendingEntry {
	entries := []*pendingEntry{first}
	for len(entries) < s.batch {
		select {
		case p, ok := <-s.queue:
			if !ok {
				return entries
			}
			entries = append(entries, p)
		default:
			return entries
		}
	}
	return entries
}
