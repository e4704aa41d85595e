//go:build !js

package main

import (
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

// replaceSiteKeys replaces each key of the site, as receipts carry it, by the server's key with the same public half.
func replaceSiteKeys(keys []string, published []ledger.KnownKey, site string) []string {
	keys = slices.Clone(keys)
	for _, k := range published {
		siteKey, err := proof.SiteVerifier(k.Verifier, site)
		if i := slices.Index(keys, siteKey); err == nil && i >= 0 {
			keys[i] = k.Verifier
		}
	}
	return keys
}

// addSuccessors adds the keys that replaced the last trusted one, as their signed statements prove. A key has one
// successor: a second one may come from a thief of the key.
func addSuccessors(trusted []string, published []ledger.KnownKey) ([]string, error) {
	trusted = slices.Clone(trusted)
	for _, k := range published {
		if k.Statement == "" {
			continue
		}
		r, err := proof.ParseRotation([]byte(k.Statement))
		if err != nil {
			return nil, fmt.Errorf("the server's keys: %w", err)
		}
		switch i := slices.Index(trusted, r.Old); {
		case i < 0:
		case i == len(trusted)-1:
			trusted = append(trusted, r.New)
		case trusted[i+1] != r.New:
			return nil, fmt.Errorf("the server's keys: %s was replaced by %s, but %s also claims to have replaced it. "+
				"Ask the server's owner, and give the right key with --verifier", r.Old, trusted[i+1], r.New)
		}
	}
	return trusted, nil
}

// makeSiteVerifiers derives the keys of a site's tree, and its origin, which is their name.
func makeSiteVerifiers(keys []string, site string) (note.Verifiers, string, error) {
	var list []note.Verifier
	origin := ""
	for _, k := range keys {
		siteKey, err := proof.SiteVerifier(k, site)
		if err != nil {
			return nil, "", err
		}
		v, err := note.NewVerifier(siteKey)
		if err != nil {
			return nil, "", err
		}
		if origin != "" && v.Name() != origin {
			return nil, "", fmt.Errorf("keys of two servers: %s and %s. Give those of one server", origin, v.Name())
		}
		origin = v.Name()
		list = append(list, v)
	}
	return note.VerifierList(list...), origin, nil
}

// findSigner returns the key that signed, the last one if there are several.
func findSigner(signed []byte, keys []string, site string) string {
	for _, k := range slices.Backward(keys) {
		if verifiers, _, err := makeSiteVerifiers([]string{k}, site); err == nil {
			if _, err := note.Open(signed, verifiers); err == nil {
				return k
			}
		}
	}
	return ""
}
