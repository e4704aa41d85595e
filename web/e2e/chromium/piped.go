package chromium

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// Piped is a browser that runs commands over a pipe. chromedp turns on features and watches the page. On a slow machine
// that takes a share of the time that is measured, so Piped does without.
type Piped struct {
	program *exec.Cmd
	profile string
	to      *os.File
	from    *bufio.Reader
	id      int

	// OnEvent is called with each event that comes while Call waits for an answer. It may be nil.
	OnEvent func(method string, params json.RawMessage)
}

// StartPiped starts a browser with a profile folder of its own, which Stop removes.
func StartPiped(options ...string) (b *Piped, err error) {
	path, err := find(programs)
	if err != nil {
		return nil, err
	}
	profile, err := os.MkdirTemp("", "nod-browser-")
	if err != nil {
		return nil, err
	}
	input, to, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(profile))
	}
	from, output, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, input.Close(), to.Close(), os.RemoveAll(profile))
	}
	args := append([]string{"--headless=new", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe",
		"--disable-features=" + disabledFeatures, "--user-data-dir=" + profile}, options...)
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox")
	}
	b = &Piped{program: exec.Command(path, args...), profile: profile, to: to, from: bufio.NewReaderSize(from, 1<<20)}
	b.program.ExtraFiles = []*os.File{input, output} // descriptors 3 and 4, which --remote-debugging-pipe uses
	if err = b.program.Start(); err != nil {
		err = fmt.Errorf("start %s: %w", path, err)
	}
	if err := errors.Join(err, input.Close(), output.Close()); err != nil {
		return nil, errors.Join(err, to.Close(), from.Close(), os.RemoveAll(profile))
	}
	return b, nil
}

// Stop stops the browser.
func (b *Piped) Stop() {
	b.to.Close() // the browser exits then
	b.program.Wait()
	os.RemoveAll(b.profile)
}

// Send calls a method, as Call does, and does not wait for the answer. OnEvent can use it.
func (b *Piped) Send(session, method string, params any) error {
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
	return nil
}

// Call calls a method of the DevTools protocol, in a page's session or, with "", in the browser's.
func (b *Piped) Call(session, method string, params, result any) error {
	if err := b.Send(session, method, params); err != nil {
		return err
	}
	id := b.id
	for {
		text, err := b.from.ReadBytes(0)
		if err != nil {
			return fmt.Errorf("%s: the browser is gone: %w", method, err)
		}
		var answer struct {
			ID     int
			Method string // of an event
			Params json.RawMessage
			Result json.RawMessage
			Error  *struct{ Message string }
		}
		if err := json.Unmarshal(text[:len(text)-1], &answer); err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
		switch {
		case answer.Method != "":
			if b.OnEvent != nil {
				b.OnEvent(answer.Method, answer.Params)
			}
		case answer.ID != id:
		case answer.Error != nil:
			return fmt.Errorf("%s: %s", method, answer.Error.Message)
		case result == nil:
			return nil
		default:
			return json.Unmarshal(answer.Result, result)
		}
	}
}
