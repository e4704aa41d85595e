// Package docstest reads the code blocks of the documentation, so that tests can run them. The line that begins a block
// says how it is tested:
//
//	```sh                      the commands run, one page in one shell; "nod serve" goes on until the end of the page
//	```sh exit=1               the last command ends with this status
//	```yaml site               the keys replace those of a new site's site.yaml, which is then fine
//	```yaml policy             the keys and entries are added to the policy of a new site, which is then fine
//	```markdown policy         the text is added to the full text of that policy
//	```html file=page.html     the file that other blocks use
//	```js                      the syntax is checked
//	```sh untested: it needs … nobody tests it, for this reason
//
// Blocks by indentation are output or formats, and are not run.
package docstest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Block is a code block of a page.
type Block struct {
	File     string // path of the page, from the root of the repository
	Line     int    // of the block's first line, from 1
	Language string
	Options  map[string]string // exit=1 is {"exit": "1"}; a word alone has the value ""
	Untested string            // the reason; "" if the block is tested
	Text     string
	Expected []string // code in the quotation that follows: what the reader sees
}

// Pages lists the pages whose blocks are tested, from the root of the repository: the README in both languages, and the
// documentation.
func Pages(root string) ([]string, error) {
	pages := []string{"README.md", "README.zh-CN.md"}
	err := filepath.WalkDir(filepath.Join(root, "assets/docs"), func(name string, _ os.DirEntry, err error) error {
		if err == nil && filepath.Ext(name) == ".md" {
			relative, _ := filepath.Rel(root, name)
			pages = append(pages, filepath.ToSlash(relative))
		}
		return err
	})
	slices.Sort(pages)
	return pages, err
}

// Read returns the blocks of a page, in order.
func Read(root, page string) ([]Block, error) {
	content, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		return nil, err
	}
	return parse(page, string(content)), nil
}

func parse(page, content string) (blocks []Block) {
	var block *Block
	indent := ""
	isQuote := false // the lines after a block that begin with ">"
	for i, line := range strings.Split(content, "\n") {
		trimmed := strings.TrimLeft(line, " ")
		isFence := strings.HasPrefix(trimmed, "```")
		switch {
		case isFence && block == nil:
			indent = line[:len(line)-len(trimmed)]
			block = newBlock(page, i+2, strings.TrimPrefix(trimmed, "```"))
		case isFence:
			blocks = append(blocks, *block)
			block, isQuote = nil, true
		case block != nil:
			block.Text += strings.TrimPrefix(line, indent) + "\n"
		case isQuote && strings.HasPrefix(trimmed, ">"):
			last := &blocks[len(blocks)-1]
			for n, code := range strings.Split(trimmed, "`") {
				if n%2 == 1 {
					last.Expected = append(last.Expected, code)
				}
			}
		case trimmed != "":
			isQuote = false
		}
	}
	return blocks
}

func newBlock(page string, line int, info string) *Block {
	info, reason, _ := strings.Cut(info, "untested:")
	b := &Block{File: page, Line: line, Options: map[string]string{}, Untested: strings.TrimSpace(reason)}
	for i, word := range strings.Fields(info) {
		if i == 0 {
			b.Language = word
			continue
		}
		name, value, _ := strings.Cut(word, "=")
		b.Options[name] = value
	}
	return b
}
