package request

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/calendar"
	"github.com/nod-consent/nod/app/ledger"
)

// timeFormat is how the tables have a time: in UTC, to the millisecond, in the order of time.
const timeFormat = "2006-01-02T15:04:05.000Z"

// formatTime writes a time; "" for the zero time.
func formatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeFormat)
}

// unreadableTime stands for a text in the database that is no time. No event has it. Where a leaf commits to the time,
// the case is one that somebody changed.
var unreadableTime = time.Unix(0, 0).UTC()

// parseTime reads a time that formatTime wrote.
func parseTime(text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	t, err := time.Parse(timeFormat, text)
	if err != nil {
		return unreadableTime
	}
	return t
}

// orNull writes an empty text as NULL.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func bytesOrNull(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

func (c *Case) subjectOrNull() any {
	if c.Subject == uuid.Nil {
		return nil
	}
	return c.Subject[:]
}

func (c *Case) insert(ctx context.Context, tx *ledger.DeskTx) error {
	_, err := tx.Exec(ctx, `INSERT INTO cases (id, site, reference, secret_hash, body_hash, policy, language, platform,
			received_at, version, contact, text, tenant, text_salt, letter_salt)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		c.ID[:], c.Site, c.Reference, c.secretHash, c.bodyHash, c.Policy, c.Language, c.Platform,
		formatTime(c.ReceivedAt), c.Version, c.Contact, c.Text, orNull(c.Tenant), c.textSalt, c.letterSalt)
	for _, i := range c.Items {
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO case_items (case_id, item, kind, state, verified_at, answer_due, outer_from,
				outer_due, outer_known)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, c.ID[:], i.Item, string(i.Kind), string(i.State),
			formatTime(i.VerifiedAt), string(i.AnswerDue), formatTime(i.OuterFrom), string(i.OuterDue.Date),
			toNumber(i.OuterDue.IsKnown))
	}
	return err
}

func toNumber(b bool) int {
	if b {
		return 1
	}
	return 0
}

// update stores what can change of a case and its items.
func (c *Case) update(ctx context.Context, tx *ledger.DeskTx) error {
	_, err := tx.Exec(ctx, `UPDATE cases SET version = $1, identity = $2, identity_at = $3, fee = $4, closed_at = $5,
			erased = $6, contact = $7, text = $8, tenant = $9, account = $10, subject = $11, text_salt = $12,
			letter_salt = $13
		WHERE id = $14`,
		c.Version, string(c.Identity), formatTime(c.IdentityAt), c.Fee, formatTime(c.ClosedAt), c.Erased,
		orNull(c.Contact), orNull(c.Text), orNull(c.Tenant), orNull(c.Account), c.subjectOrNull(),
		bytesOrNull(c.textSalt), bytesOrNull(c.letterSalt), c.ID[:])
	for _, i := range c.Items {
		if err != nil {
			return err
		}
		letter := orNull(i.Letter)
		if i.Outcome != "" {
			letter = i.Letter // "" once it is erased
		}
		_, err = tx.Exec(ctx, `UPDATE case_items SET state = $1, verified_at = $2, closed_at = $3, answer_due = $4,
				outer_from = $5, outer_due = $6, outer_known = $7, overdue_at = $8, soon_at = $9, outcome = $10, ground = $11,
				letter = $12
			WHERE case_id = $13 AND item = $14`,
			string(i.State), formatTime(i.VerifiedAt), formatTime(i.ClosedAt), string(i.AnswerDue),
			formatTime(i.OuterFrom), string(i.OuterDue.Date), toNumber(i.OuterDue.IsKnown), formatTime(i.OverdueAt),
			formatTime(i.SoonAt), orNull(string(i.Outcome)), orNull(i.Ground), letter, c.ID[:], i.Item)
	}
	return err
}

const selectCases = `SELECT id, site, reference, secret_hash, body_hash, policy, language, platform, received_at,
	version, identity, identity_at, fee, closed_at, erased, COALESCE(contact, ''), COALESCE(text, ''),
	COALESCE(tenant, ''), COALESCE(account, ''), subject, text_salt, letter_salt FROM cases `

// readCase reads a case of a site; of any site for "".
func readCase(ctx context.Context, q ledger.Queries, site string, id uuid.UUID) (Case, error) {
	cases, err := readCases(ctx, q, `WHERE id = $1`, id[:])
	switch {
	case err != nil:
		return Case{}, fmt.Errorf("read request %s: %w", id, err)
	case len(cases) == 0 || site != "" && cases[0].Site != site:
		return Case{}, ErrNotFound
	}
	return cases[0], nil
}

// readCases reads the cases that a condition selects, with their items and events.
func readCases(ctx context.Context, q ledger.Queries, condition string, args ...any) (cases []Case, err error) {
	err = q.Each(ctx, func(scan func(...any) error) error {
		var c Case
		var id, subject []byte
		var receivedAt, identity, identityAt, closedAt string
		err := scan(&id, &c.Site, &c.Reference, &c.secretHash, &c.bodyHash, &c.Policy, &c.Language, &c.Platform,
			&receivedAt, &c.Version, &identity, &identityAt, &c.Fee, &closedAt, &c.Erased, &c.Contact, &c.Text, &c.Tenant,
			&c.Account, &subject, &c.textSalt, &c.letterSalt)
		if err != nil {
			return err
		}
		if len(id) != len(c.ID) || subject != nil && len(subject) != len(c.Subject) {
			return errors.New("an id has the wrong length")
		}
		copy(c.ID[:], id)
		copy(c.Subject[:], subject)
		c.Identity, c.ReceivedAt = Identity(identity), parseTime(receivedAt)
		c.IdentityAt, c.ClosedAt = parseTime(identityAt), parseTime(closedAt)
		cases = append(cases, c)
		return nil
	}, selectCases+condition, args...)
	for i := range cases {
		if err == nil {
			err = cases[i].readItems(ctx, q)
		}
		if err == nil {
			err = cases[i].readEvents(ctx, q)
		}
	}
	return cases, err
}

func (c *Case) readItems(ctx context.Context, q ledger.Queries) error {
	return q.Each(ctx, func(scan func(...any) error) error {
		var i Item
		var kind, state, verifiedAt, closedAt, answerDue, outerFrom, outerDue, overdueAt, soonAt string
		var outcome string
		var isKnown int
		if err := scan(&i.Item, &kind, &state, &verifiedAt, &closedAt, &answerDue, &outerFrom, &outerDue, &isKnown,
			&overdueAt, &soonAt, &outcome, &i.Ground, &i.Letter); err != nil {
			return err
		}
		i.Kind, i.State, i.Outcome = Kind(kind), State(state), Outcome(outcome)
		i.VerifiedAt, i.ClosedAt, i.OverdueAt = parseTime(verifiedAt), parseTime(closedAt), parseTime(overdueAt)
		i.SoonAt = parseTime(soonAt)
		i.AnswerDue, i.OuterFrom = calendar.Date(answerDue), parseTime(outerFrom)
		i.OuterDue = calendar.Due{Date: calendar.Date(outerDue), IsKnown: isKnown == 1}
		c.Items = append(c.Items, i)
		return nil
	}, `SELECT item, kind, state, verified_at, closed_at, answer_due, outer_from, outer_due, outer_known,
			overdue_at, soon_at, COALESCE(outcome, ''), COALESCE(ground, ''), COALESCE(letter, '')
		FROM case_items WHERE case_id = $1 ORDER BY item`, c.ID[:])
}

func (c *Case) readEvents(ctx context.Context, q ledger.Queries) error {
	return q.Each(ctx, func(scan func(...any) error) error {
		var e Event
		var id []byte
		var at string
		if err := scan(&id, &e.Type, &at); err != nil {
			return err
		}
		if len(id) != len(e.ID) {
			return errors.New("an id has the wrong length")
		}
		copy(e.ID[:], id)
		e.At = parseTime(at)
		c.Events = append(c.Events, e)
		return nil
	}, `SELECT event, type, at FROM case_events WHERE case_id = $1 ORDER BY number`, c.ID[:])
}
