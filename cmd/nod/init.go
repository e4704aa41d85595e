//go:build !js

package main

import (
	"encoding/json"
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

func initCommand() *cobra.Command {
	var language string
	var asJSON bool
	c := &cobra.Command{
		Use:   "init SITE",
		Short: "Write a small site to begin with",
		Long: `Write a small, complete site with comments into a new directory: sites/SITE, or the path that is given. "nod serve --sites sites" serves
it at once, and follows what you change.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("init: want the name of the site, such as shop")
			}
			return nil
		},
		RunE: work(func(c *cobra.Command, args []string) error {
			dir := args[0]
			if filepath.Base(dir) == dir {
				dir = filepath.Join("sites", dir)
			}
			files, err := starter(dir, language)
			if err != nil {
				return err
			}
			if err := writeSite(dir, files); err != nil {
				return err
			}
			out, id := c.OutOrStdout(), filepath.Base(dir)
			made := initResult{Site: id, Directory: dir}
			for _, f := range files {
				made.Files = append(made.Files, filepath.Join(dir, f.name))
			}
			if asJSON {
				return json.NewEncoder(out).Encode(made)
			}
			made.print(out)
			return nil
		}),
	}
	c.Flags().StringVar(&language, "language", "en", "language of its texts: "+strings.Join(starterLanguages(), " or "))
	c.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
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
Serve it, and follow what you change (%[2]s, the company, its addresses and partners are invented):
    nod serve --sites %[1]s
Put it on a page of http://localhost:3000, and tag what needs consent:
    <script src="http://localhost:8080/%[2]s/consent.js"></script>
    <script type="text/plain" data-category="statistics" data-src="/stats.js"></script>
A browser keeps the script for five minutes: while you write, reload with its cache off.
`, filepath.Dir(r.Directory), r.Site)
}

// starterLanguages are those in which there is something to begin with.
func starterLanguages() []string {
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

// siteFile is one file of a site.
type siteFile struct{ name, text string }

func starter(dir, language string) ([]siteFile, error) {
	id := filepath.Base(dir)
	if !policy.ValidSiteID(id) {
		return nil, misuse{fmt.Errorf("%q can't be a site's name; want a-z, 0-9 and \"-\", at most 32, and no address of the program's own", id)}
	}
	if !slices.Contains(starterLanguages(), language) {
		return nil, misuse{fmt.Errorf("--language %q: want one of %s", language, strings.Join(starterLanguages(), ", "))}
	}
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
		return fmt.Errorf("%s is there already; name another site, or move it away", dir)
	} else if err != nil {
		return err
	}
	for _, f := range files {
		name := filepath.Join(dir, f.name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(f.text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
