package httpx

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// WatchRequests adds how many items of persons' requests are overdue, by site. It is counted when the metrics are asked
// for.
func (m *Metrics) WatchRequests(count func(context.Context) (map[string]int, error)) {
	m.registry.MustRegister(deskGauge{count})
}

type deskGauge struct {
	count func(context.Context) (map[string]int, error)
}

var requestsOverdue = prometheus.NewDesc("nod_requests_overdue",
	"Items of persons' requests whose promised day is over.", []string{"site"}, nil)

func (deskGauge) Describe(to chan<- *prometheus.Desc) { to <- requestsOverdue }

func (g deskGauge) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	counts, err := g.count(ctx)
	if err != nil {
		return // nod_store_up says that the store does not answer
	}
	for site, n := range counts {
		to <- prometheus.MustNewConstMetric(requestsOverdue, prometheus.GaugeValue, float64(n), site)
	}
}
