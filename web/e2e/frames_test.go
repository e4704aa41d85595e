package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// waitForFrame waits for the frame whose address has the text, in the tab's process or in one of its own.
func (tab *Tab) waitForFrame(address string) view {
	tab.Helper()
	frameElement := nodElement("iframe")
	return waitForValue(tab, "frame "+address, func() (view, bool) {
		if id, ok := tab.findInProcess(address); ok {
			v := view{tab: tab, contextID: id, frameElement: frameElement}
			isComplete, err := tryEval[bool](v, `document.readyState == "complete"`)
			return v, err == nil && isComplete
		}
		if other, ok := tab.attach("iframe", address); ok {
			other.wait(`document.readyState == "complete"`)
			return view{tab: other, frameElement: frameElement, outerTab: tab}, true
		}
		return view{}, false
	})
}

// findInProcess finds the frame among those that share the tab's process.
func (tab *Tab) findInProcess(address string) (string, bool) {
	tree, err := chromedp.Call(tab.ctx, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return "", false
	}
	var found cdp.FrameID
	var walk func(*page.FrameTree)
	walk = func(t *page.FrameTree) {
		for _, child := range t.ChildFrames {
			if strings.Contains(child.Frame.URL, address) && found == "" {
				found = child.Frame.ID
			}
			walk(child)
		}
	}
	walk(tree.FrameTree)
	tab.mu.Lock()
	defer tab.mu.Unlock()
	for id, frame := range tab.contexts {
		if found != "" && frame == found {
			return id, true
		}
	}
	return "", false
}

// waitForWindow waits for a window that a page of the visitor opened.
func (tab *Tab) waitForWindow(address string) *Tab {
	tab.Helper()
	other := waitForValue(tab, "window "+address, func() (*Tab, bool) { return tab.attach("page", address) })
	other.wait(`document.readyState == "complete"`)
	return other
}

// attach connects to a window or a frame of the visitor that has a process of its own.
func (tab *Tab) attach(kind, address string) (*Tab, bool) {
	all, err := chromedp.Targets(tab.ctx)
	if err != nil {
		return nil, false
	}
	for _, info := range all {
		isOfVisitor := info.BrowserContextID == chromedp.FromContext(tab.ctx).BrowserContextID
		if !isOfVisitor || info.Type != kind || !strings.Contains(info.URL, address) || info.TargetID == tab.target {
			continue
		}
		if known := tab.visitor.tabs[info.TargetID]; known != nil && kind == "iframe" {
			return known, true
		} else if known == nil {
			ctx, leave := chromedp.NewContext(tab.ctx, chromedp.WithTargetID(info.TargetID))
			tab.Cleanup(leave)
			if err := chromedp.Do(ctx); err != nil { // a new window that just moves to another process
				return nil, false
			}
			return newTab(tab, ctx, tab.visitor), true
		}
	}
	return nil, false
}

// A shadow root may be declared in markup, and an element may have one before it is put into the page.
func TestFramesInShadowRootsAreGuarded(t *testing.T) { // C-12
	send := func(mark string) string {
		to := stage.Collector + "/shadowed/" + mark
		return `<!doctype html><script>new BroadcastChannel("go").onmessage = () => { new Image().src = "` + to + `1";
			fetch("` + to + `2", { mode: "no-cors" }).catch(() => {}); navigator.sendBeacon("` + to + `3", "x") }</script>`
	}
	declared := stage.File("text/html", send("declared"))
	added := stage.File("text/html", send("added"))
	late := stage.File("text/html", send("late"))
	tab := open(t, stage.Address(Page{Site: gateSite, Body: `<div id="h"></div><div id="d"><template shadowrootmode="open">
		<iframe src="` + declared + `"></iframe></template></div><script>
		h.attachShadow({ mode: "open" }).innerHTML = '<iframe src="` + added + `"></iframe>';
		const p = document.createElement("p"), e = p.appendChild(document.createElement("div"));
		e.attachShadow({ mode: "open" }).innerHTML = '<iframe src="` + late + `"></iframe>';
		document.body.append(p);
		</script>`}))
	tab.expectMessages("blob:nod")
	tab.wait(visible(banner) + ` && document.readyState == "complete"`)
	tab.run(`new BroadcastChannel("go").postMessage(1)`) // contentWindow would guard the frame
	tab.waitUntilIdle()
	waitForSilence()
	if all := stage.collector.requests("/shadowed/"); len(all) > 0 {
		t.Errorf("%q arrived", all)
	}
}
