package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// measureMemory starts the built program and reads its memory, at the start and after some work.
func measureMemory(program string) error {
	dir, err := os.MkdirTemp("", "nod-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program, err = filepath.Abs(program)
	if err != nil {
		return err
	}
	c := exec.Command(program, "serve", "--addr", "127.0.0.1:18731", "--db", "sqlite:"+filepath.Join(dir, "nod.db"))
	if err := c.Start(); err != nil {
		return fmt.Errorf("start %s: %w; make build", program, err)
	}
	defer func() { c.Process.Kill(); c.Wait() }()
	url := "http://127.0.0.1:18731"
	for tries := 0; ; tries++ {
		if r, err := http.Get(url + "/readyz"); err == nil {
			r.Body.Close()
			break
		} else if tries > 100 {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	before, err := readResidentMemory(c.Process.Pid)
	if err != nil {
		return err
	}
	sites, err := loadBuiltInSite()
	if err != nil {
		return err
	}
	for range 1000 {
		if err := post(http.DefaultClient, url, sites[0].Current); err != nil {
			return err
		}
	}
	time.Sleep(2 * time.Second)
	after, err := readResidentMemory(c.Process.Pid)
	if err != nil {
		return err
	}
	printFigure("server at rest, after its start", before, "MB resident", "under 60")
	printFigure("server at rest, after 1000 decisions", after, "MB resident", "under 60")
	return nil
}

func readResidentMemory(pid int) (megabytes float64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(value)[0])
			return float64(kb) / 1024, err
		}
	}
	return 0, fmt.Errorf("no VmRSS in the status of process %d", pid)
}
