package consentrecord

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

// Header says what an export contains.
type Header struct {
	Site       string     `json:"site"`
	Subject    *uuid.UUID `json:"subject,omitempty"` // nil: all subjects
	From       *time.Time `json:"from,omitempty"`    // by the time when the server received a record
	To         *time.Time `json:"to,omitempty"`
	Exported   time.Time  `json:"exported"`
	TreeSize   int64      `json:"tree_size"`  // leaves below the checkpoint, erased ones too
	Checkpoint string     `json:"checkpoint"` // signed note that all proofs lead to
	Key        string     `json:"key"`        // verifier key that signed it
}

// exportEnd closes an export. Without it, the export is incomplete.
type exportEnd struct {
	Records int `json:"records"`
}

// Writer writes an export, record by record. Close completes it.
type Writer interface {
	Write(ledger.Evidence) error
	Close() error
}

// jsonWriter writes JSON-LD: the controllers first, then the records.
type jsonWriter struct {
	to *jsontext.Encoder
	converter
	count int
}

// NewJSON starts an export as JSON-LD.
func NewJSON(w io.Writer, site *policy.Site, h Header) (Writer, error) {
	out := &jsonWriter{to: jsontext.NewEncoder(w), converter: newConverter(site)}
	err := out.writeTokens(jsontext.BeginObject, jsontext.String("@context"))
	if err == nil {
		err = json.MarshalEncode(out.to, jsonLDContext, json.Deterministic(true))
	}
	if err == nil {
		err = out.writeTokens(jsontext.String("nod:export"))
	}
	if err == nil {
		err = json.MarshalEncode(out.to, h)
	}
	if err == nil {
		err = out.writeTokens(jsontext.String("@graph"), jsontext.BeginArray)
	}
	for _, p := range site.Policies {
		if err == nil {
			err = json.MarshalEncode(out.to, newController(site, p))
		}
	}
	return out, err
}

func (w *jsonWriter) writeTokens(list ...jsontext.Token) error {
	for _, t := range list {
		if err := w.to.WriteToken(t); err != nil {
			return err
		}
	}
	return nil
}

func (w *jsonWriter) Write(e ledger.Evidence) error {
	r, err := e.Parse()
	if err != nil {
		return err
	}
	record := w.convert(r)
	record.Evidence = &e
	w.count++
	return json.MarshalEncode(w.to, record)
}

func (w *jsonWriter) Close() error {
	if err := w.writeTokens(jsontext.EndArray, jsontext.String("nod:end")); err != nil {
		return err
	}
	if err := json.MarshalEncode(w.to, exportEnd{w.count}); err != nil {
		return err
	}
	return w.writeTokens(jsontext.EndObject)
}

// csvWriter writes a line for each record, without proofs.
type csvWriter struct{ to *csv.Writer }

var csvColumns = []string{
	"record", "subject", "received_at", "decided_at", "site", "policy", "language", "platform", "action", "answers",
	"services", "gpc", "presentation", "previous", "permission", "tenant", "guardian_method", "guardian_time",
	"guardian_reference", "age", "leaf_index", "restricted",
}

// NewCSV starts an export as CSV (RFC 4180), with a header line.
func NewCSV(w io.Writer) (Writer, error) {
	out := csvWriter{csv.NewWriter(w)}
	return out, out.to.Write(csvColumns)
}

func (w csvWriter) Write(e ledger.Evidence) error {
	r, err := e.Parse()
	if err != nil {
		return err
	}
	previous, method, at, reference := "", "", "", ""
	if r.Previous != nil {
		previous = r.Previous.String()
	}
	if g := r.Guardian; g != nil {
		method, at, reference = g.Method, g.Time.UTC().Format(time.RFC3339), g.Reference
	}
	line := []string{
		r.ID.String(), r.Subject.String(), r.ReceivedAt.Format(time.RFC3339Nano), r.DecidedAt.UTC().Format(time.RFC3339Nano),
		r.Site, r.Policy, r.Language, string(r.Platform), string(r.Action), formatAnswers(r.Answers),
		formatAnswers(r.Services), strconv.FormatBool(r.GPC), r.Presentation, previous, r.Permission, r.Tenant,
		method, at, reference, string(r.Age), strconv.FormatInt(e.LeafIndex, 10), strconv.FormatBool(e.Restricted),
	}
	for i := range line {
		line[i] = escapeFormula(line[i])
	}
	return w.to.Write(line)
}

func (w csvWriter) Close() error {
	w.to.Flush()
	return w.to.Error()
}

// formatAnswers returns answers as "ads=denied analytics=granted".
func formatAnswers(answers map[string]consent.State) string {
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(answers)) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%s=%s", id, answers[id])
	}
	return b.String()
}

// escapeFormula keeps a spreadsheet from reading a text as a formula.
func escapeFormula(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
