//go:build !js

package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/nod-consent/nod/app/calendar"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/request"
)

const (
	requestsEvery      = 15 * time.Minute
	firstRequestsAfter = 10 * time.Second
)

// tickRequests does, every quarter of an hour, what time brings to persons' requests.
func tickRequests(ctx context.Context, desk *request.Desk, sites func() []*policy.Site, log *slog.Logger) {
	gaps := map[string]calendar.Gap{} // that were reported, by site
	for next := time.NewTimer(firstRequestsAfter); ; next.Reset(requestsEvery) {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
		}
		for _, s := range sites() {
			reportGap(desk, s, gaps, log)
			done, err := desk.Tick(ctx, s)
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				log.Error("could not look after the requests of persons: trying again later", "site", s.ID, "error", err)
			case done != (request.Tick{}):
				log.Info("requests of persons changed with time", "site", s.ID, "lapsed", done.Lapsed,
					"overdue", done.Overdue, "due_soon", done.Soon, "recounted", done.Recounted,
					"erased", done.Erased)
			}
		}
	}
}

// reportGap logs that a site's calendar lacks a year which it should have: once when the year is expected, and once
// when it is late.
func reportGap(desk *request.Desk, s *policy.Site, reported map[string]calendar.Gap, log *slog.Logger) {
	gap := desk.FindGap(s)
	if gap.Year == 0 || reported[s.ID] == gap {
		return
	}
	reported[s.ID] = gap
	level := slog.LevelWarn
	if gap.IsLate {
		level = slog.LevelError
	}
	log.Log(context.Background(), level, fmt.Sprintf("the calendar %s has no working days of %d: answers that are due "+
		"then get no date. Add calendar/%s-%d.yaml to the site's directory, or update the program",
		s.Desk.Calendar, gap.Year, s.Desk.Calendar, gap.Year), "site", s.ID)
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
