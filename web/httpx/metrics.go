package httpx

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

// Metrics counts for Prometheus what a server and its ledger do. No label leads to a person: sites, routes, actions and
// kinds of refusal have few values each.
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

// NewMetrics returns metrics that have counted nothing yet.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		decisions: newCounter("nod_decisions_total",
			"Decisions that were answered, by action; repeated ones had been stored before.", "site", "action", "repeated"),
		refusals: newCounter("nod_refusals_total",
			"Decisions and guesses of tokens that were refused, by the kind of problem.", "kind"),
		requests: newCounter("nod_http_requests_total", "Requests, by route and status.", "route", "status"),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "nod_http_seconds", Help: "Time until a request was answered.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14),
		}, []string{"route"}),
		commits: newCounter("nod_commits_total", "Transactions of decisions, by whether they failed.", "failed"),
		records: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "nod_commit_records", Help: "Records in one commit.", Buckets: prometheus.ExponentialBuckets(1, 2, 10),
		}),
		took: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "nod_commit_seconds", Help: "Time that one commit took.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14),
		}),
	}
	m.registry.MustRegister(m.decisions, m.refusals, m.requests, m.seconds, m.commits, m.records, m.took,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func newCounter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

// Committed counts a commit of the ledger; it is for ledger.Options.
func (m *Metrics) Committed(c ledger.Commit) {
	m.commits.WithLabelValues(strconv.FormatBool(c.Failed)).Inc()
	m.took.Observe(c.Took.Seconds())
	if !c.Failed {
		m.records.Observe(float64(c.Records))
	}
}

// Watch adds what is read from the store when the metrics are asked for: how many decisions wait, and the sizes of the
// trees.
func (m *Metrics) Watch(store *ledger.Store) { m.registry.MustRegister(storeGauges{store}) }

// CountDecision counts a decision that was answered.
func (m *Metrics) CountDecision(site, action string, isRepeated bool) {
	m.decisions.WithLabelValues(site, action, strconv.FormatBool(isRepeated)).Inc()
}

// CountRefusal counts a request that was refused, by the kind of its problem document.
func (m *Metrics) CountRefusal(kind string) { m.refusals.WithLabelValues(kind).Inc() }

func (m *Metrics) countRequest(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

// ServeHTTP answers with the metrics in Prometheus' text format.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}).ServeHTTP(w, r)
}

// storeGauges are read from a store.
type storeGauges struct{ store *ledger.Store }

var (
	queueLength = prometheus.NewDesc("nod_queue_length", "Decisions that wait to be stored.", nil, nil)
	storeUp     = prometheus.NewDesc("nod_store_up", "1 while decisions can be stored, else 0.", nil, nil)
	treeSize    = prometheus.NewDesc("nod_tree_leaves", "Leaves of a site's tree.", []string{"site"}, nil)
)

func (storeGauges) Describe(to chan<- *prometheus.Desc) {
	to <- queueLength
	to <- storeUp
	to <- treeSize
}

func (g storeGauges) Collect(to chan<- prometheus.Metric) {
	to <- prometheus.MustNewConstMetric(queueLength, prometheus.GaugeValue, float64(g.store.Stats().Queued))
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	up := 1.0
	if g.store.CheckWriting(ctx) != nil {
		up = 0
	}
	to <- prometheus.MustNewConstMetric(storeUp, prometheus.GaugeValue, up)
	sizes, err := g.store.Sizes(ctx)
	if err != nil {
		return // nod_store_up says that the store does not answer
	}
	for site, n := range sizes {
		to <- prometheus.MustNewConstMetric(treeSize, prometheus.GaugeValue, float64(n), site)
	}
}
