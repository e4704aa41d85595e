package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

const (
	aMillion         = 1_000_000
	aHundredThousand = 100_000
)

// measureManyRecords compares the built program with a million records to one with none, in turn. Then it measures what
// an audit costs those who send decisions meanwhile, and how long exports take.
func measureManyRecords(program string) error {
	program, err := filepath.Abs(program)
	if err != nil {
		return err
	}
	sites, err := loadBuiltInSite()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "nod-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	full := filepath.Join(dir, "full")
	if err := copyFilled(full, sites, aMillion); err != nil {
		return err
	}
	million, _, err := startProgram(program, "--db", databaseIn(full))
	if err != nil {
		return err
	}
	err = errors.Join(
		measureFullAppends(program, dir, million.url, sites[0].Current),
		measureAudit(program, databaseIn(full), million.url, sites[0].Current),
	)
	if _, stopErr := million.stop(); err != nil || stopErr != nil {
		return errors.Join(err, stopErr)
	}
	if err := runProgram(program, "csv export of a million records", "records", "export", "--db", databaseIn(full),
		"--site", sites[0].ID, "--format", "csv", "--out", filepath.Join(dir, "csv")); err != nil {
		return err
	}
	if err := runProgram(program, "audit of that database without a rest", "verify", "--db", databaseIn(full),
		"--fast"); err != nil {
		return err
	}
	less := filepath.Join(dir, "less")
	if err := copyFilled(less, sites, aHundredThousand); err != nil {
		return err
	}
	return measureExport(program, "100,000 records", databaseIn(less), sites[0].ID)
}

func databaseIn(dir string) string { return "sqlite:" + filepath.Join(dir, "nod.db") }

// measureFullAppends compares decisions a second with a million records and with none.
func measureFullAppends(program, dir, million, version string) error {
	var ratio []float64
	for i := range rounds {
		empty, _, err := startProgram(program, "--db", "sqlite:"+filepath.Join(dir, fmt.Sprintf("empty-%d.db", i)))
		if err != nil {
			return err
		}
		few, err := sendDecisions(empty.url, version)
		if err == nil {
			var many float64
			many, err = sendDecisions(million, version)
			ratio = append(ratio, many/few)
		}
		if _, stopErr := empty.stop(); err != nil || stopErr != nil {
			return errors.Join(err, stopErr)
		}
	}
	printFigure("decisions stored with a million records / with none", median(ratio), "", "at least 0.9")
	return nil
}

// copyFilled copies a database with a decision of each of so many subjects into a folder. It is made once, because that
// takes minutes, and stays in the folder for temporary files. The disk is idle at the end.
func copyFilled(to string, sites []*policy.Site, records int) error {
	defer syscall.Sync()
	made := filepath.Join(os.TempDir(), fmt.Sprintf("nod-bench-%d-records", records))
	if err := os.CopyFS(to, os.DirFS(made)); err == nil && canOpen(to) {
		return nil
	}
	for _, dir := range []string{to, made} {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	half := made + ".half"
	if err := errors.Join(os.RemoveAll(half), os.MkdirAll(half, 0o700)); err != nil {
		return err
	}
	store, err := openLedgerIn(half)
	if err != nil {
		return err
	}
	s, err := web.New(context.Background(), web.Options{Sites: sites, Ledger: store, Log: silentLog})
	if err == nil {
		err = addDecisions(s, sites[0].Current, records)
	}
	if err = errors.Join(err, store.Close()); err != nil {
		return err
	}
	if err := os.Rename(half, made); err != nil {
		return err
	}
	return os.CopyFS(to, os.DirFS(made))
}

// canOpen says whether the database in a folder is one of this version.
func canOpen(dir string) bool {
	store, err := openLedgerIn(dir)
	return err == nil && store.Close() == nil
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
