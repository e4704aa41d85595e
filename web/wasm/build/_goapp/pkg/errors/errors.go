package errors

import (
	"fmt"
	"sort"
	"strings"
)

// SetInlineEncoder and SetIndentEncoder choose between two ways to print an error as JSON. Here an error is a line of
// text for the browser's console, and encoding/json (about 100 KB compressed) is not linked for it.
func SetInlineEncoder() {}

// SetIndentEncoder does nothing, as SetInlineEncoder.
func SetIndentEncoder() {}

func (e Error) MarshalJSON() ([]byte, error) {
	return []byte(fmt.Sprintf("%q", e.Error())), nil
}

func (e Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)

	names := make([]string, 0, len(e.Tags))
	for name := range e.Tags {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(&b, " %s=%v", name, e.Tags[name])
	}

	if e.WrappedErr != nil {
		fmt.Fprintf(&b, ": %v", e.WrappedErr)
	}
	return b.String()
}
