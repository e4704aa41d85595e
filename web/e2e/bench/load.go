package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// A load is a process of its own that sends first decisions to a server, so that the server competes with it for
// processors only, and no pause of one stops the other. It is an open loop where it has a rate: each decision is due
// at a time, whatever became of those before, and its wait counts from that time. A client that sends the next decision
// when the last one is answered would leave out just the decisions that would have waited (coordinated omission).

// loadOptions say what to send.
type loadOptions struct {
	URL         string
	Version     string        // of the policy
	PerSecond   float64       // 0: each connection sends the next decision when the last one is answered
	Connections int           // that are open; a decision that finds none free waits, and its wait counts
	Duration    time.Duration // until the last decision is due
	Most        int           // decisions, without a rate
}

// loadResult is what became of it. Waits are in milliseconds.
type loadResult struct {
	Sent      int
	PerSecond float64
	Median    float64
	P99       float64
	Slowest   float64
	Late      float64 // 99th percentile of how late the client itself was
}

// runLoad starts this program again to send the load.
func runLoad(l loadOptions) (r loadResult, err error) {
	options, err := json.Marshal(l)
	if err != nil {
		return r, err
	}
	c := exec.Command(os.Args[0], "-load", string(options))
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return r, fmt.Errorf("send decisions to %s: %w", l.URL, err)
	}
	return r, json.Unmarshal(out, &r)
}

// sendLoad sends the load that the options say, and prints the result.
func sendLoad(options string) error {
	var l loadOptions
	if err := json.Unmarshal([]byte(options), &l); err != nil {
		return err
	}
	debug.SetGCPercent(-1) // a load is short, and a collection would delay what is due
	debug.SetMemoryLimit(2 << 30)
	requests, err := l.makeRequests()
	if err != nil {
		return err
	}
	sender := &sender{loadOptions: l, requests: requests, due: make(chan int, len(requests))}
	if err := sender.connect(); err != nil {
		return err
	}
	r, err := sender.run()
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

// makeRequests makes all that will be sent, beforehand.
func (l loadOptions) makeRequests() ([][]byte, error) {
	count := l.Most
	if l.PerSecond > 0 {
		count = int(l.PerSecond * l.Duration.Seconds())
	}
	host, err := url.Parse(l.URL)
	if err != nil {
		return nil, err
	}
	requests := make([][]byte, count)
	for i := range requests {
		body, err := firstDecision(l.Version)
		if err != nil {
			return nil, err
		}
		requests[i] = fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"+
			"Content-Length: %d\r\n\r\n%s", decisionsPath, host.Host, len(body), body)
	}
	return requests, nil
}

// sender sends requests over its connections.
type sender struct {
	loadOptions
	requests    [][]byte
	due         chan int // indexes of requests whose time has come
	began       time.Time
	connections []net.Conn

	lates []time.Duration // only run uses it

	mu    sync.Mutex
	waits []time.Duration
	err   error
}

func (s *sender) connect() error {
	server, err := url.Parse(s.URL)
	if err != nil {
		return err
	}
	for range s.Connections {
		c, err := net.Dial("tcp", server.Host)
		if err != nil {
			return err
		}
		s.connections = append(s.connections, c)
	}
	return nil
}

// dueAt is when a request is due.
func (s *sender) dueAt(i int) time.Time {
	return s.began.Add(time.Duration(float64(i) / s.PerSecond * float64(time.Second)))
}

func (s *sender) run() (loadResult, error) {
	s.began = time.Now()
	var sending sync.WaitGroup
	for _, c := range s.connections {
		sending.Go(func() {
			if err := s.sendDue(c); err != nil {
				s.mu.Lock()
				s.err = errors.Join(s.err, err)
				s.mu.Unlock()
			}
		})
	}
	for i := range s.requests {
		if s.PerSecond > 0 {
			due := s.dueAt(i)
			time.Sleep(time.Until(due))
			s.lates = append(s.lates, time.Since(due))
		}
		s.due <- i
	}
	close(s.due)
	sending.Wait()
	took := time.Since(s.began).Seconds()
	if s.err != nil || len(s.waits) == 0 {
		return loadResult{}, errors.Join(s.err, errors.New("some decisions were not stored"))
	}
	return loadResult{
		Sent: len(s.waits), PerSecond: float64(len(s.waits)) / took, Median: percentile(s.waits, 50),
		P99: percentile(s.waits, 99), Slowest: percentile(s.waits, 100), Late: percentile(append(s.lates, 0), 99),
	}, nil
}

// sendDue sends what is due over one connection, one request after the other, until all is sent or the time is over.
func (s *sender) sendDue(c net.Conn) error {
	defer c.Close()
	answers := bufio.NewReader(c)
	var waits []time.Duration
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waits = append(s.waits, waits...)
	}()
	for i := range s.due {
		due := time.Now()
		if s.PerSecond > 0 {
			due = s.dueAt(i)
		} else if due.Sub(s.began) > s.Duration {
			return nil
		}
		if _, err := c.Write(s.requests[i]); err != nil {
			return err
		}
		if err := readCreated(answers); err != nil {
			return err
		}
		waits = append(waits, time.Since(due))
	}
	return nil
}

// readCreated reads an answer, which has to be that of a stored decision.
func readCreated(answers *bufio.Reader) error {
	r, err := http.ReadResponse(answers, nil)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err == nil && r.StatusCode != http.StatusCreated {
		err = fmt.Errorf("decision: %s: %s", r.Status, bytes.TrimSpace(body))
	}
	return err
}

// percentile returns milliseconds.
func percentile(waits []time.Duration, percent int) float64 {
	slices.Sort(waits)
	return milliseconds(waits[min(len(waits)*percent/100, len(waits)-1)])
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
