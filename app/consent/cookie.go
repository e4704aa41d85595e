package consent

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/nod-consent/nod/app/policy"
)

// CookieName is the name of the cookie that holds a visitor's answers.
const CookieName = "nod"

// Limits of the cookie's value, in bytes and entries.
const (
	cookieNamed   = 512  // the encoder leaves out the ids if they would make it longer
	cookieMax     = 3900 // browsers drop cookies over 4096 bytes with name and attributes
	cookieEntries = 300
	cookieDay     = 36*36*36 - 1 // in the year 2097: only a wrong clock writes a later one
)

// ErrCookie marks a cookie that cannot be read. The caller treats it as a missing cookie: nothing is granted.
var ErrCookie = errors.New("unreadable cookie")

// EncodeCookie writes the stored answers as the cookie's value:
//
//	1.<decision>.<subject>.<entry>.<entry>…
//	entry = [<id>:]<state><hash>[<day>]
//
// decision and subject are UUIDs, 16 bytes as base64url. state is g (granted) or d (denied), in upper case if the
// answer was given while a Global Privacy Control signal was on. hash is the six characters of policy.Hash. day is
// three base-36 digits of days since 1970-01-01 UTC. It is left out if it is the decision's own day. Back ends read the
// ids. Readers that know the policy need only the hashes, so the ids are left out if they would make the value longer
// than 512 bytes, or bring two hyphens in a row (safe_id.go has the reason). All characters are allowed in a cookie's
// value as they are (RFC 6265, 4.1.1).
func EncodeCookie(s Stored) string {
	if named := encodeCookie(s, true); len(named) <= cookieNamed && !strings.Contains(named, "--") {
		return named
	}
	return encodeCookie(s, false)
}

func encodeCookie(s Stored, named bool) string {
	var b strings.Builder
	b.WriteString("1." + encodeUUID(s.Decision) + "." + encodeUUID(s.Subject))
	own := decidedDay(s.Decision)
	for _, a := range s.Answers {
		b.WriteByte('.')
		if named && a.ID != "" {
			b.WriteString(a.ID + ":")
		}
		letter := "d"
		if a.State == Granted {
			letter = "g"
		}
		if a.GPC {
			letter = strings.ToUpper(letter)
		}
		b.WriteString(letter + string(a.Hash))
		if a.Day != own {
			day := strconv.FormatInt(int64(min(a.Day, cookieDay)), 36)
			b.WriteString(strings.Repeat("0", max(0, 3-len(day))) + day)
		}
	}
	return b.String()
}

// DecodeCookie reads a cookie's value. Of two answers to the same content, a denial counts. The error wraps ErrCookie.
// It does not quote the value, which anybody can write.
func DecodeCookie(value string) (Stored, error) {
	if len(value) > cookieMax {
		return Stored{}, fmt.Errorf("%w: longer than %d bytes", ErrCookie, cookieMax)
	}
	parts := strings.Split(value, ".")
	if len(parts) < 3 || parts[0] != "1" {
		return Stored{}, fmt.Errorf("%w: has no version 1, decision or subject", ErrCookie)
	}
	if len(parts)-3 > cookieEntries {
		return Stored{}, fmt.Errorf("%w: more than %d entries", ErrCookie, cookieEntries)
	}
	var s Stored
	var ok bool
	if s.Decision, ok = decodeUUID(parts[1], 7); !ok {
		return Stored{}, fmt.Errorf("%w: the decision is not a UUID version 7", ErrCookie)
	}
	if s.Subject, ok = decodeUUID(parts[2], 4); !ok {
		return Stored{}, fmt.Errorf("%w: the subject is not a UUID version 4", ErrCookie)
	}
	for i, entry := range parts[3:] {
		a, ok := decodeEntry(entry, decidedDay(s.Decision))
		if !ok {
			return Stored{}, fmt.Errorf("%w: entry %d", ErrCookie, i+1)
		}
		s.add(a)
	}
	return s, nil
}

// Merge adds the answers of a second cookie of the same decision: a browser can have one for the host and one for the
// domain. Of two answers to the same content, a denial counts.
func (s *Stored) Merge(other Stored) {
	for _, a := range other.Answers {
		s.add(a)
	}
}

func (s *Stored) add(a Answer) {
	for i := range s.Answers {
		if s.Answers[i].Hash == a.Hash {
			if a.State == Denied {
				s.Answers[i] = a
			}
			return
		}
	}
	s.Answers = append(s.Answers, a)
}

func decodeEntry(entry string, day int) (Answer, bool) {
	a := Answer{Day: day}
	if id, rest, named := strings.Cut(entry, ":"); named {
		if !policy.ValidID(id) {
			return a, false
		}
		a.ID, entry = id, rest
	}
	if len(entry) != 1+policy.HashLen && len(entry) != 1+policy.HashLen+3 {
		return a, false
	}
	switch entry[0] {
	case 'g', 'G':
		a.State = Granted
	case 'd', 'D':
		a.State = Denied
	default:
		return a, false
	}
	a.GPC = entry[0] == 'G' || entry[0] == 'D'
	a.Hash = policy.Hash(entry[1 : 1+policy.HashLen])
	for _, c := range a.Hash {
		if !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", c) {
			return a, false
		}
	}
	if explicit := entry[1+policy.HashLen:]; explicit != "" {
		n, err := strconv.ParseUint(explicit, 36, 32)
		if err != nil || explicit != strings.ToLower(explicit) {
			return a, false
		}
		a.Day = int(n)
	}
	return a, true
}

func encodeUUID(id uuid.UUID) string { return base64.RawURLEncoding.EncodeToString(id[:]) }

func decodeUUID(s string, version uuid.Version) (uuid.UUID, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != 16 || strings.ContainsAny(s, "\r\n") {
		return uuid.Nil, false
	}
	id := uuid.UUID(b)
	return id, id.Version() == version && id.Variant() == uuid.RFC4122
}
