//go:build !js

package load

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one mistake in a site's files.
type Problem struct {
	File    string // path within the sites' directory
	Line    int    // from 1; 0 for the file as a whole
	Column  int
	Message string // the key, and what is wrong
	Hint    string // how to correct it: a sentence

	Level  Level  // Error if ""
	Rule   string // id of the rule in assets/docs/rules.md; "" for no rule
	Source string // of the rule
	Reason string // why the author leaves a note as it is; "" for no reason
}

func (p Problem) Error() string {
	place := p.File
	if p.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
	if p.Hint == "" {
		return place + ": " + p.Message
	}
	return place + ": " + p.Message + ". " + p.Hint
}

// Problems are all mistakes, so that an author corrects a file once and not line by line.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}

// Sort puts the problems in order: by file, then by place, then by message.
func (p Problems) Sort() {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(
			strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			strings.Compare(a.Message, b.Message), strings.Compare(a.Hint, b.Hint),
		)
	})
}
