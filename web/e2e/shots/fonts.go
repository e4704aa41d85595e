package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// family is the typeface of the pictures. It has Latin and Chinese letters, so that pictures are the same everywhere.
const family = "Noto Sans CJK SC"

// pinnedFonts names the typeface for every other that our style sheets ask for and a machine may have.
const pinnedFonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
%s</fontconfig>
`

const pinnedFont = `<match target="pattern"><test name="family" qual="any"><string>%s</string></test>
<edit name="family" mode="assign" binding="strong"><string>` + family + `</string></edit></match>
`

// replaced are the typefaces that the pinned one stands for.
var replaced = []string{
	"system-ui", "sans-serif", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Helvetica", "Arial", "DejaVu Sans",
	"PingFang SC", "Microsoft YaHei", "Microsoft YaHei UI", "HarmonyOS Sans SC",
}

// pinFonts makes the browser draw every text in one typeface. It fails on a machine that lacks it: there, Chinese text
// would be boxes, and nobody would notice before they look.
func pinFonts(dir string) error {
	found, err := exec.Command("fc-list", ":lang=zh", "family").Output()
	if err != nil {
		return fmt.Errorf(`list the fonts: %w. Install fontconfig: run "make deps"`, err)
	}
	if !strings.Contains(string(found), family) {
		return errors.New("there is no " + family + ` for Chinese text. Install fonts-noto-cjk: run "make deps"`)
	}
	var rules strings.Builder
	for _, name := range replaced {
		fmt.Fprintf(&rules, pinnedFont, name)
	}
	file := filepath.Join(dir, "fonts.conf")
	if err := os.WriteFile(file, fmt.Appendf(nil, pinnedFonts, rules.String()), 0o644); err != nil {
		return err
	}
	return os.Setenv("FONTCONFIG_FILE", file) // the browser inherits it
}
