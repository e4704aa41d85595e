package ledger

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
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
}

// Canonical returns the record's bytes that the leaf commits to: JSON in the canonical form of RFC 8785.
func (r Record) Canonical() ([]byte, error) {
	canonical, err := json.Marshal(r.sortMembers(), json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("encode the record of decision %s: %w", r.ID, err)
	}
	// RFC 8785 sorts by UTF-16 and Deterministic by UTF-8, which is the same up to U+D7FF: there the bytes are at most
	// 0xED.
	if slices.ContainsFunc(canonical, func(c byte) bool { return c > 0xED }) {
		if err := (*jsontext.Value)(&canonical).Canonicalize(); err != nil {
			return nil, fmt.Errorf("encode the record of decision %s: %w", r.ID, err)
		}
	}
	if len(canonical) > MaxRecord {
		return nil, fmt.Errorf("%w: its record has %d bytes, more than the limit of %d",
			consent.ErrMalformed, len(canonical), MaxRecord)
	}
	return canonical, nil
}

// sortedRecord is a Record without its secret, with its members in the order of their names. Encoding it is half the
// work of encoding a Record and sorting the result.
type sortedRecord struct {
	Action       consent.Action           `json:"action"`
	Answers      map[string]consent.State `json:"answers"`
	Covered      []sortedCovered          `json:"covered"`
	DecidedAt    time.Time                `json:"decided_at"`
	GPC          bool                     `json:"gpc"`
	Guardian     *sortedGuardian          `json:"guardian,omitempty"`
	ID           uuid.UUID                `json:"id"`
	Language     string                   `json:"language"`
	Permission   string                   `json:"permission,omitempty"`
	Platform     policy.Platform          `json:"platform"`
	Policy       string                   `json:"policy"`
	Presentation string                   `json:"presentation"`
	Previous     *uuid.UUID               `json:"previous"`
	ReceivedAt   time.Time                `json:"received_at,format:'2006-01-02T15:04:05.000Z07:00'"`
	Services     map[string]consent.State `json:"services,omitempty"`
	Site         string                   `json:"site"`
	Subject      uuid.UUID                `json:"subject"`
	Tenant       string                   `json:"tenant,omitempty"`
}

type sortedCovered struct {
	Hash    policy.Hash `json:"hash"`
	ID      string      `json:"id"`
	Purpose string      `json:"purpose,omitempty"`
}

type sortedGuardian struct {
	Method    string    `json:"method"`
	Reference string    `json:"reference"`
	Time      time.Time `json:"time"`
}

func (r Record) sortMembers() *sortedRecord {
	s := &sortedRecord{
		Action: r.Action, Answers: r.Answers, Covered: make([]sortedCovered, len(r.Covered)), DecidedAt: r.DecidedAt,
		GPC: r.GPC, ID: r.ID, Language: r.Language, Presentation: r.Presentation, Permission: r.Permission,
		Platform: r.Platform, Policy: r.Policy, Previous: r.Previous,
		ReceivedAt: r.ReceivedAt.UTC().Truncate(time.Millisecond), Services: r.Services,
		Site: r.Site, Subject: r.Subject, Tenant: r.Tenant,
	}
	for i, c := range r.Covered {
		s.Covered[i] = sortedCovered{Hash: c.Hash, ID: c.ID, Purpose: c.Purpose}
	}
	if g := r.Guardian; g != nil {
		s.Guardian = &sortedGuardian{Method: g.Method, Reference: g.Reference, Time: g.Time}
	}
	return s
}

// parseRecord reads a record. It ignores members that this version does not know, so that an earlier version can verify
// the receipt of a later one. The leaf commits to all members.
func parseRecord(text []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(text, &r); err != nil {
		return Record{}, fmt.Errorf("read a record: %w", err)
	}
	return r, nil
}
