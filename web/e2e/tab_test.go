package e2e

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

const (
	timeout      = 12 * time.Second      // for one condition, on a machine that is busy with other things
	pollInterval = 15 * time.Millisecond // between two checks of a condition
)

// Tab is a tab, a window, or a frame with a process of its own.
type Tab struct {
	view
	testing.TB
	visitor *visitor
	ctx     context.Context
	target  target.ID

	lastClick lastClick
	mu        sync.Mutex
	contexts  map[string]cdp.FrameID // script contexts of the frames, by unique id
	sent      []*request
}

// request is a request that a page made. The answer may have come from the server or from a cache.
type request struct {
	id     network.RequestID
	URL    string
	Method string
	Cached bool
}

// view is a document: a tab's own, or a frame's.
type view struct {
	tab          *Tab
	contextID    string // unique id of the frame's context; "" for the tab's own document
	frameElement string // JavaScript of the frame's element, in the document around it
	outerTab     *Tab   // the tab of that document, where the frame has a process of its own
}

// open starts a visitor with an empty browser and loads the address. The init scripts run first in every document.
func open(t testing.TB, address string, initScripts ...string) *Tab {
	t.Helper()
	tab := openEmptyTab(t)
	tab.addInitScripts(initScripts...)
	tab.load(address)
	return tab
}

// openEmptyTab starts a visitor with an empty tab.
func openEmptyTab(t testing.TB) *Tab {
	t.Helper()
	stage.consent.clearRequests()
	stage.host.clearRequests()
	ctx, leave := chromedp.NewContext(chrome, chromedp.WithNewBrowserContext())
	tab := newTab(t, ctx, &visitor{tabs: map[target.ID]*Tab{}})
	t.Cleanup(func() {
		leave()
		tab.visitor.checkConsole(t)
	})
	return tab
}

// openTab opens another tab of the same visitor.
func (tab *Tab) openTab(address string) *Tab {
	tab.Helper()
	ctx, leave := chromedp.NewContext(tab.ctx)
	other := newTab(tab, ctx, tab.visitor)
	tab.Cleanup(leave)
	other.load(address)
	return other
}

func newTab(t testing.TB, ctx context.Context, v *visitor) *Tab {
	t.Helper()
	tab := &Tab{TB: t, visitor: v, ctx: ctx, contexts: map[string]cdp.FrameID{}}
	tab.view.tab = tab
	if err := chromedp.Listen(ctx, tab.handleEvent); err != nil {
		t.Fatal(err)
	}
	tab.target = chromedp.FromContext(ctx).Target.TargetID
	v.tabs[tab.target] = tab
	return tab
}

// handleEvent records what the browser reports about the tab: its frames, its requests and its console.
func (tab *Tab) handleEvent(e any) {
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
	case *network.EventRequestWillBeSent:
		tab.mu.Lock()
		tab.sent = append(tab.sent, &request{id: e.RequestID, URL: e.Request.URL, Method: e.Request.Method})
		tab.mu.Unlock()
	case *network.EventRequestServedFromCache:
		tab.markCached(e.RequestID)
	case *network.EventResponseReceived:
		if e.Response.FromDiskCache || e.Response.FromPrefetchCache {
			tab.markCached(e.RequestID)
		}
	default:
		tab.visitor.handleConsoleEvent(e)
	}
}

func (tab *Tab) markCached(id network.RequestID) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	for _, r := range tab.sent {
		if r.id == id {
			r.Cached = true
		}
	}
}

// requests lists what the tab's documents requested from addresses that contain the text.
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

// posted lists the decisions that the tab's documents sent. The server may still receive one of the visitor before.
func (tab *Tab) posted() (some []request) {
	for _, r := range tab.requests("/decisions") {
		if r.Method == "POST" {
			some = append(some, r)
		}
	}
	return some
}

func (tab *Tab) forgetRequests() {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.sent = nil
}

// call runs a command of the DevTools protocol on the tab.
func call[P, R any](tab *Tab, c cdp.Command[P, R], params P) R {
	tab.Helper()
	got, err := chromedp.Call(tab.ctx, c, params)
	if err != nil {
		tab.Fatal(err)
	}
	return got
}

// addInitScripts has the scripts run before the page's own scripts, in every document of this tab.
func (tab *Tab) addInitScripts(scripts ...string) {
	tab.Helper()
	for _, s := range scripts {
		call(tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: s})
	}
}

// load loads the address in the tab.
func (tab *Tab) load(address string) {
	tab.Helper()
	if err := chromedp.Do(tab.ctx, chromedp.Navigate(address)); err != nil {
		tab.Fatalf("open %s: %v", address, err)
	}
	tab.wait(`document.readyState == "complete"`)
	call(tab, page.BringToFront, cdp.Empty{}) // only the window in front gets the keyboard
}

// setOffline disconnects the tab from the network, or connects it again.
func (tab *Tab) setOffline(isOffline bool) {
	tab.Helper()
	rules := []*network.Conditions{}
	if isOffline {
		rules = append(rules, &network.Conditions{Offline: true, DownloadThroughput: -1, UploadThroughput: -1})
	}
	call(tab, network.EmulateNetworkConditionsByRule,
		network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: rules})
	call(tab, network.OverrideNetworkState,
		network.OverrideNetworkStateParams{Offline: isOffline, DownloadThroughput: -1, UploadThroughput: -1})
}

const noNetwork = "ERR_INTERNET_DISCONNECTED"

// goOffline waits for the banner and the second half of the script, and disconnects the tab from the network.
func (tab *Tab) goOffline() {
	tab.Helper()
	tab.wait(visible(banner))
	tab.waitForSecondHalf()
	tab.expectMessages(noNetwork)
	tab.setOffline(true)
}

// waitForFailedRequest waits until the tab sent a request in vain while it was offline.
func (tab *Tab) waitForFailedRequest() {
	tab.Helper()
	waitFor(tab, "the failed request", func() bool { return len(tab.consoleMessages(noNetwork)) > 0 })
}

// setHeaders adds the headers to every request of the tab from now on.
func (tab *Tab) setHeaders(h map[string]string) {
	tab.Helper()
	all := network.Headers{}
	for name, value := range h {
		all[name] = value
	}
	call(tab, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: all})
}

// setMedia sets media features in pairs of a name and a value, such as "forced-colors" and "active".
func (tab *Tab) setMedia(features ...string) {
	tab.Helper()
	var p emulation.SetEmulatedMediaParams
	for i := 0; i < len(features); i += 2 {
		p.Features = append(p.Features, &emulation.MediaFeature{Name: features[i], Value: features[i+1]})
	}
	call(tab, emulation.SetEmulatedMedia, p)
}

// setDark asks for dark colours.
func (tab *Tab) setDark() {
	tab.Helper()
	tab.setMedia("prefers-color-scheme", "dark")
}

// setSize sets the size of the tab's window in CSS pixels.
func (tab *Tab) setSize(width, height int64) {
	tab.Helper()
	if err := chromedp.Do(tab.ctx, chromedp.EmulateViewport(width, height)); err != nil {
		tab.Fatal(err)
	}
}

// waitForValue calls find until it finds something. The test fails after the timeout.
func waitForValue[T any](t testing.TB, what string, find func() (T, bool)) T {
	t.Helper()
	for end := time.Now().Add(timeout); ; time.Sleep(pollInterval) {
		if got, ok := find(); ok {
			return got
		}
		if time.Now().After(end) {
			t.Fatalf("timed out waiting for %s", what)
		}
	}
}

// waitFor waits until the condition holds. The test fails after the timeout.
func waitFor(t testing.TB, what string, isMet func() bool) {
	t.Helper()
	waitForValue(t, what, func() (struct{}, bool) { return struct{}{}, isMet() })
}
