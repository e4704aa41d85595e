// Package engine drives browsers other than Chromium just as far as is needed to open a page and to ask it something:
// Firefox by WebDriver BiDi (W3C WebDriver BiDi), and WebKitGTK by WebDriver (W3C WebDriver, Level 2).
package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// patience is how long a browser may take to start.
const patience = 60 * time.Second

// Browser is a browser with one window.
type Browser interface {
	// Open shows the page, and returns once it is loaded.
	Open(ctx context.Context, address string) error
	// Eval gives the value of a JavaScript expression, or of what it promises, as JSON.
	Eval(ctx context.Context, expression string) (json.RawMessage, error)
	// Close ends the browser.
	Close()
}

// program is a process with all that it started.
type program struct {
	cmd *exec.Cmd
	dir string
}

// start runs a program in a process group and folder of its own, without the proxies and the home of this user.
func start(output io.Writer, name string, args ...string) (*program, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, fmt.Errorf(`%s is missing: run "make deps" (%w)`, name, err)
	}
	dir, err := os.MkdirTemp("", "nod-engine-")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_RUNTIME_DIR="+dir, "XDG_CACHE_HOME="+dir, "XDG_DATA_HOME="+dir,
		"XDG_CONFIG_HOME="+dir, "no_proxy=*")
	cmd.Stdout, cmd.Stderr = output, output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return &program{cmd, dir}, nil
}

func (p *program) stop() {
	syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	p.cmd.Wait()
	os.RemoveAll(p.dir)
}

// asJSON is an expression for the same as JSON text, null for undefined.
func asJSON(expression string) string {
	return "(async () => JSON.stringify((await (" + expression + ")) ?? null))()"
}
