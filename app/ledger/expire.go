//go:build !js

package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// Term says how long evidence is kept.
type Term struct {
	Granted time.Duration // that a grant holds at most
	Keep    time.Duration // after the end of the consent; the law of evidence mostly asks for three years
}

const (
	expireRows  = 200                   // records that are looked at in one transaction, at most
	expireTime  = 50 * time.Millisecond // after which a transaction ends, for others wait
	clockLeeway = 35 * 24 * time.Hour   // of the clock before the newest record: one that is years ahead must not erase everything
)

// Expire erases each record whose consent ended longer ago than the term: a grant ends when the same is answered anew or when
// it expires, a refusal at once. What would bring an older grant back stays, and so do a subject's later records, with its secret.
// The result is the number of records that were erased.
//
// Where no decision has come for five weeks, nothing more expires until one does: then the clock may be wrong.
func (s *Store) Expire(ctx context.Context, site string, term Term) (erased int, err error) {
	return s.expire(ctx, site, term, expireTime)
}

func (s *Store) expire(ctx context.Context, site string, term Term, within time.Duration) (erased int, err error) {
	e := expiry{subjectKeySeed: s.subjectKeySeed, term: term, now: s.now(), within: within}
	for more := true; more; {
		more = false
		err := s.change(ctx, site, func(tx *sql.Tx, tree int64) (err error) {
			more, err = e.pass(ctx, tx, tree)
			return err
		})
		if err != nil {
			return e.erased, fmt.Errorf("erase records past their term: %w", err)
		}
	}
	if e.erased > 0 {
		s.unscrubbed.Store(true)
		s.forget()
	}
	return e.erased, nil
}

// expiry is one walk through the records of a tree, in the order of the log.
type expiry struct {
	subjectKeySeed
	term   Term
	now    time.Time
	within time.Duration // a transaction ends
	due    time.Time     // what ended before is erased; zero until the first pass
	from   int64         // leaf
	erased int
}

const readPlaced = `SELECT leaf_index, ordinal, restricted, subject, secret_hash, content FROM records WHERE content IS NOT NULL AND `

// pass looks at the next records. more says that there are others to look at: it goes on until all of a pass are younger
// than the term.
func (e *expiry) pass(ctx context.Context, tx *sql.Tx, tree int64) (more bool, err error) {
	began := time.Now()
	if e.due.IsZero() {
		newest, err := readStored(ctx, tx, readPlaced+`tree = $1 ORDER BY leaf_index DESC LIMIT 1`, tree)
		if err != nil || len(newest) == 0 {
			return false, err
		}
		e.due = earlier(e.now, newest[0].ReceivedAt.Add(clockLeeway)).Add(-e.term.Keep)
	}
	rows, err := readStored(ctx, tx, readPlaced+`tree = $1 AND leaf_index >= $2 ORDER BY leaf_index LIMIT $3`, tree, e.from, expireRows)
	if err != nil {
		return false, err
	}
	subjects := map[uuid.UUID][]storedRecord{}
	for i, r := range rows {
		if i > 0 && time.Since(began) > e.within { // one at least, or it would never end
			return true, nil
		}
		e.from = r.leaf + 1
		if r.ReceivedAt.After(e.due) {
			more = more || r.ReceivedAt.After(e.now) // the clock was ahead then, and older ones may follow
			continue
		}
		more = true
		all, read := subjects[r.Subject]
		if !read {
			if all, err = readStored(ctx, tx, readPlaced+ofSubject+` ORDER BY leaf_index`, tree, e.subjectKey(r.Subject), r.Subject[:]); err != nil {
				return false, err
			}
		}
		at := slices.IndexFunc(all, func(other storedRecord) bool { return other.leaf == r.leaf })
		if !ends(all[at:], e.term.Granted).After(e.due) && !grantsWithout(all, at, e.due) {
			if err := e.erase(ctx, tx, tree, all[at:]); err != nil {
				return false, err
			}
			all = slices.Delete(all, at, at+1)
		}
		subjects[r.Subject] = all
	}
	return more, nil
}

// grantsWithout says whether something would count as granted that does not, were it not for the i-th record; or might, where it holds the
// refusal of what may be required some day, or is, and its subject has records that are younger than due.
func grantsWithout(all []storedRecord, i int, due time.Time) bool {
	standing := func(skip int) consent.Stored {
		var counting []consent.Recorded
		for j, r := range all {
			if j != skip && !r.restricted {
				counting = append(counting, r.Recorded)
			}
		}
		return consent.Resolve(counting)
	}
	before, after := standing(-1), standing(i)
	for _, a := range after.Answers {
		if was, ok := before.Answer(a.Hash); a.State == consent.Granted && (!ok || was.State != consent.Granted) {
			return true
		}
	}
	goesOn := slices.ContainsFunc(all, func(r storedRecord) bool { return !r.restricted && r.ReceivedAt.After(due) })
	return goesOn && slices.ContainsFunc(before.Answers, func(a consent.Answer) bool {
		_, stays := after.Answer(a.Hash)
		return a.State == consent.Denied && !stays
	})
}

// erase drops the first of a subject's records, and has the next one be its first.
func (e *expiry) erase(ctx context.Context, tx *sql.Tx, tree int64, all []storedRecord) error {
	r := all[0]
	if _, err := tx.ExecContext(ctx, eraseLeaf, tree, r.leaf); err != nil {
		return err
	}
	e.erased++
	if r.restricted || r.ordinal != 0 {
		return nil
	}
	for i, next := range all[1:] {
		if !next.restricted {
			all[1+i].ordinal, all[1+i].secret = 0, r.secret
			_, err := tx.ExecContext(ctx, `UPDATE records SET ordinal = 0, secret_hash = $1 WHERE tree = $2 AND leaf_index = $3`, r.secret, tree, next.leaf)
			return err
		}
	}
	return nil
}

// ends says when the last grant of the first record ends, by the later ones of the same subject.
func ends(records []storedRecord, granted time.Duration) time.Time {
	first := records[0]
	end := first.ReceivedAt
	for _, c := range first.Covered {
		if first.State(c.ID) != consent.Granted {
			continue
		}
		until := first.ReceivedAt.Add(granted)
		for _, later := range records[1:] {
			if later.State(c.ID) != consent.Unasked {
				until = earlier(until, later.ReceivedAt)
			}
		}
		if until.After(end) {
			end = until
		}
	}
	return end
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// storedRecord is a record with its place.
type storedRecord struct {
	Record
	leaf, ordinal int64
	restricted    bool
	secret        []byte // its hash
}

func readStored(ctx context.Context, tx *sql.Tx, query string, args ...any) ([]storedRecord, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []storedRecord
	for rows.Next() {
		var r storedRecord
		var subject, content []byte
		if err := rows.Scan(&r.leaf, &r.ordinal, &r.restricted, &subject, &r.secret, &content); err != nil {
			return nil, err
		}
		if r.Record, err = parseRecord(content); err != nil {
			return nil, fmt.Errorf("leaf %d: %w", r.leaf, err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}
