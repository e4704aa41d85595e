package ledger

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
)

// Kind is what a layout is.
type Kind string

// The kinds of layout.
const (
	Banner      Kind = "banner"
	Preferences Kind = "preferences"
	FirstLaunch Kind = "first-launch" // the first layer in an app
	Question    Kind = "question"     // one thing by itself, in an app
)

var kinds = []Kind{Banner, Preferences, FirstLaunch, Question}

// Layout is what a visitor was shown when asked: a record names it by hash, and so leads to the very words and buttons.
type Layout struct {
	Hash     string `json:"hash"` // LayoutHash of the rest
	Site     string `json:"site"`
	Kind     Kind   `json:"kind"`
	Language string `json:"language"` // BCP 47
	Policy   string `json:"policy"`   // version of the policy
	HTML     string `json:"html"`     // as it was rendered
	Texts    string `json:"texts"`    // HTML of what could be opened from it: the policy's full text; may be empty
}

// MaxLayout is the length of the longest layout that is kept, HTML and texts together, in bytes.
const MaxLayout = 2 << 20

// LayoutHash gives the content hash of a layout: the first 16 bytes of a SHA-256 over its fields in their order of
// declaration, each preceded by its length in bytes as 8 bytes big-endian, as base64url without padding
// (consent.LayoutLen characters). The lengths keep apart what stands in one field and what in the next.
func LayoutHash(l Layout) string {
	h := sha256.New()
	for _, field := range []string{l.Site, string(l.Kind), l.Language, l.Policy, l.HTML, l.Texts} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(field)))
		h.Write(length[:])
		h.Write([]byte(field))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

func (l Layout) check() error {
	switch {
	case !slices.Contains(kinds, l.Kind):
		return fmt.Errorf("layout of kind %q: want one of %v", l.Kind, kinds)
	case len(l.HTML)+len(l.Texts) > MaxLayout:
		return fmt.Errorf("layout of %d bytes: want at most %d", len(l.HTML)+len(l.Texts), MaxLayout)
	}
	if want := LayoutHash(l); l.Hash != want {
		return fmt.Errorf("layout %q has the content of %s; give the hash that LayoutHash computes", l.Hash, want)
	}
	return nil
}
