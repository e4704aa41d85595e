package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// After a library changed: go run ./web/licenses
func TestTheListOfLicencesIsThatOfTheLibraries(t *testing.T) {
	want, err := collect(root)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(root, output))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the libraries have. Run: go run ./web/licenses", output)
	}
	for _, path := range []string{"The Go standard library", "github.com/maxence-charriere/go-app/v9"} {
		if !strings.Contains(want, path) {
			t.Errorf("%s is missing", path)
		}
	}
}

func TestLicencesAreIdentifiedByTheirWords(t *testing.T) {
	const bsd = "Redistribution and use in source and binary\nforms, with or without modification"
	const mit = "Permission is hereby granted, free of charge, to any person"
	for text, want := range map[string][]string{
		"Apache License\n  Version 2.0, January 2004": {"Apache-2.0"},
		bsd:                              {"BSD-2-Clause"},
		bsd + "\n * Neither the name of": {"BSD-3-Clause"},
		mit + "… The above copyright notice and this permission notice shall": {"MIT"},
		mit:                            {"MIT-0"},
		"GNU GENERAL PUBLIC LICENSE":   {"GPL"},
		"Mozilla Public License\nv. 2": {"MPL-2.0"},
		"All rights reserved.":         nil,
	} {
		if got := identify(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q; want %q", text, got, want)
		}
	}
}

func TestALicenceThatIsNotOnTheListIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"GNU Affero General Public License": "its licence AGPL is not on the list",
		"All rights reserved.":              "no licence that this program knows",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "LICENSE.md"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		w := work{Path: "example.com/library", Version: "v1.0.0", Dir: dir}
		if err := w.read(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v", text, err)
		}
	}
}
