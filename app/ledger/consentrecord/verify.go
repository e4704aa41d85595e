package consentrecord

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"strings"
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
	Pinned  bool // the checkpoint is signed by a key of the caller's, not only by the export's own
}

// Unsigned lists what an export says that no signature covers. It comes from the site's files and the database.
var Unsigned = []string{
	"that the export is complete: erased records are left out, and others can be",
	"what was selected (subject, period), and when it was exported",
	"names and texts of the controller, the purposes, the services, the data and the recipients",
	"how long a consent holds, and until when a record is stored",
	"whether a record is restricted",
}

// maxValue is the length of the longest member of an export that is read, in bytes.
const maxValue = 1 << 20

// Verify reads an export as JSON-LD and checks every record in it: its leaf is in the tree of the export's checkpoint,
// and the export says the same as the stored record. It cannot check what comes from the site's files: the texts of the
// policy, how long a consent is valid, and whether a record is restricted. It checks that the export is complete as it
// was written. Only the log itself can show whether it has all records that it could have.
//
// pinned returns the keys that the caller trusts for a site. If it is nil, the export's own key counts. The error names
// the record, and says if the export was cut off.
func Verify(r io.Reader, pinned func(site, own string) ([]note.Verifier, error)) (Verified, error) {
	v := verifier{from: jsontext.NewDecoder(&limitedReader{r: r}), pinned: pinned}
	err := v.verifyExport()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("the export was cut off after %d records: %w", v.out.Records, io.ErrUnexpectedEOF)
	}
	return v.out, err
}

type verifier struct {
	from     *jsontext.Decoder
	pinned   func(site, own string) ([]note.Verifier, error)
	out      Verified
	next     int64 // the smallest leaf of the next record
	head     ledger.Trusted
	hasEnded bool
}

func (v *verifier) verifyExport() error {
	if err := v.expectToken('{'); err != nil {
		return err
	}
	for v.from.PeekKind() != '}' {
		name, err := v.from.ReadToken()
		if err != nil {
			return err
		}
		if v.hasEnded {
			return fmt.Errorf("the export continues after its end, with %q", name.String())
		}
		switch name.String() {
		case "nod:export":
			err = v.readHeader()
		case "@graph":
			err = v.readGraph()
		case "nod:end":
			err = v.readEnd()
		case "@context":
			err = v.readContext()
		default:
			err = fmt.Errorf("this is not an export: it has a member %q", name.String())
		}
		if err != nil {
			return err
		}
	}
	if !v.hasEnded {
		return fmt.Errorf("the export has no end after %d records: it was cut off", v.out.Records)
	}
	if _, err := v.from.ReadToken(); err != nil {
		return err
	}
	if _, err := v.from.ReadToken(); !errors.Is(err, io.EOF) {
		return errors.New("the export continues after its end")
	}
	return nil
}

func (v *verifier) expectToken(kind jsontext.Kind) error {
	t, err := v.from.ReadToken()
	if err != nil {
		return err
	}
	if t.Kind() != kind {
		return fmt.Errorf("this is not an export: %q is where %q should be", t.Kind(), kind)
	}
	return nil
}

// readContext accepts only the context that the writer writes: a different one could turn a grant into a refusal.
func (v *verifier) readContext() error {
	var found map[string]string
	if err := json.UnmarshalDecode(v.from, &found); err != nil {
		return fmt.Errorf("the export's context: %w", err)
	}
	if !maps.Equal(found, jsonLDContext) {
		return errors.New("the export's context is not the one that exports have")
	}
	return nil
}

func (v *verifier) readHeader() error {
	if err := json.UnmarshalDecode(v.from, &v.out.Header, json.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("the export's header: %w", err)
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

func (v *verifier) readGraph() error {
	if v.out.Header.Site == "" {
		return errors.New("this is not an export: its header is missing before the records")
	}
	if err := v.expectToken('['); err != nil {
		return err
	}
	for v.from.PeekKind() == '{' {
		value, err := v.from.ReadValue()
		if err != nil {
			return err
		}
		if len(value) > maxValue {
			return fmt.Errorf("after %d records: the next one has %d bytes, more than the limit of %d",
				v.out.Records, len(value), maxValue)
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
			if err := checkController(value, v.out.Header.Site); err != nil {
				return fmt.Errorf("after %d records: %w", v.out.Records, err)
			}
			continue
		case "dpv:ConsentRecord":
		default:
			return fmt.Errorf("after %d records: type %q is neither a consent record nor a controller",
				v.out.Records, kind.Type)
		}
		if err := json.Unmarshal(value, &r, json.RejectUnknownMembers(true)); err != nil {
			return fmt.Errorf("after %d records: %w", v.out.Records, err)
		}
		if err := v.checkRecord(r); err != nil {
			return fmt.Errorf("record %s: %w", r.Identifier, err)
		}
		v.out.Records++
	}
	return v.expectToken(']')
}

// checkController checks that what calls itself a controller does not describe a record: readers of JSON-LD merge all
// that has the same @id.
func checkController(value []byte, site string) error {
	var c party
	if err := json.Unmarshal(value, &c, json.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("a controller: %w", err)
	}
	if !strings.HasPrefix(c.ID, formatControllerID(site, "")) {
		return fmt.Errorf("a controller: its @id %q is not that of a controller of site %s", c.ID, site)
	}
	return nil
}

// checkRecord checks the evidence, and compares the rest of the record with it.
func (v *verifier) checkRecord(r record) error {
	e := r.Evidence
	if e == nil {
		return errors.New("it has no evidence")
	}
	if e.LeafIndex < v.next {
		return fmt.Errorf("it is leaf %d and follows leaf %d: it is there twice, or out of order", e.LeafIndex, v.next-1)
	}
	v.next = e.LeafIndex + 1
	stored, err := v.head.Verify(*e)
	var failed *proof.VerifyError
	if errors.As(err, &failed) {
		return fmt.Errorf("its %s: %w", failed.Step, failed.Err)
	}
	if err != nil {
		return err
	}
	for _, c := range compareRecord(r, stored) {
		if !c.isSame {
			return fmt.Errorf("the %s differs from the stored record", c.what)
		}
	}
	h := v.out.Header
	if h.From != nil && stored.ReceivedAt.Before(*h.From) || h.To != nil && !stored.ReceivedAt.Before(*h.To) {
		return fmt.Errorf("it was received at %s, outside the export's period", stored.ReceivedAt.Format(time.RFC3339))
	}
	if h.Subject != nil && stored.Subject != *h.Subject {
		return fmt.Errorf("it is not of the export's subject, %s", h.Subject)
	}
	return nil
}

// comparison is one part of a consent record, and whether it agrees with the stored record.
type comparison struct {
	what   string
	isSame bool
}

// compareRecord compares in the order of the record, so that a record with several mistakes always fails for the same
// one.
func compareRecord(r record, stored ledger.Record) []comparison {
	all := []comparison{
		{"identifier", r.Identifier == stored.ID && r.ID == "urn:uuid:"+stored.ID.String()},
		{"subject", reflect.DeepEqual(r.Subject, newSubject(stored))},
		{"date", r.Date.Equal(stored.DecidedAt) && r.Created.Equal(stored.ReceivedAt)},
		{"action", r.Action == string(stored.Action)},
		{"platform", r.Platform == string(stored.Platform)},
		{"signal", r.GPC == stored.GPC},
		{"previous", r.Previous == formatPrevious(stored)},
		{"controller", r.Controller.ID == formatControllerID(stored.Site, stored.Policy)},
		{"policy", r.Notice.Version == stored.Policy && r.Notice.Presentation == stored.Presentation &&
			r.Language == stored.Language},
	}
	answered := listAnswered(stored)
	all = append(all, comparison{"number of purposes", len(r.Processes) == len(answered)})
	for i, p := range r.Processes {
		id, purpose := p.Purpose.Identifier, ""
		if p.Service != nil {
			id, purpose = p.Service.Identifier, id
		}
		item := consent.Covered{ID: id, Hash: policy.Hash(p.Hash), Purpose: purpose}
		isSame := i < len(answered) && answered[i] == item && p.Status.Type == convertStatus(stored, id) &&
			p.Status.Since.Equal(consent.DecidedAt(stored.ID)) && p.Status.By == r.Subject.ID
		all = append(all, comparison{"status of " + id, isSame})
	}
	return all
}

func (v *verifier) readEnd() error {
	var e exportEnd
	if err := json.UnmarshalDecode(v.from, &e); err != nil {
		return fmt.Errorf("the export's end: %w", err)
	}
	if e.Records != v.out.Records {
		return fmt.Errorf("the export had %d records when it was written, and has %d now", e.Records, v.out.Records)
	}
	v.hasEnded = true
	return nil
}

// limitedReader keeps a single value from filling the memory. The decoder's buffer grows with the value that it reads,
// and limits what it asks for.
type limitedReader struct{ r io.Reader }

func (l *limitedReader) Read(p []byte) (int, error) {
	if len(p) > 2*maxValue {
		return 0, fmt.Errorf("a value of more than %d bytes", maxValue)
	}
	return l.r.Read(p)
}
