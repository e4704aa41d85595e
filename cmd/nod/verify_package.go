//go:build !js

package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/web"
)

// verifyPackage checks an app's package with each of the keys, or that it is of one piece where there is none.
func verifyPackage(out io.Writer, dir string, keys []string, asJSON bool) error {
	public := []ed25519.PublicKey{nil}
	if len(keys) > 0 {
		public = nil
	}
	for _, k := range keys {
		p, err := publicKey(k)
		if err != nil {
			return misuse{err}
		}
		public = append(public, p)
	}
	var m web.Manifest
	var err error
	for _, p := range public {
		if m, err = web.VerifyBundle(os.DirFS(dir), p); err == nil {
			break
		}
	}
	if err != nil {
		if asJSON && errors.Is(err, web.ErrPackage) {
			json.NewEncoder(out).Encode(map[string]any{"valid": false, "error": err.Error()})
		}
		return fmt.Errorf("%s: %w", dir, err)
	}
	if asJSON {
		return json.NewEncoder(out).Encode(map[string]any{
			"valid": true, "site": m.Site, "policy": m.Policy, "platform": m.Platform, "files": len(m.Files), "pinned": len(keys) > 0,
		})
	}
	fmt.Fprintf(out, "site      %s\npolicy    %s\nfiles     %d, unchanged\n", m.Site, m.Policy, len(m.Files))
	if len(keys) == 0 {
		fmt.Fprintf(out, "\nThe signature was not checked. To know whose the package is, give the server's key with --verifier.\n")
	}
	return nil
}

// publicKey reads a verifier key, or the bare key that "nod bundle" prints for apps.
func publicKey(text string) (ed25519.PublicKey, error) {
	if raw, err := base64.StdEncoding.DecodeString(text); err == nil && len(raw) == ed25519.PublicKeySize {
		return raw, nil
	}
	if _, err := note.NewVerifier(text); err != nil {
		return nil, fmt.Errorf("--verifier %q: want a key as \"nod key show\" or \"nod bundle\" prints it: %w", text, err)
	}
	raw, _ := base64.StdEncoding.DecodeString(strings.SplitN(text, "+", 3)[2]) // NewVerifier saw to it; the first byte is the algorithm
	return raw[1:], nil
}
