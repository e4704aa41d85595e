package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Step is one of the steps of Verify.
type Step string

// The steps, in their order.
const (
	StepForm       Step = "form"       // the receipt can be read
	StepRecord     Step = "record"     // the record can be read, and is of the receipt's site
	StepCheckpoint Step = "checkpoint" // the checkpoint is of the site's tree, at the receipt's size
	StepSignature  Step = "signature"  // the server's key signed the checkpoint
	StepInclusion  Step = "inclusion"  // the record is the leaf of the tree that the checkpoint is the head of
)

var stepMeanings = map[Step]string{
	StepForm:       "this is no receipt, or it was damaged",
	StepRecord:     "the record in the receipt can't be understood or belongs elsewhere",
	StepCheckpoint: "the checkpoint in the receipt is not one of this tree at this size",
	StepSignature:  "the checkpoint was not signed by this key",
	StepInclusion:  "the record, its salt or its place is not what the server signed for",
}

// VerifyError says at which step a receipt failed.
type VerifyError struct {
	Step Step
	Err  error
}

func (e *VerifyError) Error() string {
	return fmt.Sprintf("receipt fails at its %s: %v; %s", e.Step, e.Err, stepMeanings[e.Step])
}

func (e *VerifyError) Unwrap() error { return e.Err }

// maxProof is the number of hashes on the longest path from a leaf to a root: sizes are 63-bit numbers.
const maxProof = 64

// Claim is what a receipt claims: that a record, whatever it means, is in the tree of a site. It is all that the arithmetic
// needs, and reads no JSON, which would be most of a program that checks receipts in the browser.
type Claim struct {
	Site       string
	Record     []byte // canonical JSON
	Salt       Hash
	LeafIndex  int64
	TreeSize   int64
	Proof      []Hash
	Checkpoint string // signed note
	Key        string // verifier key that made the note's signature
}

// Verify checks the claim against the site's verifier keys that the caller trusts, as the function of that name does, and gives
// the name of the key that signed. The error is a *VerifyError.
func (c Claim) Verify(pinned ...note.Verifier) (keyName string, err error) {
	if err := c.checkForm(); err != nil {
		return "", &VerifyError{StepForm, err}
	}
	head, err := c.checkpoint()
	if err != nil {
		return "", &VerifyError{StepCheckpoint, err}
	}
	own, err := c.checkSignature(head.Origin, pinned)
	if err != nil {
		return "", &VerifyError{StepSignature, err}
	}
	if err := c.checkInclusion(head); err != nil {
		return "", err
	}
	return own.Name(), nil
}

func (c Claim) checkForm() error {
	switch {
	case c.TreeSize <= 0 || c.LeafIndex < 0 || c.LeafIndex >= c.TreeSize:
		return fmt.Errorf("receipt for leaf %d of a tree of %d: want a leaf of the tree", c.LeafIndex, c.TreeSize)
	case len(c.Proof) > maxProof:
		return fmt.Errorf("receipt with a path of %d hashes: want at most %d", len(c.Proof), maxProof)
	}
	return nil
}

func (c Claim) checkpoint() (Checkpoint, error) {
	head, err := ParseCheckpoint([]byte(c.Checkpoint))
	if err != nil {
		return Checkpoint{}, err
	}
	if !strings.HasSuffix(head.Origin, "/"+c.Site) {
		return Checkpoint{}, fmt.Errorf("checkpoint of %q: want the tree of site %q", head.Origin, c.Site)
	}
	if head.Size != c.TreeSize {
		return Checkpoint{}, fmt.Errorf("checkpoint of size %d in a receipt of size %d", head.Size, c.TreeSize)
	}
	return head, nil
}

// checkSignature checks that the checkpoint is signed by the claim's own key, and by a pinned one where some are given.
func (c Claim) checkSignature(origin string, pinned []note.Verifier) (note.Verifier, error) {
	own, err := note.NewVerifier(c.Key)
	if err != nil {
		return nil, fmt.Errorf("verifier key: %w", err)
	}
	if own.Name() != origin {
		return nil, fmt.Errorf("key of %q for a checkpoint of %q", own.Name(), origin)
	}
	if _, err := note.Open([]byte(c.Checkpoint), note.VerifierList(own)); err != nil {
		return nil, err
	}
	if len(pinned) == 0 {
		return own, nil
	}
	for _, p := range pinned {
		if p.Name() != own.Name() || p.KeyHash() != own.KeyHash() {
			continue
		}
		// The hash of a key has 32 bits, which can be forged: the signature decides.
		if _, err := note.Open([]byte(c.Checkpoint), note.VerifierList(p)); err != nil {
			return nil, fmt.Errorf("against the pinned key: %w", err)
		}
		return own, nil
	}
	return nil, errors.New("signed with a key that is not among the pinned ones; after the rotation of a key, pin the earlier ones too")
}

// checkInclusion checks that the record is in the tree that the checkpoint is the head of.
func (c Claim) checkInclusion(head Checkpoint) error {
	hash := recordHash(leafOf(c.Record, c.Salt))
	if err := tlog.CheckRecord(proofOf(c.Proof), c.TreeSize, tlog.Hash(head.Root), c.LeafIndex, hash); err != nil {
		return &VerifyError{StepInclusion, err}
	}
	return nil
}

// leafOf gives the leaf entry of a record: the salted commitment.
func leafOf(canonical []byte, salt Hash) Hash {
	content := sha256.Sum256(canonical)
	h := sha256.New()
	h.Write([]byte("nod leaf v1\n"))
	h.Write(salt[:])
	h.Write(content[:])
	return Hash(h.Sum(nil))
}

// recordHash gives the hash of a leaf entry in the tree.
func recordHash(leaf Hash) tlog.Hash { return tlog.RecordHash(leaf[:]) }

// SiteVerifier derives the verifier key of one site's tree from the server's (Key.Verifier). All trees of a server are
// signed with one Ed25519 key under names of their own, so that no checkpoint passes for another tree's.
func SiteVerifier(serverKey, site string) (string, error) {
	server, err := note.NewVerifier(serverKey)
	if err != nil {
		return "", fmt.Errorf("verifier key %q: %w", serverKey, err)
	}
	// NewVerifier has checked the form, name+hash+base64. The base64 may hold a "+" too.
	encoded, err := base64.StdEncoding.DecodeString(strings.SplitN(serverKey, "+", 3)[2])
	if err != nil || len(encoded) != 1+ed25519.PublicKeySize {
		return "", fmt.Errorf("verifier key %q: want an Ed25519 key", serverKey)
	}
	return note.NewEd25519VerifierKey(origin(server.Name(), site), encoded[1:])
}

// origin names the tree of a site, and the key that signs for it.
func origin(keyName, site string) string { return keyName + "/" + site }
