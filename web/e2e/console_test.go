package e2e

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/target"
)

// visitor is one visitor with all the tabs of a browser context.
type visitor struct {
	mu       sync.Mutex
	tabs     map[target.ID]*Tab
	messages []string // errors, warnings and exceptions on any tab's console
	expected []string
}

// checkConsole compares what the console said with what was expected.
func (v *visitor) checkConsole(t testing.TB) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, text := range v.messages {
		if !slices.ContainsFunc(v.expected, func(e string) bool { return strings.Contains(text, e) }) {
			t.Errorf("the console says: %s", text)
		}
	}
	for _, e := range v.expected {
		if !slices.ContainsFunc(v.messages, func(s string) bool { return strings.Contains(s, e) }) {
			t.Errorf("the console does not say %q, but %q", e, v.messages)
		}
	}
}

// expectMessages says that the console will hold a message with each of these texts.
func (tab *Tab) expectMessages(texts ...string) {
	tab.visitor.mu.Lock()
	defer tab.visitor.mu.Unlock()
	tab.visitor.expected = append(tab.visitor.expected, texts...)
}

// consoleMessages are the messages so far that contain the text.
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

// waitForUnknownPurposeWarning waits for the warning of a tag whose purpose there is not.
func (tab *Tab) waitForUnknownPurposeWarning() {
	tab.Helper()
	tab.expectMessages("is no purpose or service of site")
	waitFor(tab, "the warning of a tag that never runs",
		func() bool { return len(tab.consoleMessages("is no purpose or service of site")) > 0 })
}

func (v *visitor) addMessage(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.messages = append(v.messages, text)
}
