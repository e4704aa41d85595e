// Package lint checks the sources of this repository: how long lines are, which names they use and which phrases.
// Each check has a list of the files that still break it, with the number of places. The lists are in the folder
// allowed, and they can only get shorter:
//
//	go test ./web/lint            fails for a place that no list allows
//	go test ./web/lint -update    writes the new, smaller numbers
package lint

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Finding is one place that breaks a rule.
type Finding struct {
	File    string // relative to the root of the repository
	Line    int    // from 1
	Problem string
}

func (f Finding) String() string { return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Problem) }

// check finds the places of one file that break a rule.
type check func(file string, content []byte) ([]Finding, error)

// skippedFolders hold what other programs wrote, other people's text, or input that is wrong on purpose.
var skippedFolders = map[string]bool{
	"node_modules": true, "dist": true, "bin": true, "testdata": true, "assets/sites": true, "web/lint": true,
}

// listFiles returns the files of the repository that people write, in order.
func listFiles(root string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		if entry.IsDir() {
			isHidden := strings.HasPrefix(path.Base(relative), ".") && relative != "."
			if isHidden || skippedFolders[relative] || skippedFolders[path.Base(relative)] {
				return fs.SkipDir
			}
			return nil
		}
		files = append(files, relative)
		return nil
	})
	return files, err
}

// findAll runs a check over files of the repository.
func findAll(root string, files []string, run check) ([]Finding, error) {
	var all []Finding
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return nil, err
		}
		found, err := run(file, content)
		if err != nil {
			return nil, fmt.Errorf("check %s: %w", file, err)
		}
		all = append(all, found...)
	}
	return all, nil
}
