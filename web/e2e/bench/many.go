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

// measureManyRecords compares a server with a million records to one with none, in turn. Then the built program exports
// and verifies them.
func measureManyRecords(program string) error {
	program, err := filepath.Abs(program)
	if err != nil {
		return err
	}
	sites, err := loadBuiltInSite()
	if err != nil {
		return err
	}
	full, fullDSN, done, err := newFilledServer(sites, aMillion)
	if err != nil {
		return err
	}
	defer done()
	million := httptest.NewServer(full)
	defer million.Close()
	var ratio []float64
	for range rounds {
		empty, _, done, err := newFilledServer(sites, 0)
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
	printFigure("decisions stored with a million records / with none", median(ratio), "", "at least 0.9")

	_, fewDSN, doneFew, err := newFilledServer(sites, aMillion/100)
	if err != nil {
		return err
	}
	defer doneFew()
	if err := measureExport(program, "10,000 records", fewDSN, sites[0].ID); err != nil {
		return err
	}
	return measureExport(program, "a million records", fullDSN, sites[0].ID)
}

// measureExport exports the records in each format and verifies them.
func measureExport(program, records, dsn, site string) error {
	dir, err := os.MkdirTemp("", "nod-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, format := range []string{"csv", "json"} {
		if err := runProgram(program, format+" export of "+records, "records", "export", "--db", dsn, "--site", site,
			"--format", format, "--out", filepath.Join(dir, format)); err != nil {
			return err
		}
	}
	return runProgram(program, "verify the export of "+records, "verify", filepath.Join(dir, "json"))
}

// newFilledServer makes a server with a ledger of its own and one decision of each of so many subjects.
func newFilledServer(sites []*policy.Site, records int) (s http.Handler, dsn string, done func(), err error) {
	store, dsn, done, err := openLedger()
	if err != nil {
		return nil, "", nil, err
	}
	if s, err = web.New(context.Background(), web.Options{Sites: sites, Ledger: store, Log: silentLog}); err == nil {
		err = addDecisions(s, sites[0].Current, records)
	}
	if err != nil {
		done()
		return nil, "", nil, err
	}
	return s, dsn, done, nil
}

func addDecisions(s http.Handler, version string, records int) error {
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

// runProgram runs the program, and prints how long it took and how much memory it had at most.
func runProgram(program, what string, args ...string) error {
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
			printFigure(what, time.Since(began).Seconds(), "s", "")
			printFigure(what+", memory", most, "MB resident at most", "")
			return nil
		case <-time.After(20 * time.Millisecond):
			if now, err := readResidentMemory(c.Process.Pid); err == nil {
				most = max(most, now)
			}
		}
	}
}
