//go:build !js

package load

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Dir returns the files of a directory, as os.DirFS does. It opens them without waiting: to open a named pipe that
// nobody writes to would never end, and the server could neither reload nor stop.
func Dir(dir string) fs.FS { return directory{os.DirFS(dir), dir} }

type directory struct {
	fs.FS
	path string
}

// Open opens a file, and follows links.
func (d directory) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	f, err := os.OpenFile(filepath.Join(d.path, filepath.FromSlash(name)), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Stat follows links.
func (d directory) Stat(name string) (fs.FileInfo, error) { return fs.Stat(d.FS, name) }

// ReadDir lists a directory, sorted.
func (d directory) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(d.FS, name) }

// readFile reads a regular file of at most maxFile bytes.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if !info.Mode().IsRegular() {
		return nil, Problems{{
			File: name, Message: "is not a regular file", Hint: "Replace the directory, pipe or device by a file",
		}}
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > maxFile {
		return nil, Problems{{
			File: name, Message: fmt.Sprintf("is longer than %d bytes", maxFile), Hint: "Shorten it",
		}}
	}
	return data, nil
}
