//go:build !js

package ledger

import (
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

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
	record, canonical, err := r.record()
	if err != nil {
		return fail(StepRecord, err)
	}
	keyName, err := r.claim(canonical).Verify(pinned...)
	if err != nil {
		return Verified{}, err
	}
	return Verified{
		Record: record, LeafIndex: r.LeafIndex, TreeSize: r.TreeSize,
		KeyName: keyName, Key: r.Key, Pinned: len(pinned) > 0,
	}, nil
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
