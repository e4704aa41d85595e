// Package engine opens pages and evaluates expressions in browsers other than Chromium: in Firefox by WebDriver BiDi
// (W3C WebDriver BiDi), and in WebKitGTK by WebDriver (W3C WebDriver, Level 2).
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

// startTimeout limits the start of a browser, and of a script in WebKitGTK.
const startTimeout = 60 * time.Second

// Browser is a browser with one window.
type Browser interface {
	// Open loads the page and returns when that is complete.
	Open(ctx context.Context, address string) error
	// Eval evaluates a JavaScript expression and returns the value as JSON. It waits for a promise.
	Eval(ctx context.Context, expression string) (json.RawMessage, error)
	// Press presses and releases a key as a person does. Keys without a character have the code points of WebDriver.
	Press(ctx context.Context, key string) error
	// Close stops the browser.
	Close()
}

// Escape is the key for Press.
const Escape = "\uE00C"

// pressActions are the actions of WebDriver, in both its forms, that press a key.
func pressActions(key string) []any {
	return []any{map[string]any{"type": "key", "id": "keyboard", "actions": []any{
		map[string]string{"type": "keyDown", "value": key}, map[string]string{"type": "keyUp", "value": key},
	}}}
}

// program is a process and the processes that it started.
type program struct {
	cmd *exec.Cmd
	dir string
}

// start runs a program in a process group and a folder of its own, without the user's proxies and home.
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

// asJSON wraps an expression so that it returns JSON text. undefined becomes null.
func asJSON(expression string) string {
	return "(async () => JSON.stringify((await (" + expression + ")) ?? null))()"
}
