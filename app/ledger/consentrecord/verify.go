//go:build !js

package consentrecord

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
)

// Verified is what an export proves.
type Verified struct {
	Header  Header
	Records int
	Pinned  bool // the checkpoint is signed by a key that the caller gave; else only by the export's own
}

// maxValue is the length of the longest member of an export that is read, in bytes.
const maxValue = 1 << 20

// Verify reads an export as JSON-LD and checks every record in it: that it is the leaf of the tree that the checkpoint
// is the head of, and that what was kept is what is said of it. Excepted is what the site says: the texts of the
// policy, how long a consent holds, and whether a record is restricted. Whether the export has all records that it
// could have, only the log itself can tell; that it ends where it was written to end, its last member. pinned makes the
// keys that the caller trusts for a site; nil where the export's own key will do. The error names the record, and says
// so where the export was cut off.
func Verify(r io.Reader, pinned func(site, own string) ([]note.Verifier, error)) (Verified, error) {
	v := verifier{from: jsontext.NewDecoder(&limited{r: r}), pinned: pinned}
	err := v.run()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("the export was cut off after %d records: %w", v.out.Records, io.ErrUnexpectedEOF)
	}
	return v.out, err
}

type verifier struct {
	from   *jsontext.Decoder
	pinned func(site, own string) ([]note.Verifier, error)
	out    Verified
	next   int64 // leaf from which the next record may be
	head   ledger.Trusted
	ended  bool
}

func (v *verifier) run() error {
	if err := v.expect('{'); err != nil {
		return err
	}
	for v.from.PeekKind() != '}' {
		name, err := v.from.ReadToken()
		if err != nil {
			return err
		}
		if v.ended {
			return fmt.Errorf("the export goes on after its end, with %q", name.String())
		}
		switch name.String() {
		case "nod:export":
			err = v.header()
		case "@graph":
			err = v.graph()
		case "nod:end":
			err = v.end()
		case "@context":
			err = v.terms()
		default:
			err = fmt.Errorf("no export: it has a member %q", name.String())
		}
		if err != nil {
			return err
		}
	}
	if !v.ended {
		return fmt.Errorf("the export has no end after %d records: it was cut off", v.out.Records)
	}
	if _, err := v.from.ReadToken(); err != nil {
		return err
	}
	if _, err := v.from.ReadToken(); !errors.Is(err, io.EOF) {
		return errors.New("the export goes on after its end")
	}
	return nil
}

func (v *verifier) expect(kind jsontext.Kind) error {
	t, err := v.from.ReadToken()
	if err != nil {
		return err
	}
	if t.Kind() != kind {
		return fmt.Errorf("no export: %q where %q should be", t.Kind(), kind)
	}
	return nil
}

// terms wants the context that the writer writes: another could make a refusal of a grant.
func (v *verifier) terms() error {
	var given map[string]string
	if err := json.UnmarshalDecode(v.from, &given); err != nil {
		return fmt.Errorf("the export's context: %w", err)
	}
	if !maps.Equal(given, context) {
		return errors.New("the export's context is another than that of exports")
	}
	return nil
}

func (v *verifier) header() error {
	if err := json.UnmarshalDecode(v.from, &v.out.Header, json.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("the export's head: %w", err)
	}
	h := v.out.Header
	var keys []note.Verifier
	var err error
	if v.pinned != nil {
		if keys, err = v.pinned(h.Site, h.Key); err != nil {
			return err
		}
	}
	v.head, err = ledger.Head{Size: h.TreeSize, Checkpoint: h.Checkpoint, Key: h.Key}.Open(h.Site, keys...)
	v.out.Pinned = len(keys) > 0
	return err
}

func (v *verifier) graph() error {
	if v.out.Header.Site == "" {
		return errors.New("no export: its head is missing before the records")
	}
	if err := v.expect('['); err != nil {
		return err
	}
	for v.from.PeekKind() == '{' {
		value, err := v.from.ReadValue()
		if err != nil {
			return err
		}
		if len(value) > maxValue {
			return fmt.Errorf("after %d records, one of %d bytes: want at most %d", v.out.Records, len(value), maxValue)
		}
		var kind struct {
			Type string `json:"@type"`
		}
		if err := json.Unmarshal(value, &kind); err != nil {
			return fmt.Errorf("after %d records: %w", v.out.Records, err)
		}
		var r record
		switch kind.Type {
		case "dpv:DataController":
			continue
		case "dpv:ConsentRecord":
		default:
			return fmt.Errorf("after %d records, something of type %q: want consent records, and their controllers", v.out.Records, kind.Type)
		}
		if err := json.Unmarshal(value, &r, json.RejectUnknownMembers(true)); err != nil {
			return fmt.Errorf("after %d records: %w", v.out.Records, err)
		}
		if err := v.record(r); err != nil {
			return fmt.Errorf("record %s: %w", r.Identifier, err)
		}
		v.out.Records++
	}
	return v.expect(']')
}

// record checks the evidence, and what is said of the record against it.
func (v *verifier) record(r record) error {
	e := r.Evidence
	if e == nil {
		return errors.New("it has no evidence")
	}
	if e.LeafIndex < v.next {
		return fmt.Errorf("it is leaf %d, and comes after leaf %d: twice, or out of order", e.LeafIndex, v.next-1)
	}
	v.next = e.LeafIndex + 1
	kept, err := v.head.Verify(*e)
	var failed *proof.VerifyError
	if errors.As(err, &failed) {
		return fmt.Errorf("its %s: %w", failed.Step, failed.Err)
	}
	if err != nil {
		return err
	}
	for _, c := range comparisons(r, kept) {
		if !c.same {
			return fmt.Errorf("the %s is another than what was kept", c.what)
		}
	}
	if h := v.out.Header; h.From != nil && kept.ReceivedAt.Before(*h.From) || h.To != nil && !kept.ReceivedAt.Before(*h.To) {
		return fmt.Errorf("it was kept at %s, outside the export's period", kept.ReceivedAt.Format(time.RFC3339))
	}
	if s := v.out.Header.Subject; s != nil && kept.Subject != *s {
		return fmt.Errorf("it is of another subject than the export, %s", s)
	}
	return nil
}

// comparison is one thing that a record says, and whether it is what was kept.
type comparison struct {
	what string
	same bool
}

// comparisons are in the order of the record, so that a record with several mistakes always fails for the same one.
func comparisons(r record, kept ledger.Record) []comparison {
	all := []comparison{
		{"identifier", r.Identifier == kept.ID && r.ID == "urn:uuid:"+kept.ID.String()},
		{"subject", r.Subject.Identifier == kept.Subject.String() && r.Subject.ID == "urn:uuid:"+kept.Subject.String()},
		{"date", r.Date.Equal(kept.DecidedAt) && r.Created.Equal(kept.ReceivedAt)},
		{"action", r.Action == string(kept.Action)},
		{"platform", r.Platform == string(kept.Platform)},
		{"signal", r.GPC == kept.GPC},
		{"previous", r.Previous == previousOf(kept)},
		{"controller", r.Controller.ID == controllerID(kept.Site, kept.Policy)},
		{"policy", r.Notice.Version == kept.Policy && r.Notice.Presentation == kept.Presentation && r.Language == kept.Language},
	}
	answered := covered(kept)
	all = append(all, comparison{"number of purposes", len(r.Processes) == len(answered)})
	for i, p := range r.Processes {
		id, purpose := p.Purpose.Identifier, ""
		if p.Service != nil {
			id, purpose = p.Service.Identifier, id
		}
		item := consent.Covered{ID: id, Hash: policy.Hash(p.Hash), Purpose: purpose}
		same := i < len(answered) && answered[i] == item && p.Status.Type == statusOf(kept, id) &&
			p.Status.Since.Equal(consent.DecidedAt(kept.ID)) && p.Status.By == r.Subject.ID
		all = append(all, comparison{"status of " + id, same})
	}
	return all
}

func (v *verifier) end() error {
	var e end
	if err := json.UnmarshalDecode(v.from, &e); err != nil {
		return fmt.Errorf("the export's end: %w", err)
	}
	if e.Records != v.out.Records {
		return fmt.Errorf("the export had %d records when it was made, and has %d", e.Records, v.out.Records)
	}
	v.ended = true
	return nil
}

// limited keeps a single value from filling the memory: what the decoder holds at once is bounded by its buffer, which
// grows with the value.
type limited struct{ r io.Reader }

func (l *limited) Read(p []byte) (int, error) {
	if len(p) > 2*maxValue {
		return 0, fmt.Errorf("a value of more than %d bytes", maxValue)
	}
	return l.r.Read(p)
}
