package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

const aMillion = 1_000_000

// many compares a server that has a million records with one that has none, in turn, and has the built program export
// and verify them.
func many(program string) error {
	program, err := filepath.Abs(program)
	if err != nil {
		return err
	}
	sites, err := builtIn()
	if err != nil {
		return err
	}
	full, fullDSN, done, err := filled(sites, aMillion)
	if err != nil {
		return err
	}
	defer done()
	million := httptest.NewServer(full)
	defer million.Close()
	var ratio []float64
	for range rounds {
		empty, _, done, err := filled(sites, 0)
		if err != nil {
			return err
		}
		none := httptest.NewServer(empty)
		few, err := sendDecisions(none.URL, sites[0].Current)
		if err == nil {
			var many float64
			many, err = sendDecisions(million.URL, sites[0].Current)
			ratio = append(ratio, many/few)
		}
		none.Close()
		done()
		if err != nil {
			return err
		}
	}
	row("decisions kept with a million records / with none", median(ratio), "", "at least 0.9")

	_, fewDSN, doneFew, err := filled(sites, aMillion/100)
	if err != nil {
		return err
	}
	defer doneFew()
	for _, of := range []struct{ name, dsn string }{{"10,000 records", fewDSN}, {"a million records", fullDSN}} {
		dir, err := os.MkdirTemp("", "nod-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		for _, format := range []string{"csv", "json"} {
			if err := run(program, format+" export of "+of.name, "records", "export", "--db", of.dsn, "--site", sites[0].ID,
				"--format", format, "--out", filepath.Join(dir, format)); err != nil {
				return err
			}
		}
		if err := run(program, "verify the export of "+of.name, "verify", filepath.Join(dir, "json")); err != nil {
			return err
		}
	}
	return nil
}

// filled is a server on a ledger of its own, with first decisions of so many subjects.
func filled(sites []*policy.Site, records int) (s http.Handler, dsn string, done func(), err error) {
	store, dsn, done, err := openLedger()
	if err != nil {
		return nil, "", nil, err
	}
	if s, err = web.New(context.Background(), web.Options{Sites: sites, Ledger: store, Log: quiet}); err == nil {
		err = fill(s, sites[0].Current, records)
	}
	if err != nil {
		done()
		return nil, "", nil, err
	}
	return s, dsn, done, nil
}

func fill(s http.Handler, version string, records int) error {
	var left atomic.Int64
	left.Store(int64(records))
	var failed error
	var once sync.Once
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				body, err := firstDecision(version)
				w := httptest.NewRecorder()
				if err == nil {
					r := httptest.NewRequest(http.MethodPost, decisionsPath, bytes.NewReader(body))
					r.Header.Set("Content-Type", "application/json")
					s.ServeHTTP(w, r)
					if w.Code != http.StatusCreated {
						err = fmt.Errorf("decision: %d: %s", w.Code, w.Body)
					}
				}
				if err != nil {
					once.Do(func() { failed = err })
					return
				}
			}
		})
	}
	wg.Wait()
	return failed
}

// run has the program do something, and prints how long it took and how much memory it had at most.
func run(program, what string, args ...string) error {
	c := exec.Command(program, args...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	began := time.Now()
	if err := c.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	most := 0.0
	for {
		select {
		case err := <-ended:
			if err != nil {
				return fmt.Errorf("%s: %w\n%s", what, err, out.Bytes())
			}
			row(what, time.Since(began).Seconds(), "s", "")
			row(what+", memory", most, "MB resident at most", "")
			return nil
		case <-time.After(20 * time.Millisecond):
			if now, err := resident(c.Process.Pid); err == nil {
				most = max(most, now)
			}
		}
	}
}
