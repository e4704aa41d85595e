package ledger

import (
	"crypto/ed25519"
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

// Verified is what a receipt proves.
type Verified struct {
	Record    Record // with the time, the site, the subject and what was answered
	LeafIndex int64
	TreeSize  int64
	KeyName   string // of the key that signed: the tree's origin
	Key       string // the verifier key that the receipt carries
	Pinned    bool   // the signature is by a key that the caller gave; else it is only by the receipt's own
}

// Verify checks a receipt offline. pinned are the site's verifier keys that the caller trusts (see SiteVerifier): one of
// them must have signed. With none the receipt's own key is taken, which proves that the receipt is of one piece, and
// not whose it is. The error is a *VerifyError.
func Verify(receipt []byte, pinned ...note.Verifier) (Verified, error) {
	fail := func(step Step, err error) (Verified, error) { return Verified{}, &VerifyError{step, err} }
	r, err := ParseReceipt(receipt)
	if err != nil {
		return fail(StepForm, err)
	}
	if _, _, err := r.record(); err != nil {
		return fail(StepRecord, err)
	}
	checkpoint, err := r.checkpoint()
	if err != nil {
		return fail(StepCheckpoint, err)
	}
	own, err := r.checkSignature(checkpoint.Origin, pinned)
	if err != nil {
		return fail(StepSignature, err)
	}
	record, err := verifyRecord(r, checkpoint)
	if err != nil {
		return Verified{}, err
	}
	return Verified{
		Record: record, LeafIndex: r.LeafIndex, TreeSize: r.TreeSize,
		KeyName: own.Name(), Key: r.Key, Pinned: len(pinned) > 0,
	}, nil
}

// verifyRecord checks that the receipt's record is in the tree that the checkpoint is the head of.
func verifyRecord(r Receipt, checkpoint Checkpoint) (Record, error) {
	record, canonical, err := r.record()
	if err != nil {
		return Record{}, &VerifyError{StepRecord, err}
	}
	hash := recordHash(leafOf(canonical, r.Salt))
	if err := tlog.CheckRecord(proofOf(r.Proof), r.TreeSize, tlog.Hash(checkpoint.Root), r.LeafIndex, hash); err != nil {
		return Record{}, &VerifyError{StepInclusion, err}
	}
	return record, nil
}

// record reads the receipt's record, and brings it to the form that the leaf commits to: who kept the receipt may have
// formatted it anew.
func (r Receipt) record() (Record, []byte, error) {
	canonical := r.Record.Clone()
	if err := canonical.Canonicalize(); err != nil {
		return Record{}, nil, err
	}
	record, err := parseRecord(canonical)
	if err != nil {
		return Record{}, nil, err
	}
	if record.Site != r.Site {
		return Record{}, nil, fmt.Errorf("record of site %q in a receipt of site %q", record.Site, r.Site)
	}
	return record, canonical, nil
}

func (r Receipt) checkpoint() (Checkpoint, error) {
	c, err := ParseCheckpoint([]byte(r.Checkpoint))
	if err != nil {
		return Checkpoint{}, err
	}
	if !strings.HasSuffix(c.Origin, "/"+r.Site) {
		return Checkpoint{}, fmt.Errorf("checkpoint of %q: want the tree of site %q", c.Origin, r.Site)
	}
	if c.Size != r.TreeSize {
		return Checkpoint{}, fmt.Errorf("checkpoint of size %d in a receipt of size %d", c.Size, r.TreeSize)
	}
	return c, nil
}

// checkSignature checks that the checkpoint is signed by the receipt's key, and by a pinned one where some are given.
func (r Receipt) checkSignature(origin string, pinned []note.Verifier) (note.Verifier, error) {
	own, err := note.NewVerifier(r.Key)
	if err != nil {
		return nil, fmt.Errorf("verifier key: %w", err)
	}
	if own.Name() != origin {
		return nil, fmt.Errorf("key of %q for a checkpoint of %q", own.Name(), origin)
	}
	if _, err := note.Open([]byte(r.Checkpoint), note.VerifierList(own)); err != nil {
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
		if _, err := note.Open([]byte(r.Checkpoint), note.VerifierList(p)); err != nil {
			return nil, fmt.Errorf("against the pinned key: %w", err)
		}
		return own, nil
	}
	return nil, errors.New("signed with a key that is not among the pinned ones")
}

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
