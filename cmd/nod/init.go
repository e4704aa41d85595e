//go:build !js

package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/assets"
)

// initOptions are what a new site is made of. Questions fill in what the flags leave out.
type initOptions struct {
	dir       string // such as sites/shop
	name      string // what visitors call the site
	languages []string
	origins   []string
	layout    string
	colour    string // accent, "" for the default
}

func newInitCommand() *cobra.Command {
	var o initOptions
	var asJSON, noQuestions bool
	c := &cobra.Command{
		Use:   "init [SITE]",
		Short: "Write a small site to start from",
		Long: `Write a small, complete site with comments into a new directory: sites/SITE, or the path that you give.
"nod serve --sites sites" serves it at once, and follows your changes.

On a terminal, the command asks for what the flags leave out. Elsewhere, and with --no-questions, it takes
the defaults. It speaks Chinese where the system does (LC_ALL, LC_MESSAGES, LANG), and where the system
speaks no language, if the site's first is Chinese.`,
		Example: `nod init shop
nod init shop --name "My shop" --language en,zh-CN --origin https://shop.example --layout bar --colour "#0a6b4f"`,
		Args: cobra.MaximumNArgs(1),
		RunE: runE(func(c *cobra.Command, args []string) error {
			words := chooseInitWords(o.languages)
			if len(args) == 1 {
				o.dir = args[0]
			}
			if !noQuestions && !asJSON && isTerminal(c.InOrStdin()) && isTerminal(c.OutOrStdout()) {
				if err := newQuestioner(c.InOrStdin(), c.OutOrStdout(), words).ask(&o); err != nil {
					return err
				}
			}
			server := findServerAddress(isFreePort)
			result, err := initSite(o.withDefaults(words), server)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), result)
			}
			result.print(c.OutOrStdout(), words, server)
			return nil
		}),
	}
	f := c.Flags()
	f.StringVar(&o.name, "name", "", "what visitors call the site (default: SITE)")
	f.StringSliceVar(&o.languages, "language", nil, "languages of the site, the first is the default: "+
		strings.Join(listStarterLanguages(), ", ")+" (default: the system's, else en)")
	f.StringSliceVar(&o.origins, "origin", nil, "origins of the pages that may use the site; may be repeated "+
		"(default: "+strings.Join(defaultOrigins, ", ")+")")
	f.StringVar(&o.layout, "layout", "", "where the banner is: "+strings.Join(layouts, ", ")+" (default box)")
	f.StringVar(&o.colour, "colour", "", "accent colour, such as #0a6b4f (default: blue)")
	f.BoolVar(&noQuestions, "no-questions", false, "never ask, and take the defaults")
	f.BoolVar(&asJSON, "json", false, jsonUsage)
	return c
}

var layouts = []string{"bar", "box", "centre"}

// defaultOrigins are an invented address, and where the usual tools serve a page while it is written: those of Node,
// Vite and Python.
var defaultOrigins = []string{
	"https://www.example.com", "http://localhost:3000", "http://localhost:5173", "http://localhost:8000",
}

// withDefaults fills in what neither flags nor answers gave.
func (o initOptions) withDefaults(words initWords) initOptions {
	if len(o.languages) == 0 {
		o.languages = []string{words.language}
	}
	if len(o.origins) == 0 {
		o.origins = defaultOrigins
	}
	if o.layout == "" {
		o.layout = "box"
	}
	if o.dir != "" && filepath.Base(o.dir) == o.dir {
		o.dir = filepath.Join("sites", o.dir)
	}
	if id := filepath.Base(o.dir); o.name == "" && o.dir != "" {
		o.name = strings.ToUpper(id[:1]) + id[1:]
	}
	return o
}

// check checks everything but the texts, which the loader checks. The error names the flag.
func (o initOptions) check() error {
	if o.dir == "" {
		return newUsageError("init: the site is missing. Give a name such as shop")
	}
	if err := checkSiteID(filepath.Base(o.dir)); err != nil {
		return newUsageError("init %w", err)
	}
	for _, check := range []struct {
		flag string
		err  error
	}{
		{"--language", checkLanguages(o.languages)}, {"--origin", checkOrigins(o.origins)},
		{"--layout", checkLayout(o.layout)}, {"--colour", checkColour(o.colour)},
	} {
		if check.err != nil {
			return newUsageError("%s %w", check.flag, check.err)
		}
	}
	return nil
}

// initResult is what was written, as JSON.
type initResult struct {
	Site      string   `json:"site"`
	Directory string   `json:"directory"`
	Files     []string `json:"files"`

	page string // origin of a page that may have the tag
}

// print prints the files, and what to do with them.
func (r initResult) print(out io.Writer, words initWords, server serverAddress) {
	for _, name := range r.Files {
		fmt.Fprintln(out, name)
	}
	serve := "nod serve --sites " + filepath.Dir(r.Directory)
	if server.listen != defaultAddr {
		serve += " --addr " + server.listen
	}
	fmt.Fprintf(out, words.next, serve, server.url, r.Site, filepath.Join(r.Directory, "policy"), r.page)
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

func checkLanguages(languages []string) error {
	for i, l := range languages {
		if available := listStarterLanguages(); !slices.Contains(available, l) {
			return fmt.Errorf("%q: is not available. Languages: %s. Begin with one of them; the guide \"Change words, or add "+
				"a language\" says how to add another", l, strings.Join(available, ", "))
		}
		if slices.Contains(languages[:i], l) {
			return fmt.Errorf("%q: is there twice", l)
		}
	}
	return nil
}

func checkLayout(layout string) error {
	if !slices.Contains(layouts, layout) {
		return fmt.Errorf("%q: is not a layout. Layouts: %s", layout, strings.Join(layouts, ", "))
	}
	return nil
}

var errStopped = errors.New("init: stopped, and nothing was written")
