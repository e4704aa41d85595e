package proof

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Step is one of the steps in which a receipt is verified.
type Step string

// The steps, in their order.
const (
	StepForm       Step = "form"       // the receipt can be read
	StepRecord     Step = "record"     // the record can be read, and is of the receipt's site
	StepCheckpoint Step = "checkpoint" // the checkpoint is of the site's tree, at the receipt's size
	StepSignature  Step = "signature"  // the server's key signed the checkpoint
	StepInclusion  Step = "inclusion"  // the record's leaf is in the tree that was signed
)

var stepMeanings = map[Step]string{
	StepForm:       "this is not a receipt, or it is damaged",
	StepRecord:     "the record in the receipt cannot be read or belongs to a different site",
	StepCheckpoint: "the checkpoint in the receipt is not one of this tree at this size",
	StepSignature:  "the checkpoint was not signed by this key",
	StepInclusion:  "the record, its salt or its place is not what the server signed",
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

// Claim is what a receipt claims: that a record, whatever it means, is in the tree of a site. It reads no JSON, which
// would be a good part of a program that checks receipts in the browser.
type Claim struct {
	Site       string
	Record     []byte // canonical JSON
	Salt       Hash
	LeafIndex  int64
	TreeSize   int64
	Proof      []Hash // the leaf's siblings on the way to the root, lowest first
	Checkpoint string // signed note
	Key        string // verifier key that made the note's signature
}

// Verify checks the claim and returns the name of the key that signed. pinned are the site's verifier keys that the
// caller trusts (see SiteVerifier): one of them must have signed. Without any, the claim's own key counts. That proves
// only that the claim agrees with itself. The error is a *VerifyError.
func (c Claim) Verify(pinned ...note.Verifier) (keyName string, err error) {
	if err := c.CheckForm(); err != nil {
		return "", &VerifyError{StepForm, err}
	}
	checkpoint, err := c.OpenCheckpoint(pinned...)
	if err != nil {
		return "", err
	}
	if err := c.CheckInclusion(checkpoint); err != nil {
		return "", err
	}
	return checkpoint.Origin, nil // which is the key's name
}

// CheckForm checks that the claim's numbers are possible.
func (c Claim) CheckForm() error {
	switch {
	case c.TreeSize <= 0 || c.LeafIndex < 0 || c.LeafIndex >= c.TreeSize:
		return fmt.Errorf("receipt: leaf %d is not in a tree of %d", c.LeafIndex, c.TreeSize)
	case len(c.Proof) > maxProof:
		return fmt.Errorf("receipt: its path has %d hashes, more than the limit of %d", len(c.Proof), maxProof)
	}
	return nil
}

// OpenCheckpoint checks the claim's checkpoint and its signature, as Verify does. The error is a *VerifyError.
func (c Claim) OpenCheckpoint(pinned ...note.Verifier) (Checkpoint, error) {
	checkpoint, err := c.readCheckpoint()
	if err != nil {
		return Checkpoint{}, &VerifyError{StepCheckpoint, err}
	}
	if err := c.checkSignature(checkpoint.Origin, pinned); err != nil {
		return Checkpoint{}, &VerifyError{StepSignature, err}
	}
	return checkpoint, nil
}

func (c Claim) readCheckpoint() (Checkpoint, error) {
	checkpoint, err := ParseCheckpoint([]byte(c.Checkpoint))
	if err != nil {
		return Checkpoint{}, err
	}
	if !strings.HasSuffix(checkpoint.Origin, "/"+c.Site) {
		return Checkpoint{}, fmt.Errorf("checkpoint: it is of %q, not of the tree of site %q", checkpoint.Origin, c.Site)
	}
	if checkpoint.Size != c.TreeSize {
		return Checkpoint{}, fmt.Errorf("checkpoint: it has size %d, and the receipt %d", checkpoint.Size, c.TreeSize)
	}
	return checkpoint, nil
}

// checkSignature checks that the claim's own key signed the checkpoint. If some keys are pinned, it must be one of
// them.
func (c Claim) checkSignature(origin string, pinned []note.Verifier) error {
	own, err := note.NewVerifier(c.Key)
	if err != nil {
		return fmt.Errorf("verifier key: %w", err)
	}
	if !isCanonicalKey(c.Key, own) {
		return errors.New("verifier key: it is not written as name+hash+base64, with the hash in lower case")
	}
	if own.Name() != origin {
		return fmt.Errorf("verifier key: it is of %q, and the checkpoint of %q", own.Name(), origin)
	}
	if _, err := note.Open([]byte(c.Checkpoint), note.VerifierList(own)); err != nil {
		return err
	}
	if len(pinned) == 0 {
		return nil
	}
	for _, p := range pinned {
		if p.Name() != own.Name() || p.KeyHash() != own.KeyHash() {
			continue
		}
		// The hash of a key has 32 bits, which can be forged: the signature decides.
		if _, err := note.Open([]byte(c.Checkpoint), note.VerifierList(p)); err != nil {
			return fmt.Errorf("against the pinned key: %w", err)
		}
		return nil
	}
	return errors.New("signed with a key that you did not give. " +
		"If the server rotated its key, give the earlier ones too")
}

// isCanonicalKey says whether a verifier key is written as the signer writes it. The reader of notes accepts capitals
// in the hash and line breaks in the base64, so that one receipt could have many texts.
func isCanonicalKey(key string, v note.Verifier) bool {
	encoded, hasPrefix := strings.CutPrefix(key, fmt.Sprintf("%s+%08x+", v.Name(), v.KeyHash()))
	raw, err := base64.StdEncoding.DecodeString(encoded)
	return hasPrefix && err == nil && base64.StdEncoding.EncodeToString(raw) == encoded
}

// CheckInclusion checks that the record is in the tree of the checkpoint. The error is a *VerifyError.
func (c Claim) CheckInclusion(checkpoint Checkpoint) error {
	hash := HashLeaf(CommitRecord(c.Record, c.Salt))
	err := tlog.CheckRecord(convertHashes(c.Proof), c.TreeSize, tlog.Hash(checkpoint.Root), c.LeafIndex, hash)
	if err != nil {
		return &VerifyError{StepInclusion, err}
	}
	return nil
}

// SiteVerifier derives the verifier key of one site's tree from the server's (Key.Verifier). One Ed25519 key signs all
// trees of a server, under a name for each tree, so that no checkpoint passes for one of a different tree.
func SiteVerifier(serverKey, site string) (string, error) {
	server, err := note.NewVerifier(serverKey)
	if err != nil {
		return "", fmt.Errorf("verifier key %q: %w", serverKey, err)
	}
	// NewVerifier has checked the form, name+hash+base64. The base64 may hold a "+" too.
	encoded, err := base64.StdEncoding.DecodeString(strings.SplitN(serverKey, "+", 3)[2])
	if err != nil || len(encoded) != 1+ed25519.PublicKeySize {
		return "", fmt.Errorf("verifier key %q: it is not an Ed25519 key", serverKey)
	}
	return note.NewEd25519VerifierKey(SiteOrigin(server.Name(), site), encoded[1:])
}

// SiteOrigin names the tree of a site, and the key that signs for it.
func SiteOrigin(keyName, site string) string { return keyName + "/" + site }
