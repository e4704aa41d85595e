//go:build !js

package scan

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// errNoTag says that the first page has no tag of the site.
var errNoTag = errors.New("the page has no tag of the site")

// visit is one browser that opens the pages at one stage.
type visit struct {
	Options
	Observation
	stage   Stage
	page    string // that is open
	traffic traffic
}

// run opens the pages. After the stage's choice, which it makes on the first one, it opens all of them once more.
func (v *visit) run(ctx context.Context) error {
	if err := chromedp.Do(ctx, chromedp.Func(v.prepare)); err != nil {
		return fmt.Errorf("start the browser: %w. Install Chromium or Chrome, or name it with --browser; "+
			"for root, add --no-sandbox", err)
	}
	if v.stage != Before {
		if err := v.open(ctx, v.Options.Pages[0]); err != nil {
			return err
		}
		if v.Server == "" {
			return errNoTag
		}
		if err := v.choose(ctx); err != nil {
			return err
		}
	}
	v.Observation.Pages = nil
	for _, address := range v.Options.Pages {
		if err := v.open(ctx, address); err != nil {
			return err
		}
	}
	return nil
}

// prepare keeps decisions from the server, and the page's dialogs from waiting for an answer.
func (v *visit) prepare(ctx context.Context, t *chromedp.Target) error {
	v.traffic.open = map[network.RequestID]bool{}
	err := chromedp.Listen(ctx, func(event any) {
		v.traffic.handle(event)
		if _, isDialog := event.(*page.EventJavascriptDialogOpening); isDialog {
			go acceptDialog(ctx, t)
		}
	})
	if err != nil {
		return err
	}
	_, err = cdp.Call(ctx, t, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: []*network.BlockPattern{
		{URLPattern: "*://*:*/*v1/" + v.Site + "/decisions", Block: true},
	}})
	return err
}

// acceptDialog closes an alert of a page. It fails only if the page is gone, and its alert with it.
func acceptDialog(ctx context.Context, t *chromedp.Target) {
	_, _ = cdp.Call(ctx, t, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
}

// open opens a page, scrolls it to its end, waits, and adds what it has stored.
func (v *visit) open(ctx context.Context, address string) error {
	ctx, stop := context.WithTimeout(ctx, loadTimeout+v.Wait+maxWait)
	defer stop()
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		return fmt.Errorf("%s: cannot be opened: %w", address, err)
	}
	const scroll = `scrollTo(0, document.documentElement.scrollHeight); location.href`
	final, err := chromedp.Run(ctx, chromedp.Evaluate[string](scroll))
	if err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	v.page = final
	v.Observation.Pages = append(v.Observation.Pages, final)
	return v.read(ctx)
}

// read waits for the page's network, and adds what the page has stored.
func (v *visit) read(ctx context.Context) error {
	if err := v.traffic.wait(ctx, v.Wait); err != nil {
		return fmt.Errorf("%s: %w", v.page, err)
	}
	if err := chromedp.Do(ctx, chromedp.Func(v.addStorage)); err != nil {
		return fmt.Errorf("%s: its storage cannot be read: %w", v.page, err)
	}
	source, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(
		`(document.querySelector('script[src*="/%s/consent."]') || {}).src || ""`, v.Site)))
	if host := hostOf(source); err == nil && host != "" {
		v.Server = host
	}
	return err
}

// choose refuses or grants everything optional, separate questions too, and reads what comes of it.
func (v *visit) choose(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, v.Wait+maxWait)
	defer stop()
	call := "nod.rejectAll()"
	if v.stage == Granted {
		call = "nod.save(Object.fromEntries(Object.keys(nod.answers()).map(id => [id, true])))"
	}
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](call+"; undefined")); err != nil {
		return fmt.Errorf("%s: %s: %w", v.page, call, err)
	}
	return v.read(ctx)
}

// traffic counts the requests of a page that have no answer yet.
type traffic struct {
	mu   sync.Mutex
	open map[network.RequestID]bool
	last time.Time // of a request or an answer
}

// quiet is for how long the network has to be quiet.
const quiet = 500 * time.Millisecond

func (t *traffic) handle(event any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		t.open[e.RequestID] = true
	case *network.EventLoadingFinished:
		delete(t.open, e.RequestID)
	case *network.EventLoadingFailed:
		delete(t.open, e.RequestID)
	case *page.EventFrameStartedNavigating:
		clear(t.open)
	default:
		return
	}
	t.last = time.Now()
}

// wait waits for the time, and until the network is quiet; for maxWait more at most.
func (t *traffic) wait(ctx context.Context, atLeast time.Duration) error {
	begin := time.Now()
	tick := time.NewTicker(quiet / 10)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case now := <-tick.C:
			t.mu.Lock()
			isQuiet := len(t.open) == 0 && now.Sub(t.last) >= quiet && now.Sub(begin) >= quiet
			t.mu.Unlock()
			if waited := now.Sub(begin); waited >= atLeast && isQuiet || waited >= atLeast+maxWait {
				return nil
			}
		}
	}
}
