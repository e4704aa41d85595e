//go:build !js

package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/nod-consent/nod/app/consent"
)

// Term says how long evidence is kept.
type Term struct {
	Granted time.Duration // that a grant holds at most
	Keep    time.Duration // after the end of the consent; the law of evidence mostly asks for three years
}

// expireAtOnce is the number of records that are looked at in one transaction.
const expireAtOnce = 200

// Expire erases each record whose consent ended longer ago than the term: a grant ends when the same is answered anew or when
// it expires, a refusal at once. A subject's later records stay, and its secret with them. The result is the number of
// records that were erased.
func (s *Store) Expire(ctx context.Context, site string, term Term) (erased int, err error) {
	e := expiry{term: term, due: s.now().Add(-term.Keep)}
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
		s.forget(ctx)
	}
	return e.erased, nil
}

// expiry is one walk through the records of a tree, in the order of the log.
type expiry struct {
	term   Term
	due    time.Time // what ended before is erased
	from   int64     // leaf
	erased int
}

// pass looks at the next records. more says that there are others to look at: it goes on until all of a pass are younger
// than the term, for the clock may have jumped in between.
func (e *expiry) pass(ctx context.Context, tx *sql.Tx, tree int64) (more bool, err error) {
	rows, err := readStored(ctx, tx, `SELECT leaf_index, later, subject, secret, content FROM records
		WHERE tree = $1 AND leaf_index >= $2 AND content IS NOT NULL ORDER BY leaf_index LIMIT $3`, tree, e.from, expireAtOnce)
	if err != nil {
		return false, err
	}
	for _, r := range rows {
		e.from = r.leaf + 1
		if r.ReceivedAt.After(e.due) {
			continue
		}
		more = true
		all, err := readStored(ctx, tx, `SELECT leaf_index, later, subject, secret, content FROM records
			WHERE tree = $1 AND subject = $2 AND content IS NOT NULL AND leaf_index >= $3 ORDER BY leaf_index`, tree, r.Subject[:], r.leaf)
		if err != nil {
			return false, err
		}
		if ends(all, e.term.Granted).After(e.due) {
			continue
		}
		if err := e.erase(ctx, tx, tree, all); err != nil {
			return false, err
		}
	}
	return more, nil
}

// erase drops the first of a subject's records, and has the next one be its first.
func (e *expiry) erase(ctx context.Context, tx *sql.Tx, tree int64, all []storedRecord) error {
	r := all[0]
	_, err := tx.ExecContext(ctx, `UPDATE records SET subject = NULL, secret = NULL, body = NULL, salt = NULL, content = NULL
		WHERE tree = $1 AND leaf_index = $2`, tree, r.leaf)
	if err != nil {
		return err
	}
	e.erased++
	if r.later != 0 {
		return nil
	}
	for _, next := range all[1:] {
		if next.later > 0 {
			_, err := tx.ExecContext(ctx, `UPDATE records SET later = 0, secret = $1 WHERE tree = $2 AND leaf_index = $3`, r.secret, tree, next.leaf)
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
	leaf, later int64
	secret      []byte
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
		if err := rows.Scan(&r.leaf, &r.later, &subject, &r.secret, &content); err != nil {
			return nil, err
		}
		if r.Record, err = parseRecord(content); err != nil {
			return nil, fmt.Errorf("leaf %d: %w", r.leaf, err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}
