package bundle

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// ErrPackage is of a package that is not as it was signed.
var ErrPackage = errors.New("not the package that was signed")

// Verify checks what ForApp made, as an app does before it shows any of it: the key signed the manifest, each file in
// the manifest is there unchanged, and there is no other file. Without a key (nil) it checks only that the files fit
// the manifest. The error is ErrPackage, and names the file and what is wrong with it.
func Verify(files fs.FS, key ed25519.PublicKey) (Manifest, error) {
	m, err := readManifest(files, key)
	if err != nil {
		return Manifest{}, err
	}
	isListed := map[string]bool{"manifest.json": true, "manifest.sig": true}
	for _, f := range m.Files {
		content, err := fs.ReadFile(files, f.Path)
		if err != nil {
			return Manifest{}, wrongFile(f.Path, "it can't be read: %v", err)
		}
		if len(content) != f.Bytes || integrityOf(content) != f.Integrity {
			return Manifest{}, wrongFile(f.Path, "it was changed: %d bytes, %s; the manifest says %d, %s",
				len(content), integrityOf(content), f.Bytes, f.Integrity)
		}
		isListed[f.Path] = true
	}
	err = fs.WalkDir(files, ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && !isListed[name] {
			err = wrongFile(name, "it is not in the manifest")
		}
		return err
	})
	if err != nil {
		return Manifest{}, err
	}
	return m, nil
}

// readManifest reads the manifest, and checks its signature if there is a key.
func readManifest(files fs.FS, key ed25519.PublicKey) (m Manifest, err error) {
	text, err := fs.ReadFile(files, "manifest.json")
	if err != nil {
		return m, wrongFile("manifest.json", "%v", err)
	}
	if key != nil {
		signature, err := fs.ReadFile(files, "manifest.sig")
		if err != nil {
			return m, wrongFile("manifest.sig", "%v", err)
		}
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(signature)))
		if err != nil || !ed25519.Verify(key, text, raw) {
			return m, wrongFile("manifest.sig", "it is no signature of manifest.json with this key")
		}
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, wrongFile("manifest.json", "%v", err)
	}
	return m, nil
}

func wrongFile(name, format string, args ...any) error {
	return fmt.Errorf("%s: %s: %w", name, fmt.Sprintf(format, args...), ErrPackage)
}
