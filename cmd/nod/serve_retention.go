//go:build !js

package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

const (
	day              = 24 * time.Hour
	firstExpiryAfter = time.Minute // not while the server starts
)

// expireRecords erases, once a day, the records whose term is over.
func expireRecords(ctx context.Context, store *ledger.Store, sites func() []*policy.Site, log *slog.Logger) {
	for next := time.NewTimer(firstExpiryAfter); ; next.Reset(day) {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
		}
		for _, s := range sites() {
			now := time.Now()
			erased, err := store.Expire(ctx, s.ID, ledger.Term{
				Granted: time.Duration(s.LongestGrant()) * day, Keep: now.Sub(s.Evidence.EndedBefore(now)),
			})
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				log.Error("could not erase expired records: trying again tomorrow", "site", s.ID, "error", err)
			case erased > 0:
				log.Info("erased expired records", "site", s.ID, "records", erased)
			}
		}
		if err := store.Scrub(ctx); err != nil && ctx.Err() == nil {
			log.Error("could not scrub erased records from the database: trying again tomorrow", "error", err)
		}
	}
}
