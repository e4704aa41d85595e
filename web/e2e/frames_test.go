package e2e

import (
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// frame waits for the tab's frame whose address has the text. Frames of another site are found as well.
func (tab *Tab) frame(address string) view {
	tab.Helper()
	const ours = `document.getElementById("nod").shadowRoot.querySelector("iframe")`
	return waitFor(tab, "frame "+address, func() (view, bool) {
		if id, ok := tab.inProcess(address); ok {
			v := view{tab: tab, inside: id, offset: ours}
			ready, err := try[bool](v, `document.readyState == "complete"`)
			return v, err == nil && ready
		}
		if other, ok := tab.attach("iframe", address); ok {
			other.until(`document.readyState == "complete"`)
			return view{tab: other, offset: ours, over: tab}, true
		}
		return view{}, false
	})
}

// inProcess finds the frame among those that share the tab's process.
func (tab *Tab) inProcess(address string) (string, bool) {
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

// window waits for a window that a page of the same visitor opened.
func (tab *Tab) window(address string) *Tab {
	tab.Helper()
	other := waitFor(tab, "window "+address, func() (*Tab, bool) { return tab.attach("page", address) })
	other.until(`document.readyState == "complete"`)
	return other
}

func (tab *Tab) attach(kind, address string) (*Tab, bool) {
	all, err := chromedp.Targets(tab.ctx)
	if err != nil {
		return nil, false
	}
	for _, info := range all {
		mine := info.BrowserContextID == chromedp.FromContext(tab.ctx).BrowserContextID
		if !mine || info.Type != kind || !strings.Contains(info.URL, address) || info.TargetID == tab.target {
			continue
		}
		if known := tab.visit.tabs[info.TargetID]; known != nil && kind == "iframe" {
			return known, true
		} else if known == nil {
			ctx, leave := chromedp.NewContext(tab.ctx, chromedp.WithTargetID(info.TargetID))
			tab.Cleanup(leave)
			return newTab(tab, ctx, tab.visit), true
		}
	}
	return nil, false
}
