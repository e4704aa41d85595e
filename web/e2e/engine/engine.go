// Package engine drives browsers other than Chromium just as far as is needed to open a page and to ask it something:
// Firefox by WebDriver BiDi (W3C WebDriver BiDi), and WebKitGTK by WebDriver (W3C WebDriver, Level 2).
package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"github.com/coder/websocket"
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

// Firefox starts Firefox without a window.
func Firefox(ctx context.Context) (Browser, error) {
	profile, err := os.MkdirTemp("", "nod-firefox-")
	if err != nil {
		return nil, err
	}
	prefs := `user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.send_pings", true);
user_pref("media.autoplay.default", 0);
`
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(prefs), 0o600); err != nil {
		return nil, err
	}
	r, w := io.Pipe()
	p, err := start(w, "firefox-esr", "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0",
		"about:blank")
	if err != nil {
		os.RemoveAll(profile)
		return nil, err
	}
	f := &firefox{program: p, profile: profile}
	address, err := find(ctx, r, regexp.MustCompile(`WebDriver BiDi listening on (ws://\S+)`))
	if err == nil {
		err = f.connect(ctx, address+"/session")
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("start Firefox: %w", err)
	}
	return f, nil
}

// find waits for a line of a program's output, and reads on for as long as the program runs.
func find(ctx context.Context, r io.Reader, line *regexp.Regexp) (string, error) {
	found := make(chan string, 1)
	go func() {
		var seen []byte
		buf := make([]byte, 4096)
		for {
			n, err := r.Read(buf)
			if err != nil {
				return
			}
			if len(seen) < 1<<16 {
				seen = append(seen, buf[:n]...)
				if m := line.FindSubmatch(seen); m != nil {
					select {
					case found <- string(m[1]):
					default:
					}
				}
			}
		}
	}()
	select {
	case s := <-found:
		return s, nil
	case <-time.After(patience):
		return "", errors.New("it says nothing of where it listens")
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

type firefox struct {
	*program
	profile string
	conn    *websocket.Conn
	page    string
	last    int
}

func (f *firefox) connect(ctx context.Context, address string) error {
	var err error
	if f.conn, _, err = websocket.Dial(ctx, address, nil); err != nil {
		return err
	}
	f.conn.SetReadLimit(16 << 20)
	if _, err := f.call(ctx, "session.new", map[string]any{"capabilities": map[string]any{}}); err != nil {
		return err
	}
	tree, err := f.call(ctx, "browsingContext.getTree", map[string]any{})
	if err != nil {
		return err
	}
	var got struct {
		Contexts []struct{ Context string }
	}
	if err := json.Unmarshal(tree, &got); err != nil || len(got.Contexts) == 0 {
		return fmt.Errorf("no window: %s", tree)
	}
	f.page = got.Contexts[0].Context
	return nil
}

func (f *firefox) call(ctx context.Context, method string, params map[string]any) (json.RawMessage, error) {
	f.last++
	id := f.last
	message, err := json.Marshal(map[string]any{"id": id, "method": method, "params": params})
	if err != nil {
		return nil, err
	}
	if err := f.conn.Write(ctx, websocket.MessageText, message); err != nil {
		return nil, err
	}
	for {
		_, data, err := f.conn.Read(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", method, err)
		}
		var answer struct {
			ID      int
			Type    string
			Error   string
			Message string
			Result  json.RawMessage
		}
		if err := json.Unmarshal(data, &answer); err != nil || answer.ID != id {
			continue // an event
		}
		if answer.Type == "error" {
			return nil, fmt.Errorf("%s: %s: %s", method, answer.Error, answer.Message)
		}
		return answer.Result, nil
	}
}

// Open implements Browser.
func (f *firefox) Open(ctx context.Context, address string) error {
	_, err := f.call(ctx, "browsingContext.navigate", map[string]any{"context": f.page, "url": address,
		"wait": "complete"})
	return err
}

// Eval implements Browser.
func (f *firefox) Eval(ctx context.Context, expression string) (json.RawMessage, error) {
	result, err := f.call(ctx, "script.evaluate", map[string]any{
		"expression": asJSON(expression), "target": map[string]any{"context": f.page}, "awaitPromise": true,
		"userActivation": true,
	})
	if err != nil {
		return nil, err
	}
	var got struct {
		Type             string
		Result           struct{ Value string }
		ExceptionDetails struct{ Text string }
	}
	if err := json.Unmarshal(result, &got); err != nil {
		return nil, err
	}
	if got.Type != "success" {
		return nil, fmt.Errorf("%s: %s", expression, got.ExceptionDetails.Text)
	}
	return json.RawMessage(got.Result.Value), nil
}

// asJSON is an expression for the same as JSON text, null for undefined.
func asJSON(expression string) string {
	return "(async () => JSON.stringify((await (" + expression + ")) ?? null))()"
}

// Close implements Browser.
func (f *firefox) Close() {
	if f.conn != nil {
		f.conn.CloseNow()
	}
	f.stop()
	os.RemoveAll(f.profile)
}

// WebKit starts WebKitGTK's small browser, on a screen that nobody sees.
func WebKit(ctx context.Context) (Browser, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // for a free port
	if err != nil {
		return nil, err
	}
	port := fmt.Sprint(listener.Addr().(*net.TCPAddr).Port)
	listener.Close()
	p, err := start(io.Discard, "xvfb-run", "-a", "-n", fmt.Sprint(100+os.Getpid()%900), "WebKitWebDriver",
		"--host=127.0.0.1", "--port="+port)
	if err != nil {
		return nil, err
	}
	w := &webkit{program: p, driver: "http://127.0.0.1:" + port}
	if err := w.begin(ctx); err != nil {
		w.Close()
		return nil, fmt.Errorf("start WebKitGTK: %w", err)
	}
	return w, nil
}

type webkit struct {
	*program
	driver  string
	session string
}

func (w *webkit) begin(ctx context.Context) error {
	for end := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		_, err := w.call(ctx, http.MethodGet, "/status", nil)
		if err == nil {
			break
		}
		if time.Now().After(end) {
			return err
		}
	}
	program, err := miniBrowser()
	if err != nil {
		return err
	}
	options := map[string]any{"binary": program, "args": []string{"--automation"}}
	answer, err := w.call(ctx, http.MethodPost, "/session",
		map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{"webkitgtk:browserOptions": options}}})
	if err != nil {
		return err
	}
	var got struct{ SessionID string }
	if err := json.Unmarshal(answer, &got); err != nil || got.SessionID == "" {
		return fmt.Errorf("no session: %s", answer)
	}
	w.session = "/session/" + got.SessionID
	_, err = w.call(ctx, http.MethodPost, w.session+"/timeouts", map[string]any{"script": patience.Milliseconds(),
		"pageLoad": patience.Milliseconds()})
	return err
}

// miniBrowser is where Linux distributions put it.
func miniBrowser() (string, error) {
	for _, place := range []string{"/usr/lib/*/webkit2gtk-4.*/MiniBrowser", "/usr/lib*/webkit2gtk-4.*/MiniBrowser",
		"/usr/libexec/webkit2gtk-4.*/MiniBrowser"} {
		if found, _ := filepath.Glob(place); len(found) > 0 {
			return found[0], nil
		}
	}
	return "", errors.New(`MiniBrowser is missing: run "make deps"`)
}

func (w *webkit) call(ctx context.Context, method, path string, body any) (json.RawMessage, error) {
	var content io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(ctx, method, w.driver+path, content)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var got struct{ Value json.RawMessage }
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, got.Value)
	}
	return got.Value, nil
}

// Open implements Browser.
func (w *webkit) Open(ctx context.Context, address string) error {
	_, err := w.call(ctx, http.MethodPost, w.session+"/url", map[string]any{"url": address})
	return err
}

// Eval implements Browser.
func (w *webkit) Eval(ctx context.Context, expression string) (json.RawMessage, error) {
	answer, err := w.call(ctx, http.MethodPost, w.session+"/execute/async", map[string]any{
		"script": asJSON(expression) + ".then((v) => arguments[0]([v]), (e) => arguments[0](['', String(e)]))",
		"args":   []any{},
	})
	if err != nil {
		return nil, err
	}
	var got []string
	if err := json.Unmarshal(answer, &got); err != nil {
		return nil, err
	}
	if len(got) > 1 {
		return nil, fmt.Errorf("%s: %s", expression, got[1])
	}
	return json.RawMessage(got[0]), nil
}

// Close implements Browser.
func (w *webkit) Close() {
	if w.session != "" {
		w.call(context.Background(), http.MethodDelete, w.session, nil)
	}
	w.stop()
}
