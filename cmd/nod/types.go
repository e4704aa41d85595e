//go:build !js

package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/policy"
)

func newTypesCommand() *cobra.Command {
	var dir, siteID string
	c := &cobra.Command{
		Use:     "types",
		Example: "  nod types --sites sites --site shop > nod-site.d.ts",
		Short:   "Print TypeScript types with a site's own purposes and services",
		Long: `Print a TypeScript declaration with the ids of a site's purposes and services. With it, the compiler
knows the ids that the npm package accepts, and reports a wrong one.`,
		Args: cobra.NoArgs,
		RunE: runE(func(c *cobra.Command, _ []string) error {
			sites, err := loadSites(chooseSites(dir))
			if err != nil {
				return err
			}
			site, err := findSite(sites, siteID)
			if err != nil {
				return err
			}
			return writeTypes(c.OutOrStdout(), site)
		}),
	}
	c.Flags().StringVar(&dir, "sites", "", sitesUsage)
	c.Flags().StringVar(&siteID, "site", "", "id of the site (default: the only one)")
	return c
}

// writeTypes writes the declaration that fills in the interface Site of the npm package.
func writeTypes(w io.Writer, site *policy.Site) error {
	p := site.CurrentPolicy()
	var purposes, services []string
	for i := range p.Purposes {
		purposes = append(purposes, strconv.Quote(p.Purposes[i].ID))
		for _, s := range p.Purposes[i].Services {
			services = append(services, strconv.Quote(s.ID))
		}
	}
	if len(services) == 0 {
		services = []string{"never"}
	}
	_, err := fmt.Fprintf(w, `// The purposes and services of the site %s, version %s. Made by "nod types".
import '@nod-consent/client';

declare module '@nod-consent/client' {
  interface Site {
    purpose: %s;
    service: %s;
  }
}
`, site.ID, p.Version, strings.Join(purposes, " | "), strings.Join(services, " | "))
	return err
}
