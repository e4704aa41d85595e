package web

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

// VerifyBundle checks what BundleApp wrote, as an app does before it shows any of it: that the manifest is signed with the key, that each
// file in it is there and as it says, and that there is no other. Without a key (nil) it is only shown to be of one piece. The error is
// ErrPackage, and names the file and what is wrong with it.
func VerifyBundle(files fs.FS, key ed25519.PublicKey) (Manifest, error) {
	var m Manifest
	wrong := func(name, format string, args ...any) (Manifest, error) {
		return Manifest{}, fmt.Errorf("%s: %s: %w", name, fmt.Sprintf(format, args...), ErrPackage)
	}
	text, err := fs.ReadFile(files, "manifest.json")
	if err != nil {
		return wrong("manifest.json", "%v", err)
	}
	if key != nil {
		signature, err := fs.ReadFile(files, "manifest.sig")
		if err != nil {
			return wrong("manifest.sig", "%v", err)
		}
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(signature)))
		if err != nil || !ed25519.Verify(key, text, raw) {
			return wrong("manifest.sig", "it is no signature of manifest.json with this key")
		}
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return wrong("manifest.json", "%v", err)
	}
	listed := map[string]bool{"manifest.json": true, "manifest.sig": true}
	for _, f := range m.Files {
		content, err := fs.ReadFile(files, f.Path)
		if err != nil {
			return wrong(f.Path, "it can't be read: %v", err)
		}
		if len(content) != f.Bytes || integrity(content) != f.Integrity {
			return wrong(f.Path, "it was changed: %d bytes, %s; the manifest says %d, %s", len(content), integrity(content), f.Bytes, f.Integrity)
		}
		listed[f.Path] = true
	}
	err = fs.WalkDir(files, ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && !listed[name] {
			_, err = wrong(name, "it is not in the manifest")
		}
		return err
	})
	if err != nil {
		return Manifest{}, err
	}
	return m, nil
}
