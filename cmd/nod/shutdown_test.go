//go:build unix

package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A named pipe among the sites' files, which nobody writes to, stops neither the reload nor the end of the server.
func TestANamedPipeAmongTheFilesStopsNothing(t *testing.T) {
	s := serveSite(t)
	pipe := filepath.Join(s.files, "policy", "2026-10-01.yaml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	s.waitUntil(t, "the pipe was reported", func(string) bool {
		return strings.Contains(s.logged(), "2026-10-01.yaml: is not a regular file")
	})
	if err := os.Remove(pipe); err != nil {
		t.Fatal(err)
	}
	const policy = "policy/2026-09-01.yaml"
	s.edit(t, policy, "en: Your privacy choices", "en: Your choice of cookies")
	s.waitUntil(t, "the new words were served", hasText("Your choice of cookies"))
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	s.endAfterReload(t)
}

func TestAServerThatCannotStopIsEnded(t *testing.T) {
	var out bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	status := make(chan int, 1)
	limitShutdown(ctx, time.Millisecond, slog.New(slog.NewTextHandler(&out, nil)), func(n int) { status <- n })
	cancel()
	if got := <-status; got != 1 || !strings.Contains(out.String(), "could not stop in time") {
		t.Errorf("status %d, log %s", got, out.String())
	}
}

func TestAServerThatStopsInTimeEndsByItself(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	finished := limitShutdown(ctx, time.Hour, slog.New(slog.DiscardHandler), func(int) { t.Error("it was ended") })
	cancel()
	finished()
}
