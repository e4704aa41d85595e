//go:build !js

package main

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/module"

	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web/wasm"
)

// What the Makefile writes into the program, with -ldflags "-X main.releaseCommit=…". Without it, as in "go install",
// readThisBuild reads what Go wrote there.
var releaseVersion, releaseCommit, releaseDate string

// build says what a program was built from.
type build struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Date    string `json:"date"` // of the commit, RFC 3339 in UTC

	Modified    bool `json:"modified"` // the checkout had changes that are in no commit
	WebAssembly bool `json:"webassembly"`
}

const unknown = "unknown" // commit or date

// readThisBuild reads what this program was built from.
func readThisBuild() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	b := readBuild(info)
	b.Version = cmp.Or(releaseVersion, b.Version)
	b.Commit = cmp.Or(releaseCommit, b.Commit)
	b.Date = cmp.Or(releaseDate, b.Date)
	b.WebAssembly = wasm.Built()
	return b
}

// readBuild reads what Go wrote into the program. A program of "go install" has no commit of its own. If its version
// has no tag, the module's version contains the commit.
func readBuild(info *debug.BuildInfo) build {
	b := build{Version: cmp.Or(info.Main.Version, "(devel)"), Commit: unknown, Date: unknown}
	if module.IsPseudoVersion(b.Version) {
		if commit, err := module.PseudoVersionRev(b.Version); err == nil {
			b.Commit = commit
		}
		if at, err := module.PseudoVersionTime(b.Version); err == nil {
			b.Date = at.UTC().Format(time.RFC3339)
		}
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Date = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

func (b build) String() string {
	text := fmt.Sprintf("%s, commit %s, %s", b.Version, b.Commit, b.Date)
	if b.Modified {
		text += ", modified"
	}
	if !b.WebAssembly {
		text += ", without WebAssembly"
	}
	return text
}

func newVersionCommand() *cobra.Command {
	var asJSON, showsLicenses bool
	c := &cobra.Command{
		Use: "version", Short: "Print the version, its commit and the commit's date", Args: cobra.NoArgs,
		RunE: runE(func(c *cobra.Command, _ []string) error {
			if showsLicenses {
				text, err := assets.Files.ReadFile("licenses.txt")
				if err != nil {
					return err
				}
				_, err = c.OutOrStdout().Write(text)
				return err
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), readThisBuild())
			}
			fmt.Fprintln(c.OutOrStdout(), readThisBuild())
			return nil
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, jsonUsage)
	c.Flags().BoolVar(&showsLicenses, "licenses", false, "print the licences of everything that the program contains")
	return c
}
