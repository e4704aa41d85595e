//go:build !js

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// firing is what Prometheus is asked about the rules: each alert fires after its time, and not before.
const firing = `rule_files: [rules.yaml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {series: 'nod_store_up', values: '1 1 0 0 0 0'}
      - {series: 'nod_commits_total{failed="true"}', values: '0 0 0 1 1 1'}
      - {series: 'nod_queue_length', values: '0 900 900 900 900 900 900'}
      - {series: 'up{job="nod"}', values: '1 1 1 0 0 0'}
    alert_rule_test:
      - {eval_time: 3m, alertname: NodCannotStore}
      - {eval_time: 2m, alertname: NodCommitsFail}
      - {eval_time: 5m, alertname: NodQueueGrows}
      - {eval_time: 4m, alertname: NodIsDown}
    promql_expr_test:
      - {expr: 'count(ALERTS{alertstate="firing"}) or vector(0)', eval_time: 2m, exp_samples: [{value: 0}]}
      - {expr: 'count(ALERTS{alertstate="firing", alertname="NodCannotStore"})', eval_time: 4m,
         exp_samples: [{value: 1}]}
      - {expr: 'count(ALERTS{alertstate="firing", alertname="NodCommitsFail"})', eval_time: 3m,
         exp_samples: [{value: 1}]}
      - {expr: 'count(ALERTS{alertstate="firing", alertname="NodIsDown"})', eval_time: 5m,
         exp_samples: [{value: 1}]}
      - {expr: 'count(ALERTS{alertstate="firing", alertname="NodQueueGrows"})', eval_time: 6m,
         exp_samples: [{value: 1}]}
`

// Prometheus' own tool reads the rules of the documentation, in both languages.
func TestTheAlertsOfTheDocumentationFireInPrometheus(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		promtool, err = filepath.Abs("../../bin/promtool") // where make deps puts it
	}
	if _, missing := os.Stat(promtool); err != nil || missing != nil {
		t.Fatal("promtool is missing. Run make deps, or install Prometheus")
	}
	found := 0
	for page, blocks := range readDocs(t) {
		for _, b := range blocks {
			if _, isRules := b.Options["rules"]; !isRules {
				continue
			}
			found++
			dir := t.TempDir()
			for name, text := range map[string]string{"rules.yaml": b.Text, "test.yaml": firing} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for _, args := range [][]string{{"check", "rules", "rules.yaml"}, {"test", "rules", "test.yaml"}} {
				c := exec.Command(promtool, args...)
				c.Dir = dir
				if printed, err := c.CombinedOutput(); err != nil {
					t.Errorf("%s:%d: promtool %v: %v\n%s", page, b.Line, args, err, printed)
				}
			}
		}
	}
	if found != 2 {
		t.Errorf("%d pages have rules", found)
	}
}
