// Command shots photographs every page and state in every language, theme and width, and puts the pictures side by side
// into one page to look at.
//
//	go run ./web/e2e/shots [-o bin/shots] [-only banner,policy] [-langs zh-CN,en] [-widths 320,390,1440]
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
	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/e2e/chromium"
)

// state is something to look at: a page, and what is done there before.
type state struct {
	name, path string   // {lang} stands for the language
	do         []string // JavaScript, each step after the one before has come to rest
}

const adminToken = "of-the-pictures-and-nothing-else"

// rest is how long a page gets to come to rest.
const rest = 600 * time.Millisecond

// launch is a state of the first launch in an app.
func launch(name string, do ...string) state {
	return state{"first launch, " + name, "/yunzhijia/first-launch?platform=android&lang={lang}", do}
}

func press(what string) string {
	return `[...document.querySelectorAll("[data-do=` + what + `]")].find((b) => b.offsetParent).click()`
}

// say has the app say something.
func say(what string) string { return `nodReceive({v: 1, type: "nod:` + what + `"})` }

// inCentre runs in the preference centre's frame, which is of the demo's own origin.
func inCentre(script string) string {
	return `((document) => { ` + script +
		` })(document.getElementById("nod").shadowRoot.querySelector("iframe").contentDocument)`
}

var states = []state{
	{"banner", "/demo/?lang={lang}", nil},
	{"banner of the shop", "/demo/elsewhere?site=example&lang={lang}", nil},
	{"preferences", "/demo/?lang={lang}", []string{`nod.preferences()`, ``}},
	{"preferences, details", "/demo/?lang={lang}", []string{`nod.preferences()`, ``,
		inCentre(`document.querySelector("#nod-beacons").closest("li").querySelector("details").open = true`),
		inCentre(`document.querySelector("#nod-beacons").scrollIntoView()`)}},
	{"preferences, consents of their own", "/demo/?lang={lang}", []string{`nod.preferences()`, ``,
		inCentre(`document.querySelector(".apart").scrollIntoView()`)}},
	{"preferences, a list", "/demo/?lang={lang}", []string{`nod.preferences()`, ``,
		inCentre(`[...document.querySelectorAll("#nod-policy details")].at(-2).open = true`),
		inCentre(`document.querySelector("#nod-policy .list").closest("details").scrollIntoView()`)}},
	{"withdrawn", "/demo/?lang={lang}", []string{`nod.acceptAll()`, `nod.preferences()`, ``,
		inCentre(`document.querySelector("#nod-withdraw").click()`)}},
	{"after the choice", "/demo/elsewhere?lang={lang}", []string{`nod.rejectAll()`}},
	{"offline", "/demo/?lang={lang}", []string{`nod.preferences()`, ``,
		inCentre(`document.defaultView.fetch = () => Promise.reject();
		document.querySelector("#nod-policy details").open = true; document.querySelector("#nod-policy").scrollIntoView()`)}},
	{"themes", "/demo/themes?lang={lang}", nil},
	{"an app", "/demo/app?lang={lang}", nil},
	{"trackers", "/demo/trackers?lang={lang}", []string{`nod.save({ analytics: true, functional: true, beacons: false })`,
		`new Promise((ok) => setTimeout(ok, 1500))`}},
	{"a card", "/demo/?lang={lang}", []string{`nod.rejectAll()`, `document.querySelector("iframe").scrollIntoView()`,
		`new Promise((ok) => setTimeout(ok, 1000))`}},
	{"to be loaded anew", "/demo/?lang={lang}", []string{`nod.acceptAll()`, `new Promise((ok) => setTimeout(ok, 800))`,
		`nod.withdraw()`, `new Promise((ok) => setTimeout(ok, 1000))`}},
	{"preferences as a page", "/yunzhijia/preferences?lang={lang}", nil},
	{"preferences on Android", "/yunzhijia/preferences?lang={lang}&platform=android", nil},
	{"policy", "/yunzhijia/policy?lang={lang}", nil},
	{"policy, in plain words", "/yunzhijia/policy?lang={lang}", []string{`document.querySelector("details").open = true`}},
	{"policy, looked for", "/yunzhijia/policy?lang={lang}&q=Cookie",
		[]string{`document.getElementById("nod-next").click()`}},
	{"policy of the shop", "/example/policy?lang={lang}", nil},
	{"collected", "/yunzhijia/lists/collected?lang={lang}", nil},
	{"shared", "/yunzhijia/lists/shared?lang={lang}", nil},
	{"SDKs", "/yunzhijia/lists/sdks?lang={lang}", nil},
	{"SDKs, gaps", "/yunzhijia/lists/sdks?lang={lang}&q=mars", nil},
	{"SDKs, none", "/yunzhijia/lists/sdks?lang={lang}&q=zzz", nil},
	{"permissions", "/yunzhijia/lists/permissions?lang={lang}", nil},
	{"purposes", "/yunzhijia/lists/purposes?lang={lang}", nil},
	launch("ask"), launch("brief", `document.querySelector(".brief").open = true`), launch("age", press("agree")),
	launch("guardian", press("agree"), press("teen")),
	launch("basic", press("disagree")), launch("menu", press("agree"), press("adult")), launch("a permission",
		press("agree"), press("adult"), say(`permission", permission: "camera", state: "prompt`)),
	launch("a consent", press("agree"), press("adult"), `document.querySelector("[data-question=face]").click()`),
	launch("policy in the app", press("agree"), press("adult"), `document.querySelector("[data-page=policy]").click()`),
	launch("SDKs in the app", press("agree"), press("adult"),
		`document.querySelector("[data-page='lists/sdks']").click()`),
	launch("preferences in the app", press("agree"), press("adult"),
		`document.querySelector(".menu [data-page=preferences]").click()`),
	launch("kept off", say(`hello", tenant: {id: "a", name: "Acme", contact: "it@acme.example", denied: ["location"]}, large: "`), press("agree"), press("adult"), `document.querySelector("[data-question=location]").click()`),
	launch("large", `nodReceive({v: 1, type: "nod:theme", large: true})`), launch("large permission",
		`nodReceive({v: 1, type: "nod:theme", large: true})`, press("agree"), press("adult"),
		say(`permission", permission: "camera", state: "denied`)),
	after("noted"), after("told"), after("asked"), after("reduced"), kept(),
	{"version announced, preferences", "/demo/elsewhere?site=announced&lang={lang}", []string{`nod.preferences()`, ``}},
	{"version announced, policy", "/announced/policy?lang={lang}", nil},
	{"version asked, policy", "/asked/policy?lang={lang}#nod-changes", nil},
	{"receipt", "/yunzhijia/receipt?lang={lang}", nil},
	{"receipt, genuine", "/demo/?lang={lang}", checking(`receipt`)},
	{"admin", "/v1/admin/", nil},
	{"admin, signed in", "/demo/?lang={lang}", []string{`nod.rejectAll()`, `nod.acceptAll()`,
		`new Promise((ok) => setTimeout(ok, 800))`, `location.href = "/v1/admin/"`, ``,
		`document.getElementById("token").value = "` + adminToken + `"; document.querySelector("#entry button").click()`,
		`document.querySelector("[name=site]").value = "yunzhijia";
			document.querySelector("[name=site]").dispatchEvent(new Event("change"))`}},
	{"receipt, altered", "/demo/?lang={lang}", checking(`receipt.replace("denied", "granted")`)},
}

// checking makes a choice, and has its receipt checked once it was made into what the expression says.
func checking(receipt string) []string {
	return []string{
		`nod.rejectAll()`, `new Promise((ok) => setTimeout(ok, 800))`,
		`sessionStorage.receipt = JSON.stringify(nod.receipt()); location.href = "/yunzhijia/receipt?lang=" +
			document.documentElement.lang`, ``,
		`const {receipt} = sessionStorage, chosen = new DataTransfer(), file = document.getElementById("nod-file");
			chosen.items.add(new File([` + receipt + `], "consent-receipt.json")); file.files = chosen.files;
				file.dispatchEvent(new Event("change"))`,
		`new Promise((ok) => setTimeout(ok, 1500))`,
	}
}

var themes = []string{"light", "dark", "forced"}

// shot is one picture on the sheet.
type shot struct {
	File, Theme, Lang string
	Width             int
}

// row is the pictures of one state.
type row struct {
	Name  string
	Shots []shot
}

var sheet = template.Must(template.New("").Parse(`<!doctype html><html lang="en"><meta charset="utf-8">` +
	`<title>Pages and states</title>
<style>body{font:14px system-ui;margin:16px;background:#999}div{display:flex;gap:12px;align-items:start;overflow-x:auto}figure{margin:0}img{display:block;height:420px;background:#fff}figcaption{padding:2px 0 12px}</style>
{{range .}}<h2>{{.Name}}</h2><div>{{range .Shots}}<figure><a href="{{.File}}">` +
	`<img src="{{.File}}" loading="lazy" alt=""></a><figcaption>{{.Lang}} {{.Theme}} {{.Width}}</figcaption>` +
	`</figure>{{end}}</div>
{{end}}`))

func main() {
	out := flag.String("o", "bin/shots", "folder for the pictures")
	only := flag.String("only", "", "names of states, or the beginnings of some; all if empty")
	langs := flag.String("langs", "zh-CN,zh-TW,en", "languages")
	widths := flag.String("widths", "320,390,1440", "widths in CSS pixels")
	flag.Parse()
	if err := run(*out, *only, strings.Split(*langs, ","), strings.Split(*widths, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "shots:", err)
		os.Exit(1)
	}
}

func run(out, only string, langs, widths []string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	base, stop, err := serve()
	if err != nil {
		return err
	}
	defer stop()
	browser, quit, err := chromium.Start(chromedp.Flag("hide-scrollbars", true))
	if err != nil {
		return err
	}
	defer quit()
	var rows []row
	for _, s := range states {
		if only != "" && !slices.ContainsFunc(strings.Split(only, ","),
			func(begin string) bool { return strings.HasPrefix(s.name, begin) }) {
			continue
		}
		r := row{Name: s.name}
		for _, lang := range langs {
			for _, theme := range themes {
				for _, w := range widths {
					width, err := strconv.Atoi(w)
					if err != nil {
						return fmt.Errorf("width %q: %w", w, err)
					}
					file := strings.NewReplacer(" ", "-", ",", "").Replace(s.name) + "-" + lang + "-" + theme + "-" + w + ".png"
					picture, err := photograph(browser, base, s, lang, theme, width)
					if err != nil {
						return fmt.Errorf("%s in %s, %s, %d px: %w", s.name, lang, theme, width, err)
					}
					if err := os.WriteFile(filepath.Join(out, file), picture, 0o644); err != nil {
						return err
					}
					r.Shots = append(r.Shots, shot{file, theme, lang, width})
				}
			}
		}
		rows = append(rows, r)
		fmt.Printf("%s: %d pictures\n", r.Name, len(r.Shots))
	}
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

// serve serves the built-in sites with the demo on a port of its own.
func serve() (base string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "nod-shots-")
	if err != nil {
		return "", nil, err
	}
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
			sites = append(sites, changed(s)...)
		}
	}
	key, err := proof.NewKey("shots")
	if err != nil {
		return "", nil, err
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	store, err := ledger.Open(context.Background(), ledger.Options{DSN: "sqlite:" + filepath.Join(dir, "nod.db"), Key: key,
		Log: quiet})
	if err != nil {
		return "", nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	base = "http://" + listener.Addr().String()
	handler, err := web.New(context.Background(), web.Options{Sites: sites, Ledger: store, Log: quiet,
		AdminToken: adminToken, Admin: store, Demo: true, DemoOrigins: []string{base}})
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler}
	go server.Serve(listener)
	return base, func() { server.Close(); store.Close(); os.RemoveAll(dir) }, nil
}

// photograph shows the state to a new visitor.
func photograph(browser context.Context, base string, s state, lang, theme string, width int) ([]byte, error) {
	ctx, leave := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	defer leave()
	height := 900
	if width < 800 {
		height = 800
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme",
		Value: theme}}}
	if theme == "forced" {
		media.Features = []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}
	}
	if err := chromedp.Do(ctx,
		chromedp.EmulateViewport(int64(width), int64(height)),
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, media)
			return err
		}),
		chromedp.Navigate(base+strings.ReplaceAll(s.path, "{lang}", lang)),
	); err != nil {
		return nil, err
	}
	time.Sleep(rest)
	for _, step := range s.do {
		if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](step+"; undefined")); err != nil {
			return nil, fmt.Errorf("%.60s: %w", step, err)
		}
		time.Sleep(rest)
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
