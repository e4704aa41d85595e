package request

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Limits of a submission, in characters.
const (
	MaxText    = 4000
	maxContact = 200
	maxTenant  = 64 // bytes, as in a decision
	secretLen  = 32 // bytes
)

// Submission is what a person sends. The client makes the id and the secret, so that sending it again is harmless.
type Submission struct {
	ID       uuid.UUID `json:"id"`     // UUIDv7
	Secret   string    `json:"secret"` // 32 bytes, base64url: opens the status page
	Language string    `json:"language"`
	Platform string    `json:"platform"`
	Kinds    []Kind    `json:"kinds"`
	Text     string    `json:"text"`
	Contact  string    `json:"contact"` // how to reach the person
	Tenant   string    `json:"tenant"`  // the enterprise, for leave
}

// FieldError says which field of a submission or an answer breaks a rule. It is an ErrMalformed.
type FieldError struct{ Field, Problem string }

func (e *FieldError) Error() string { return ErrMalformed.Error() + ": " + e.Field + ": " + e.Problem }

func (e *FieldError) Unwrap() error { return ErrMalformed }

// problem returns a FieldError. The text begins with the field: "contact: is missing".
func problem(format string, args ...any) error {
	field, text, _ := strings.Cut(fmt.Sprintf(format, args...), ": ")
	return &FieldError{field, text}
}

// clean checks a submission, and brings its texts to one form. The error is ErrMalformed.
func (s *Submission) clean() error {
	s.Text = strings.TrimSpace(strings.ReplaceAll(s.Text, "\r\n", "\n"))
	s.Contact, s.Tenant = strings.TrimSpace(s.Contact), strings.TrimSpace(s.Tenant)
	switch {
	case s.ID.Version() != 7 || s.ID.Variant() != uuid.RFC4122:
		return problem("id: is not a UUID of version 7")
	case hashSecret(s.Secret) == nil:
		return problem("secret: is not 32 bytes as base64url without padding")
	case len(s.Kinds) == 0:
		return problem("kinds: nothing is asked for. Choose at least one")
	case len(s.Kinds) > len(kindRules):
		return problem("kinds: there are too many")
	case utf8.RuneCountInString(s.Text) > MaxText:
		return problem("text: is longer than %d characters", MaxText)
	case !isPlainText(s.Text, "\n\t"):
		return problem("text: has control characters")
	case countVisible(s.Contact) == 0:
		return problem("contact: is missing. Write how we can reach you")
	case utf8.RuneCountInString(s.Contact) > maxContact || !isPlainText(s.Contact, ""):
		return problem("contact: is longer than %d characters, or has control characters", maxContact)
	case len(s.Tenant) > maxTenant || !isPlainText(s.Tenant, ""):
		return problem("tenant: is longer than %d bytes, or has control characters", maxTenant)
	case slices.Contains(s.Kinds, Leave) && s.Tenant == "":
		return problem("tenant: is missing. Name the enterprise that you leave")
	}
	for i, k := range s.Kinds {
		if _, ok := k.rule(); !ok {
			return problem("kinds: %q is not a kind of request", k)
		}
		if slices.Contains(s.Kinds[:i], k) {
			return problem("kinds: %q is a duplicate", k)
		}
	}
	return nil
}

// isPlainText says whether a text is valid UTF-8, without control characters but for some, and without characters that
// turn the direction of what follows. A text in which no line break is allowed has no other separators of lines, tags
// or noncharacters either.
func isPlainText(s, allowed string) bool {
	isOneLine := !strings.Contains(allowed, "\n")
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		isBidi := r == 0x061c || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
		isOdd := unicode.In(r, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point) ||
			r >= 0xfff9 && r <= 0xfffb || r >= 0xe0000 && r <= 0xe007f
		isRefused := unicode.IsControl(r) || isBidi || r == 0xfeff || isOneLine && isOdd
		return isRefused && !strings.ContainsRune(allowed, r)
	})
}

// countVisible counts the characters of a text that show something.
func countVisible(s string) (n int) {
	for _, r := range s {
		isShown := unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S)
		if isShown && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) { // such as the Hangul filler
			n++
		}
	}
	return n
}

// hash distinguishes a repetition of the submission from a different one with its id.
func (s Submission) hash() []byte {
	text, _ := json.Marshal(s) // texts and ids can always be encoded
	sum := sha256.Sum256(text)
	return sum[:]
}

// hashSecret returns the SHA-256 of a secret, or nil if it does not have the form of one.
func hashSecret(secret string) []byte {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	if err != nil || len(raw) != secretLen || strings.ContainsAny(secret, "\r\n") {
		return nil
	}
	sum := sha256.Sum256(raw)
	return sum[:]
}

// hashText returns what a leaf has of a text: SHA-256 of a salt and the text.
func hashText(salt []byte, text string) string {
	sum := sha256.Sum256(append(slices.Clone(salt), text...))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
