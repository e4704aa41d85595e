package main

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestFindAddress(t *testing.T) {
	for _, test := range []struct{ flags, variable, want string }{
		{"", "", "127.0.0.1:8080"},
		{"--verbose", "127.0.0.1:8000", "127.0.0.1:8000"},
		{"--verbose --addr :8090", "127.0.0.1:8000", ":8090"},
		{"--addr=localhost:0 --rate 0", "", "localhost:0"},
		{"--addr", "", "127.0.0.1:8080"},
	} {
		if got := findAddress(strings.Fields(test.flags), test.variable); got != test.want {
			t.Errorf("flags %q, NOD_ADDR %q: got %s; want %s", test.flags, test.variable, got, test.want)
		}
	}
}

func TestATakenPortIsReportedBeforeAnythingIsBuilt(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	address := listener.Addr().String()
	out := filepath.Join(t.TempDir(), "nod")

	err = run(program{out: out}, true, []string{"--addr", address})
	if err == nil || !strings.Contains(err.Error(), address) || !strings.Contains(err.Error(), "Choose another") {
		t.Errorf("got error %v", err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("the program was built")
	}
}

func TestConcurrentStepsOfABuild(t *testing.T) {
	t.Chdir("../..") // where make runs it
	var mu sync.Mutex
	var printed strings.Builder
	var ran []string
	record := func(args ...string) error {
		mu.Lock()
		defer mu.Unlock()
		ran = append(ran, strings.Join(args[:3], " "))
		return nil
	}
	if err := build(program{out: "bin/nod"}, false, newReporter(&printed, time.Now), record); err != nil {
		t.Fatal(err)
	}
	if last := ran[len(ran)-1]; last != "build -trimpath -ldflags" ||
		!slices.Contains(ran, "run -trimpath ./web/wasm/build") {
		t.Errorf("ran %q", ran)
	}
	for _, step := range []string{"1/3 ", "2/3 ", "3/3 "} {
		if !strings.Contains(printed.String(), step) {
			t.Errorf("%q is missing in %q", step, printed.String())
		}
	}
	if err := build(program{out: "bin/nod"}, true, newReporter(&printed, time.Now), func(args ...string) error {
		if isWebAssembly := slices.Contains(args, "./web/wasm/build"); isWebAssembly != slices.Contains(args, "-quick") {
			t.Errorf("a quick build ran %q", args[:3])
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	failed := build(program{out: "bin/nod"}, false, newReporter(&printed, time.Now),
		func(...string) error { return broken })
	if !errors.Is(failed, broken) {
		t.Errorf("got error %v", failed)
	}
}

func TestConcurrentLongStepIsReportedEveryTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var printed strings.Builder
		report := newReporter(&printed, time.Now)
		report.start("1/3 WebAssembly")
		stop := report.repeat(10 * time.Second)
		time.Sleep(25 * time.Second) // of the test's clock
		stop()
		want := "1/3 WebAssembly\n1/3 WebAssembly (10s so far)\n1/3 WebAssembly (20s so far)\n"
		if printed.String() != want {
			t.Errorf("got %q; want %q", printed.String(), want)
		}
	})
}
