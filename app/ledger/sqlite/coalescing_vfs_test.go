package sqlite

import (
	"bytes"
	"errors"
	"testing"

	"github.com/ncruces/go-sqlite3/vfs"
)

// memoryFile is a file that counts its writes.
type memoryFile struct {
	vfs.File
	content []byte
	writes  int
	err     error // of the next write
}

func (f *memoryFile) WriteAt(p []byte, offset int64) (int, error) {
	if err := f.err; err != nil {
		f.err = nil
		return 0, err
	}
	f.writes++
	if end := int(offset) + len(p); end > len(f.content) {
		f.content = append(f.content, make([]byte, end-len(f.content))...)
	}
	return copy(f.content[offset:], p), nil
}

func (f *memoryFile) ReadAt(p []byte, offset int64) (int, error) {
	return copy(p, f.content[offset:]), nil
}
func (f *memoryFile) Sync(vfs.SyncFlag) error { return nil }
func (f *memoryFile) Size() (int64, error)    { return int64(len(f.content)), nil }

func writePages(t *testing.T, f *coalescingFile, offset int64, pages ...string) {
	t.Helper()
	for _, page := range pages {
		if n, err := f.WriteAt([]byte(page), offset); err != nil || n != len(page) {
			t.Fatalf("%d bytes written, error %v", n, err)
		}
		offset += int64(len(page))
	}
}

func TestWritesInARowReachTheFileAtOnce(t *testing.T) {
	under := &memoryFile{}
	f := &coalescingFile{File: under}
	writePages(t, f, 0, "aa", "bb", "cc")
	if under.writes != 0 {
		t.Errorf("%d writes before the sync", under.writes)
	}
	if err := f.Sync(0); err != nil || under.writes != 1 || string(under.content) != "aabbcc" {
		t.Errorf("%d writes of %q, error %v: want 1", under.writes, under.content, err)
	}
	writePages(t, f, 6, "dd")
	writePages(t, f, 0, "xx") // elsewhere: the log restarts
	read := make([]byte, 8)
	if n, err := f.ReadAt(read, 0); err != nil || string(read[:n]) != "xxbbccdd" || under.writes != 3 {
		t.Errorf("read %q after %d writes, error %v", read[:n], under.writes, err)
	}
	writePages(t, f, 8, string(bytes.Repeat([]byte("e"), maxCoalesced)), "f")
	if under.writes != 4 {
		t.Errorf("%d writes: want one as soon as %d bytes are pending", under.writes, maxCoalesced)
	}
	if size, err := f.Size(); err != nil || size != 8+maxCoalesced+1 {
		t.Errorf("size %d, error %v", size, err)
	}
}

func TestAFailedWriteIsReportedAndDropped(t *testing.T) {
	full := errors.New("no space left")
	under := &memoryFile{err: full}
	f := &coalescingFile{File: under}
	writePages(t, f, 0, "aa")
	if err := f.Sync(0); !errors.Is(err, full) {
		t.Errorf("error %v: want %v", err, full)
	}
	if err := f.Sync(0); err != nil || len(under.content) != 0 {
		t.Errorf("%q written, error %v: want the bytes dropped", under.content, err)
	}
}
