package chromium

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// Bare is a browser that does nothing but what it is told, over a pipe. Where a page is slowed down, all that chromedp
// has the browser watch in it takes a share of what is measured, and so do the features that it turns on.
type Bare struct {
	program *exec.Cmd
	profile string
	to      *os.File
	from    *bufio.Reader
	id      int
}

// StartBare starts one with a folder of its own, which Stop removes.
func StartBare(options ...string) (b *Bare, err error) {
	path, err := find()
	if err != nil {
		return nil, err
	}
	profile, err := os.MkdirTemp("", "nod-browser-")
	if err != nil {
		return nil, err
	}
	hears, to, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(profile))
	}
	from, says, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, hears.Close(), to.Close(), os.RemoveAll(profile))
	}
	args := append([]string{"--headless=new", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe",
		"--disable-features=" + withoutFeatures, "--user-data-dir=" + profile}, options...)
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox")
	}
	b = &Bare{program: exec.Command(path, args...), profile: profile, to: to, from: bufio.NewReaderSize(from, 1<<20)}
	b.program.ExtraFiles = []*os.File{hears, says} // 3 and 4, says --remote-debugging-pipe
	if err = b.program.Start(); err != nil {
		err = fmt.Errorf("start %s: %w", path, err)
	}
	if err := errors.Join(err, hears.Close(), says.Close()); err != nil {
		return nil, errors.Join(err, to.Close(), from.Close(), os.RemoveAll(profile))
	}
	return b, nil
}

// Stop ends the browser.
func (b *Bare) Stop() {
	b.to.Close() // which has it leave
	b.program.Wait()
	os.RemoveAll(b.profile)
}

// Call has the browser do what a method of the DevTools protocol does, in a session with a page or, with "", by itself.
// What it tells meanwhile is not heard.
func (b *Bare) Call(session, method string, params, result any) error {
	b.id++
	message, err := json.Marshal(struct {
		ID      int    `json:"id"`
		Method  string `json:"method"`
		Params  any    `json:"params"`
		Session string `json:"sessionId,omitempty"`
	}{b.id, method, params, session})
	if err != nil {
		return err
	}
	if _, err := b.to.Write(append(message, 0)); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	for {
		text, err := b.from.ReadBytes(0)
		if err != nil {
			return fmt.Errorf("%s: the browser is gone: %w", method, err)
		}
		var answer struct {
			ID     int
			Result json.RawMessage
			Error  *struct{ Message string }
		}
		if err := json.Unmarshal(text[:len(text)-1], &answer); err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
		switch {
		case answer.ID != b.id:
		case answer.Error != nil:
			return fmt.Errorf("%s: %s", method, answer.Error.Message)
		case result == nil:
			return nil
		default:
			return json.Unmarshal(answer.Result, result)
		}
	}
}
