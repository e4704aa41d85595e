//go:build !js

package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/request"
)

const (
	requestsEvery      = 15 * time.Minute
	firstRequestsAfter = 10 * time.Second
)

// tickRequests does, every quarter of an hour, what time brings to persons' requests.
func tickRequests(ctx context.Context, desk *request.Desk, sites func() []*policy.Site, log *slog.Logger) {
	for next := time.NewTimer(firstRequestsAfter); ; next.Reset(requestsEvery) {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
		}
		for _, s := range sites() {
			done, err := desk.Tick(ctx, s)
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				log.Error("could not look after the requests of persons: trying again later", "site", s.ID, "error", err)
			case done != (request.Tick{}):
				log.Info("requests of persons changed with time", "site", s.ID, "lapsed", done.Lapsed,
					"overdue", done.Overdue, "recounted", done.Recounted, "erased", done.Erased)
			}
		}
	}
}

// countOverdue counts the overdue items of all sites that take requests.
func countOverdue(ctx context.Context, desk *request.Desk, sites []*policy.Site) (map[string]int, error) {
	counts := map[string]int{}
	for _, s := range sites {
		if !s.Desk.IsOn() {
			continue
		}
		n, err := desk.CountOverdue(ctx, s)
		if err != nil {
			return nil, err
		}
		counts[s.ID] = n
	}
	return counts, nil
}
