package request

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/outbox"
	"github.com/nod-consent/nod/app/policy"
)

// Store is where cases are. *ledger.Store is one.
type Store interface {
	WriteDesk(ctx context.Context, site string, run func(context.Context, *ledger.DeskTx) error) error
	ReadDesk() ledger.Queries
	SnapshotDesk(ctx context.Context, read func(ledger.Queries) error) error
	PurgeDesk()
	Receipt(ctx context.Context, site string, id uuid.UUID) (ledger.Receipt, error)
	Authorized(ctx context.Context, site string, subject uuid.UUID, secret string) (bool, error)
	NewestRecord(ctx context.Context, site string) (time.Time, error)
	KeyName() string
}

var _ Store = (*ledger.Store)(nil)

// Desk takes requests and answers them.
type Desk struct {
	store Store
	now   func() time.Time
	box   *outbox.Box // nil: nobody is notified
}

// New returns a desk.
func New(store Store, now func() time.Time) *Desk { return &Desk{store: store, now: now} }

// clock returns the time to the millisecond, which is what the database has.
func (d *Desk) clock() time.Time { return d.now().UTC().Truncate(time.Millisecond) }

// Receive stores a submission. The same one again gets the same case, and repeated is true. With the same id and a
// different content the error is ErrConflict. It touches no other case.
func (d *Desk) Receive(ctx context.Context, s *policy.Site, sent Submission) (c Case, repeated bool, err error) {
	if !s.Desk.IsOn() {
		return Case{}, false, ErrClosed
	}
	if err := sent.clean(); err != nil {
		return Case{}, false, err
	}
	terms, err := readTerms(s, s.Current)
	if err != nil {
		return Case{}, false, err
	}
	err = d.store.WriteDesk(ctx, s.ID, func(ctx context.Context, tx *ledger.DeskTx) error {
		c, err = readCase(ctx, tx.Queries, "", sent.ID)
		switch {
		case err == nil && (c.Site != s.ID || subtle.ConstantTimeCompare(c.bodyHash, sent.hash()) != 1):
			return ErrConflict
		case err == nil:
			repeated = true
			return c.check(ctx, tx.Queries)
		case !errors.Is(err, ErrNotFound):
			return err
		}
		c = makeCase(s, sent, terms, d.clock())
		if err := c.insert(ctx, tx); err != nil {
			return err
		}
		if err := c.record(ctx, tx, EventReceived, c.ReceivedAt, c.allItems()); err != nil {
			return err
		}
		return d.notify(ctx, tx, &c, c.Events)
	})
	if err != nil {
		return Case{}, false, fmt.Errorf("receive request %s: %w", sent.ID, err)
	}
	return c, repeated, nil
}

func makeCase(s *policy.Site, sent Submission, t terms, at time.Time) Case {
	c := Case{
		ID: sent.ID, Site: s.ID, Reference: makeReference(), Policy: s.Current,
		Language: sent.Language, Platform: sent.Platform, ReceivedAt: at, Version: 0,
		Contact: sent.Contact, Text: sent.Text, Tenant: sent.Tenant,
		secretHash: hashSecret(sent.Secret), bodyHash: sent.hash(), textSalt: makeSalt(), letterSalt: makeSalt(),
	}
	for n, kind := range sent.Kinds {
		i := Item{Item: n + 1, Kind: kind, State: Received}
		t.startOuter(&i, at)
		if !kind.NeedsIdentity() {
			i.State = Verified
			t.startAnswer(&i, at)
		}
		c.Items = append(c.Items, i)
	}
	return c
}

func makeSalt() []byte {
	salt := make([]byte, 32)
	rand.Read(salt) // never fails
	return salt
}

// referenceLetters leaves out those that people mistake for each other (Crockford's base 32).
var referenceLetters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// makeReference makes a name of 50 random bits that people can read out: R-7F3KB-92QDX.
func makeReference() string {
	var random [7]byte
	rand.Read(random[:]) // never fails
	text := referenceLetters.EncodeToString(random[:])
	return "R-" + text[:5] + "-" + text[5:10]
}

// Open returns a case to the holder of its key. For everyone else it is ErrNotFound, as if it did not exist. The error
// is ledger.ErrChanged if the case was changed in the database.
func (d *Desk) Open(ctx context.Context, site string, id uuid.UUID, secret string) (Case, error) {
	return d.read(ctx, site, id, func(c Case) error {
		if subtle.ConstantTimeCompare(hashSecret(secret), c.secretHash) != 1 {
			return ErrNotFound
		}
		return nil
	})
}

// Read returns a case to staff. The error is ledger.ErrChanged if it was changed in the database.
func (d *Desk) Read(ctx context.Context, site string, id uuid.UUID) (Case, error) {
	return d.read(ctx, site, id, func(Case) error { return nil })
}

// read reads a case for someone who is admitted to it, and compares it with its events.
func (d *Desk) read(ctx context.Context, site string, id uuid.UUID, admit func(Case) error) (c Case, err error) {
	err = d.store.SnapshotDesk(ctx, func(q ledger.Queries) error {
		if c, err = readCase(ctx, q, site, id); err != nil {
			return err
		}
		if err := admit(c); err != nil {
			return err
		}
		return c.check(ctx, q)
	})
	if err != nil {
		return Case{}, err
	}
	return c, nil
}

// Receipt returns the receipt of a step of a case.
func (d *Desk) Receipt(ctx context.Context, c Case, event uuid.UUID) (ledger.Receipt, error) {
	for _, e := range c.Events {
		if e.ID == event {
			return d.store.Receipt(ctx, ledger.DeskTree(c.Site), event)
		}
	}
	return ledger.Receipt{}, ErrNotFound
}

// EncodeReceipt returns the receipt of a step of a case as its file.
func (d *Desk) EncodeReceipt(ctx context.Context, c Case, event uuid.UUID) ([]byte, error) {
	receipt, err := d.Receipt(ctx, c, event)
	if err != nil {
		return nil, err
	}
	return receipt.Encode()
}

// Withdraw ends an item at the person's wish.
func (d *Desk) Withdraw(ctx context.Context, s *policy.Site, id uuid.UUID, number int) (Case, error) {
	return d.change(ctx, s.ID, id, 0, func(ctx context.Context, tx *ledger.DeskTx, c *Case) error {
		item, err := c.item(number)
		if err != nil {
			return err
		}
		at := d.clock()
		if err := item.take(stepWithdraw, at); err != nil {
			return err
		}
		return c.record(ctx, tx, EventWithdrawn, at, []int{number})
	})
}

// change reads a case, changes it, and stores it. version is the one that the caller has read; 0: any. The error is
// ErrVersion if someone has changed the case since, and ledger.ErrChanged if somebody did in the database.
func (d *Desk) change(
	ctx context.Context, site string, id uuid.UUID, version int64, run func(context.Context, *ledger.DeskTx, *Case) error,
) (c Case, err error) {
	err = d.store.WriteDesk(ctx, site, func(ctx context.Context, tx *ledger.DeskTx) error {
		if c, err = readCase(ctx, tx.Queries, site, id); err != nil {
			return err
		}
		if err := c.check(ctx, tx.Queries); err != nil { // no new leaf vouches for what somebody changed
			return err
		}
		if version != 0 && version != c.Version {
			return ErrVersion
		}
		before := len(c.Events)
		if err := run(ctx, tx, &c); err != nil {
			return err
		}
		return d.notify(ctx, tx, &c, c.Events[before:])
	})
	if err != nil {
		return Case{}, fmt.Errorf("change request %s: %w", id, err)
	}
	return c, nil
}
