package ledger

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// Kind is what a presentation is.
type Kind string

// The kinds of presentation.
const (
	Banner      Kind = "banner"
	Preferences Kind = "preferences"
	FirstLaunch Kind = "first-launch" // the first layer in an app
	Question    Kind = "question"     // a single question, in an app

	// Native is the first layer in an app that drew it by itself. HTML is the canonical JSON (RFC 8785) that it was
	// drawn from, with all texts in it: the words, and not a picture.
	Native Kind = "native"

	// Platform is a dialog that a platform drew. No presentation of it is stored: the record has what is known.
	Platform Kind = "platform"
)

// kinds are those of presentations that are stored.
var kinds = []Kind{Banner, Preferences, FirstLaunch, Question, Native}

// Presentation is what a visitor was shown when asked. A record names it by hash, and so leads to the exact words and
// buttons.
type Presentation struct {
	Hash     string `json:"hash"` // PresentationHash of the rest
	Site     string `json:"site"`
	Kind     Kind   `json:"kind"`
	Language string `json:"language"` // BCP 47
	Policy   string `json:"policy"`   // version of the policy
	HTML     string `json:"html"`     // as rendered; of Native the JSON
	Texts    string `json:"texts"`    // HTML of what could be opened from it: the policy's full text; can be empty

	// Shown is what a visitor could grant with it, and where: FormatShown. It is empty if nothing could be granted.
	Shown string `json:"shown,omitempty"`
}

// MaxPresentation is the length of the longest presentation that is stored, HTML and texts together, in bytes.
const MaxPresentation = 2 << 20

// PresentationHash returns the content hash of a presentation: the first 16 bytes of a SHA-256 over its fields, as
// base64url without padding (consent.PresentationLen characters). The fields are in the order of their declaration.
// Each one follows its length in 8 bytes big-endian, so that two different presentations never give the same input. An
// empty Shown is left out: presentations were stored before the field existed.
func PresentationHash(p Presentation) string {
	fields := []string{p.Site, string(p.Kind), p.Language, p.Policy, p.HTML, p.Texts}
	if p.Shown != "" {
		fields = append(fields, p.Shown)
	}
	h := sha256.New()
	for _, field := range fields {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(field)))
		h.Write(length[:])
		h.Write([]byte(field))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

// formatKinds lists the kinds for an error message.
func formatKinds() string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	return strings.Join(names, ", ")
}

func (p Presentation) check() error {
	switch {
	case !slices.Contains(kinds, p.Kind):
		return fmt.Errorf("presentation: its kind %q is not one of %s", p.Kind, formatKinds())
	case len(p.HTML)+len(p.Texts) > MaxPresentation:
		return fmt.Errorf("presentation: it has %d bytes, more than the limit of %d",
			len(p.HTML)+len(p.Texts), MaxPresentation)
	}
	if hash := PresentationHash(p); p.Hash != hash {
		return fmt.Errorf("presentation %q: its content has the hash %s. Use PresentationHash", p.Hash, hash)
	}
	return nil
}
