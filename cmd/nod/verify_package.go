//go:build !js

package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/web/bundle"
)

// verifyPackage checks an app's package with each of the keys. Without a key, it only checks that the files fit the
// manifest.
func verifyPackage(out io.Writer, dir string, keys []string, asJSON bool) error {
	public := []ed25519.PublicKey{nil}
	if len(keys) > 0 {
		public = nil
	}
	for _, k := range keys {
		p, err := parsePublicKey(k)
		if err != nil {
			return usageError{err}
		}
		public = append(public, p)
	}
	var m bundle.Manifest
	var err error
	for _, p := range public {
		if m, err = bundle.Verify(os.DirFS(dir), p); err == nil {
			break
		}
	}
	if err != nil {
		if asJSON && errors.Is(err, bundle.ErrPackage) {
			if err := writeJSON(out, map[string]any{"valid": false, "error": err.Error()}); err != nil {
				return err
			}
		}
		return fmt.Errorf("%s: %w", dir, err)
	}
	if asJSON {
		return writeJSON(out, map[string]any{
			"valid": true, "site": m.Site, "policy": m.Policy, "platform": m.Platform, "files": len(m.Files),
			"pinned": len(keys) > 0,
		})
	}
	fmt.Fprintf(out, "site      %s\npolicy    %s\nfiles     %d, unchanged\n", m.Site, m.Policy, len(m.Files))
	if len(keys) == 0 {
		fmt.Fprintf(out, "\nThe signature was not checked. To check it, give the server's key with --verifier.\n")
	}
	return nil
}

// parsePublicKey reads a verifier key, or the bare key that "nod bundle" prints for apps.
func parsePublicKey(text string) (ed25519.PublicKey, error) {
	if raw, err := base64.StdEncoding.DecodeString(text); err == nil && len(raw) == ed25519.PublicKeySize {
		return raw, nil
	}
	if _, err := note.NewVerifier(text); err != nil {
		return nil, fmt.Errorf("--verifier %q: %w. Give a key that \"nod key show\" or \"nod bundle\" prints", text, err)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.SplitN(text, "+", 3)[2])
	if err != nil {
		return nil, err
	}
	return raw[1:], nil // the first byte is the algorithm
}
