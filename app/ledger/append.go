//go:build !js

package ledger

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
	"golang.org/x/mod/sumdb/tlog"
)

// Entry is a decision to be kept. The caller has checked it against the policy (consent.Decision.CheckAnswers); the
// store checks what only the store can know.
type Entry struct {
	Site     string
	Decision consent.Decision
	Covered  []consent.Covered // consent.CoveredBy
	Body     [32]byte          // SHA-256 of the request's canonical body: tells a repetition from a conflict
	Secret   string            // the subject's secret, as it came as bearer token or with the body; "" without
	Grants   bool              // consent.Decision.Grants: the decision needs the secret of a known subject
}

// pending is an entry that waits for its transaction. What can be done before is done, by the caller: there is one
// writer for all.
type pending struct {
	Entry
	content    string // the record in canonical JSON
	salt       Hash
	leaf       Hash
	node       tlog.Hash // of the leaf
	subjectKey int64
	secret     secretHash
	hasSecret  bool         // Entry.Secret has the form of a secret
	done       chan outcome // has room for one, so that the writer never waits for a caller who gave up

	// The writer's.
	tree  *growth
	first bool   // of its subject
	nodes []byte // that the leaf completes, from level 1 up
}

func (p *pending) body() bodyDigest { return bodyDigest(p.Body[:]) }

// outcome is what became of an entry: it has a leaf, was kept at an earlier time, or was refused.
type outcome struct {
	tree     *growth
	index    int // in tree.leaves
	repeated bool
	err      error
}

// Append keeps a decision and gives its receipt. When it returns without error, the record is on disk and in the tree.
//
// The same decision again (same site, id and Body) gets the very receipt of the first time, with repeated set. With
// another Body it is ErrConflict, once erased ErrErased. The presentation must have been stored (ErrPresentation). Of a
// new subject's secret a hash is kept. Whoever lacks the right secret may deny, never grant, for a known subject
// (ErrSecret) as for a new one (ErrSecretMissing); a subject that began without a secret never has one. With ErrBusy and ErrUnavailable nothing was kept, and the caller may try again.
//
// Where ctx ends before the transaction does, Append returns the context's error, and the decision may have been kept
// or not: sending it again tells.
func (s *Store) Append(ctx context.Context, e Entry) (receipt Receipt, repeated bool, err error) {
	if !policy.ValidID(e.Site) {
		return Receipt{}, false, fmt.Errorf("append to site %q: want the name of a site", e.Site)
	}
	if err := e.Decision.CheckForm(); err != nil {
		return Receipt{}, false, err
	}
	if err := ctx.Err(); err != nil {
		return Receipt{}, false, fmt.Errorf("append decision %s: %w", e.Decision.ID, err)
	}
	if len(s.queue) == cap(s.queue) {
		return Receipt{}, false, ErrBusy // early, for all that is asked for now is to be left in peace
	}
	p, err := s.prepare(e)
	if err != nil {
		return Receipt{}, false, err
	}
	if err := s.enqueue(p); err != nil {
		return Receipt{}, false, err
	}
	select {
	case o := <-p.done:
		switch {
		case o.err != nil:
			err = o.err
		case o.repeated:
			receipt, err = s.Receipt(ctx, e.Site, e.Decision.ID)
		default:
			receipt, err = o.tree.receipt(o.index)
		}
		if err != nil {
			return Receipt{}, false, fmt.Errorf("append decision %s: %w", e.Decision.ID, err)
		}
		return receipt, o.repeated, nil
	case <-ctx.Done():
		return Receipt{}, false, fmt.Errorf("append decision %s, which may be stored yet: %w", e.Decision.ID, ctx.Err())
	}
}

// prepare makes the entry's record, and the leaf that commits to it.
func (s *Store) prepare(e Entry) (*pending, error) {
	record := Record{
		Site:       e.Site,
		Recorded:   consent.Recorded{Decision: e.Decision, Covered: e.Covered},
		ReceivedAt: s.now(),
	}
	canonical, err := record.Canonical()
	if err != nil {
		return nil, err
	}
	p := &pending{Entry: e, content: string(canonical), done: make(chan outcome, 1)}
	p.secret, p.hasSecret = hashSecret(e.Secret)
	rand.Read(p.salt[:]) // never fails
	p.leaf = leafOf(canonical, p.salt)
	p.node = recordHash(p.leaf)
	p.subjectKey = s.subjectKey(e.Decision.Subject)
	return p, nil
}

func (s *Store) enqueue(p *pending) error {
	s.closing.RLock()
	defer s.closing.RUnlock()
	if s.closed {
		return ErrClosed
	}
	select {
	case s.queue <- p:
		return nil
	default:
		return ErrBusy
	}
}

// gather is how long the writer waits for company before a commit, where the last one was shared: those who were just
// answered send their next ones.
const gather = time.Millisecond

// writeQueued is the one writer. While it commits, others queue up: the busier the store, the more share a commit.
func (s *Store) writeQueued() {
	defer close(s.drained)
	company := 1 // how many shared the last commit
	for first := range s.queue {
		waiting := []*pending{first}
		if company > 4 {
			time.Sleep(gather)
		}
	fill:
		for len(waiting) < s.batch {
			select {
			case p, ok := <-s.queue:
				if !ok {
					break fill
				}
				waiting = append(waiting, p)
			default:
				break fill
			}
		}
		company = len(waiting)
		for i, o := range s.commit(waiting) {
			waiting[i].done <- o
		}
	}
}
