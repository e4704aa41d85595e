package ledger

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
)

// ReceiptType is the type of the receipts that this package writes and reads.
const ReceiptType = "nod-receipt/1"

// MaxReceipt is the length of the longest receipt that is read, in bytes.
const MaxReceipt = 64 << 10

// Receipt proves that a record is in a site's tree, or that an event is in its tree of requests (DeskTree). It holds
// all that is needed to check it. Anyone who checks it should still get the server's verifier key from the server: a
// receipt's own key proves only that the receipt agrees with itself.
type Receipt struct {
	Type       string         `json:"type"`       // ReceiptType
	Site       string         `json:"site"`       // whose tree it is
	Record     jsontext.Value `json:"record"`     // the record, canonical; see Record
	Salt       proof.Hash     `json:"salt"`       // 32 random bytes, base64
	LeafIndex  int64          `json:"leaf_index"` // the record's place in the tree, from 0
	TreeSize   int64          `json:"tree_size"`  // number of leaves under the checkpoint
	Proof      []proof.Hash   `json:"proof"`      // the leaf's siblings up to the root, lowest first (RFC 6962, 2.1.1)
	Checkpoint string         `json:"checkpoint"` // signed note; signTree signs it
	Key        string         `json:"key"`        // verifier key of the signature (https://c2sp.org/signed-note)
}

// Encode returns the receipt as JSON. The same receipt has the same bytes each time.
func (r Receipt) Encode() ([]byte, error) {
	encoded, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode a receipt: %w", err)
	}
	return encoded, nil
}

// errReceiptBeforeRelease refuses a receipt whose record has the field layout instead of presentation.
var errReceiptBeforeRelease = errors.New("receipt: it was written by a version of Nod from before the first release, " +
	"which this version cannot read; verify it with the program that wrote it")

// describeReceipt says what is wrong with a receipt's JSON. What the JSON package reports is about Go.
func describeReceipt(err error) error {
	var syntax *jsontext.SyntacticError
	var value *json.SemanticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName) && errors.As(err, &syntax):
		return fmt.Errorf("receipt: its member %s is there twice", syntax.JSONPointer)
	case errors.As(err, &syntax):
		return fmt.Errorf("receipt: it is no valid JSON from byte %d on", syntax.ByteOffset)
	case errors.As(err, &value) && errors.Is(err, json.ErrUnknownName):
		return fmt.Errorf("receipt: no receipt has its member %s", value.JSONPointer)
	case errors.As(err, &value) && value.JSONPointer == "":
		return errors.New("receipt: it is not a JSON object")
	case errors.As(err, &value):
		return fmt.Errorf("receipt: its member %s has a wrong value", value.JSONPointer)
	}
	return fmt.Errorf("receipt: %w", err)
}

// ParseReceipt reads a receipt. It is strict: no unknown member, no member twice, valid UTF-8, at most MaxReceipt
// bytes. It checks the form only. Verify checks what the receipt claims.
func ParseReceipt(text []byte) (Receipt, error) {
	if len(text) > MaxReceipt {
		return Receipt{}, fmt.Errorf("receipt: it has %d bytes, more than the limit of %d", len(text), MaxReceipt)
	}
	var r Receipt
	if err := json.Unmarshal(text, &r, json.RejectUnknownMembers(true)); err != nil {
		return Receipt{}, describeReceipt(err)
	}
	if r.isFromBeforeRelease() {
		return Receipt{}, errReceiptBeforeRelease
	}
	switch {
	case r.Type != ReceiptType:
		return Receipt{}, fmt.Errorf("receipt: its type is %q instead of %q", r.Type, ReceiptType)
	case !policy.ValidID(r.Site) && !isDeskTree(r.Site):
		return Receipt{}, fmt.Errorf("receipt: %q is not the name of a site", r.Site)
	case r.Record.Kind() != '{':
		return Receipt{}, errors.New("receipt: its record is missing, or not an object")
	}
	if err := r.makeClaim(nil).CheckForm(); err != nil {
		return Receipt{}, err
	}
	return r, nil
}

// isFromBeforeRelease looks for a member that only records of that time have.
func (r Receipt) isFromBeforeRelease() bool {
	var record struct {
		Layout jsontext.Value `json:"layout"`
	}
	return json.Unmarshal(r.Record, &record) == nil && record.Layout != nil
}

// makeClaim returns what the receipt claims about a record, given in its canonical form.
func (r Receipt) makeClaim(canonical []byte) proof.Claim {
	return proof.Claim{
		Site: r.Site, Record: canonical, Salt: r.Salt, LeafIndex: r.LeafIndex, TreeSize: r.TreeSize, Proof: r.Proof,
		Checkpoint: r.Checkpoint, Key: r.Key,
	}
}

// makeReceipt makes the receipt of the i-th added entry.
func (tree *siteAppend) makeReceipt(i int) (Receipt, error) {
	p, index, size := tree.added[i], tree.leaves.Before.Size+int64(i), tree.leaves.Size()
	path, err := tlog.ProveRecord(size, index, &tree.leaves)
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{
		Type: ReceiptType, Site: tree.site, Record: []byte(p.content), Salt: p.salt,
		LeafIndex: index, TreeSize: size, Proof: proof.ConvertPath(path),
		Checkpoint: tree.checkpoint, Key: tree.verifier,
	}, nil
}
