package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/coder/websocket"
)

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
	address, err := findInOutput(ctx, r, regexp.MustCompile(`WebDriver BiDi listening on (ws://\S+)`))
	if err == nil {
		err = f.connect(ctx, address+"/session")
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("start Firefox: %w", err)
	}
	return f, nil
}

// findInOutput waits for a line in a program's output. It reads the output for as long as the program runs.
func findInOutput(ctx context.Context, r io.Reader, line *regexp.Regexp) (string, error) {
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
	case <-time.After(startTimeout):
		return "", errors.New("no address in its output")
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

// Press implements Browser.
func (f *firefox) Press(ctx context.Context, key string) error {
	_, err := f.call(ctx, "input.performActions", map[string]any{"context": f.page, "actions": pressActions(key)})
	return err
}

// Close implements Browser.
func (f *firefox) Close() {
	if f.conn != nil {
		f.conn.CloseNow()
	}
	f.stop()
	os.RemoveAll(f.profile)
}
