package e2e

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/target"
)

// visit is one visitor with all the tabs of a browser context.
type visit struct {
	mu       sync.Mutex
	tabs     map[target.ID]*Tab
	said     []string // errors, warnings and exceptions on any tab's console
	expected []string
}

// check compares what the console said with what was expected.
func (v *visit) check(t testing.TB) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, text := range v.said {
		if !slices.ContainsFunc(v.expected, func(e string) bool { return strings.Contains(text, e) }) {
			t.Errorf("the console says: %s", text)
		}
	}
	for _, e := range v.expected {
		if !slices.ContainsFunc(v.said, func(s string) bool { return strings.Contains(s, e) }) {
			t.Errorf("the console does not say %q, but %q", e, v.said)
		}
	}
}

// expects says that the console will hold a message with each of these texts.
func (tab *Tab) expects(texts ...string) {
	tab.visit.mu.Lock()
	defer tab.visit.mu.Unlock()
	tab.visit.expected = append(tab.visit.expected, texts...)
}

// said are the messages so far that contain the text.
func (tab *Tab) said(text string) (some []string) {
	tab.visit.mu.Lock()
	defer tab.visit.mu.Unlock()
	for _, s := range tab.visit.said {
		if strings.Contains(s, text) {
			some = append(some, s)
		}
	}
	return some
}

// doubted waits for the warning of a tag whose purpose there is not.
func (tab *Tab) doubted() {
	tab.Helper()
	tab.expects("is no purpose or service of site")
	eventually(tab, "the warning of a tag that never runs",
		func() bool { return len(tab.said("is no purpose or service of site")) > 0 })
}

func (v *visit) hear(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.said = append(v.said, text)
}
