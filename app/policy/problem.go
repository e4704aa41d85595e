//go:build !js

package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing wrong with a site's files.
type Problem struct {
	File   string // path within the sites' directory
	Line   int    // from 1; 0 where the file as a whole is meant
	Column int
	What   string // what is wrong
	Want   string // what would be right

	Level  Level  // Error if ""
	Rule   string // id of the rule in assets/docs/rules.md; "" where it is of none
	Source string // of the rule
}

func (p Problem) Error() string {
	place := p.File
	if p.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
	if p.Want == "" {
		return place + ": " + p.What
	}
	return place + ": " + p.What + "; " + p.Want
}

// Problems is everything found wrong, so that an author mends a file once and not line by line.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}

// sorted puts the problems in one order: by file, then by place, then by message.
func (p Problems) sorted() Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(
			strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			strings.Compare(a.What, b.What), strings.Compare(a.Want, b.Want),
		)
	})
	return p
}
