package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// picture is one of README and the documentation, in light and dark.
type picture struct {
	file  string // without "-dark" and extension
	lang  string
	state state
}

var pictures = []picture{
	{"banner", "zh-CN", state{"", "/demo/?lang={lang}", nil}},
	{"trackers", "en", state{"", "/demo/trackers?lang={lang}", []string{
		`nod.rejectAll()`, longPause, `document.getElementById("again").click()`, longPause,
	}}},
}

const (
	pictureWidth  = 1200
	pictureHeight = 750
)

// takePictures writes the pictures into a folder.
func takePictures(browser context.Context, base, out string) error {
	for _, p := range pictures {
		for _, theme := range []string{"light", "dark"} {
			file := p.file + ".png"
			if theme == "dark" {
				file = p.file + "-dark.png"
			}
			data, err := photograph(browser, base, p.state, shot{
				Lang: p.lang, Theme: theme, Width: pictureWidth, Height: pictureHeight, scale: 2,
			})
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			if err := os.WriteFile(filepath.Join(out, file), data, 0o644); err != nil {
				return err
			}
			fmt.Println(filepath.Join(out, file))
		}
	}
	return nil
}
