//go:build !js

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

// Header says what an export is of.
type Header struct {
	Site       string     `json:"site"`
	Subject    *uuid.UUID `json:"subject,omitempty"` // nil: of all
	From       *time.Time `json:"from,omitempty"`    // by the time at which the server kept a record
	To         *time.Time `json:"to,omitempty"`
	Exported   time.Time  `json:"exported"`
	TreeSize   int64      `json:"tree_size"`  // leaves below the checkpoint, erased ones too
	Checkpoint string     `json:"checkpoint"` // signed note, which all proofs lead to
	Key        string     `json:"key"`        // verifier key that signed it
}

// end closes an export: where it is missing, the export was cut off.
type end struct {
	Records int `json:"records"`
}

// Writer writes an export, record by record. Close ends it.
type Writer interface {
	Write(ledger.Evidence) error
	Close() error
}

// jsonWriter writes JSON-LD: the parties first, then a record after the other.
type jsonWriter struct {
	to *jsontext.Encoder
	author
	count int
}

// NewJSON begins an export as JSON-LD.
func NewJSON(w io.Writer, site *policy.Site, h Header) (Writer, error) {
	out := &jsonWriter{to: jsontext.NewEncoder(w), author: newAuthor(site)}
	err := out.tokens(jsontext.BeginObject, jsontext.String("@context"))
	if err == nil {
		err = json.MarshalEncode(out.to, context, json.Deterministic(true))
	}
	if err == nil {
		err = out.tokens(jsontext.String("nod:export"))
	}
	if err == nil {
		err = json.MarshalEncode(out.to, h)
	}
	if err == nil {
		err = out.tokens(jsontext.String("@graph"), jsontext.BeginArray)
	}
	for _, p := range site.Policies {
		if err == nil {
			err = json.MarshalEncode(out.to, controller(site, p))
		}
	}
	return out, err
}

func (w *jsonWriter) tokens(list ...jsontext.Token) error {
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
	record := w.record(r)
	record.Evidence = &e
	w.count++
	return json.MarshalEncode(w.to, record)
}

func (w *jsonWriter) Close() error {
	if err := w.tokens(jsontext.EndArray, jsontext.String("nod:end")); err != nil {
		return err
	}
	if err := json.MarshalEncode(w.to, end{w.count}); err != nil {
		return err
	}
	return w.tokens(jsontext.EndObject)
}

// csvWriter writes a line for each record. There are no proofs in it.
type csvWriter struct{ to *csv.Writer }

var csvColumns = []string{
	"record", "subject", "received_at", "decided_at", "site", "policy", "language", "platform", "action", "answers", "services", "gpc",
	"presentation", "previous", "permission", "tenant", "guardian_method", "guardian_time", "guardian_reference", "leaf_index", "restricted",
}

// NewCSV begins an export as CSV (RFC 4180), with a line of names.
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
		r.ID.String(), r.Subject.String(), r.ReceivedAt.Format(time.RFC3339Nano), r.DecidedAt.UTC().Format(time.RFC3339Nano), r.Site, r.Policy, r.Language,
		string(r.Platform), string(r.Action), states(r.Answers), states(r.Services), strconv.FormatBool(r.GPC), r.Presentation, previous, r.Permission, r.Tenant,
		method, at, reference, strconv.FormatInt(e.LeafIndex, 10), strconv.FormatBool(e.Restricted),
	}
	for i := range line {
		line[i] = harmless(line[i])
	}
	return w.to.Write(line)
}

func (w csvWriter) Close() error {
	w.to.Flush()
	return w.to.Error()
}

func states(all map[string]consent.State) string {
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%s=%s", id, all[id])
	}
	return b.String()
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
