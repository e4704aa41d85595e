package e2e

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
)

// visitor is one visitor with all tabs of a browser context.
type visitor struct {
	mu       sync.Mutex
	tabs     map[target.ID]*Tab
	messages []string // errors, warnings and exceptions on the console of any tab
	expected []string
}

// handleConsoleEvent records errors, warnings and exceptions.
func (v *visitor) handleConsoleEvent(e any) {
	switch e := e.(type) {
	case *runtime.EventConsoleAPICalled:
		var words []string
		for _, a := range e.Args {
			words = append(words, strings.Trim(string(a.Value), `"`)+a.Description)
		}
		text := strings.Join(words, " ")
		isProblem := e.Type == "error" || e.Type == "warning" || e.Type == "assert"
		if isProblem || strings.HasPrefix(text, "panic: ") { // a Go program logs why it ends
			v.addMessage(string(e.Type) + ": " + text)
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description + string(x.Value)
		}
		v.addMessage("exception: " + text)
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Level == "warning" {
			v.addMessage("browser: " + e.Entry.Text + " " + e.Entry.URL)
		}
	}
}

func (v *visitor) addMessage(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.messages = append(v.messages, text)
}

// checkConsole fails the test on an unexpected message, and on an expected one that is missing.
func (v *visitor) checkConsole(t testing.TB) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, text := range v.messages {
		if !slices.ContainsFunc(v.expected, func(e string) bool { return strings.Contains(text, e) }) {
			t.Errorf("unexpected message on the console: %s", text)
		}
	}
	for _, e := range v.expected {
		if !slices.ContainsFunc(v.messages, func(s string) bool { return strings.Contains(s, e) }) {
			t.Errorf("the console has no message with %q: %q", e, v.messages)
		}
	}
}

// expectMessages declares that the console will have a message with each of these texts.
func (tab *Tab) expectMessages(texts ...string) {
	tab.visitor.mu.Lock()
	defer tab.visitor.mu.Unlock()
	tab.visitor.expected = append(tab.visitor.expected, texts...)
}

// consoleMessages lists the messages so far that contain the text.
func (tab *Tab) consoleMessages(text string) (some []string) {
	tab.visitor.mu.Lock()
	defer tab.visitor.mu.Unlock()
	for _, s := range tab.visitor.messages {
		if strings.Contains(s, text) {
			some = append(some, s)
		}
	}
	return some
}

// waitForUnknownPurposeWarning waits for the warning about a tag with an unknown purpose.
func (tab *Tab) waitForUnknownPurposeWarning() {
	tab.Helper()
	tab.expectMessages("is not a purpose or service of site")
	waitFor(tab, "the warning about an unknown purpose",
		func() bool { return len(tab.consoleMessages("is not a purpose or service of site")) > 0 })
}
