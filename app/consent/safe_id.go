package consent

import (
	"encoding/base64"

	"github.com/google/uuid"
)

// Firewalls with the OWASP core rule set read cookies. Two of its rules would take some ids for attacks, and then the
// visitor gets 403 for every request (assets/docs/cookie.md has the facts). So no id that Nod makes has two hyphens in
// a row, and no subject begins with a letter, because what follows a dot could be the name of a hidden file.
//
// A decision begins with its time, and does not look like such a name before the year 2064.

// The first bytes of which base64url makes a digit: 52 to 61 are the digits, and two more bits follow.
const (
	firstDigit = 52 << 2
	digitBytes = 10 << 2
)

const timeLen = 8 // characters of a version 7 UUID that are its time

// avoidHyphens changes the second of two hyphens, in base64url. It becomes "C", which has the same last two bits: the
// variant of a UUID may be there. Where a decision has its time, it becomes "_". Then the time grows, and ids stay in
// the order of decisions.
func avoidHyphens(text string) string {
	out := []byte(text)
	for i := 1; i < len(out); i++ {
		switch {
		case out[i-1] != '-' || out[i] != '-':
		case i < timeLen:
			out[i] = '_'
		default:
			out[i] = 'C'
		}
	}
	return string(out)
}

// makeSafe returns the id that is made in place of this one.
func makeSafe(id uuid.UUID) uuid.UUID {
	if id.Version() == 4 {
		id[0] = firstDigit + id[0]%digitBytes
	}
	// The text has 22 characters of base64url, and Decode fails for no such text.
	b, _ := base64.RawURLEncoding.DecodeString(avoidHyphens(encodeUUID(id)))
	return uuid.UUID(b)
}
