package lint

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// maxLength is how many characters a line of code may have; a tab is one.
const maxLength = 120

// codeFiles are the kinds of files whose lines a person can wrap. Prose and data are not among them: a row of a table
// and a text of a policy have to be one line.
var codeFiles = map[string]bool{
	".go": true, ".ts": true, ".js": true, ".mjs": true, ".css": true, ".sql": true, ".sh": true, ".html": true,
	".kt": true, ".swift": true, "Makefile": true,
}

// findLongLines finds lines of code that are longer than maxLength.
func findLongLines(file string, content []byte) ([]Finding, error) {
	if !codeFiles[kindOf(file)] {
		return nil, nil
	}
	var found []Finding
	for i, line := range strings.Split(string(content), "\n") {
		if n := utf8.RuneCountInString(line); n > maxLength {
			found = append(found, Finding{file, i + 1, fmt.Sprintf("%d characters: wrap the line at %d", n, maxLength)})
		}
	}
	return found, nil
}

// kindOf returns the extension of a file, or its name if it has no extension.
func kindOf(file string) string {
	if extension := path.Ext(file); extension != "" {
		return extension
	}
	return path.Base(file)
}
