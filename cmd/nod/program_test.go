package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// program is a running server.
type program struct {
	*exec.Cmd
	address string        // http://127.0.0.1:port
	metrics string        // the same for the metrics, with --metrics-addr
	mu      sync.Mutex    // of the log while it grows
	log     *bytes.Buffer // complete when the program has ended
	read    chan struct{} // closed when the log is complete
}

var listens = regexp.MustCompile(`msg=(listening|metrics) addr=(127\.0\.0\.1:[0-9]+)`)

// serveIn starts the program in a directory, on a port that is free, and waits until it listens.
func serveIn(t *testing.T, dir string, args ...string) *program {
	t.Helper()
	p, err := startProgram(dir, append([]string{"--verbose"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	return p
}

func startProgram(dir string, args ...string) (*program, error) {
	p := &program{log: &bytes.Buffer{}, read: make(chan struct{})}
	p.Cmd = exec.Command("nod", append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
	p.Dir = dir
	p.Env = slicesWithout(os.Environ(), "NOD_")
	stderr, err := p.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := p.Start(); err != nil {
		return nil, err
	}
	address := make(chan string, 1)
	go func() {
		defer close(p.read)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			p.mu.Lock()
			p.log.Write(append(lines.Bytes(), '\n'))
			p.mu.Unlock()
			switch m := listens.FindSubmatch(lines.Bytes()); {
			case m == nil:
			case string(m[1]) == "metrics":
				p.metrics = "http://" + string(m[2])
			default:
				address <- "http://" + string(m[2])
			}
		}
	}()
	select {
	case p.address = <-address:
	case <-p.read:
		return nil, fmt.Errorf("the program ended: %w\n%s", p.Wait(), p.log)
	}
	return p, nil
}

// logged returns the log so far.
func (p *program) logged() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// stop ends the program, and checks that it ends without an error.
func (p *program) stop(t *testing.T, signal os.Signal) {
	t.Helper()
	if err := p.end(signal); err != nil {
		t.Error(err)
	}
}

// end ends the program. It returns an error if the program ended with one.
func (p *program) end(signal os.Signal) error {
	if err := p.Process.Signal(signal); err != nil {
		return err
	}
	<-p.read
	if err := p.Wait(); err != nil {
		return fmt.Errorf("after %v: %w\n%s", signal, err, p.log)
	}
	if !strings.Contains(p.log.String(), "msg=stopping") || strings.Contains(p.log.String(), "level=ERROR") {
		return fmt.Errorf("log:\n%s", p.log)
	}
	return nil
}

func slicesWithout(all []string, prefix string) (rest []string) {
	for _, s := range all {
		if !strings.HasPrefix(s, prefix) {
			rest = append(rest, s)
		}
	}
	return rest
}
