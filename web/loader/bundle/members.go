package bundle

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// shortMembers are short names for members of objects that one bundle gives to another. esbuild shortens variables by
// itself, but members only by a table that all bundles share. A page never mixes two tables: each bundle names the
// others by the hash of their contents.
type shortMembers struct {
	pattern string         // matches the names that are shortened
	names   map[string]any // short names by long ones
}

// publicMembers are names that objects of the page or of its API have too, so they stay.
var publicMembers = map[string]bool{"config": true, "decide": true, "refresh": true, "save": true, "withdraw": true}

var (
	sharedInterface = regexp.MustCompile(`(?ms)^export interface (?:Core|More) \{\n(.*?)^\}`)
	interfaceMember = regexp.MustCompile(`(?m)^  (\w+)\??[:(]`)
)

const shortNames = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// shortenMembers makes short names for the members of the interfaces Core and More, in their order.
func shortenMembers(file string) (shortMembers, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return shortMembers{}, fmt.Errorf("shorten members: %w", err)
	}
	made := shortMembers{names: map[string]any{}}
	var long []string
	for _, body := range sharedInterface.FindAllSubmatch(content, -1) {
		for _, member := range interfaceMember.FindAllSubmatch(body[1], -1) {
			name := string(member[1])
			if made.names[name] == nil && !publicMembers[name] {
				if len(long) == len(shortNames) {
					return shortMembers{}, fmt.Errorf("shorten members: more than %d in %s", len(shortNames), file)
				}
				made.names[name] = shortNames[len(long) : len(long)+1]
				long = append(long, name)
			}
		}
	}
	if len(long) == 0 {
		return shortMembers{}, fmt.Errorf("shorten members: no interface Core or More in %s", file)
	}
	made.pattern = "^(?:" + strings.Join(long, "|") + ")$"
	return made, nil
}
