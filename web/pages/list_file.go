package pages

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/site"
)

// csvSuffix ends the address of a list as a file.
const csvSuffix = ".csv"

// serveListFile serves a list as a file for a spreadsheet: a line for each of the policy's entries.
func (h *Handler) serveListFile(
	w http.ResponseWriter, r *http.Request, s *site.Site, loc *site.Localized, id string, filter widget.Filter,
) {
	view := loc.View
	list, _ := widget.ListOf(id, s.Site, s.CurrentPolicy(), view.Language, view.Words) // its page exists
	list.Filter = filter.LimitTo(list)
	data, err := writeCSV(list)
	if err != nil {
		h.Responder.Fail(w, r, "write a list", err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+s.ID+"-"+id+csvSuffix+`"`)
	w.Write(data)
}

// writeCSV writes the entries that the filter lets through. A byte order mark tells Excel that it is UTF-8.
func writeCSV(list widget.List) ([]byte, error) {
	var labels []string
	for _, e := range list.Entries {
		for _, f := range e.Facts {
			if !f.Chips && !slices.Contains(labels, f.Label) {
				labels = append(labels, f.Label)
			}
		}
	}
	b := bytes.NewBufferString("\ufeff")
	out := csv.NewWriter(b)
	out.UseCRLF = true
	lines := [][]string{append([]string{list.Words.Name, list.Words.Tags}, labels...)}
	for _, e := range list.Entries {
		if !list.Filter.Matches(e) {
			continue
		}
		line := make([]string, len(labels))
		for _, f := range e.Facts {
			if i := slices.Index(labels, f.Label); i >= 0 && !f.Chips && line[i] == "" {
				line[i] = readFact(f)
			}
		}
		line = append([]string{e.Name, strings.Join(e.Tags, "; ")}, line...)
		for i := range line {
			line[i] = disarm(line[i])
		}
		lines = append(lines, line)
	}
	err := out.WriteAll(lines)
	return b.Bytes(), err
}

// readFact returns the text of a fact, or the address that it leads to.
func readFact(f widget.Fact) string {
	switch {
	case f.Link:
		return f.Address
	case f.Gap:
		return ""
	}
	return strings.Join(f.Values, "; ")
}

// disarm keeps a spreadsheet from taking a text for a formula.
func disarm(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
