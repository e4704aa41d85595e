//go:build !js

package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/assets"
)

func newInitCommand() *cobra.Command {
	var language string
	var asJSON bool
	c := &cobra.Command{
		Use:   "init SITE",
		Short: "Write a small site to start from",
		Long: `Write a small, complete site with comments into a new directory: sites/SITE, or the path that you give.
"nod serve --sites sites" serves it at once, and follows your changes.`,
		Args: requireOneArg("init: the site is missing. Give a name such as shop"),
		RunE: runE(func(c *cobra.Command, args []string) error {
			dir := args[0]
			if filepath.Base(dir) == dir {
				dir = filepath.Join("sites", dir)
			}
			result, err := initSite(dir, language)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), result)
			}
			result.print(c.OutOrStdout())
			return nil
		}),
	}
	c.Flags().StringVar(&language, "language", "en", "language of the site: "+strings.Join(listStarterLanguages(), " or "))
	c.Flags().BoolVar(&asJSON, "json", false, jsonUsage)
	return c
}

// initResult is what was written, as JSON.
type initResult struct {
	Site      string   `json:"site"`
	Directory string   `json:"directory"`
	Files     []string `json:"files"`
}

// print prints the files, and what to do with them.
func (r initResult) print(out io.Writer) {
	for _, name := range r.Files {
		fmt.Fprintln(out, name)
	}
	fmt.Fprintf(out, `
Serve it, and follow your changes (%[2]s, the company, its addresses and partners are invented):
    nod serve --sites %[1]s
Put it on a page of http://localhost:3000, and tag what needs consent:
    <script src="http://localhost:8080/%[2]s/consent.js"></script>
    <script type="text/plain" data-category="statistics" data-src="/stats.js"></script>
Browsers cache the script for five minutes: while you write, reload with the cache off.
`, filepath.Dir(r.Directory), r.Site)
}

// listStarterLanguages lists the languages that a new site can have.
func listStarterLanguages() []string {
	entries, err := assets.Files.ReadDir("starter")
	if err != nil {
		return nil
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// siteFile is one file of a new site.
type siteFile struct{ name, text string }

// initSite writes a new site into a new directory.
func initSite(dir, language string) (initResult, error) {
	id := filepath.Base(dir)
	if !policy.ValidSiteID(id) {
		return initResult{}, newUsageError("init %q: is not a site name. Use at most 32 of a-z, 0-9 and \"-\", "+
			"and no name that Nod uses itself, such as v1", id)
	}
	if languages := listStarterLanguages(); !slices.Contains(languages, language) {
		return initResult{}, newUsageError("--language %q: is not available. Languages: %s",
			language, strings.Join(languages, ", "))
	}
	files, err := fillStarter(id, language)
	if err != nil {
		return initResult{}, err
	}
	if err := writeSite(dir, files); err != nil {
		return initResult{}, err
	}
	result := initResult{Site: id, Directory: dir}
	for _, f := range files {
		result.Files = append(result.Files, filepath.Join(dir, f.name))
	}
	return result, nil
}

// fillStarter fills the starter files with the site's name and the date.
func fillStarter(id, language string) ([]siteFile, error) {
	today := time.Now().Format(time.DateOnly)
	fill := strings.NewReplacer("{{site}}", id, "{{name}}", strings.ToUpper(id[:1])+id[1:], "{{today}}", today)
	var files []siteFile
	for _, f := range []struct{ from, to string }{
		{"site.yaml", "site.yaml"},
		{"policy.yaml", filepath.Join("policy", today+".yaml")},
		{"policy.md", filepath.Join("policy", today+"."+language+".md")},
	} {
		text, err := assets.Files.ReadFile("starter/" + language + "/" + f.from)
		if err != nil {
			return nil, err
		}
		files = append(files, siteFile{f.to, fill.Replace(string(text))})
	}
	return files, nil
}

// writeSite writes the files into a new directory.
func writeSite(dir string, files []siteFile) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("init: %s already exists. Name another site, or move it away", dir)
	} else if err != nil {
		return err
	}
	for _, f := range files {
		if err := writeFileIn(dir, f.name, []byte(f.text)); err != nil {
			return err
		}
	}
	return nil
}

// writeFileIn writes a file of a directory, and creates the directories between them.
func writeFileIn(dir, name string, content []byte) error {
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o644)
}
