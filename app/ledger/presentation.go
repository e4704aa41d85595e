package ledger

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
)

// Kind is what a presentation is.
type Kind string

// The kinds of presentation.
const (
	Banner      Kind = "banner"
	Preferences Kind = "preferences"
	FirstLaunch Kind = "first-launch" // the first layer in an app
	Question    Kind = "question"     // one thing by itself, in an app
)

var kinds = []Kind{Banner, Preferences, FirstLaunch, Question}

// Presentation is what a visitor was shown when asked: a record names it by hash, and so leads to the very words and buttons.
type Presentation struct {
	Hash     string `json:"hash"` // PresentationHash of the rest
	Site     string `json:"site"`
	Kind     Kind   `json:"kind"`
	Language string `json:"language"` // BCP 47
	Policy   string `json:"policy"`   // version of the policy
	HTML     string `json:"html"`     // as it was rendered
	Texts    string `json:"texts"`    // HTML of what could be opened from it: the policy's full text; may be empty
}

// MaxPresentation is the length of the longest presentation that is kept, HTML and texts together, in bytes.
const MaxPresentation = 2 << 20

// PresentationHash gives the content hash of a presentation: the first 16 bytes of a SHA-256 over its fields in their order of
// declaration, each preceded by its length in bytes as 8 bytes big-endian, as base64url without padding
// (consent.PresentationLen characters). The lengths keep apart what stands in one field and what in the next.
func PresentationHash(p Presentation) string {
	h := sha256.New()
	for _, field := range []string{p.Site, string(p.Kind), p.Language, p.Policy, p.HTML, p.Texts} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(field)))
		h.Write(length[:])
		h.Write([]byte(field))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

func (p Presentation) check() error {
	switch {
	case !slices.Contains(kinds, p.Kind):
		return fmt.Errorf("presentation of kind %q: want one of %v", p.Kind, kinds)
	case len(p.HTML)+len(p.Texts) > MaxPresentation:
		return fmt.Errorf("presentation of %d bytes: want at most %d", len(p.HTML)+len(p.Texts), MaxPresentation)
	}
	if want := PresentationHash(p); p.Hash != want {
		return fmt.Errorf("presentation %q has the content of %s; give the hash that PresentationHash computes", p.Hash, want)
	}
	return nil
}
