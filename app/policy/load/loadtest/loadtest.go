//go:build !js

// Package loadtest loads for tests the sites that the program carries.
package loadtest

import (
	"io/fs"
	"testing"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/assets"
)

// BuiltIn loads a site that the program carries.
func BuiltIn(t testing.TB, id string) *policy.Site {
	t.Helper()
	files, err := fs.Sub(assets.Files, "sites")
	if err != nil {
		t.Fatal(err)
	}
	site, err := load.Site(files, id)
	if err != nil {
		t.Fatal(err)
	}
	return site
}
