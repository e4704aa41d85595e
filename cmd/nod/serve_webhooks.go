//go:build !js

package main

import (
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/nod-consent/nod/app/outbox"
	"github.com/nod-consent/nod/app/policy"
)

// newSender makes what sends webhooks, without its store. Its box fills from the hooks of the store.
func newSender(o serveOptions, sites []*policy.Site, log *slog.Logger) (*outbox.Sender, error) {
	sender := &outbox.Sender{Box: outbox.NewBox(time.Now, sites), Log: log}
	var err error
	if sender.Allowed, err = parseNetworks("--webhook-allow", o.webhookAllow); err != nil {
		return nil, err
	}
	if o.webhookSecrets != "" {
		text, err := os.ReadFile(o.webhookSecrets)
		if err != nil {
			return nil, fmt.Errorf("--webhook-secrets: %w", err)
		}
		if sender.Secrets, err = outbox.ParseSecrets(text); err != nil {
			return nil, fmt.Errorf("--webhook-secrets: %s: %w", o.webhookSecrets, err)
		}
		warnOfReaders(log, o.webhookSecrets, "the secrets of webhooks")
	}
	for _, s := range sites {
		for _, hook := range s.Webhooks {
			if len(sender.Secrets[s.ID+"/"+hook.ID]) == 0 {
				log.Warn("a webhook has no secret, so nothing is sent to it. Add a line to the file of --webhook-secrets",
					"site", s.ID, "webhook", hook.ID)
			}
		}
	}
	return sender, nil
}
