//go:build !js

package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

func showCommand() *cobra.Command {
	var flags ledgerFlags
	var page string
	var asJSON bool
	c := &cobra.Command{
		Use:   "show ID",
		Short: "Show a record, and draw what the person saw",
		Long: `Show the record of a decision. With --html, what the person saw is drawn once more into a new file, as it was rendered then: a
page that loads and runs nothing.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("show: want the id of a decision")
			}
			return nil
		},
		RunE: work(func(c *cobra.Command, args []string) error {
			id, err := parseID("show", args[0])
			if err != nil {
				return err
			}
			return flags.on(c.Context(), func(store *ledger.Store, site *policy.Site) error {
				receipt, err := store.Receipt(c.Context(), site.ID, id)
				if err != nil {
					return err
				}
				encoded, err := receipt.Encode()
				if err != nil {
					return err
				}
				v, err := ledger.Verify(encoded)
				if err != nil {
					return fmt.Errorf("the database was changed: %w", err)
				}
				if err := store.NoteAdmin(c.Context(), "show", site.ID, 1); err != nil {
					return err
				}
				if page != "" {
					if err := draw(c, store, v.Record, page); err != nil {
						return err
					}
				}
				if asJSON {
					return json.NewEncoder(c.OutOrStdout()).Encode(receipt)
				}
				printVerified(c.OutOrStdout(), v)
				return nil
			})
		}),
	}
	flags.add(c)
	flags.addSite(c)
	c.Flags().StringVar(&page, "html", "", "new file to draw into what the person saw")
	c.Flags().BoolVar(&asJSON, "json", false, "print the record's receipt")
	return c
}

func draw(c *cobra.Command, store *ledger.Store, r ledger.Record, file string) error {
	if r.Presentation == consent.CustomPresentation {
		return errors.New("the page that this decision comes from had an interface of its own, which the server never saw; leave out --html")
	}
	presentation, err := store.Presentation(c.Context(), r.Site, r.Presentation)
	if err != nil {
		return err
	}
	html, err := web.Shown(r, presentation)
	if err != nil {
		return err
	}
	f, err := newFile("--html", file)
	if err != nil {
		return err
	}
	_, err = f.Write(html)
	return errors.Join(err, f.Close())
}
