//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/declarations"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/bundle"
)

// exportOptions are the flags of nod export-declarations.
type exportOptions struct {
	sites    string
	site     string
	server   string
	out      string
	language string
	formats  []string
	json     bool
}

func newExportDeclarationsCommand() *cobra.Command {
	var o exportOptions
	c := &cobra.Command{
		Use:     "export-declarations",
		Example: "  nod export-declarations --sites sites --site shop --server https://consent.example.com --out declared",
		Short:   "Write what platforms and app stores want declared, from a site's policy",
		Long: `Write what platforms and app stores want declared about the privacy of an app, from the policy of a site.

uni-app and donut are dialogs with the words of the first layer, apple is a privacy manifest
(PrivacyInfo.xcprivacy), play a CSV file for the data safety form, and wechat the settings of a mini
program's privacy guide (用户隐私保护指引).

Only what the policy says is declared. What it does not say is listed, and the exit status is then 1. What
no policy can answer is listed too, and does not count.`,
		Args: cobra.NoArgs,
		RunE: runE(func(c *cobra.Command, _ []string) error {
			return exportDeclarations(c.Context(), c.OutOrStdout(), o)
		}),
	}
	f := c.Flags()
	f.StringVar(&o.sites, "sites", "", sitesUsage)
	f.StringVar(&o.site, "site", "", "name of the site (required)")
	f.StringVar(&o.server, "server", "", "address of the server, for links to the policy (required)")
	f.StringVar(&o.out, "out", "", "directory to write to; created if missing (required)")
	f.StringVar(&o.language, "language", "", "language of the texts (default: the site's first)")
	f.StringSliceVar(&o.formats, "for", nil, "only these: uni-app, donut, apple, play, wechat (default: all)")
	f.BoolVar(&o.json, "json", false, jsonUsage)
	return c
}

func (o exportOptions) check() error {
	required := map[string]string{"--site NAME": o.site, "--server URL": o.server, "--out DIR": o.out}
	if err := requireFlags(required); err != nil {
		return err
	}
	_, err := o.listFormats()
	return err
}

// listFormats lists the formats of --for, or all.
func (o exportOptions) listFormats() (formats []declarations.Format, err error) {
	for _, name := range o.formats {
		if !slices.Contains(declarations.Formats, declarations.Format(name)) {
			var known []string
			for _, f := range declarations.Formats {
				known = append(known, string(f))
			}
			return nil, newUsageError("--for %q: is not a declaration. Declarations: %s", name, strings.Join(known, ", "))
		}
		formats = append(formats, declarations.Format(name))
	}
	if len(formats) == 0 {
		formats = declarations.Formats
	}
	return formats, nil
}

// exportDeclarations writes the declarations into an empty directory, and lists what they lack.
func exportDeclarations(ctx context.Context, out io.Writer, o exportOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	site, err := loadSiteFor(o.sites, o.site, o.out)
	if err != nil {
		return err
	}
	files, gaps, err := makeDeclarations(ctx, site, o)
	if errors.Is(err, bundle.ErrAddress) {
		return newUsageError("--server: %w", err)
	}
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := writeFileIn(o.out, f.Path, f.Content); err != nil {
			return err
		}
	}
	return reportDeclarations(out, o, files, gaps)
}

func makeDeclarations(
	ctx context.Context, site *policy.Site, o exportOptions,
) ([]declarations.File, []declarations.Gap, error) {
	formats, err := o.listFormats()
	if err != nil {
		return nil, nil, err
	}
	source := declarations.Source{Site: site, Language: o.language}
	if source.Language == "" {
		source.Language = site.Language()
	}
	if source.Dialogs, err = bundle.Dialogs(ctx, site, o.server, source.Language); err != nil {
		return nil, nil, err
	}
	return declarations.Make(source, formats)
}

// reportDeclarations prints what was written and what is missing. What the policy could say and does not is a failure.
func reportDeclarations(out io.Writer, o exportOptions, files []declarations.File, gaps []declarations.Gap) error {
	missing := 0
	for _, g := range gaps {
		if !g.IsOpen {
			missing++
		}
	}
	var paths []string
	for _, f := range files {
		paths = append(paths, f.Path)
	}
	if o.json {
		err := writeJSON(out, map[string]any{"files": emptyList(paths), "gaps": emptyList(gaps)})
		if err != nil {
			return err
		}
	} else {
		for _, g := range gaps {
			level := "missing"
			if g.IsOpen {
				level = "open"
			}
			fmt.Fprintf(out, "%s: %s\n", level, g)
		}
		fmt.Fprintf(out, "%d files in %s\n", len(files), o.out)
	}
	if missing > 0 {
		return fmt.Errorf("the policy leaves out what the declarations need: missing: %d. Add it, or use --for", missing)
	}
	return nil
}
