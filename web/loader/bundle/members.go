package bundle

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// shortMembers are short names for members of objects that one bundle gives to another. esbuild shortens variables by
// itself, but members only by a table that all bundles share. A page never mixes two tables: each bundle names the
// others by the hash of their contents.
type shortMembers struct {
	pattern string         // matches the names that are shortened
	names   map[string]any // short names by long ones
}

// publicMembers are names that objects of the page, of its API or of what is sent and stored have too, so they stay.
var publicMembers = strings.Fields(`config decide refresh save withdraw
	id hash gpc decision subject answers ask signal form states`)

// memberFiles are the files in core with the interfaces whose members are shortened.
var memberFiles = []string{"core.ts", "evaluate.ts", "apply.ts"}

var (
	sharedInterface = regexp.MustCompile(
		`(?ms)^(?:export )?interface (?:Core|More|Answer|Question|Application) \{\n(.*?)^\}`)
	interfaceMember = regexp.MustCompile(`(?m)^  (\w+)\??[:(]`)
)

const shortNames = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// shortenMembers makes short names for the members of the interfaces in these files of a folder, in their order.
func shortenMembers(folder string, files ...string) (shortMembers, error) {
	var content []byte
	for _, file := range files {
		part, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			return shortMembers{}, fmt.Errorf("shorten members: %w", err)
		}
		content = append(content, part...)
	}
	made := shortMembers{names: map[string]any{}}
	var long []string
	for _, body := range sharedInterface.FindAllSubmatch(content, -1) {
		for _, member := range interfaceMember.FindAllSubmatch(body[1], -1) {
			name := string(member[1])
			if made.names[name] == nil && !slices.Contains(publicMembers, name) {
				if len(long) == len(shortNames) {
					return shortMembers{}, fmt.Errorf("shorten members: more than %d in %s", len(shortNames), folder)
				}
				made.names[name] = shortNames[len(long) : len(long)+1]
				long = append(long, name)
			}
		}
	}
	if len(long) == 0 {
		return shortMembers{}, fmt.Errorf("shorten members: no interface such as Core in %s", folder)
	}
	made.pattern = "^(?:" + strings.Join(long, "|") + ")$"
	return made, nil
}
