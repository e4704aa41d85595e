package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// reporter prints which step is running, and how long it has been.
type reporter struct {
	out io.Writer
	now func() time.Time

	mu      sync.Mutex // guards what follows, and out
	step    string
	started time.Time
}

func newReporter(out io.Writer, now func() time.Time) *reporter {
	return &reporter{out: out, now: now}
}

// start prints a step that begins now.
func (r *reporter) start(step string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.step, r.started = step, r.now()
	fmt.Fprintln(r.out, step)
}

// remind prints the step that is running and its time so far.
func (r *reporter) remind() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.step != "" {
		fmt.Fprintf(r.out, "%s (%s so far)\n", r.step, r.now().Sub(r.started).Round(time.Second))
	}
}

// repeat reminds at an interval, until it is stopped.
func (r *reporter) repeat(interval time.Duration) (stop func()) {
	ticker := time.NewTicker(interval)
	done := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		for {
			select {
			case <-ticker.C:
				r.remind()
			case <-done:
				return
			}
		}
	})
	return func() {
		ticker.Stop()
		close(done)
		running.Wait()
	}
}
