//go:build !js

package scan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/chromedp"
)

// Options says what Pages opens, and with which browser.
type Options struct {
	Pages     []string      // their addresses, one at least
	Site      string        // whose tag the pages have
	Wait      time.Duration // for which each page stays open once it has loaded; no network for 500 ms at least
	Browser   string        // program of Chromium or Chrome; "" for the one that is installed
	NoSandbox bool          // start the browser without its sandbox, which root has to
}

// loadTimeout is for one page to load; maxWait for a network that is never quiet, beyond Options.Wait.
const (
	loadTimeout = 60 * time.Second
	maxWait     = 15 * time.Second
)

// Pages opens the pages once for each stage. It chooses with the API of the site's tag, and sends the server no
// decision. If no page has the tag, only what comes before a choice is seen. What the pages allow to services, such as
// counting this visit, they do once everything is granted.
//
// An error is that of a page that does not load, that leads to another site, or of a browser that does not start.
func Pages(ctx context.Context, o Options) (Observation, error) {
	var all Observation
	isSeen := map[Sighting]bool{}
	for _, stage := range []Stage{Before, Refused, Granted} {
		got, err := o.visit(ctx, stage)
		if errors.Is(err, errNoTag) {
			break
		}
		if err != nil {
			return Observation{}, err
		}
		for _, s := range got.Sightings {
			key := s
			key.Stage, key.Page = "", ""
			if !isSeen[key] {
				isSeen[key] = true
				all.Sightings = append(all.Sightings, s)
			}
		}
		all.Pages, all.Server = got.Pages, cmp.Or(got.Server, all.Server)
		all.HasChosen = stage != Before
	}
	return all, nil
}

// visit opens the pages in a new browser, at one stage.
func (o Options) visit(ctx context.Context, stage Stage) (Observation, error) {
	folder, err := os.MkdirTemp("", "nod-scan-")
	if err != nil {
		return Observation{}, err
	}
	defer os.RemoveAll(folder)
	log := filepath.Join(folder, "net-log.json")
	ctx, stop := chromedp.NewExecAllocator(ctx, o.browserOptions(filepath.Join(folder, "profile"), log)...)
	defer stop()
	ctx, leave := chromedp.NewContext(ctx)
	defer leave()
	v := &visit{Options: o, stage: stage}
	if err := v.run(ctx); err != nil {
		return Observation{}, err
	}
	if err := chromedp.Cancel(ctx); err != nil { // only a browser that ends by itself completes its log
		return Observation{}, fmt.Errorf("stop the browser: %w", err)
	}
	if err := v.addRequests(log); err != nil {
		return Observation{}, err
	}
	return v.Observation, nil
}

// browserOptions lets all frames run in the page's process, where their storage can be read.
func (o Options) browserOptions(profile, log string) []chromedp.ExecAllocatorOption {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.UserDataDir(profile),
		chromedp.Flag("log-net-log", log),
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-site-isolation-trials", true),
		chromedp.Flag("disable-features", "IsolateOrigins,site-per-process,OptimizationHints,MediaRouter,Translate"),
		chromedp.WindowSize(1280, 800),
	)
	if o.Browser != "" {
		options = append(options, chromedp.ExecPath(o.Browser))
	}
	if o.NoSandbox {
		options = append(options, chromedp.NoSandbox)
	}
	return options
}

// addRequests adds the hosts that the browser's log has.
func (v *visit) addRequests(log string) error {
	file, err := os.Open(log)
	if err != nil {
		return fmt.Errorf("the browser's log of its network: %w", err)
	}
	defer file.Close()
	requests, err := readNetLog(file)
	chosen := v.stage
	for _, r := range requests {
		if v.stage = chosen; r.at.Before(v.choseAt) {
			v.stage = Before
		}
		v.add(KindRequest, r.host, r.host)
	}
	return err
}
