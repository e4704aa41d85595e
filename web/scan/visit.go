//go:build !js

package scan

import (
	"cmp"
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

// errNoTag says that no page has the tag of the site.
var errNoTag = errors.New("no page has the tag of the site")

// visit is one browser that opens the pages at one stage.
type visit struct {
	Options
	Observation
	stage   Stage
	page    string    // that is open
	choseAt time.Time // first; requests before that are of the stage Before
	traffic traffic
}

// run opens the pages. For a choice it opens all of them first and chooses on each, because pages of several hosts need
// not share one.
func (v *visit) run(ctx context.Context) error {
	if err := chromedp.Do(ctx, chromedp.Func(v.prepare)); err != nil {
		return fmt.Errorf("start the browser: %w. Install Chromium or Chrome, or name it with --browser; "+
			"for root, add --no-sandbox", err)
	}
	chosen := v.stage
	if chosen != Before {
		v.stage = Before
		for _, address := range v.Options.Pages {
			hasTag, err := v.open(ctx, address)
			if err != nil {
				return err
			}
			if hasTag {
				v.stage = chosen
				if err := v.choose(ctx); err != nil {
					return err
				}
			}
		}
		if v.choseAt.IsZero() {
			return errNoTag
		}
	}
	v.stage, v.Observation.Pages = chosen, nil
	for _, address := range v.Options.Pages {
		if _, err := v.open(ctx, address); err != nil {
			return err
		}
	}
	return nil
}

// prepare keeps decisions from the server, and the page's dialogs from waiting for an answer.
func (v *visit) prepare(ctx context.Context, t *chromedp.Target) error {
	v.traffic.reset()
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

// open opens a page, scrolls it to its end, waits, and adds what it has stored. It returns whether the page has the
// site's tag.
func (v *visit) open(ctx context.Context, address string) (hasTag bool, err error) {
	ctx, stop := context.WithTimeout(ctx, loadTimeout+v.Wait+maxWait)
	defer stop()
	// From an empty page, because an address that differs in its fragment only would load nothing.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		return false, err
	}
	v.traffic.reset()
	response, err := chromedp.Run(ctx, chromedp.NavigateResponse(address))
	if err != nil {
		return false, fmt.Errorf("%s: cannot be opened: %w", address, err)
	}
	if response != nil && response.Status >= 400 {
		return false, fmt.Errorf("%s: the answer is %d %s. Give a page that anyone can open",
			address, response.Status, response.StatusText)
	}
	const scroll = `scrollTo(0, document.documentElement.scrollHeight); location.href`
	if v.page, err = chromedp.Run(ctx, chromedp.Evaluate[string](scroll)); err != nil {
		return false, fmt.Errorf("%s: %w", address, err)
	}
	if registrableDomain(hostOf(v.page)) != registrableDomain(hostOf(address)) {
		return false, fmt.Errorf("%s: leads to %s, which is not the same site. Give the page itself, or leave it out",
			address, v.page)
	}
	v.Observation.Pages = append(v.Observation.Pages, v.page)
	return v.read(ctx)
}

// read waits for the page's network, and adds what the page has stored.
func (v *visit) read(ctx context.Context) (hasTag bool, err error) {
	if err := v.traffic.wait(ctx, v.Wait); err != nil {
		return false, fmt.Errorf("%s: %w", v.page, err)
	}
	if err := chromedp.Do(ctx, chromedp.Func(v.addStorage)); err != nil {
		return false, fmt.Errorf("%s: its storage cannot be read: %w", v.page, err)
	}
	source, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(
		`(document.querySelector('script[src*="/%s/consent."]') || {}).src || ""`, v.Site)))
	if err != nil {
		return false, fmt.Errorf("%s: %w", v.page, err)
	}
	v.Server = cmp.Or(hostOf(source), v.Server)
	return hostOf(source) != "", nil
}

// choose refuses or grants everything optional, separate questions too, and reads what comes of it.
func (v *visit) choose(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, loadTimeout+v.Wait+maxWait)
	defer stop()
	call := "nod.rejectAll()"
	if v.stage == Granted {
		call = "nod.save(Object.fromEntries(Object.keys(nod.answers()).map(id => [id, true])))"
	}
	if v.choseAt.IsZero() {
		v.choseAt = time.Now()
	}
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](call+"; undefined")); err != nil {
		return fmt.Errorf("%s: %s: %w", v.page, call, err)
	}
	_, err := v.read(ctx)
	return err
}

// traffic counts the requests of a page that have no answer yet.
type traffic struct {
	mu   sync.Mutex
	open map[network.RequestID]bool
	last time.Time // of a request or an answer
}

// reset forgets the requests of the page before.
func (t *traffic) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open = map[network.RequestID]bool{}
}

// quiet is for how long the network has to be quiet.
const quiet = 500 * time.Millisecond

func (t *traffic) handle(event any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if e.LoaderID == "" { // a worker's: its end is not reported here
			return
		}
		t.open[e.RequestID] = true
	case *network.EventLoadingFinished:
		delete(t.open, e.RequestID)
	case *network.EventLoadingFailed:
		delete(t.open, e.RequestID)
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
