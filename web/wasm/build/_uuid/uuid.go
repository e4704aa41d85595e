// Package uuid is the part of github.com/google/uuid that a browser needs: making random (version 4) and time-ordered
// (version 7) UUIDs of RFC 9562, reading and writing them. Randomness is the browser's own, so neither crypto/rand with
// its AES generator nor the database drivers and JSON of the full package are linked.
package uuid

import (
	"encoding/hex"
	"errors"
	"sync"
	"syscall/js"
	"time"
)

// UUID is the 16 bytes of a UUID in network order.
type UUID [16]byte

// Version is the number in a UUID that says how it was made.
type Version byte

// Nil is the UUID of zeros.
var Nil UUID

var errFormat = errors.New("invalid UUID format")

// hyphens are the places of the four hyphens in the 36 characters of the text form.
var hyphens = [...]int{8, 13, 18, 23}

// New returns a version 4 UUID.
func New() UUID { return Must(NewRandom()) }

// NewString returns a version 4 UUID as text.
func NewString() string { return New().String() }

// Must returns id and panics if there is an error.
func Must(id UUID, err error) UUID {
	if err != nil {
		panic(err)
	}
	return id
}

// NewRandom returns a version 4 UUID.
func NewRandom() (UUID, error) {
	return stamp(random(), 4), nil
}

// last is the greatest time stamp given out: milliseconds since 1970 in the upper bits, a 12-bit fraction below.
var last struct {
	sync.Mutex
	stamp int64
}

// NewV7 returns a version 7 UUID. Two of them made by one page sort in the order they were made, also within a
// millisecond (RFC 9562, section 6.2, method 3).
func NewV7() (UUID, error) {
	now := time.Now().UnixNano()
	milli := now / int64(time.Millisecond)
	fraction := (now % int64(time.Millisecond)) << 12 / int64(time.Millisecond)

	last.Lock()
	t := milli<<12 | fraction
	if t <= last.stamp {
		t = last.stamp + 1
	}
	last.stamp = t
	last.Unlock()

	id := random()
	for i := 0; i < 6; i++ {
		id[i] = byte(t >> (12 + 8*(5-i)))
	}
	id[6], id[7] = byte(t>>8)&0x0f, byte(t)
	return stamp(id, 7), nil
}

// Parse reads the 36 characters of the text form. Of the other forms that the full package reads it takes none.
func Parse(s string) (UUID, error) {
	if len(s) != 36 {
		return Nil, errFormat
	}
	digits := make([]byte, 0, 32)
	from := 0
	for _, at := range hyphens {
		if s[at] != '-' {
			return Nil, errFormat
		}
		digits = append(digits, s[from:at]...)
		from = at + 1
	}
	digits = append(digits, s[from:]...)

	var id UUID
	if _, err := hex.Decode(id[:], digits); err != nil {
		return Nil, errFormat
	}
	return id, nil
}

// ParseBytes is Parse for bytes.
func ParseBytes(b []byte) (UUID, error) { return Parse(string(b)) }

// MustParse is Parse that panics if there is an error.
func MustParse(s string) UUID { return Must(Parse(s)) }

// Validate reports whether Parse reads s.
func Validate(s string) error {
	_, err := Parse(s)
	return err
}

// FromBytes returns the UUID of 16 bytes.
func FromBytes(b []byte) (id UUID, err error) {
	if len(b) != len(id) {
		return id, errFormat
	}
	copy(id[:], b)
	return id, nil
}

// String returns the text form, in lower case.
func (u UUID) String() string {
	var b [36]byte
	digits := hex.EncodeToString(u[:])
	from := 0
	for i, at := range hyphens {
		copy(b[from:at], digits[from-i:])
		b[at] = '-'
		from = at + 1
	}
	copy(b[from:], digits[from-len(hyphens):])
	return string(b[:])
}

// Version returns the version number.
func (u UUID) Version() Version { return Version(u[6] >> 4) }

// MarshalText implements encoding.TextMarshaler.
func (u UUID) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (u *UUID) UnmarshalText(text []byte) error {
	id, err := ParseBytes(text)
	if err == nil {
		*u = id
	}
	return err
}

// random returns 128 bits of crypto.getRandomValues.
func random() (id UUID) {
	array := js.Global().Get("Uint8Array").New(len(id))
	js.Global().Get("crypto").Call("getRandomValues", array)
	js.CopyBytesToGo(id[:], array)
	return id
}

// stamp sets the version and the variant of RFC 9562.
func stamp(id UUID, version byte) UUID {
	id[6] = id[6]&0x0f | version<<4
	id[8] = id[8]&0x3f | 0x80
	return id
}

// Variant is the layout of a UUID (RFC 9562, 4.1).
type Variant byte

// The variants, in google/uuid's order.
const (
	Invalid Variant = iota
	RFC4122
	Reserved
	Microsoft
	Future
)

// Variant reads the layout from the high bits of the ninth byte.
func (u UUID) Variant() Variant {
	switch b := u[8]; {
	case b < 0x80:
		return Reserved
	case b < 0xc0:
		return RFC4122
	case b < 0xe0:
		return Microsoft
	}
	return Future
}
