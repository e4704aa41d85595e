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
	"path/filepath"
	"time"
)

// WebKit starts WebKitGTK's MiniBrowser on a virtual screen.
func WebKit(ctx context.Context) (Browser, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // to find a free port
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
	for end := time.Now().Add(startTimeout); ; time.Sleep(100 * time.Millisecond) {
		_, err := w.call(ctx, http.MethodGet, "/status", nil)
		if err == nil {
			break
		}
		if time.Now().After(end) {
			return err
		}
	}
	program, err := findMiniBrowser()
	if err != nil {
		return err
	}
	options := map[string]any{"binary": program, "args": []string{"--automation"}}
	capabilities := map[string]any{"alwaysMatch": map[string]any{"webkitgtk:browserOptions": options}}
	answer, err := w.call(ctx, http.MethodPost, "/session", map[string]any{"capabilities": capabilities})
	if err != nil {
		return err
	}
	var got struct{ SessionID string }
	if err := json.Unmarshal(answer, &got); err != nil || got.SessionID == "" {
		return fmt.Errorf("no session: %s", answer)
	}
	w.session = "/session/" + got.SessionID
	_, err = w.call(ctx, http.MethodPost, w.session+"/timeouts", map[string]any{"script": startTimeout.Milliseconds(),
		"pageLoad": startTimeout.Milliseconds()})
	return err
}

// findMiniBrowser looks where Linux distributions put MiniBrowser.
func findMiniBrowser() (string, error) {
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

// Press implements Browser.
func (w *webkit) Press(ctx context.Context, key string) error {
	_, err := w.call(ctx, http.MethodPost, w.session+"/actions", map[string]any{"actions": pressActions(key)})
	return err
}

// Close implements Browser.
func (w *webkit) Close() {
	if w.session != "" {
		w.call(context.Background(), http.MethodDelete, w.session, nil)
	}
	w.stop()
}
