package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web"
)

const (
	startCount = 9                // starts of the program, and edits of each site
	pollEvery  = time.Millisecond // between two requests, until the answer is there
	startLimit = time.Minute
)

// edits are the sites that are edited while the program serves them, each with a text of its banner.
var edits = []struct{ what, site, version, text, language string }{
	{"a site in one language", "example", "2026-09-01", "Your privacy choices", "en"},
	{"the built-in site, in three", "yunzhijia", "2023-11-23", "Allow optional cookies?", "en"},
}

// measureStart measures how long the built program takes until it answers: after a start with a database that exists,
// and after a site's file was saved.
func measureStart(program string) error {
	dir, err := os.MkdirTemp("", "nod-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	sites := filepath.Join(dir, "sites")
	err = os.CopyFS(dir, assets.Files)
	if err == nil {
		program, err = filepath.Abs(program)
	}
	if err != nil {
		return err
	}
	options := []string{"--sites", sites, "--db", "sqlite:" + filepath.Join(dir, "nod.db")}
	var starts, work []float64
	for i := range startCount + 1 {
		s, took, err := startProgram(program, options...)
		if err != nil {
			return err
		}
		used, err := s.stop()
		if err != nil {
			return err
		}
		if i > 0 { // the first start makes the database
			starts, work = append(starts, took), append(work, used)
		}
	}
	printFigure("from the start of the program to its first answer", median(starts), "ms", "under 1000")
	printFigure("quietest start", slices.Min(starts), "ms", "")
	printFigure("processor time of the program by then", median(work), "ms", "")
	if err := measureStartParts(sites, filepath.Join(dir, "nod.db")); err != nil {
		return err
	}
	return measureEdits(program, sites, options)
}

// measureStartParts measures the parts of a start, and of serving other sites, in this process.
func measureStartParts(dir, db string) error {
	var read, opened, made, replaced []float64
	key, err := proof.ReadKey(filepath.Join(filepath.Dir(db), "nod.key"))
	if err != nil {
		return err
	}
	for range startCount {
		began := time.Now()
		lap := func(list *[]float64) {
			now := time.Now()
			*list, began = append(*list, milliseconds(now.Sub(began))), now
		}
		sites, err := load.Sites(load.Dir(dir))
		if err != nil {
			return err
		}
		lap(&read)
		store, err := ledger.Open(context.Background(), ledger.Options{DSN: "sqlite:" + db, Key: key, Log: silentLog})
		if err != nil {
			return err
		}
		lap(&opened)
		live, err := web.NewLive(context.Background(), web.Options{Sites: sites, Ledger: store, Log: silentLog})
		if err == nil {
			lap(&made)
			err = live.Replace(context.Background(), sites)
			lap(&replaced)
		}
		if err = errors.Join(err, store.Close()); err != nil {
			return err
		}
	}
	printFigure("of a start: read and check the sites", median(read), "ms", "")
	printFigure("of a start: open the database", median(opened), "ms", "")
	printFigure("of a start: make scripts and pages", median(made), "ms", "")
	printFigure("of an edit: make scripts and pages again", median(replaced), "ms", "")
	return nil
}

// measureEdits saves a site's policy with another text each time, until the script has it.
func measureEdits(program, sites string, options []string) error {
	s, _, err := startProgram(program, options...)
	if err != nil {
		return err
	}
	defer s.stop()
	for _, e := range edits {
		file := filepath.Join(sites, e.site, "policy", e.version+".yaml")
		original, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if !bytes.Contains(original, []byte(e.text)) {
			return fmt.Errorf("%s: does not have %q. Name another text of the banner in edits", file, e.text)
		}
		var waits []float64
		for i := range startCount {
			text := fmt.Sprintf("%s (%d)", e.text, i)
			if err := os.WriteFile(file, bytes.ReplaceAll(original, []byte(e.text), []byte(text)), 0o644); err != nil {
				return err
			}
			began := time.Now()
			address := s.url + "/" + e.site + "/consent.js?lang=" + e.language
			if err := waitForAnswer(address, text); err != nil {
				return fmt.Errorf("save %s: %w", file, err)
			}
			waits = append(waits, milliseconds(time.Since(began)))
		}
		printFigure("from saving "+e.what+" to the new script", median(waits), "ms", "under 2000")
		printFigure("slowest: saving "+e.what, slices.Max(waits), "ms", "")
	}
	return nil
}

// runningProgram is a server in a process of its own.
type runningProgram struct {
	command *exec.Cmd
	url     string
	log     bytes.Buffer
}

// startProgram starts the program, and returns it with the milliseconds until its first answer.
func startProgram(program string, options ...string) (*runningProgram, float64, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, 0, err
	}
	address := l.Addr().String()
	l.Close()
	s := &runningProgram{url: "http://" + address}
	s.command = exec.Command(program, append([]string{"serve", "--rate", "0", "--addr", address}, options...)...)
	s.command.Stderr = &s.log
	began := time.Now()
	if err := s.command.Start(); err != nil {
		return nil, 0, fmt.Errorf("start %s: %w; make build", program, err)
	}
	if err := waitForAnswer(s.url+"/readyz", ""); err != nil {
		s.stop()
		return nil, 0, fmt.Errorf("%w\n%s", err, s.log.Bytes())
	}
	return s, milliseconds(time.Since(began)), nil
}

// stop ends the program, and returns the processor time that it used, in milliseconds.
func (s *runningProgram) stop() (used float64, err error) {
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		return 0, err
	}
	if err := s.command.Wait(); err != nil {
		return 0, fmt.Errorf("stop the program: %w\n%s", err, s.log.Bytes())
	}
	state := s.command.ProcessState
	return milliseconds(state.UserTime() + state.SystemTime()), nil
}

// waitForAnswer waits until the address answers 200 with a text in it.
func waitForAnswer(address, text string) error {
	for began := time.Now(); time.Since(began) < startLimit; time.Sleep(pollEvery) {
		r, err := http.Get(address)
		if err != nil {
			continue
		}
		body, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err == nil && r.StatusCode == http.StatusOK && bytes.Contains(body, []byte(text)) {
			return nil
		}
	}
	return fmt.Errorf("%s: no answer with %q within %v", address, text, startLimit)
}
