package ledger

import (
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// Somebody who can write the database turns a refusal into a grant, and its leaf and the tree with it.
func TestATreeThatSomebodyRewroteIsNotSigned(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		dsn, key, refusal := e.dsn(t), testKey(t), newRefusal("analytics")
		s, err := Open(t.Context(), Options{DSN: dsn, Key: key})
		if err != nil {
			t.Fatal(err)
		}
		mustAppend(t, s, refusal)
		row, err := s.readRow(t.Context(), testSite, refusal.Decision.ID)
		if err != nil {
			t.Fatal(err)
		}
		granted := strings.ReplaceAll(row.content.String, `"denied"`, `"granted"`)
		leaf := proof.CommitRecord([]byte(granted), proof.Hash(row.salt))
		changeDatabase(t, s, `UPDATE records SET content = $1, leaf = $2 WHERE id = $3`,
			granted, leaf[:], refusal.Decision.ID[:])
		s.Close()

		s = openTest(t, e, Options{DSN: dsn, Key: key})
		_, _, err = s.Append(t.Context(), newGrant())
		wantError(t, err, ErrChanged)
		wantError(t, err, ErrUnavailable) // the browser keeps the decision
		if sizes, err := s.Sizes(t.Context()); err != nil || sizes[testSite] != 1 {
			t.Errorf("sizes %v, error %v; want 1 leaf", sizes, err)
		}
	})
}

func TestATreeWhoseEndWasCutOffIsNotSigned(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		dsn, key := e.dsn(t), testKey(t)
		s, err := Open(t.Context(), Options{DSN: dsn, Key: key})
		if err != nil {
			t.Fatal(err)
		}
		mustAppend(t, s, newGrant())
		mustAppend(t, s, newGrant())
		changeDatabase(t, s, `DELETE FROM checkpoints WHERE size = 2`)
		s.Close()
		s = openTest(t, e, Options{DSN: dsn, Key: key})
		_, _, err = s.Append(t.Context(), newGrant())
		wantError(t, err, ErrChanged)
	})
}

// A checkpoint of another key is signed again only if that key signed for this server before.
func TestOnlyACheckpointOfAReplacedKeyIsSignedAgain(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		mustAppend(t, s, newGrant())
		stranger := testKey(t)
		signer, verifier, err := stranger.SiteSigner(testSite)
		if err != nil {
			t.Fatal(err)
		}
		forged, err := proof.Checkpoint{Origin: signer.Name(), Size: 1, Root: proof.Hash{1}}.Sign(signer)
		if err != nil {
			t.Fatal(err)
		}
		own := s.trustedKeys[0]
		ownVerifier, err := proof.SiteVerifier(own, testSite)
		if err != nil {
			t.Fatal(err)
		}
		for name, claimed := range map[string]string{
			"a stranger's key": verifier, "no key": "x", "the server's own, in capitals": strings.ToUpper(ownVerifier),
		} {
			changeDatabase(t, s, `UPDATE checkpoints SET note = $1, verifier = $2`, string(forged), claimed)
			signed, err := s.Checkpoint(t.Context(), testSite)
			if err == nil {
				t.Errorf("%s: signed:\n%s", name, signed)
				continue
			}
			wantError(t, err, ErrChanged)
		}
	})
}
