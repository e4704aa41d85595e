//go:build !js

package ledger

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/nod-consent/nod/app/policy"
)

// ReceiptType is the type of the receipts that this package writes and reads.
const ReceiptType = "nod-receipt/1"

// MaxReceipt is the length of the longest receipt that is read, in bytes.
const MaxReceipt = 64 << 10

// Receipt proves that a record is in a site's tree. It needs nothing beside itself to be checked, but who checks it
// should know the server's verifier key from elsewhere: a receipt's own key proves only that the receipt is of one
// piece.
type Receipt struct {
	Type       string         `json:"type"`       // ReceiptType
	Site       string         `json:"site"`       // whose tree it is
	Record     jsontext.Value `json:"record"`     // the record, canonical; see Record
	Salt       Hash           `json:"salt"`       // 32 random bytes, base64
	LeafIndex  int64          `json:"leaf_index"` // the record's place in the tree, from 0
	TreeSize   int64          `json:"tree_size"`  // number of leaves under the checkpoint
	Proof      []Hash         `json:"proof"`      // the leaf's siblings on the way to the root, lowest first (RFC 6962, 2.1.1)
	Checkpoint string         `json:"checkpoint"` // signed note
	Key        string         `json:"key"`        // verifier key that made the note's signature (https://c2sp.org/signed-note)
}

// Encode gives the receipt as JSON. The same receipt has the same bytes each time.
func (r Receipt) Encode() ([]byte, error) {
	encoded, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode a receipt: %w", err)
	}
	return encoded, nil
}

// errReceiptBeforeRelease refuses a receipt whose record has the field layout in place of presentation.
var errReceiptBeforeRelease = errors.New("receipt: it was written by a version of Nod from before the first release, which this version " +
	"cannot read; verify it with the program that wrote it")

// ParseReceipt reads a receipt. It is strict: no unknown and no repeated member, valid UTF-8, at most MaxReceipt bytes.
// It checks the form only; Verify checks what the receipt claims.
func ParseReceipt(text []byte) (Receipt, error) {
	if len(text) > MaxReceipt {
		return Receipt{}, fmt.Errorf("receipt of %d bytes: want at most %d", len(text), MaxReceipt)
	}
	var r Receipt
	if err := json.Unmarshal(text, &r, json.RejectUnknownMembers(true)); err != nil {
		return Receipt{}, fmt.Errorf("read a receipt: %w", err)
	}
	var old struct {
		Layout jsontext.Value `json:"layout"`
	}
	if json.Unmarshal(r.Record, &old) == nil && old.Layout != nil {
		return Receipt{}, errReceiptBeforeRelease
	}
	switch {
	case r.Type != ReceiptType:
		return Receipt{}, fmt.Errorf("receipt of type %q: want %q", r.Type, ReceiptType)
	case !policy.ValidID(r.Site):
		return Receipt{}, fmt.Errorf("receipt of site %q: want the name of a site", r.Site)
	case r.Record.Kind() != '{':
		return Receipt{}, errors.New("receipt without a record: want an object")
	}
	if err := r.claim(nil).checkForm(); err != nil {
		return Receipt{}, err
	}
	return r, nil
}

// claim is what the receipt claims of a record, which is given in its canonical form.
func (r Receipt) claim(canonical []byte) Claim {
	return Claim{
		Site: r.Site, Record: canonical, Salt: r.Salt, LeafIndex: r.LeafIndex, TreeSize: r.TreeSize, Proof: r.Proof,
		Checkpoint: r.Checkpoint, Key: r.Key,
	}
}
