package sqlite

import (
	"io"
	"sync"

	"github.com/ncruces/go-sqlite3/vfs"
)

// The constants of coalescingVFS.
const (
	// coalescingName is the name that SQLite knows it by. Only the connection that writes uses it.
	coalescingName = "nod-coalescing"

	// maxCoalesced is the number of bytes that are held back at most: more than most commits need, and little memory.
	maxCoalesced = 1 << 20
)

var registerCoalescing = sync.OnceFunc(func() {
	vfs.Register(coalescingName, coalescingVFS{vfs.Find("").(vfs.VFSFilename)})
})

// coalescingVFS is the system's file access with one difference: it collects in memory what SQLite writes into its log,
// and writes it at once when SQLite syncs the log. SQLite writes the log page by page, in two writes each. A commit
// takes some two hundred writes, and at each one the system may let something else run first.
//
// This is safe. SQLite publishes a commit after the sync (synchronous = FULL). So nobody reads what is not written yet,
// and what a crash takes along was not acknowledged.
type coalescingVFS struct{ vfs.VFSFilename }

// OpenFilename opens a file. Only the log's writes are coalesced.
func (v coalescingVFS) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	file, out, err := v.VFSFilename.OpenFilename(name, flags)
	if err == nil && flags&vfs.OPEN_WAL != 0 {
		file = &coalescingFile{File: file}
	}
	return file, out, err
}

type coalescingFile struct {
	vfs.File
	offset  int64 // of the pending bytes in the file
	pending []byte
}

// WriteAt collects the bytes if they follow the pending ones.
func (f *coalescingFile) WriteAt(p []byte, offset int64) (int, error) {
	isNext := offset == f.offset+int64(len(f.pending))
	if len(f.pending) > 0 && (!isNext || len(f.pending)+len(p) > maxCoalesced) {
		if err := f.flush(); err != nil {
			return 0, err
		}
	}
	if len(f.pending) == 0 {
		f.offset = offset
	}
	f.pending = append(f.pending, p...)
	return len(p), nil
}

// flush writes the pending bytes. If that fails, it drops them: SQLite gets the error, and writes the transaction again
// or gives it up.
func (f *coalescingFile) flush() error {
	if len(f.pending) == 0 {
		return nil
	}
	n, err := f.File.WriteAt(f.pending, f.offset)
	if err == nil && n < len(f.pending) {
		err = io.ErrShortWrite
	}
	f.pending = f.pending[:0]
	return err
}

// ReadAt writes the pending bytes first, as all methods do that need the file to be complete.
func (f *coalescingFile) ReadAt(p []byte, offset int64) (int, error) {
	if err := f.flush(); err != nil {
		return 0, err
	}
	return f.File.ReadAt(p, offset)
}

func (f *coalescingFile) Sync(flags vfs.SyncFlag) error {
	if err := f.flush(); err != nil {
		return err
	}
	return f.File.Sync(flags)
}

func (f *coalescingFile) Truncate(size int64) error {
	if err := f.flush(); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

func (f *coalescingFile) Size() (int64, error) {
	if err := f.flush(); err != nil {
		return 0, err
	}
	return f.File.Size()
}

func (f *coalescingFile) Close() error {
	flushErr := f.flush()
	if err := f.File.Close(); err != nil {
		return err
	}
	return flushErr
}
