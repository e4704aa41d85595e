// Package native describes the first layer for apps that draw it themselves, before any WebView exists: native.json of
// an app's package. It is read from the HTML of the page's first layer, so both always say the same, and written in the
// canonical form of RFC 8785: the app hashes the bytes that it drew from, and the record names that hash.
package native

import (
	"encoding/json"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nod-consent/nod/app/policy"
)

// Kind and Version are those of the documents that this package writes.
const (
	Kind    = "native-first-launch"
	Version = 1
)

// Templates name the code in web/sdk/hosts that draws a platform's document, with its version. Code that draws
// something else takes another name, or the decision says that its presentation is "custom". On the web it is a mini
// program that draws.
var Templates = map[policy.Platform]string{
	policy.Android: "kt/1", policy.IOS: "swift/1", policy.Harmony: "arkts/1", policy.Web: "wxml/1",
}

// Document is native.json: all that is drawn, in its order.
type Document struct {
	Kind      string          `json:"kind"`
	Version   int             `json:"v"`
	Site      string          `json:"site"`
	Policy    string          `json:"policy"`
	Platform  policy.Platform `json:"platform"`
	Language  string          `json:"language"`  // BCP 47
	Direction string          `json:"direction"` // "ltr" or "rtl"
	Template  string          `json:"template"`

	// Holds lists the earlier versions whose answer still stands: nothing material changed since.
	Holds []string `json:"holds"`

	Screen                   // the first layer: buttons "disagree" and "agree"
	Basic  Screen            `json:"basic"` // after a refusal: buttons "again" and "close"
	Pages  map[string]Screen `json:"pages"` // what links lead to, such as "policy", whole
	Back   string            `json:"back"`  // the button of a page

	Covers []Covered `json:"covers"` // what agreeing grants
	Shown  string    `json:"shown"`  // ledger.Presentation.Shown, which is part of the hash
}

// Covered is a purpose that agreeing grants, by the content that was shown.
type Covered struct {
	ID   string      `json:"id"`
	Hash policy.Hash `json:"hash"`
}

// Screen is what is drawn at one time.
type Screen struct {
	Blocks  []Block  `json:"blocks"`
	Buttons []Button `json:"buttons"`
}

// Button is a button. All buttons of a screen look the same.
type Button struct {
	Do   string `json:"do"`
	Text string `json:"text"`
}

// The types of blocks.
const (
	Title     = "title"     // of the screen
	Heading   = "heading"   // with a level from 2
	Paragraph = "paragraph" //
	Item      = "item"      // of a list: with its mark, and the level of the list from 1
	More      = "more"      // folded: a line that opens the blocks in it
	Link      = "link"      // opens a page
)

// Block is a piece of text in lines of its own.
type Block struct {
	Type   string  `json:"t"`
	Text   []Run   `json:"text"`
	Level  int     `json:"level,omitempty"`
	Mark   string  `json:"mark,omitempty"`
	Page   string  `json:"page,omitempty"`
	Blocks []Block `json:"blocks,omitempty"`
}

// Run is a part of a text that looks and sounds the same.
type Run struct {
	Text     string `json:"s"`
	IsStrong bool   `json:"strong,omitempty"`
	Language string `json:"lang,omitempty"` // if it differs from the document's
}

// Encode returns the document in the canonical form of RFC 8785.
func (d Document) Encode() ([]byte, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("encode native.json: %w", err)
	}
	canonical := jsontext.Value(text)
	if err := canonical.Canonicalize(); err != nil {
		return nil, fmt.Errorf("encode native.json: %w", err)
	}
	return canonical, nil
}

// Parse reads a document that Encode wrote.
func Parse(text []byte) (d Document, err error) {
	if err := json.Unmarshal(text, &d); err != nil {
		return d, fmt.Errorf("read native.json: %w", err)
	}
	if d.Kind != Kind || d.Version != Version {
		return d, fmt.Errorf("native.json: it is %q version %d instead of %q version %d", d.Kind, d.Version, Kind, Version)
	}
	return d, nil
}

// Links lists the pages that the links of a screen lead to.
func (s Screen) Links() []string { return listLinks(s.Blocks) }

func listLinks(blocks []Block) (pages []string) {
	for _, b := range blocks {
		if b.Type == Link {
			pages = append(pages, b.Page)
		}
		pages = append(pages, listLinks(b.Blocks)...)
	}
	return pages
}

// Texts lists the texts of a screen in the order in which they are drawn, the buttons last.
func (s Screen) Texts() (texts []string) {
	texts = listTexts(s.Blocks)
	for _, b := range s.Buttons {
		texts = append(texts, b.Text)
	}
	return texts
}

// VisibleTexts lists the texts that are seen without opening anything.
func (s Screen) VisibleTexts() (texts []string) {
	for _, b := range s.Blocks {
		texts = append(texts, b.String())
	}
	return texts
}

func listTexts(blocks []Block) (texts []string) {
	for _, b := range blocks {
		texts = append(texts, b.String())
		texts = append(texts, listTexts(b.Blocks)...)
	}
	return texts
}

// String returns the block's own text.
func (b Block) String() (text string) {
	for _, r := range b.Text {
		text += r.Text
	}
	return text
}
