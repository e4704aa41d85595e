package pages

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/nod-consent/nod/web/site"
)

// docsWords are the words of the documentation's pages around the text.
type docsWords struct {
	Name          string // of the language, in that language
	Documentation string
	SkipToText    string
	Contents      string
	Language      string
	Search        string
	Found         string // {n} is how many
	None          string
	AsMarkdown    string
}

// docsLanguages are the languages of the documentation.
var docsLanguages = map[string]docsWords{
	"en": {
		Name: "English", Documentation: "Documentation", SkipToText: "Skip to the text", Contents: "Contents",
		Language: "Language", Search: "Search the documentation", Found: "{n} results", None: "Nothing found",
		AsMarkdown: "This page as Markdown",
	},
	"zh-CN": {
		Name: "简体中文", Documentation: "文档", SkipToText: "跳到正文", Contents: "目录",
		Language: "语言", Search: "搜索文档", Found: "找到 {n} 条", None: "没有找到",
		AsMarkdown: "本页的 Markdown 版本",
	},
}

// searchEntry is a page as the search in the browser reads it.
type searchEntry struct {
	Address  string          `json:"address"`
	Title    string          `json:"title"`
	Passages []searchPassage `json:"passages"`
}

type searchPassage struct {
	ID    string `json:"id"` // of the heading
	Title string `json:"title"`
	Text  string `json:"text"`
}

// listSearchEntries lists the pages of a language, and the English ones that have no translation.
func listSearchEntries(links site.Links, all []chapter, language string) []searchEntry {
	isTranslated := map[string]bool{}
	for _, c := range all {
		if c.language == language {
			isTranslated[c.key()] = true
		}
	}
	var entries []searchEntry
	for _, c := range all {
		if c.language != language && (c.language != "en" || isTranslated[c.key()]) {
			continue
		}
		e := searchEntry{Address: links.Server("docs/" + c.name), Title: c.title}
		for _, p := range c.passages {
			e.Passages = append(e.Passages, searchPassage{p.id, p.title, p.text})
		}
		entries = append(entries, e)
	}
	return entries
}

// listPassages returns the text below each heading of a page.
func listPassages(body *html.Node) []passage {
	all := []passage{{}}
	for n := range body.ChildNodes() {
		text := strings.Join(strings.Fields(textContent(n)), " ")
		if n.DataAtom == atom.H1 || n.DataAtom == atom.H2 || n.DataAtom == atom.H3 {
			id := ""
			for _, a := range n.Attr {
				if a.Key == "id" {
					id = a.Val
				}
			}
			all = append(all, passage{id: id, title: text})
			continue
		}
		last := &all[len(all)-1]
		last.text = strings.TrimSpace(last.text + " " + text)
	}
	return all[1:]
}

func textContent(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for child := range n.ChildNodes() {
		b.WriteString(textContent(child))
		if child.DataAtom == atom.Td || child.DataAtom == atom.Th || child.DataAtom == atom.Li || child.DataAtom == atom.P {
			b.WriteString(" ")
		}
	}
	return b.String()
}

// writeLLMs writes llms.txt (llmstxt.org): what Nod is, and every page of the documentation as Markdown.
func writeLLMs(links site.Links, all []chapter) []byte {
	var b bytes.Buffer
	b.WriteString("# Nod\n\n> A consent banner and preference centre for web pages and apps, with a server that stores " +
		"each decision and can prove it.\n")
	parts := []struct{ title, folder string }{
		{"Documentation", ""}, {"Guides", "guides/"}, {"Reference", "reference/"}, {"中文", "zh-CN/"},
		{"Optional", "decisions/"}, // the word that llmstxt.org has for what can be left out
	}
	for _, part := range parts {
		fmt.Fprintf(&b, "\n## %s\n\n", part.title)
		for _, c := range all {
			folder, _, isInFolder := strings.Cut(c.file, "/")
			if isInFolder && folder+"/" == part.folder || !isInFolder && part.folder == "" {
				fmt.Fprintf(&b, "- [%s](%s)\n", c.title, links.Server("docs/"+c.file))
			}
		}
	}
	return b.Bytes()
}
