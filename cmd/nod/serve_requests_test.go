package main

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/calendar"
	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/web/httpx"
)

func TestTheMetricCountsOverdueRequests(t *testing.T) {
	// C-32
	_, store, c := newRequest(t, t.TempDir())
	now := c.ReceivedAt
	desk := request.New(store, func() time.Time { return now })
	sites, err := loadSites("")
	if err != nil {
		t.Fatal(err)
	}
	metrics := httpx.NewMetrics()
	metrics.WatchRequests(func(ctx context.Context) (map[string]int, error) { return countOverdue(ctx, desk, sites) })
	for _, test := range []struct {
		at   time.Time
		want string
	}{
		{now, `nod_requests_overdue{site="yunzhijia"} 0`},
		{time.Date(2026, 10, 15, 16, 0, 0, 0, time.UTC), `nod_requests_overdue{site="yunzhijia"} 1`},
	} {
		now = test.at
		w := httptest.NewRecorder()
		metrics.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
		if !strings.Contains(w.Body.String(), test.want) || strings.Contains(w.Body.String(), `overdue{site="example"}`) {
			t.Errorf("no %s in %s", test.want, w.Body)
		}
	}
}

func TestARunningServerWarnsOfAMissingYearOnce(t *testing.T) {
	// C-32
	now := time.Date(2027, 11, 14, 2, 0, 0, 0, time.UTC)
	desk := request.New(nil, func() time.Time { return now })
	sites, err := loadSites("")
	if err != nil {
		t.Fatal(err)
	}
	yunzhijia, err := findSite(sites, "yunzhijia")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	log, reported := slog.New(slog.NewTextHandler(&out, nil)), map[string]calendar.Gap{}
	for _, test := range []struct {
		at   time.Time
		want string
	}{
		{now, ""},
		{time.Date(2027, 11, 14, 16, 0, 0, 0, time.UTC), "level=WARN"}, // the 15th in Beijing
		{time.Date(2027, 11, 20, 0, 0, 0, 0, time.UTC), ""},
		{time.Date(2027, 12, 20, 0, 0, 0, 0, time.UTC), "level=ERROR"},
		{time.Date(2027, 12, 31, 0, 0, 0, 0, time.UTC), ""},
	} {
		now = test.at
		out.Reset()
		reportGap(desk, yunzhijia, reported, log)
		got := out.String()
		if test.want == "" && got != "" || !strings.Contains(got, test.want) ||
			test.want != "" && !strings.Contains(got, "Add calendar/CN-2028.yaml") {
			t.Errorf("%s: logged %q, want %s", test.at, got, test.want)
		}
	}
}
