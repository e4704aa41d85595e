//go:build !js

package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"
)

const jsonUsage = "print the result as JSON"

// writeJSON writes a value as one line of JSON.
func writeJSON(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) }

// emptyList makes nil an empty list, which JSON writes as [].
func emptyList[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// createFile creates a file that only its owner can read, for personal data. It never overwrites a file.
func createFile(flag, name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s: %s already exists. Name another file, or move it away", flag, name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	return f, nil
}

const progressEvery = 200 * time.Millisecond

// progress shows on a terminal how much is done. Elsewhere it shows nothing.
type progress struct {
	terminal *os.File // nil: show nothing
	unit     string
	lastAt   time.Time
}

func newProgress(c *cobra.Command, unit string) *progress {
	f, ok := c.ErrOrStderr().(*os.File)
	if !ok {
		return &progress{}
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &progress{}
	}
	return &progress{terminal: f, unit: unit}
}

// show shows that n of total are done; total is 0 if it is unknown.
func (p *progress) show(n, total int64) {
	if p.terminal == nil || time.Since(p.lastAt) < progressEvery && n != total {
		return
	}
	p.lastAt = time.Now()
	if total > 0 {
		fmt.Fprintf(p.terminal, "\r%s: %d of %d (%d %%)", p.unit, n, total, n*100/total)
	} else {
		fmt.Fprintf(p.terminal, "\r%s: %d", p.unit, n)
	}
}

// end ends the line.
func (p *progress) end() {
	if p.terminal != nil {
		fmt.Fprintln(p.terminal)
	}
}
