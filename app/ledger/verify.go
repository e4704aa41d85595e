package ledger

import (
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// Verified is what a receipt proves.
type Verified struct {
	Record    Record     // of a decision: with the time, the site, the subject and what was answered
	Event     *DeskEvent // of a request; then Record is empty
	LeafIndex int64
	TreeSize  int64
	KeyName   string // of the key that signed: the tree's origin
	Key       string // the verifier key that the receipt carries
	Pinned    bool   // the signature is by a key of the caller's, not only by the receipt's own
}

// Verify checks a receipt offline. pinned are the site's verifier keys that the caller trusts (see proof.SiteVerifier):
// one of them must have signed. Without any, the receipt's own key counts. That proves that the receipt agrees with
// itself, not which server it is from. The error is a *proof.VerifyError.
func Verify(receipt []byte, pinned ...note.Verifier) (Verified, error) {
	r, err := ParseReceipt(receipt)
	if err != nil {
		return Verified{}, &proof.VerifyError{Step: proof.StepForm, Err: err}
	}
	record, event, canonical, err := r.readContent()
	if err != nil {
		return Verified{}, &proof.VerifyError{Step: proof.StepRecord, Err: err}
	}
	keyName, err := r.makeClaim(canonical).Verify(pinned...)
	if err != nil {
		return Verified{}, err
	}
	return Verified{
		Record: record, Event: event, LeafIndex: r.LeafIndex, TreeSize: r.TreeSize,
		KeyName: keyName, Key: r.Key, Pinned: len(pinned) > 0,
	}, nil
}

// readContent reads the record, or the event if the receipt is of a tree of requests.
func (r Receipt) readContent() (record Record, event *DeskEvent, canonical []byte, err error) {
	if !isDeskTree(r.Site) {
		record, canonical, err = r.readRecord()
		return record, nil, canonical, err
	}
	if canonical, err = canonicalize(r.Record); err != nil {
		return Record{}, nil, nil, err
	}
	e, err := parseDeskEvent(canonical)
	if err == nil && e.Site != r.Site {
		err = fmt.Errorf("event of %q in a receipt of %q", e.Site, r.Site)
	}
	return Record{}, &e, canonical, err
}

// readRecord reads the receipt's record, and brings it to the form that the leaf commits to: someone may have formatted
// the receipt differently since.
func (r Receipt) readRecord() (Record, []byte, error) {
	canonical, err := canonicalize(r.Record)
	if err != nil {
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
