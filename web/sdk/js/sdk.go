// Package js holds the npm package for pages whose code goes through a bundler: the script's API in one module, and
// components for React and Vue. The package is in no registry: a server and "make sdk" give it as a tarball.
package js

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
)

//go:generate go run ./build

//go:embed dist package.json README.md
var files embed.FS

// ReadVersion returns the version of the package.
func ReadVersion() (string, error) {
	content, err := files.ReadFile("package.json")
	if err != nil {
		return "", err
	}
	var named struct{ Version string }
	if err := json.Unmarshal(content, &named); err != nil {
		return "", fmt.Errorf("read the version of the npm package: %w", err)
	}
	return named.Version, nil
}

// Tarball returns the package as npm installs it. It has the same bytes each time.
func Tarball() ([]byte, error) {
	var b bytes.Buffer
	compressed, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	archive := tar.NewWriter(compressed)
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		// npm wants a folder "package".
		header := &tar.Header{Name: "package/" + path.Base(name), Mode: 0o644, Size: int64(len(content))}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		_, err = archive.Write(content)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("pack the npm package: %w", err)
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	if err := compressed.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
