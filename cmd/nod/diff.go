//go:build !js

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/policy"
)

func diffCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "diff OLD NEW",
		Example: "  nod diff sites/shop sites/shop/policy/2027-01-01.yaml",
		Short:   "Tell two versions of a policy apart, and whom the newer one asks again for what",
		Long: `Tell two versions of a policy apart: each difference with its class, why it is of that class, and which purposes are asked again
for it. A server decides by the same comparison.

OLD and NEW are policy files of a site, such as portal/policy/2024-01-01.yaml, or directories of a site, of which the version in
force counts. The exit status is 1 where a change is material, else 0.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("diff: want two versions of a policy, each a file of a site or a site's directory")
			}
			return nil
		},
		RunE: work(func(c *cobra.Command, args []string) error {
			_, before, err := versionAt(args[0])
			if err != nil {
				return err
			}
			site, after, err := versionAt(args[1])
			if err != nil {
				return err
			}
			d := policy.Compare(site, before, after)
			if asJSON {
				err = json.NewEncoder(c.OutOrStdout()).Encode(diffOut(site, d))
			} else {
				printDiff(c.OutOrStdout(), site, d)
			}
			if err == nil && d.Class() == policy.Material {
				err = fmt.Errorf("%s → %s: the changes are material", d.Old, d.New)
			}
			return err
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// versionAt reads the version in a policy's file, or the one in force of a site's directory.
func versionAt(name string) (*policy.Site, *policy.Policy, error) {
	where, err := sitesAt(name)
	if err != nil {
		return nil, nil, err
	}
	if len(where.ids) != 1 {
		return nil, nil, misuse{fmt.Errorf("%s has several sites: %s; want a policy's file or the directory of one", name, strings.Join(where.ids, ", "))}
	}
	site, err := policy.LoadSite(where.files, where.ids[0])
	if err != nil {
		return nil, nil, placed(where.below, err)
	}
	if siteOf(name) == name {
		return site, site.CurrentPolicy(), nil
	}
	version := strings.TrimSuffix(filepath.Base(name), ".yaml")
	p, ok := site.Policy(version)
	if !ok {
		return nil, nil, fmt.Errorf("%s is no version of the policy; there are %s", name, strings.Join(site.Versions(), ", "))
	}
	return site, p, nil
}

// difference is one as JSON; texts in the language of the original.
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

type diffResult struct {
	Old         string              `json:"old"`
	New         string              `json:"new"`
	Class       policy.Class        `json:"class"`
	Kinds       []policy.ChangeKind `json:"kinds"`
	Asks        []string            `json:"asks"`
	Reduces     bool                `json:"reduces"`
	Differences []difference        `json:"differences"`
}

func diffOut(site *policy.Site, d policy.Diff) diffResult {
	out := diffResult{Old: d.Old, New: d.New, Class: d.Class(), Kinds: listed(d.Kinds()), Asks: listed(d.Asks()), Reduces: d.Reduces(), Differences: []difference{}}
	for _, one := range d.Differences {
		before, after := sides(site, one)
		out.Differences = append(out.Differences, difference{
			one.Place(), one.Class, one.Kind, one.Reason, before, after, listed(one.Asks), one.Reduces,
		})
	}
	return out
}

// listed is a list that JSON writes as one even where it is empty.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// printDiff prints the differences, the most important first.
func printDiff(w io.Writer, site *policy.Site, d policy.Diff) {
	fmt.Fprintf(w, "%s → %s: %s\n", d.Old, d.New, summary(d))
	for _, class := range slices.Backward(policy.Classes) {
		for _, one := range d.Differences {
			if one.Class != class {
				continue
			}
			fmt.Fprintf(w, "\n%s", one.Class)
			if one.Kind != "" {
				fmt.Fprintf(w, ", %s", one.Kind)
			}
			fmt.Fprintf(w, ": %s\n  %s\n", one.Place(), one.Reason)
			before, after := sides(site, one)
			printSide(w, "-", before)
			printSide(w, "+", after)
			if len(one.Asks) > 0 {
				fmt.Fprintf(w, "  asks again for %s\n", strings.Join(one.Asks, ", "))
			}
			if one.Reduces {
				fmt.Fprintf(w, "  holds only for who agrees to it\n")
			}
		}
	}
}

// sides are a difference's texts in the language of the original. A switch is "no" or "yes".
func sides(site *policy.Site, d policy.Difference) (before, after string) {
	switch d.Flag {
	case policy.FlagOn:
		return "no", "yes"
	case policy.FlagOff:
		return "yes", "no"
	}
	return d.Before.In(site.Language()), d.After.In(site.Language())
}

func printSide(w io.Writer, sign, text string) {
	if text != "" {
		fmt.Fprintf(w, "  %s %s\n", sign, strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    "))
	}
}

// summary says in a line what the differences come to.
func summary(d policy.Diff) string {
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
	switch asks := d.Asks(); {
	case len(asks) > 0:
		text += "; asks again for " + strings.Join(asks, ", ")
	default:
		text += "; asks nobody again"
	}
	if d.Reduces() {
		text += "; takes a right away, which holds only for who agrees"
	}
	return text
}
