package ledger

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

const (
	probeEvery   = 2 * time.Second // CheckWriting writes at most so often: every write waits for the disk
	probeTimeout = 2 * time.Second
	failureTerm  = time.Minute // a failed transaction counts so long, unless one succeeds
)

// writeProbe is what CheckWriting knows.
type writeProbe struct {
	failedAt atomic.Int64 // when the last transaction of decisions failed, in Unix nanoseconds; 0: it succeeded

	mu  sync.Mutex
	at  time.Time // of the last probe; guarded by mu, as its result is
	err error
}

// noteCommit takes the result of a transaction of decisions.
func (p *writeProbe) noteCommit(err error) {
	if err == nil {
		p.failedAt.Store(0)
		return
	}
	p.failedAt.Store(time.Now().UnixNano())
}

var errCommitFailed = errors.New("the last decisions could not be stored")

// CheckWriting checks that a decision could be stored now: the queue has room, the last decisions were stored, and the
// database takes a write within probeTimeout.
func (s *Store) CheckWriting(ctx context.Context) error {
	if len(s.queue) == cap(s.queue) {
		return ErrBusy
	}
	if at := s.probe.failedAt.Load(); at != 0 && time.Since(time.Unix(0, at)) < failureTerm {
		return wrapUnavailable("write", errCommitFailed)
	}
	s.probe.mu.Lock()
	defer s.probe.mu.Unlock()
	if now := time.Now(); now.Sub(s.probe.at) >= probeEvery {
		s.probe.at, s.probe.err = now, s.writeNothing(ctx)
	}
	if s.probe.err != nil {
		return wrapUnavailable("write", s.probe.err)
	}
	return nil
}

// writeNothing writes rows as they are. It takes the locks that a decision takes.
func (s *Store) writeNothing(ctx context.Context) error {
	// A caller that leaves must not fail the probe: others wait for its result too.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), probeTimeout)
	defer cancel()
	tx, err := s.write.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, statement := range []string{
		`UPDATE trees SET size = size WHERE tree = (SELECT min(tree) FROM trees)`,
		`UPDATE signing_keys SET number = number WHERE number = 1`, // there may be no tree yet
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	err = s.checkLastKey(func(last *string) error { return tx.QueryRowContext(ctx, selectLastKey).Scan(last) })
	if err != nil {
		return err
	}
	return tx.Commit()
}
