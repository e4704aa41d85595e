package main

import (
	"bytes"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// moduleOf is a module with these data segments and a section after them.
func moduleOf(segments ...segment) []byte {
	b := []byte("\x00asm\x01\x00\x00\x00")
	b = appendBytes(append(b, dataSection), appendSegments(nil, segments))
	return appendBytes(append(b, 0), []byte("\x04name"))
}

// memoryOf is the memory that a module's segments fill.
func memoryOf(t *testing.T, wasm []byte, size int) []byte {
	t.Helper()
	content, _, err := readBytes(wasm[moduleHeaderSize+1:])
	if err != nil {
		t.Fatal(err)
	}
	segments, err := readSegments(content)
	if err != nil {
		t.Fatal(err)
	}
	memory := make([]byte, size)
	for _, s := range segments {
		copy(memory[s.offset:], s.content)
	}
	return memory
}

func TestSegmentsAreJoinedOverSmallGapsOnly(t *testing.T) {
	for name, test := range map[string]struct{ segments, want []segment }{
		"none":            {nil, nil},
		"one":             {[]segment{{5, []byte("a")}}, []segment{{5, []byte("a")}}},
		"without a gap":   {[]segment{{0, []byte("a")}, {1, []byte("b")}}, []segment{{0, []byte("ab")}}},
		"a gap of two":    {[]segment{{0, []byte("a")}, {3, []byte("b")}}, []segment{{0, []byte("a\x00\x00b")}}},
		"a gap too large": {[]segment{{0, []byte("a")}, {66, []byte("b")}}, []segment{{0, []byte("a")}, {66, []byte("b")}}},
		"out of order":    {[]segment{{9, []byte("a")}, {3, []byte("b")}}, []segment{{9, []byte("a")}, {3, []byte("b")}}},
		"overlapping": {[]segment{{0, []byte("abc")}, {1, []byte("x")}},
			[]segment{{0, []byte("abc")}, {1, []byte("x")}}},
		"above 2 GiB": {[]segment{{math.MaxUint32 - 1, []byte("a")}}, []segment{{math.MaxUint32 - 1, []byte("a")}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := joinSegments(moduleOf(test.segments...))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(moduleOf(test.want...), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestWhatTheBuildDoesNotKnowIsRefused(t *testing.T) {
	header := "\x00asm\x01\x00\x00\x00"
	for name, module := range map[string]string{
		"empty":                     "",
		"a section without its end": header + "\x0b\x05\x01",
		"a passive segment":         header + "\x0b\x04\x01\x01\x01a",
		"another memory":            header + "\x0b\x07\x01\x02\x01\x41\x00\x0b\x00",
		"an offset from a global":   header + "\x0b\x06\x01\x00\x23\x00\x0b\x00",
		"a count of segments":       header + "\x0c\x01\x00",
		"bytes after the segments":  header + "\x0b\x07\x01\x00\x41\x00\x0b\x00x",
	} {
		if got, err := joinSegments([]byte(module)); err == nil {
			t.Errorf("%s: got %q; want an error", name, got)
		}
	}
}

func FuzzJoinedSegmentsFillTheSameMemory(f *testing.F) {
	f.Add([]byte("\x00\x00\x00abc"), []byte("x\x00\x00\x00y"))
	f.Add(make([]byte, 200), []byte{1})
	f.Fuzz(func(t *testing.T, first, second []byte) {
		memory := append(append(bytes.Clone(first), make([]byte, joinGap)...), second...)
		var segments []segment // one for each run without zeros
		for i, c := range memory {
			switch {
			case c == 0:
			case i > 0 && memory[i-1] != 0:
				segments[len(segments)-1].content = append(segments[len(segments)-1].content, c)
			default:
				segments = append(segments, segment{int64(i), []byte{c}})
			}
		}
		joined, err := joinSegments(moduleOf(segments...))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(memoryOf(t, joined, len(memory)), memory) {
			t.Errorf("%q became %q", memory, memoryOf(t, joined, len(memory)))
		}
	})
}

func FuzzModulesAreReadWithoutAPanic(f *testing.F) {
	f.Add(moduleOf(segment{5, []byte("a")}))
	f.Fuzz(func(_ *testing.T, wasm []byte) { _, _ = joinSegments(wasm) })
}
