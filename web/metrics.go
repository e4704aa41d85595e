package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/nod-consent/nod/app/ledger"
)

// Metrics counts what a server and its ledger do, for Prometheus. No label tells of a person: sites, routes, actions and kinds
// of refusal have few values each.
type Metrics struct {
	registry  *prometheus.Registry
	decisions *prometheus.CounterVec
	refusals  *prometheus.CounterVec
	requests  *prometheus.CounterVec
	seconds   *prometheus.HistogramVec
	commits   *prometheus.CounterVec
	records   prometheus.Histogram
	took      prometheus.Histogram
}

// NewMetrics makes metrics that have counted nothing yet.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		decisions: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "nod_decisions_total", Help: "Decisions that were answered, by action; repeated ones had been kept before."},
			[]string{"site", "action", "repeated"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "nod_refusals_total", Help: "Decisions and guesses of tokens that were refused, by the kind of problem."}, []string{"kind"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "nod_http_requests_total", Help: "Requests, by route and status."}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "nod_http_seconds", Help: "Time until a request was answered.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14)}, []string{"route"}),
		commits: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "nod_commits_total", Help: "Transactions of decisions, by whether they failed."}, []string{"failed"}),
		records: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "nod_commit_records", Help: "Records in one commit.", Buckets: prometheus.ExponentialBuckets(1, 2, 10)}),
		took:    prometheus.NewHistogram(prometheus.HistogramOpts{Name: "nod_commit_seconds", Help: "Time that one commit took.", Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14)}),
	}
	m.registry.MustRegister(m.decisions, m.refusals, m.requests, m.seconds, m.commits, m.records, m.took,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Committed is for ledger.Options.
func (m *Metrics) Committed(c ledger.Commit) {
	m.commits.WithLabelValues(strconv.FormatBool(c.Failed)).Inc()
	m.took.Observe(c.Took.Seconds())
	if !c.Failed {
		m.records.Observe(float64(c.Records))
	}
}

// Watch adds what is read from the store when the metrics are asked for: how many decisions wait, and the sizes of the trees.
func (m *Metrics) Watch(store *ledger.Store) { m.registry.MustRegister(watched{store}) }

func (m *Metrics) decided(site, action string, repeated bool) {
	m.decisions.WithLabelValues(site, action, strconv.FormatBool(repeated)).Inc()
}

func (m *Metrics) refused(kind string) { m.refusals.WithLabelValues(kind).Inc() }

func (m *Metrics) answered(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

// ServeHTTP gives the metrics in Prometheus' text format.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}).ServeHTTP(w, r)
}

// watched are the gauges of a store.
type watched struct{ store *ledger.Store }

var (
	queueLength = prometheus.NewDesc("nod_queue_length", "Decisions that wait to be stored.", nil, nil)
	treeSize    = prometheus.NewDesc("nod_tree_leaves", "Leaves of a site's tree.", []string{"site"}, nil)
)

func (watched) Describe(to chan<- *prometheus.Desc) {
	to <- queueLength
	to <- treeSize
}

func (g watched) Collect(to chan<- prometheus.Metric) {
	to <- prometheus.MustNewConstMetric(queueLength, prometheus.GaugeValue, float64(g.store.Stats().Queued))
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	sizes, err := g.store.Sizes(ctx)
	if err != nil {
		return // /readyz says that the store does not answer
	}
	for site, n := range sizes {
		to <- prometheus.MustNewConstMetric(treeSize, prometheus.GaugeValue, float64(n), site)
	}
}
