package e2e

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// patience is how long a condition may take on a machine that is busy with other things; tick is between two looks.
const (
	patience = 60 * time.Second
	tick     = 15 * time.Millisecond
)

// Tab is a tab, a window, or a frame with a process of its own.
type Tab struct {
	view
	testing.TB
	visit  *visit
	ctx    context.Context
	target target.ID

	clicked  clicked
	mu       sync.Mutex
	contexts map[string]cdp.FrameID // of the frames' own scripts, by unique id
	sent     []*request
}

// visit is one visitor with all the tabs of a browser context.
type visit struct {
	mu       sync.Mutex
	tabs     map[target.ID]*Tab
	said     []string // errors, warnings and exceptions on any tab's console
	expected []string
}

// request is a request that a page made, wherever the answer came from.
type request struct {
	id     network.RequestID
	URL    string
	Method string
	Cached bool
}

// view is a document: a tab's own, or a frame's.
type view struct {
	tab    *Tab
	inside string // unique id of the frame's context; "" for the tab's own document
	offset string // JavaScript of the document around it: the frame's element
	over   *Tab   // whose document that is, where the frame is a tab of its own
}

// open starts a visitor with an empty browser, and shows the address. What the scripts say runs first in every
// document.
func open(t testing.TB, address string, first ...string) *Tab {
	t.Helper()
	tab := arrive(t)
	tab.first(first...)
	tab.load(address)
	return tab
}

// arrive is a visitor with an empty tab.
func arrive(t testing.TB) *Tab {
	t.Helper()
	stage.consent.forget()
	stage.host.forget()
	ctx, leave := chromedp.NewContext(chrome, chromedp.WithNewBrowserContext())
	tab := newTab(t, ctx, &visit{tabs: map[target.ID]*Tab{}})
	t.Cleanup(func() {
		leave()
		tab.visit.check(t)
	})
	return tab
}

// another is another tab of the same visitor.
func (tab *Tab) another(address string) *Tab {
	tab.Helper()
	ctx, leave := chromedp.NewContext(tab.ctx)
	other := newTab(tab, ctx, tab.visit)
	tab.Cleanup(leave)
	other.load(address)
	return other
}

func newTab(t testing.TB, ctx context.Context, v *visit) *Tab {
	t.Helper()
	tab := &Tab{TB: t, visit: v, ctx: ctx, contexts: map[string]cdp.FrameID{}}
	tab.view.tab = tab
	if err := chromedp.Listen(ctx, tab.event); err != nil {
		t.Fatal(err)
	}
	tab.target = chromedp.FromContext(ctx).Target.TargetID
	v.tabs[tab.target] = tab
	return tab
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

func (tab *Tab) event(e any) {
	switch e := e.(type) {
	case *runtime.EventExecutionContextCreated:
		var aux struct {
			IsDefault bool        `json:"isDefault"`
			FrameID   cdp.FrameID `json:"frameId"`
		}
		if json.Unmarshal(e.Context.AuxData, &aux) == nil && aux.IsDefault {
			tab.mu.Lock()
			tab.contexts[e.Context.UniqueID] = aux.FrameID
			tab.mu.Unlock()
		}
	case *runtime.EventExecutionContextDestroyed:
		tab.mu.Lock()
		delete(tab.contexts, e.ExecutionContextUniqueID)
		tab.mu.Unlock()
	case *runtime.EventExecutionContextsCleared:
		tab.mu.Lock()
		clear(tab.contexts)
		tab.mu.Unlock()
	case *runtime.EventConsoleAPICalled:
		var words []string
		for _, a := range e.Args {
			words = append(words, strings.Trim(string(a.Value), `"`)+a.Description)
		}
		text := strings.Join(words, " ")
		// The Go program says line by line why it ends.
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" || strings.HasPrefix(text, "panic: ") {
			tab.visit.hear(string(e.Type) + ": " + text)
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description + string(x.Value)
		}
		tab.visit.hear("exception: " + text)
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Level == "warning" {
			tab.visit.hear("browser: " + e.Entry.Text + " " + e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		tab.mu.Lock()
		tab.sent = append(tab.sent, &request{id: e.RequestID, URL: e.Request.URL, Method: e.Request.Method})
		tab.mu.Unlock()
	case *network.EventRequestServedFromCache:
		tab.cached(e.RequestID)
	case *network.EventResponseReceived:
		if e.Response.FromDiskCache || e.Response.FromPrefetchCache {
			tab.cached(e.RequestID)
		}
	}
}

func (v *visit) hear(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.said = append(v.said, text)
}

func (tab *Tab) cached(id network.RequestID) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	for _, r := range tab.sent {
		if r.id == id {
			r.Cached = true
		}
	}
}

// requests are those that the tab's documents made to addresses with the text.
func (tab *Tab) requests(text string) (some []request) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	for _, r := range tab.sent {
		if strings.Contains(r.URL, text) && !strings.HasPrefix(r.URL, "data:") {
			some = append(some, *r)
		}
	}
	return some
}

func (tab *Tab) forgetRequests() {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.sent = nil
}

// call runs a command of the browser's protocol on the tab.
func call[P, R any](tab *Tab, c cdp.Command[P, R], params P) R {
	tab.Helper()
	got, err := chromedp.Call(tab.ctx, c, params)
	if err != nil {
		tab.Fatal(err)
	}
	return got
}

// first runs the scripts before any of the page's own, in every document of this tab.
func (tab *Tab) first(scripts ...string) {
	tab.Helper()
	for _, s := range scripts {
		call(tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: s})
	}
}

// load shows the address in the tab.
func (tab *Tab) load(address string) {
	tab.Helper()
	if err := chromedp.Do(tab.ctx, chromedp.Navigate(address)); err != nil {
		tab.Fatalf("open %s: %v", address, err)
	}
	tab.until(`document.readyState == "complete"`)
	call(tab, page.BringToFront, cdp.Empty{}) // the keyboard is the window's in front
}

// offline cuts the tab from the network, or joins it again.
func (tab *Tab) offline(is bool) {
	tab.Helper()
	rules := []*network.Conditions{}
	if is {
		rules = append(rules, &network.Conditions{Offline: true, DownloadThroughput: -1, UploadThroughput: -1})
	}
	call(tab, network.EmulateNetworkConditionsByRule,
		network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: rules})
	call(tab, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: is, DownloadThroughput: -1,
		UploadThroughput: -1})
}

// headers go with every request of the tab from now on.
func (tab *Tab) headers(h map[string]string) {
	tab.Helper()
	all := network.Headers{}
	for name, value := range h {
		all[name] = value
	}
	call(tab, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: all})
}

// dark asks for the dark colours.
func (tab *Tab) dark() {
	tab.Helper()
	call(tab, emulation.SetEmulatedMedia,
		emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
}

// size gives the tab a window of so many CSS pixels.
func (tab *Tab) size(width, height int64) {
	tab.Helper()
	if err := chromedp.Do(tab.ctx, chromedp.EmulateViewport(width, height)); err != nil {
		tab.Fatal(err)
	}
}

func waitFor[T any](t testing.TB, what string, look func() (T, bool)) T {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(tick) {
		if got, ok := look(); ok {
			return got
		}
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// eventually waits until the condition holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	waitFor(t, what, func() (struct{}, bool) { return struct{}{}, holds() })
}
