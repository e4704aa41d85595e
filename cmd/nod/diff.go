//go:build !js

package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/diff"
	"github.com/nod-consent/nod/app/policy/load"
)

func newDiffCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "diff OLD NEW",
		Example: "  nod diff sites/shop sites/shop/policy/2027-01-01.yaml",
		Short:   "Compare two policy versions and show which purposes need new consent",
		Long: `Compare two policy versions. For each difference, show its class, the reason for the class, and which
purposes need new consent. A server decides by the same comparison.

OLD and NEW are policy files of a site, such as portal/policy/2024-01-01.yaml, or a site's directory for
its current version. The exit status is 1 if a change is material, otherwise 0.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("diff: needs two policy versions. Give two policy files or directories of a site")
			}
			return nil
		},
		RunE: runE(func(c *cobra.Command, args []string) error {
			_, before, err := readVersion(args[0])
			if err != nil {
				return err
			}
			site, after, err := readVersion(args[1])
			if err != nil {
				return err
			}
			d := diff.Compare(site, before, after)
			if asJSON {
				if err := writeJSON(c.OutOrStdout(), newDiffResult(site, d)); err != nil {
					return err
				}
			} else {
				printDiff(c.OutOrStdout(), site, d)
			}
			if d.Class() == policy.Material {
				return fmt.Errorf("%s → %s: the changes are material", d.Old, d.New)
			}
			return nil
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, jsonUsage)
	return c
}

// readVersion reads the version in a policy file, or the current one of a site's directory.
func readVersion(name string) (*policy.Site, *policy.Policy, error) {
	if name == "" {
		return nil, nil, newUsageError("diff: an argument is empty. Give a policy file, or the directory of a site")
	}
	found, err := findSiteFiles(name)
	if err != nil {
		return nil, nil, err
	}
	if len(found.ids) != 1 {
		return nil, nil, newUsageError("%s: contains several sites (%s). Give a policy file, or the directory of one site",
			name, strings.Join(found.ids, ", "))
	}
	site, err := load.Site(found.files, found.ids[0])
	if err != nil {
		return nil, nil, found.addPrefix(err)
	}
	if findSiteDirectory(name) == name {
		return site, site.CurrentPolicy(), nil
	}
	version := strings.TrimSuffix(filepath.Base(name), ".yaml")
	p, ok := site.Policy(version)
	if !ok {
		return nil, nil, fmt.Errorf("%s: is not a policy version. Versions: %s", name, strings.Join(site.Versions(), ", "))
	}
	return site, p, nil
}

// diffResult is a comparison as JSON.
type diffResult struct {
	Old         string              `json:"old"`
	New         string              `json:"new"`
	Class       policy.Class        `json:"class"`
	Kinds       []policy.ChangeKind `json:"kinds"`
	Asks        []string            `json:"asks"`
	Reduces     bool                `json:"reduces"`
	Differences []difference        `json:"differences"`
}

// difference is one difference as JSON. Its texts are in the site's first language.
type difference struct {
	Place   string            `json:"place"`
	Class   policy.Class      `json:"class"`
	Kind    policy.ChangeKind `json:"kind,omitempty"`
	Reason  string            `json:"reason"`
	Before  string            `json:"before,omitempty"`
	After   string            `json:"after,omitempty"`
	Asks    []string          `json:"asks"`
	Reduces bool              `json:"reduces"`
}

func newDiffResult(site *policy.Site, d diff.Result) diffResult {
	out := diffResult{
		Old: d.Old, New: d.New, Class: d.Class(), Kinds: emptyList(d.Kinds()), Asks: emptyList(d.Asks()),
		Reduces: d.Reduces(), Differences: []difference{},
	}
	for _, one := range d.Differences {
		before, after := translateDifference(site, one)
		out.Differences = append(out.Differences, difference{
			one.Path(), one.Class, one.Kind, one.Reason, before, after, emptyList(one.Asks), one.Reduces,
		})
	}
	return out
}

// printDiff prints the differences, the most important first.
func printDiff(w io.Writer, site *policy.Site, d diff.Result) {
	fmt.Fprintf(w, "%s → %s: %s\n", d.Old, d.New, summarizeDiff(d))
	for _, class := range slices.Backward(policy.Classes) {
		for _, one := range d.Differences {
			if one.Class == class {
				printDifference(w, site, one)
			}
		}
	}
}

func printDifference(w io.Writer, site *policy.Site, d diff.Difference) {
	fmt.Fprintf(w, "\n%s", d.Class)
	if d.Kind != "" {
		fmt.Fprintf(w, ", %s", d.Kind)
	}
	fmt.Fprintf(w, ": %s\n  %s\n", d.Path(), d.Reason)
	before, after := translateDifference(site, d)
	printSide(w, "-", before)
	printSide(w, "+", after)
	if len(d.Asks) > 0 {
		fmt.Fprintf(w, "  asks again for %s\n", strings.Join(d.Asks, ", "))
	}
	if d.Reduces {
		fmt.Fprintf(w, "  applies only to visitors who accept it\n")
	}
}

// translateDifference returns a difference's texts in the site's first language. A switch is "no" or "yes".
func translateDifference(site *policy.Site, d diff.Difference) (before, after string) {
	switch d.Flag {
	case diff.FlagOn:
		return "no", "yes"
	case diff.FlagOff:
		return "yes", "no"
	}
	return d.Before.In(site.Language()), d.After.In(site.Language())
}

func printSide(w io.Writer, sign, text string) {
	if text != "" {
		fmt.Fprintf(w, "  %s %s\n", sign, strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    "))
	}
}

// summarizeDiff sums the differences up in a line.
func summarizeDiff(d diff.Result) string {
	if len(d.Differences) == 0 {
		return "no difference"
	}
	text := string(d.Class())
	if kinds := d.Kinds(); len(kinds) > 0 {
		var names []string
		for _, k := range kinds {
			names = append(names, string(k))
		}
		text += " (" + strings.Join(names, ", ") + ")"
	}
	if asks := d.Asks(); len(asks) > 0 {
		text += "; asks again for " + strings.Join(asks, ", ")
	} else {
		text += "; asks nobody again"
	}
	if d.Reduces() {
		text += "; reduces visitors' rights, which applies only to visitors who accept it"
	}
	return text
}
