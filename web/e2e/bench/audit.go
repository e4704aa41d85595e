package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"syscall"
)

// auditRounds is how often decisions are sent beside an audit, in turn with decisions alone.
const auditRounds = 5

// measureAudit compares decisions a second while the program verifies the server's database, and while it does not.
func measureAudit(program, dsn, url, version string) error {
	var out bytes.Buffer
	audit := exec.Command(program, "verify", "--db", dsn)
	audit.Stdout, audit.Stderr = &out, &out
	if err := audit.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- audit.Wait() }()
	var ratio []float64
	for range auditRounds {
		with, err := sendDecisions(url, version)
		if err != nil {
			return err
		}
		// Stopped, it takes nothing, and goes on where it was.
		if err := audit.Process.Signal(syscall.SIGSTOP); err != nil {
			return fmt.Errorf("the audit ended before it was measured: %w\n%s", err, out.Bytes())
		}
		without, err := sendDecisions(url, version)
		if err != nil {
			return err
		}
		if err := audit.Process.Signal(syscall.SIGCONT); err != nil {
			return err
		}
		ratio = append(ratio, with/without)
	}
	printFigure("decisions stored beside an audit / without one", median(ratio), "", "at least 0.9")
	if err := audit.Process.Kill(); err != nil { // with its rests it takes minutes
		return err
	}
	<-ended
	return nil
}
