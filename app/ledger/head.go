package ledger

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// A server signs only what continues a tree that its own key signed, or a key that its own replaced. Somebody who can
// write the database, and has no key, gets no signature for what they wrote.

const selectSigned = `SELECT note, verifier FROM checkpoints WHERE tree = $1 AND size = $2`

// listTrustedKeys returns the verifier keys that lead to the own one: each was replaced by the next, as both signed.
// keys are those of a database, in their order.
func listTrustedKeys(keys []KnownKey, own *proof.Key) []string {
	trusted := []string{own.Verifier()}
	i := slices.IndexFunc(keys, func(k KnownKey) bool { return k.Verifier == own.Verifier() })
	for ; i > 0; i-- {
		r, err := proof.ParseRotation([]byte(keys[i].Statement))
		if err != nil || r.New != keys[i].Verifier || r.Old != keys[i-1].Verifier {
			break
		}
		trusted = append(trusted, r.Old)
	}
	return trusted
}

// openSigned reads a stored checkpoint of a site's tree, and checks that a trusted key signed it: else ErrChanged.
func (s *Store) openSigned(site string, size int64, signed, verifier string) (proof.Checkpoint, error) {
	isTrusted := slices.ContainsFunc(s.trustedKeys, func(key string) bool {
		v, err := proof.SiteVerifier(key, site)
		return err == nil && v == verifier
	})
	if !isTrusted {
		return proof.Checkpoint{}, fmt.Errorf("the tree of site %s: %w: its checkpoint of size %d is signed with the "+
			"unknown key %s", site, ErrChanged, size, verifier)
	}
	claim := proof.Claim{Site: site, TreeSize: size, Checkpoint: signed, Key: verifier}
	checkpoint, err := claim.OpenCheckpoint()
	if err != nil {
		return proof.Checkpoint{}, fmt.Errorf("the tree of site %s: %w: its checkpoint of size %d: %w",
			site, ErrChanged, size, err)
	}
	return checkpoint, nil
}

// checkSigned checks that the state of a tree is the one that was signed: else ErrChanged. query reads from the
// database, in the transaction that will sign.
func (s *Store) checkSigned(
	site string, tree int64, state proof.TreeState, query func(query string, args []any, dest ...any) error,
) error {
	if state.Size == 0 {
		return nil
	}
	var signed, verifier string
	err := query(selectSigned, []any{tree, state.Size}, &signed, &verifier)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("the tree of site %s: %w: its size %d has no signed checkpoint", site, ErrChanged, state.Size)
	}
	if err != nil {
		return err
	}
	checkpoint, err := s.openSigned(site, state.Size, signed, verifier)
	if err != nil {
		return err
	}
	root, err := tlog.TreeHash(state.Size, &proof.TreeAppend{Before: state})
	if err != nil {
		return err
	}
	if proof.Hash(root) != checkpoint.Root {
		return fmt.Errorf("the tree of site %s: %w: its %d leaves do not give the root that was signed",
			site, ErrChanged, state.Size)
	}
	return nil
}
