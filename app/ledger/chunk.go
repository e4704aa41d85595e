//go:build !js

package ledger

import (
	"iter"
	"math/bits"
	"strconv"
	"strings"
)

// maxChunk is the number of rows that one statement inserts or looks for at most.
const maxChunk = 1 << (len(chunked{}) - 1)

// chunked is one statement for 1, 2, 4, … rows: so few that each is prepared once for all. To step through one
// statement for many rows costs much less than through one for each.
type chunked [7]string

func inChunks(statement func(rows int) string) (c chunked) {
	for i := range c {
		c[i] = statement(1 << i)
	}
	return c
}

// cut cuts the rows into chunks for which there are statements.
func cut[T any](c chunked, rows []T) iter.Seq2[[]T, string] {
	return func(yield func([]T, string) bool) {
		for len(rows) > 0 {
			i := min(bits.Len(uint(len(rows))), len(c)) - 1
			if !yield(rows[:1<<i], c[i]) {
				return
			}
			rows = rows[1<<i:]
		}
	}
}

// parameters gives a list of n parameters in parentheses: ($2, $3, $4).
func parameters(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(first+i))
	}
	return "(" + b.String() + ")"
}
