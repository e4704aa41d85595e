package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	desk "github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/wasm"
)

// Stage is the server under test with its ledger, and the servers of the pages that embed it and of the collector that
// these pages send to. Every browser resolves hosts under .localhost to this machine, each as an origin of its own.
type Stage struct {
	Consent   string // origin of the consent server: the same site as Host, another origin
	Host      string // origin of a listed page
	Abroad    string // origin of a listed page of another site, whose frames of ours have a process of their own
	Unlisted  string // origin of a page that no site lists
	Loopback  string // the consent server under the demo's first origin
	Localhost string // the consent server under the demo's second origin
	Collector string // origin that the analytics of gateSite send to
	Helper    string // origin that the help of gateSite sends to, on the same server

	Ledger   *ledger.Store
	Verifier note.Verifier // verifies the checkpoints of siteID

	store     *failingStore
	consent   *gateway
	host      *gateway
	collector *gateway
	pages     *http.ServeMux
	count     int // of the addresses given so far
}

func newStage(dir string) (*Stage, error) {
	if !wasm.Built() {
		return nil, errors.New(`app.wasm is not built: run "make wasm"`)
	}
	s := &Stage{pages: http.NewServeMux()}
	if err := s.listen(); err != nil {
		return nil, err
	}
	var key *proof.Key
	var err error
	if s.Ledger, key, err = openLedger(dir, nil); err != nil {
		return nil, err
	}
	verifier, err := proof.SiteVerifier(key.Verifier(), siteID)
	if err != nil {
		return nil, err
	}
	if s.Verifier, err = note.NewVerifier(verifier); err != nil {
		return nil, err
	}
	s.store = &failingStore{Store: s.Ledger}
	sites, err := loadSites(s.Host, s.Abroad)
	if err != nil {
		return nil, err
	}
	server, err := web.New(context.Background(), web.Options{
		BrotliQuality: 4, Scripts: scripts, Sites: sites, Ledger: s.store, Log: silentLog,
		Demo: true, DemoOrigins: []string{s.Localhost, s.Loopback},
		AdminToken: adminToken, Admin: s.Ledger, Desk: desk.New(s.Ledger, time.Now),
	})
	if err != nil {
		return nil, err
	}
	s.consent.next, s.host.next, s.collector.next = server, s.pages, http.HandlerFunc(answerCollector)
	return s, nil
}

// listen opens the listeners, whose ports are part of the origins.
func (s *Stage) listen() error {
	for _, g := range []**gateway{&s.consent, &s.host, &s.collector} {
		var err error
		if *g, err = newGateway(); err != nil {
			return err
		}
	}
	s.Collector = "http://stats.collector.localhost:" + s.collector.port()
	s.Helper = "http://help.collector.localhost:" + s.collector.port()
	s.Consent = "http://consent.yzj.localhost:" + s.consent.port()
	s.Loopback = "http://127.0.0.1:" + s.consent.port()
	s.Localhost = "http://localhost:" + s.consent.port()
	s.Host = "http://www.yzj.localhost:" + s.host.port()
	s.Abroad = "http://www.abroad.localhost:" + s.host.port()
	s.Unlisted = "http://www.unlisted.localhost:" + s.host.port()
	return nil
}

var silentLog = slog.New(slog.DiscardHandler)

// openLedger opens a new ledger in the folder. now is its clock; nil for the real time.
func openLedger(dir string, now func() time.Time) (*ledger.Store, *proof.Key, error) {
	key, err := proof.NewKey("consent.yzj.localhost")
	if err != nil {
		return nil, nil, err
	}
	store, err := ledger.Open(context.Background(), ledger.Options{
		DSN: "sqlite:" + filepath.Join(dir, "nod.db"), Key: key, Log: silentLog, Now: now,
	})
	return store, key, err
}

// failingStore is a ledger that stores nothing while it is down.
type failingStore struct {
	*ledger.Store
	isDown atomic.Bool
}

// Append stores the decision, or fails while the store is down.
func (f *failingStore) Append(ctx context.Context, e ledger.Entry) (ledger.Receipt, bool, error) {
	if f.isDown.Load() {
		return ledger.Receipt{}, false, ledger.ErrUnavailable
	}
	return f.Store.Append(ctx, e)
}

func (s *Stage) close() {
	s.consent.stop()
	s.host.stop()
	s.collector.stop()
	s.Ledger.Close()
}

// Page is a host page. The zero value has the tag and nothing else.
type Page struct {
	Origin string // "" for Host
	Site   string // "" for siteID
	Lang   string // of the banner; "" for "en"
	Tag    string // instead of the usual tag
	Before string // HTML before the tag
	Head   string // HTML after the tag
	Body   string
	CSP    string // Content-Security-Policy
	Embed  string // Cross-Origin-Embedder-Policy
	Opener string // Cross-Origin-Opener-Policy
	Path   string // "" for a new one
	Cached bool   // browsers may cache it
}

// Address serves the page and returns its address.
func (s *Stage) Address(p Page) string {
	s.count++
	origin, path := p.Origin, p.Path
	if origin == "" {
		origin = s.Host
	}
	if path == "" {
		path = fmt.Sprintf("/pages/%d", s.count)
	}
	tag := p.Tag
	if tag == "" {
		tag = `<script src="` + s.Script(p) + `"></script>`
	}
	html := `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width, initial-scale=1">` +
		`<title>A page</title><link rel="icon" href="data:,">` + p.Before + tag + p.Head + `</head><body><h1>A page</h1>` +
		p.Body + `</body></html>`
	s.pages.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if !p.Cached {
			w.Header().Set("Cache-Control", "no-store")
		}
		for name, value := range map[string]string{
			"Content-Security-Policy": p.CSP, "Cross-Origin-Embedder-Policy": p.Embed, "Cross-Origin-Opener-Policy": p.Opener,
		} {
			if value != "" {
				w.Header().Set(name, value)
			}
		}
		io.WriteString(w, html)
	})
	return origin + path
}

// Script is the address of the page's consent.js.
func (s *Stage) Script(p Page) string {
	site, lang := p.Site, p.Lang
	if site == "" {
		site = siteID
	}
	if lang == "" {
		lang = "en"
	}
	return s.Consent + "/" + site + "/consent.js?lang=" + lang
}

// File serves a file from the host of the pages, with CORS for every origin, and returns its path.
func (s *Stage) File(contentType, content string) string {
	s.count++
	path := fmt.Sprintf("/files/%d", s.count)
	s.pages.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cache-Control", "no-store")
		io.WriteString(w, content)
	})
	return path
}
