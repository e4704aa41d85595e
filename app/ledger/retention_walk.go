package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// expiry is one walk through the records of a tree, in the order of the log.
type expiry struct {
	site   string
	term   Term
	now    time.Time
	txTime time.Duration // after which a transaction ends

	segmentLength int64 // of the store
	hooks         Hooks

	due    time.Time // what ended before is erased; zero until the first transaction
	next   int64     // leaf
	erased int
	// changed counts records that do not fit their leaves. They stay as evidence, and so do all records of their subjects.
	changed int
}

// expiryTx is one transaction of an expiry.
type expiryTx struct {
	*expiry
	treeTx
	subjects map[uuid.UUID][]storedRecord // those that were read, with all their records
}

const selectStored = `SELECT leaf_index, ordinal, restricted, subject, secret_hash, content, salt, leaf
	FROM records
	WHERE content IS NOT NULL AND `

// eraseDue reads the next records and erases those that are due. hasMore says that others should be read. That ends
// when all records of a transaction are younger than the term.
func (t *expiryTx) eraseDue(ctx context.Context) (hasMore bool, err error) {
	started := time.Now()
	if t.due.IsZero() {
		ok, err := t.setDue(ctx)
		if err != nil || !ok {
			return false, err
		}
	}
	rows, err := t.readRecords(ctx, `tree = $1 AND leaf_index >= $2 ORDER BY leaf_index LIMIT $3`,
		t.tree, t.next, expireRows)
	if err != nil {
		return false, err
	}
	for i, r := range rows {
		if i > 0 && time.Since(started) > t.txTime { // after the first, so that each transaction makes progress
			return true, nil
		}
		t.next = r.leaf + 1
		if r.isChanged {
			t.changed++
			hasMore = true
			continue
		}
		if r.ReceivedAt.After(t.due) {
			// A record from the future: the clock was ahead when it was stored, and older records can follow.
			hasMore = hasMore || r.ReceivedAt.After(t.now)
			continue
		}
		hasMore = true
		if err := t.eraseIfDue(ctx, r); err != nil {
			return false, err
		}
	}
	return hasMore, nil
}

// setDue reads the time of the newest record, and sets due. It returns false if there are no records.
func (t *expiryTx) setDue(ctx context.Context) (ok bool, err error) {
	newest, err := t.readRecords(ctx, `tree = $1 ORDER BY leaf_index DESC LIMIT 1`, t.tree)
	if err != nil || len(newest) == 0 {
		return false, err
	}
	if newest[0].isChanged {
		return false, fmt.Errorf("the newest record, leaf %d: %w", newest[0].leaf, ErrChanged)
	}
	t.due = findEarlier(t.now, newest[0].ReceivedAt.Add(clockLeeway)).Add(-t.term.Keep)
	return true, nil
}

func (t *expiryTx) eraseIfDue(ctx context.Context, r storedRecord) (err error) {
	records, ok := t.subjects[r.Subject]
	if !ok {
		records, err = t.readRecords(ctx, ofSubject+` ORDER BY leaf_index`, t.tree, r.Subject[:])
		if err != nil {
			return err
		}
	}
	if slices.ContainsFunc(records, func(r storedRecord) bool { return r.isChanged }) {
		return nil // what the subject's other records mean depends on it
	}
	i := slices.IndexFunc(records, func(other storedRecord) bool { return other.leaf == r.leaf })
	isOver := !findEndOfConsent(records[i:], t.term.Granted).After(t.due)
	if isOver && !mustKeep(records, i, t.due) {
		if err := t.eraseFirst(ctx, records[i:]); err != nil {
			return err
		}
		records = slices.Delete(records, i, i+1)
	}
	t.subjects[r.Subject] = records
	return nil
}

// eraseFirst erases the first of these records of a subject. If it was the subject's first record, the next one becomes
// that, and gets the secret.
func (t *expiryTx) eraseFirst(ctx context.Context, records []storedRecord) error {
	r := records[0]
	if _, err := t.ExecContext(ctx, deleteSegment, t.tree, r.leaf/t.segmentLength); err != nil {
		return err
	}
	if _, err := t.ExecContext(ctx, eraseLeaf, t.tree, r.leaf); err != nil {
		return err
	}
	if err := t.hooks.expired(ctx, t.Tx, t.site, r.ID); err != nil {
		return err
	}
	t.erased++
	if r.ordinal != 0 || len(records) == 1 {
		return nil
	}
	next := &records[1]
	next.ordinal, next.secret = 0, r.secret
	_, err := t.ExecContext(ctx,
		`UPDATE records SET ordinal = 0, secret_hash = $1 WHERE tree = $2 AND leaf_index = $3`,
		r.secret, t.tree, next.leaf)
	return err
}

// mustKeep says whether record i of a subject must stay although its consent is over. Erasing it must never turn a
// denial into a grant. So it stays if
//
//   - something would count as granted without it that does not now, or
//   - it holds the newest denial of something, and the subject has younger records than due: what is denied can become
//     required one day, or is required by now.
func mustKeep(records []storedRecord, i int, due time.Time) bool {
	before, after := resolveWithout(records, -1), resolveWithout(records, i)
	for _, a := range after.Answers {
		old, ok := before.Answer(a.Hash)
		if a.State == consent.Granted && (!ok || old.State != consent.Granted) {
			return true
		}
	}
	isActive := slices.ContainsFunc(records, func(r storedRecord) bool {
		return !r.isRestricted && r.ReceivedAt.After(due)
	})
	return isActive && slices.ContainsFunc(before.Answers, func(a consent.Answer) bool {
		_, hasOther := after.Answer(a.Hash)
		return a.State == consent.Denied && !hasOther
	})
}

// resolveWithout returns the answers that hold without record i of a subject; -1: with all records.
func resolveWithout(records []storedRecord, i int) consent.Stored {
	var counting []consent.Recorded
	for j, r := range records {
		if j != i && !r.isRestricted {
			counting = append(counting, r.Recorded)
		}
	}
	return consent.Resolve(counting)
}

// findEndOfConsent returns when the last grant of the first record ends. records are that record and the later ones of
// the same subject.
func findEndOfConsent(records []storedRecord, granted time.Duration) time.Time {
	first := records[0]
	end := first.ReceivedAt
	for _, c := range first.Covered {
		if first.State(c.ID) != consent.Granted {
			continue
		}
		until := first.ReceivedAt.Add(granted)
		for _, later := range records[1:] {
			if later.State(c.ID) != consent.Unasked {
				until = findEarlier(until, later.ReceivedAt)
			}
		}
		if until.After(end) {
			end = until
		}
	}
	return end
}

func findEarlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// storedRecord is a record with the rest of its row.
type storedRecord struct {
	Record
	leaf, ordinal int64
	isRestricted  bool
	isChanged     bool   // it does not fit its leaf, and has not been read
	secret        []byte // its hash
}

// readRecords reads the records that match a condition.
func (t *expiryTx) readRecords(ctx context.Context, condition string, args ...any) ([]storedRecord, error) {
	rows, err := t.QueryContext(ctx, selectStored+condition, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var records []storedRecord
	for rows.Next() {
		var r storedRecord
		var subject []byte
		var stored storedContent
		err := rows.Scan(&r.leaf, &r.ordinal, &r.isRestricted, &subject, &r.secret,
			&stored.content, &stored.salt, &stored.leaf)
		if err != nil {
			return nil, err
		}
		r.Record, err = stored.parseOf(t.site, uuid.UUID(subject))
		if r.isChanged = errors.Is(err, ErrChanged); err != nil && !r.isChanged {
			return nil, fmt.Errorf("leaf %d: %w", r.leaf, err)
		}
		records = append(records, r)
	}
	return records, rows.Err()
}
