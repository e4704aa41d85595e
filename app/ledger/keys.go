package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// KnownKey is a key that signed, or signs, the trees of a database.
type KnownKey struct {
	Verifier  string    `json:"verifier"`            // the server's; proof.SiteVerifier derives those of the sites
	AddedAt   time.Time `json:"added_at"`            // when it began to sign
	Statement string    `json:"statement,omitempty"` // of its rotation, see proof.ParseRotation; "" for the first
}

// Keys lists the keys of the database. The last one signs now.
func (s *Store) Keys(ctx context.Context) ([]KnownKey, error) {
	keys, err := readKeys(ctx, s.read.db)
	if err != nil {
		return nil, wrapUnavailable("read the signing keys", err)
	}
	return keys, nil
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

func readKeys(ctx context.Context, from querier) ([]KnownKey, error) {
	rows, err := from.QueryContext(ctx, `SELECT verifier, added_at, statement FROM signing_keys ORDER BY number`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []KnownKey
	for rows.Next() {
		var k KnownKey
		var added string
		if err := rows.Scan(&k.Verifier, &added, &k.Statement); err != nil {
			return nil, err
		}
		if k.AddedAt, err = time.Parse(time.RFC3339, added); err != nil {
			return nil, fmt.Errorf("key %s: %w", k.Verifier, err)
		}
		keys = append(keys, k)
	}
	return keys, rows.Err()
}

const insertKey = `INSERT INTO signing_keys (verifier, added_at, number, statement) VALUES ($1, $2, $3, $4)`

// withKeys runs a transaction that reads the keys and can add one.
func (d *database) withKeys(ctx context.Context, run func(tx *sql.Tx, keys []KnownKey) error) error {
	tx, err := d.write.db.BeginTx(ctx, nil)
	if err != nil {
		return wrapUnavailable("look up the signing keys", err)
	}
	defer tx.Rollback()
	if lock := d.engine.LockKeys(); lock != "" {
		if _, err := tx.ExecContext(ctx, lock); err != nil {
			return wrapUnavailable("lock the signing keys", err)
		}
	}
	keys, err := readKeys(ctx, tx)
	if err != nil {
		return wrapUnavailable("look up the signing keys", err)
	}
	if err := run(tx, keys); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return wrapUnavailable("store the signing key", err)
	}
	return nil
}

// adoptKey checks that the store's key is the one that signs. The first key of a database is stored, unless the
// database must exist already.
func (s *Store) adoptKey(ctx context.Context, mustExist bool) error {
	return s.withKeys(ctx, func(tx *sql.Tx, keys []KnownKey) error {
		if mustExist && len(keys) == 0 {
			return ErrUnused
		}
		s.trustedKeys = listTrustedKeys(keys, s.key)
		if err := checkKey(keys, s.key); err != nil || len(keys) > 0 {
			return err
		}
		_, err := tx.ExecContext(ctx, insertKey, s.key.Verifier(), s.now().UTC().Format(time.RFC3339), 1, "")
		if err != nil {
			return wrapUnavailable("store the signing key", err)
		}
		s.log.Info("the database now knows the signing key", "key", s.key.Verifier())
		return nil
	})
}

// checkKey checks that the key is the last one of a database, or the first.
func checkKey(keys []KnownKey, key *proof.Key) error {
	for i, k := range keys {
		if k.Verifier != key.Verifier() {
			continue
		}
		if i < len(keys)-1 {
			next := keys[i+1]
			return fmt.Errorf("%w any more: %s was replaced by %s on %s. Use the file of the newest key",
				ErrKey, k.Verifier, next.Verifier, next.AddedAt.Format(time.DateOnly))
		}
		return nil
	}
	if len(keys) > 0 {
		return fmt.Errorf("%w: %s. Use the file of %s, or replace that key with \"nod key rotate\"",
			ErrKey, key.Verifier(), keys[len(keys)-1].Verifier)
	}
	return nil
}

// selectLastKey finds the key that signs.
const selectLastKey = `SELECT verifier FROM signing_keys ORDER BY number DESC LIMIT 1`

// checkLastKey checks, in the transaction of query, that the store's key was not replaced since the store was opened.
// Somebody may have copied that key.
func (s *Store) checkLastKey(query func(dest *string) error) error {
	var last string
	if err := query(&last); err != nil {
		return err
	}
	if last != s.key.Verifier() {
		return fmt.Errorf("%w any more: %s was replaced by %s. Restart the server with the file of the newest key",
			ErrKey, s.key.Verifier(), last)
	}
	return nil
}

// Rotate replaces the signing key of a database. Running servers store nothing more. Restart them with the new key.
// Receipts and checkpoints that the old key signed do not change: to check them, use the old verifier key, or the new
// key's statement (see Keys).
func Rotate(ctx context.Context, opts Options, old, new *proof.Key) error {
	opts.Existing = true
	opts = opts.withDefaults()
	if old.Name() != new.Name() {
		return fmt.Errorf("rotate the key: the new key has the name %q and the old one %q. Use the same name",
			new.Name(), old.Name())
	}
	d, err := openDatabase(ctx, opts)
	if err != nil {
		return err
	}
	err = d.withKeys(ctx, func(tx *sql.Tx, keys []KnownKey) error {
		if err := checkKey(keys, old); err != nil {
			return err
		}
		if len(keys) == 0 {
			return ErrUnused
		}
		at := opts.Now()
		statement, err := proof.SignRotation(old, new, at)
		if err != nil {
			return err
		}
		added := at.UTC().Format(time.RFC3339)
		if _, err = tx.ExecContext(ctx, insertKey, new.Verifier(), added, len(keys)+1, statement); err != nil {
			return wrapUnavailable("store the new key", err)
		}
		return nil
	})
	_ = d.close() // an error does not change whether the database has the key
	return err
}
