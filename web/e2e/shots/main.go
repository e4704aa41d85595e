// Command shots photographs every page and state in every language, theme and width, and puts the pictures side by side
// into one page to look at. With -pictures it writes those of README and the documentation instead.
//
//	go run ./web/e2e/shots -pictures assets/docs
//	go run ./web/e2e/shots [-o bin/shots] [-only banner,policy] [-langs zh-CN,en] [-widths 320,390,1440,640x400]
//
// A window of 1280 by 800 at 200 % zoom is 640x400.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/e2e/chromium"
)

const adminToken = "of-the-pictures-and-nothing-else"

// pause is the time that a page gets after each step.
const pause = 600 * time.Millisecond

// shot is one picture on the sheet.
type shot struct {
	File, Theme, Lang string
	Width, Height     int

	scale float64 // pixels of the picture for each CSS pixel
}

// row is the pictures of one state.
type row struct {
	Name  string
	Shots []shot
}

var sheet = template.Must(template.New("").Parse(`<!doctype html><html lang="en"><meta charset="utf-8">` +
	`<title>Pages and states</title>
<style>
body { font: 14px system-ui; margin: 16px; background: #999 }
div { display: flex; gap: 12px; align-items: start; overflow-x: auto }
figure { margin: 0 }
img { display: block; height: 420px; background: #fff }
figcaption { padding: 2px 0 12px }
</style>
{{range .}}<h2>{{.Name}}</h2><div>{{range .Shots}}<figure><a href="{{.File}}">` +
	`<img src="{{.File}}" loading="lazy" alt=""></a><figcaption>{{.Lang}} {{.Theme}} {{.Width}}×{{.Height}}</figcaption>` +
	`</figure>{{end}}</div>
{{end}}`))

func main() {
	out := flag.String("o", "bin/shots", "folder for the pictures")
	only := flag.String("only", "", "names of states or their beginnings; all if empty")
	langs := flag.String("langs", "zh-CN,zh-TW,en", "languages")
	widths := flag.String("widths", "320,390,768,1440", "widths in CSS pixels; the height may follow: 640x400")
	themes := flag.String("themes", "light,dark,forced", "colour schemes")
	scale := flag.Float64("scale", 1, "pixels of a picture for each CSS pixel")
	docs := flag.String("pictures", "", "folder for the pictures of README and the documentation, and nothing else")
	flag.Parse()
	if err := run(func(browser context.Context, base string) error {
		if *docs != "" {
			return takePictures(browser, base, *docs)
		}
		shots, err := listShots(
			strings.Split(*langs, ","), strings.Split(*themes, ","), strings.Split(*widths, ","), *scale)
		if err != nil {
			return err
		}
		return takeAll(browser, base, *out, *only, shots)
	}); err != nil {
		fmt.Fprintln(os.Stderr, "shots:", err)
		os.Exit(1)
	}
}

// run starts what the pictures need, and then takes them.
func run(take func(browser context.Context, base string) error) error {
	dir, err := os.MkdirTemp("", "nod-shots-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := pinFonts(dir); err != nil {
		return err
	}
	base, stop, err := serve(dir)
	if err != nil {
		return err
	}
	defer stop()
	browser, quit, err := chromium.Start(chromedp.Flag("hide-scrollbars", true))
	if err != nil {
		return err
	}
	defer quit()
	return take(browser, base)
}

// takeAll photographs the states whose names begin so, and writes the sheet with them.
func takeAll(browser context.Context, base, out, only string, shots []shot) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	var rows []row
	for _, s := range states {
		if only != "" && !slices.ContainsFunc(strings.Split(only, ","),
			func(begin string) bool { return strings.HasPrefix(s.name, begin) }) {
			continue
		}
		r := row{Name: s.name}
		for _, p := range shots {
			p.File = strings.NewReplacer(" ", "-", ",", "").Replace(s.name) +
				fmt.Sprintf("-%s-%s-%dx%d.png", p.Lang, p.Theme, p.Width, p.Height)
			picture, err := photograph(browser, base, s, p)
			if err != nil {
				return fmt.Errorf("%s in %s, %s, %d px: %w", s.name, p.Lang, p.Theme, p.Width, err)
			}
			if err := os.WriteFile(filepath.Join(out, p.File), picture, 0o644); err != nil {
				return err
			}
			r.Shots = append(r.Shots, p)
		}
		rows = append(rows, r)
		fmt.Printf("%s: %d pictures\n", r.Name, len(r.Shots))
	}
	return writeSheet(out, rows)
}

// listShots lists the pictures of one state, without file names.
func listShots(langs, themes, widths []string, scale float64) ([]shot, error) {
	var shots []shot
	for _, lang := range langs {
		for _, theme := range themes {
			for _, w := range widths {
				width, height, err := parseSize(w)
				if err != nil {
					return nil, err
				}
				shots = append(shots, shot{Lang: lang, Theme: theme, Width: width, Height: height, scale: scale})
			}
		}
	}
	return shots, nil
}

// parseSize parses a width, or a width and a height. Without a height, the window has that of a phone or a laptop.
func parseSize(size string) (width, height int, err error) {
	w, h, hasHeight := strings.Cut(size, "x")
	width, err = strconv.Atoi(w)
	switch {
	case err != nil:
	case hasHeight:
		height, err = strconv.Atoi(h)
	case width < 800:
		height = 800
	default:
		height = 900
	}
	if err != nil {
		return 0, 0, fmt.Errorf("size %q: %w", size, err)
	}
	return width, height, nil
}

func writeSheet(out string, rows []row) error {
	f, err := os.Create(filepath.Join(out, "index.html"))
	if err != nil {
		return err
	}
	if err := errors.Join(sheet.Execute(f, rows), f.Close()); err != nil {
		return err
	}
	fmt.Println("look at", filepath.Join(out, "index.html"))
	return nil
}

// serve serves the built-in sites with the demo on a port of its own. The database is in dir.
func serve(dir string) (base string, stop func(), err error) {
	files, err := fs.Sub(assets.Files, "sites")
	if err != nil {
		return "", nil, err
	}
	sites, err := load.Sites(files)
	if err != nil {
		return "", nil, err
	}
	for _, s := range sites {
		if s.ID == "yunzhijia" {
			sites = append(sites, sitesWithTwoVersions(s)...)
		}
	}
	key, err := proof.NewKey("shots")
	if err != nil {
		return "", nil, err
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	store, err := ledger.Open(context.Background(),
		ledger.Options{DSN: "sqlite:" + filepath.Join(dir, "nod.db"), Key: key, Log: quiet})
	if err != nil {
		return "", nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	base = "http://" + listener.Addr().String()
	handler, err := web.New(context.Background(), web.Options{Sites: sites, Ledger: store, Log: quiet,
		AdminToken: adminToken, Admin: store, Desk: request.New(store, time.Now), Demo: true, DemoOrigins: []string{base}})
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler}
	go server.Serve(listener)
	return base, func() { server.Close(); store.Close() }, nil
}

// photograph takes the picture of a state for a new visitor.
func photograph(browser context.Context, base string, s state, p shot) ([]byte, error) {
	ctx, leave := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	defer leave()
	feature := emulation.MediaFeature{Name: "prefers-color-scheme", Value: p.Theme}
	if p.Theme == "forced" {
		feature = emulation.MediaFeature{Name: "forced-colors", Value: "active"}
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{&feature}}
	if err := chromedp.Do(ctx,
		chromedp.EmulateViewport(int64(p.Width), int64(p.Height), chromedp.EmulateScale(p.scale)),
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, media)
			return err
		}),
		chromedp.Navigate(base+strings.ReplaceAll(s.path, "{lang}", p.Lang)),
	); err != nil {
		return nil, err
	}
	time.Sleep(pause)
	for _, step := range s.steps {
		if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](step+"; undefined")); err != nil {
			return nil, fmt.Errorf("%.60s: %w", step, err)
		}
		time.Sleep(pause)
	}
	return chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) ([]byte, error) {
		got, err := cdp.Call(ctx, t, page.CaptureScreenshot,
			page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng})
		if err != nil {
			return nil, err
		}
		return got.Data, nil
	})
}
