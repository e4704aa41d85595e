//go:build !js

package ledger

import (
	"io"
	"sync"

	"github.com/ncruces/go-sqlite3/vfs"
)

// gatheringVFS is the name of the VFS below. Only the connection that writes uses it.
const gatheringVFS = "nod-gathering"

var registerGathering = sync.OnceFunc(func() {
	vfs.Register(gatheringVFS, gathering{vfs.Find("").(vfs.VFSFilename)})
})

// gathering is the system's file access, but that what SQLite writes into its log is gathered in memory until it has it
// synced, and goes out in one write. SQLite writes the log page by page, in two writes each: some two hundred for a commit, and
// at each the busy program may have something else run first.
//
// SQLite publishes a commit after it was synced (synchronous = FULL), so nobody looks for what is not written yet, and what a
// crash takes along was not acknowledged.
type gathering struct{ vfs.VFSFilename }

func (g gathering) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	file, out, err := g.VFSFilename.OpenFilename(name, flags)
	if err == nil && flags&vfs.OPEN_WAL != 0 {
		file = &gatheringFile{File: file}
	}
	return file, out, err
}

// maxGathered is the number of bytes that are gathered at most.
const maxGathered = 1 << 20

type gatheringFile struct {
	vfs.File
	at       int64 // where the gathered bytes begin
	gathered []byte
}

func (f *gatheringFile) WriteAt(p []byte, at int64) (int, error) {
	if len(f.gathered) > 0 && (at != f.at+int64(len(f.gathered)) || len(f.gathered)+len(p) > maxGathered) {
		if err := f.flush(); err != nil {
			return 0, err
		}
	}
	if len(f.gathered) == 0 {
		f.at = at
	}
	f.gathered = append(f.gathered, p...)
	return len(p), nil
}

// flush writes what was gathered. Where that fails it is forgotten: SQLite is told, and writes the transaction anew or gives it
// up.
func (f *gatheringFile) flush() error {
	if len(f.gathered) == 0 {
		return nil
	}
	n, err := f.File.WriteAt(f.gathered, f.at)
	if err == nil && n < len(f.gathered) {
		err = io.ErrShortWrite
	}
	f.gathered = f.gathered[:0]
	return err
}

func (f *gatheringFile) ReadAt(p []byte, at int64) (int, error) {
	if err := f.flush(); err != nil {
		return 0, err
	}
	return f.File.ReadAt(p, at)
}

func (f *gatheringFile) Sync(flags vfs.SyncFlag) error {
	if err := f.flush(); err != nil {
		return err
	}
	return f.File.Sync(flags)
}

func (f *gatheringFile) Truncate(size int64) error {
	if err := f.flush(); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

func (f *gatheringFile) Size() (int64, error) {
	if err := f.flush(); err != nil {
		return 0, err
	}
	return f.File.Size()
}

func (f *gatheringFile) Close() error {
	flushed := f.flush()
	if err := f.File.Close(); err != nil {
		return err
	}
	return flushed
}
