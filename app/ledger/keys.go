//go:build !js

package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// KnownKey is a key that signed, or signs, the trees of a database.
type KnownKey struct {
	Verifier  string    `json:"verifier"`            // the server's; SiteVerifier derives those of the sites
	AddedAt   time.Time `json:"added_at"`            // when it began to sign
	Statement string    `json:"statement,omitempty"` // of its rotation, see ParseRotation; none for the first
}

// Keys lists the keys of the database, the one that signs now last.
func (s *Store) Keys(ctx context.Context) ([]KnownKey, error) {
	keys, err := readKeys(ctx, s.read.db)
	if err != nil {
		return nil, unavailable("read the signing keys", err)
	}
	return keys, nil
}

func readKeys(ctx context.Context, from interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}) ([]KnownKey, error) {
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

// withKeys runs a transaction that looks at the keys and may add one.
func (e *engine) withKeys(ctx context.Context, run func(tx *sql.Tx, keys []KnownKey) error) error {
	tx, err := e.write.db.BeginTx(ctx, nil)
	if err != nil {
		return unavailable("look up the signing keys", err)
	}
	defer tx.Rollback()
	if e.lockKeys != "" {
		if _, err := tx.ExecContext(ctx, e.lockKeys); err != nil {
			return unavailable("lock the signing keys", err)
		}
	}
	keys, err := readKeys(ctx, tx)
	if err != nil {
		return unavailable("look up the signing keys", err)
	}
	if err := run(tx, keys); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return unavailable("remember the signing key", err)
	}
	return nil
}

// checkKey takes the key if it is the one that signs, or the first.
func (s *Store) checkKey(ctx context.Context, existing bool) error {
	return s.withKeys(ctx, func(tx *sql.Tx, keys []KnownKey) error {
		if existing && len(keys) == 0 {
			return ErrUnused
		}
		if err := checkKey(keys, s.key); err != nil || len(keys) > 0 {
			return err
		}
		_, err := tx.ExecContext(ctx, insertKey, s.key.Verifier(), s.now().UTC().Format(time.RFC3339), 1, "")
		if err != nil {
			return unavailable("remember the signing key", err)
		}
		s.log.Info("the database now knows the signing key", "key", s.key.Verifier())
		return nil
	})
}

func checkKey(keys []KnownKey, key *Key) error {
	for i, k := range keys {
		if k.Verifier != key.Verifier() {
			continue
		}
		if i < len(keys)-1 {
			next := keys[i+1]
			return fmt.Errorf("%w any more: %s was replaced by %s on %s; start with the file of the newest key", ErrKey, k.Verifier, next.Verifier, next.AddedAt.Format(time.DateOnly))
		}
		return nil
	}
	if len(keys) > 0 {
		return fmt.Errorf("%w: %s; start with the file of %s, or replace that one by \"nod key rotate\"", ErrKey, key.Verifier(), keys[len(keys)-1].Verifier)
	}
	return nil
}

// Rotate has a database take a new signing key in the place of the old one, which its trees are signed with so far. Servers
// that run go on with the old one until they are started anew, with the new one. Receipts and checkpoints that the old one
// signed stay as they are: whoever checks them needs the old verifier key, or the new one's statement (Keys).
func Rotate(ctx context.Context, opts Options, old, new *Key) error {
	opts.Existing = true
	opts = opts.withDefaults()
	if old.Name() != new.Name() {
		return fmt.Errorf("key of %q in the place of one of %q: want the same name, which the trees have too", new.Name(), old.Name())
	}
	e, err := openEngine(ctx, opts)
	if err != nil {
		return err
	}
	err = e.withKeys(ctx, func(tx *sql.Tx, keys []KnownKey) error {
		if err := checkKey(keys, old); err != nil {
			return err
		}
		if len(keys) == 0 {
			return ErrUnused
		}
		at := opts.Now().UTC().Format(time.RFC3339)
		statement, err := signRotation(old, new, at)
		if err != nil {
			return err
		}
		if _, err = tx.ExecContext(ctx, insertKey, new.Verifier(), at, len(keys)+1, statement); err != nil {
			return unavailable("remember the new key", err)
		}
		return nil
	})
	_ = e.close() // the database has the key or not: what closing says does not change that
	return err
}

func signRotation(old, new *Key, at string) (string, error) {
	var signers []note.Signer
	for _, key := range []*Key{old, new} {
		signer, err := note.NewSigner(key.private)
		if err != nil {
			return "", fmt.Errorf("signer %q: %w", key.Name(), err)
		}
		signers = append(signers, signer)
	}
	text := fmt.Sprintf("%s\n%s\n%s\n%s\n", rotationTitle, old.Verifier(), new.Verifier(), at)
	signed, err := note.Sign(&note.Note{Text: text}, signers...)
	if err != nil {
		return "", fmt.Errorf("sign the rotation: %w", err)
	}
	return string(signed), nil
}
