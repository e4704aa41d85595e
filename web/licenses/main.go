// Command licenses writes the licences of everything that the program links or contains into assets/licenses.txt:
//
//	go run ./web/licenses
//
// A licence that is not on the list of this package is an error: decide about it before you add the library.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const output = "assets/licenses.txt"

func main() {
	text, err := collect(".")
	if err == nil {
		err = os.WriteFile(output, []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "licenses:", err)
		os.Exit(1)
	}
}

// allowed are the licences that a library may have, by SPDX identifier. All of them let us link it and pass it on.
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "Unlicense"}

// targets are the systems that the program is built for. Their libraries differ.
var targets = []string{"linux/amd64", "linux/arm64", "darwin/arm64", "windows/amd64", "js/wasm"}

// work is a library, or Go itself.
type work struct {
	Path, Version, Dir string
	ids                []string // of its licences
	text               string
}

// collect returns the text of assets/licenses.txt.
func collect(root string) (string, error) {
	works, err := listWorks(root)
	if err != nil {
		return "", err
	}
	for i := range works {
		if err := works[i].read(); err != nil {
			return "", err
		}
	}
	var b strings.Builder
	b.WriteString("The program nod links or contains these works. Their licences follow.\n\n")
	for _, w := range works {
		fmt.Fprintf(&b, "  %-26s %s\n", strings.Join(w.ids, ", "), w.name())
	}
	for _, w := range works {
		rule := strings.Repeat("=", 80)
		fmt.Fprintf(&b, "\n%s\n%s (%s)\n%s\n\n%s\n", rule, w.name(), strings.Join(w.ids, ", "), rule, w.text)
	}
	return b.String(), nil
}

func (w work) name() string { return strings.TrimSpace(w.Path + " " + w.Version) }

// listWorks lists the modules of all targets in order, and Go.
func listWorks(root string) ([]work, error) {
	goRoot, err := runGo(root, "", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	works := []work{{Path: "The Go standard library", Dir: strings.TrimSpace(string(goRoot))}}
	for _, target := range targets {
		listed, err := runGo(root, target, "list", "-deps", "-json=Module", "./cmd/nod")
		if err != nil {
			return nil, err
		}
		for decoder := json.NewDecoder(bytes.NewReader(listed)); decoder.More(); {
			var pkg struct {
				Module *struct {
					Path, Version, Dir string
					Main               bool
				}
			}
			if err := decoder.Decode(&pkg); err != nil {
				return nil, err
			}
			m := pkg.Module
			isNew := m != nil && !m.Main && !slices.ContainsFunc(works, func(w work) bool { return w.Path == m.Path })
			if isNew {
				works = append(works, work{Path: m.Path, Version: m.Version, Dir: m.Dir})
			}
		}
	}
	slices.SortFunc(works[1:], func(a, b work) int { return strings.Compare(a.Path, b.Path) })
	return works, nil
}

func runGo(dir, target string, args ...string) ([]byte, error) {
	c := exec.Command("go", args...)
	system, architecture, _ := strings.Cut(target, "/")
	c.Dir, c.Stderr = dir, os.Stderr
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if target != "" {
		c.Env = append(c.Env, "GOOS="+system, "GOARCH="+architecture)
	}
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	}
	return out, nil
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice)([.-].*)?$`)

// read reads the licences of a work, and finds out which they are.
func (w *work) read() error {
	entries, err := os.ReadDir(w.Dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(w.Dir, e.Name()))
		if err != nil {
			return err
		}
		w.text += strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")) + "\n"
	}
	w.ids = identify(w.text)
	if len(w.ids) == 0 {
		return fmt.Errorf("%s: no licence that this program knows. Read it, and add it to the list, "+
			"or leave the library out", w.name())
	}
	for _, id := range w.ids {
		if !slices.Contains(allowed, id) {
			return fmt.Errorf("%s: its licence %s is not on the list", w.name(), id)
		}
	}
	return nil
}

var spaces = regexp.MustCompile(`[\s*#/"“”]+`)

// identify returns the SPDX identifiers of the licences in a text.
func identify(text string) (ids []string) {
	text = strings.ToLower(spaces.ReplaceAllString(text, " "))
	has := func(phrase string) bool { return strings.Contains(text, phrase) }
	add := func(id string, is bool) {
		if is {
			ids = append(ids, id)
		}
	}
	add("AGPL", has("affero general public license"))
	add("Apache-2.0", has("apache license version 2.0") || has("licensed under the apache license"))
	add("BUSL", has("business source license"))
	isBSD := has("redistribution and use in source and binary forms")
	hasNames := has("neither the name") || has("names of its contributors") || has("name of the author may not")
	add("BSD-2-Clause", isBSD && !hasNames)
	add("BSD-3-Clause", isBSD && hasNames)
	add("GPL", has("gnu general public license") || has("gnu lesser general public license"))
	add("ISC", has("permission to use, copy, modify, and or distribute this software for any purpose"))
	granted := has("permission is hereby granted, free of charge, to any person")
	noticed := has("the above copyright notice and this permission notice")
	add("MIT", granted && noticed)
	add("MIT-0", granted && !noticed)
	add("MPL-2.0", has("mozilla public license"))
	add("SSPL", has("server side public license"))
	add("Unlicense", has("this is free and unencumbered software released into the public domain"))
	return ids
}
