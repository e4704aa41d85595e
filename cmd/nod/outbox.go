//go:build !js

package main

import (
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/outbox"
)

func newOutboxCommand() *cobra.Command {
	return newGroupCommand("outbox", "Show webhooks that are not delivered, and send dead ones again",
		newOutboxListCommand(), newOutboxReplayCommand())
}

func newOutboxListCommand() *cobra.Command {
	var flags ledgerFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the webhooks that wait or are dead",
		Long: `List the webhooks that wait or are dead. A running server deletes a dead one 30 days after it died, and
one whose webhook no site has any more 30 days after it was last due.`,
		Args: cobra.NoArgs,
		RunE: runE(func(c *cobra.Command, _ []string) error {
			store, err := flags.openStore(c.Context())
			if err != nil {
				return err
			}
			defer store.Close()
			undelivered, err := outbox.List(c.Context(), store.ReadDesk())
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), emptyList(undelivered))
			}
			printUndelivered(c.OutOrStdout(), undelivered)
			return nil
		}),
	}
	flags.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, jsonUsage)
	return c
}

func printUndelivered(w io.Writer, undelivered []outbox.Undelivered) {
	for _, l := range undelivered {
		fmt.Fprintf(w, "%s  %-7s  %s/%s  %s  attempts %d, last status %d\n",
			l.ID, l.State, l.Site, l.Webhook, l.Type, l.Attempts, l.LastStatus)
	}
	fmt.Fprintf(w, "%d not delivered\n", len(undelivered))
}

func newOutboxReplayCommand() *cobra.Command {
	var flags ledgerFlags
	var one string
	c := &cobra.Command{
		Use:   "replay",
		Short: "Have the server send dead webhooks again, with the same webhook-id",
		Args:  cobra.NoArgs,
		RunE: runE(func(c *cobra.Command, _ []string) error {
			id := uuid.Nil
			if one != "" {
				var err error
				if id, err = uuid.Parse(one); err != nil || id == uuid.Nil {
					return newUsageError("--id %q: is not the id of a webhook. \"nod outbox list\" shows them", one)
				}
			}
			store, err := flags.openStore(c.Context())
			if err != nil {
				return err
			}
			defer store.Close()
			n, err := outbox.Replay(c.Context(), store.WriteTables(), id, time.Now())
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%d will be sent again\n", n)
			return nil
		}),
	}
	flags.add(c)
	c.Flags().StringVar(&one, "id", "", "webhook-id of the only one to send (default: all dead ones)")
	return c
}
