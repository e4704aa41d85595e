package ledger

import (
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/nod-consent/nod/app/consent"
)

// MaxRecord is the length of the longest record that is stored, in bytes of canonical JSON. It leaves room in a
// receipt, whose limit is MaxReceipt, for the checkpoint and the proof.
const MaxRecord = 40 << 10

// Record is what is stored of a decision: all that the visitor's side sent except the secret, what the answers covered,
// and the server's own observations. As JSON it is one flat object.
type Record struct {
	Site string `json:"site"`
	consent.Recorded
	// ReceivedAt is the server's time when it received the decision, in UTC to the millisecond.
	ReceivedAt time.Time `json:"received_at,format:'2006-01-02T15:04:05.000Z07:00'"`

	// Kind is Native where the app drew the presentation by itself. Then the presentation has the words, and nobody
	// has a picture. It is Platform where a platform drew a dialog: nobody has its words. It is empty for all other
	// kinds: those stay as they were rendered.
	Kind Kind `json:"presentation_kind,omitempty"`
}

// Canonical returns the record's bytes that the leaf commits to: JSON in the canonical form of RFC 8785, without the
// subject's secret.
func (r Record) Canonical() ([]byte, error) {
	r.Secret = ""
	r.ReceivedAt = r.ReceivedAt.UTC().Truncate(time.Millisecond)
	text, err := json.Marshal(r)
	var canonical []byte
	if err == nil {
		canonical, err = canonicalize(text)
	}
	if err != nil {
		return nil, fmt.Errorf("encode the record of decision %s: %w", r.ID, err)
	}
	if len(canonical) > MaxRecord {
		return nil, fmt.Errorf("%w: its record has %d bytes, more than the limit of %d",
			consent.ErrMalformed, len(canonical), MaxRecord)
	}
	return canonical, nil
}

// DrawnNatively is what a record and its receipt say of a presentation that an app drew.
const DrawnNatively = "drawn natively: the words, not a picture"

// DrawnByPlatform is what a record and its receipt say of a dialog that a platform drew.
const DrawnByPlatform = "drawn by a platform: nobody here knows its words"

// parseRecord reads a record. It ignores members that this version does not know, so that an earlier version can verify
// the receipt of a later one. The leaf commits to all members.
func parseRecord(text []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(text, &r); err != nil {
		return Record{}, fmt.Errorf("read a record: %w", err)
	}
	return r, nil
}
