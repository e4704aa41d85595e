package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// joinGap is how many zero bytes between two data segments cost less than the header of one more segment. Go's linker
// leaves out each run of zeros, so that headers were a tenth of the compressed program. The best of 16 to 256 bytes.
const joinGap = 64

// Parts of a WebAssembly module (WebAssembly Core Specification 2.0, section 5.5).
const (
	moduleHeaderSize = 8 // magic number and version

	dataSection      = 11
	dataCountSection = 12

	opcodeI32Const = 0x41
	opcodeEnd      = 0x0b
)

// segment is content that the engine copies into memory before the program starts.
type segment struct {
	offset  int64
	content []byte
}

var errTruncated = errors.New("the module ends too early")

// joinSegments joins the data segments of a program that are at most joinGap bytes apart. Its memory starts with the
// same content. It refuses segments that it does not know: Go writes active segments of the first memory only.
func joinSegments(wasm []byte) ([]byte, error) {
	if len(wasm) < moduleHeaderSize {
		return nil, errTruncated
	}
	joined := slices.Clone(wasm[:moduleHeaderSize])
	for rest := wasm[moduleHeaderSize:]; len(rest) > 0; {
		id := rest[0]
		content, next, err := readBytes(rest[1:])
		if err != nil {
			return nil, fmt.Errorf("section %d: %w", id, err)
		}
		switch id {
		case dataSection:
			segments, err := readSegments(content)
			if err != nil {
				return nil, fmt.Errorf("data section: %w", err)
			}
			content = appendSegments(nil, joinNeighbours(segments))
		case dataCountSection:
			return nil, errors.New("the program counts its data segments, which this build does not expect")
		}
		joined = appendBytes(append(joined, id), content)
		rest = next
	}
	return joined, nil
}

func readSegments(content []byte) ([]segment, error) {
	count, content, err := readUint(content)
	if err != nil {
		return nil, err
	}
	var segments []segment
	for i := range count {
		if len(content) < 2 || content[0] != 0 || content[1] != opcodeI32Const {
			return nil, fmt.Errorf("segment %d is not an active one of the first memory with a constant offset", i)
		}
		offset, rest, err := readInt(content[2:])
		if err != nil {
			return nil, err
		}
		if len(rest) == 0 || rest[0] != opcodeEnd {
			return nil, fmt.Errorf("the offset of segment %d is not a constant", i)
		}
		var s segment
		if s.content, content, err = readBytes(rest[1:]); err != nil {
			return nil, err
		}
		s.offset = int64(uint32(offset)) // the instruction is signed, addresses are not
		segments = append(segments, s)
	}
	if len(content) > 0 {
		return nil, fmt.Errorf("%d bytes after the last segment", len(content))
	}
	return segments, nil
}

// joinNeighbours joins segments that follow each other closely. A segment that starts before the end of the one before
// stays alone, because the later one overwrites the earlier one.
func joinNeighbours(segments []segment) []segment {
	var joined []segment
	for _, s := range segments {
		if len(joined) > 0 {
			last := &joined[len(joined)-1]
			gap := s.offset - last.offset - int64(len(last.content))
			if gap >= 0 && gap <= joinGap {
				last.content = append(append(last.content, make([]byte, gap)...), s.content...)
				continue
			}
		}
		joined = append(joined, segment{s.offset, slices.Clone(s.content)})
	}
	return joined
}

func appendSegments(b []byte, segments []segment) []byte {
	b = binary.AppendUvarint(b, uint64(len(segments)))
	for _, s := range segments {
		b = append(b, 0, opcodeI32Const)
		b = appendInt(b, int64(int32(uint32(s.offset))))
		b = append(b, opcodeEnd)
		b = appendBytes(b, s.content)
	}
	return b
}

// readBytes reads a length and as many bytes.
func readBytes(b []byte) (content, rest []byte, err error) {
	size, b, err := readUint(b)
	if err != nil {
		return nil, nil, err
	}
	if size > uint64(len(b)) {
		return nil, nil, errTruncated
	}
	return b[:size], b[size:], nil
}

func appendBytes(b, content []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(content))), content...)
}

// readUint reads an unsigned LEB128 number, which encoding/binary calls Uvarint.
func readUint(b []byte) (n uint64, rest []byte, err error) {
	n, size := binary.Uvarint(b)
	if size <= 0 {
		return 0, nil, errTruncated
	}
	return n, b[size:], nil
}

// readInt reads a signed LEB128 number of at most 32 bits. It differs from a Varint of encoding/binary.
func readInt(b []byte) (n int64, rest []byte, err error) {
	for i, c := range b {
		if i == 5 {
			break
		}
		shift := 7 * i
		n |= int64(c&0x7f) << shift
		if c&0x80 == 0 {
			if c&0x40 != 0 {
				n |= -1 << (shift + 7)
			}
			return n, b[i+1:], nil
		}
	}
	return 0, nil, errTruncated
}

func appendInt(b []byte, n int64) []byte {
	for {
		c := byte(n & 0x7f)
		n >>= 7
		if n == 0 && c&0x40 == 0 || n == -1 && c&0x40 != 0 {
			return append(b, c)
		}
		b = append(b, c|0x80)
	}
}
