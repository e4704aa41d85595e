package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"sync/atomic"

	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/wasm"
)

// The sites. All have the texts of the built-in one.
const (
	siteID   = "yunzhijia" // as it is
	richSite = "rich"      // its analytics keep something in every area of the browser
	homeSite = "home"      // its cookie is for the whole domain
	gateSite = "gated"     // its analytics go to the collector, and so does its help
	holdSite = "holding"   // the same, and its analytics wait for the answer
	tellSite = "telling"   // the same, and it has every adapter
	tidySite = "strict"    // the same, in strict mode
)

const adminToken = "a-token-for-the-administrators-of-tests"

// Stage is the server under test with a ledger, and beside it the server of the pages that embed it. Hosts under
// .localhost lead to this machine in every browser, and are origins and sites of their own.
type Stage struct {
	Consent   string // origin of the consent server: another origin than Host, of the same site
	Host      string // origin of a listed page
	Abroad    string // origin of a listed page of another site: its frames of ours run in a process of their own
	Unlisted  string // origin of a page that no site lists
	Loopback  string // the consent server under the demo's first origin
	Localhost string // the consent server under the demo's second origin
	Collector string // origin that the analytics of gateSite go to
	Helper    string // origin of its help, on the same server

	Ledger   *ledger.Store
	Verifier note.Verifier // of siteID's checkpoints

	store   *faltering
	consent *gateway
	host    *gateway
	sink    *gateway // of what pages collect
	pages   *http.ServeMux
	made    int
}

func newStage(dir string) (*Stage, error) {
	if !wasm.Built() {
		return nil, errors.New(`app.wasm is not built: run "make wasm"`)
	}
	s := &Stage{pages: http.NewServeMux()}
	var err error
	if s.consent, err = newGateway(); err != nil {
		return nil, err
	}
	if s.host, err = newGateway(); err != nil {
		return nil, err
	}
	if s.sink, err = newGateway(); err != nil {
		return nil, err
	}
	s.Collector = "http://stats.collector.localhost:" + s.sink.port()
	s.Helper = "http://help.collector.localhost:" + s.sink.port()
	s.Consent = "http://consent.yzj.localhost:" + s.consent.port()
	s.Loopback = "http://127.0.0.1:" + s.consent.port()
	s.Localhost = "http://localhost:" + s.consent.port()
	s.Host = "http://www.yzj.localhost:" + s.host.port()
	s.Abroad = "http://www.abroad.localhost:" + s.host.port()
	s.Unlisted = "http://www.unlisted.localhost:" + s.host.port()

	key, err := proof.NewKey("consent.yzj.localhost")
	if err != nil {
		return nil, err
	}
	verifier, err := proof.SiteVerifier(key.Verifier(), siteID)
	if err != nil {
		return nil, err
	}
	if s.Verifier, err = note.NewVerifier(verifier); err != nil {
		return nil, err
	}
	quiet := slog.New(slog.DiscardHandler)
	if s.Ledger, err = ledger.Open(context.Background(), ledger.Options{DSN: "sqlite:" + filepath.Join(dir, "nod.db"),
		Key: key, Log: quiet}); err != nil {
		return nil, err
	}
	s.store = &faltering{Store: s.Ledger}
	sites, err := loadSites(s.Host, s.Abroad)
	if err != nil {
		return nil, err
	}
	server, err := web.New(context.Background(), web.Options{
		BrotliQuality: 4, Scripts: scripts, Sites: sites, Ledger: s.store, Demo: true, DemoOrigins: []string{s.Localhost,
			s.Loopback}, Log: quiet,
		AdminToken: adminToken, Admin: s.Ledger,
	})
	if err != nil {
		return nil, err
	}
	s.consent.next, s.host.next, s.sink.next = server, s.pages, http.HandlerFunc(collect)
	return s, nil
}

// faltering is a ledger that takes nothing while it is down.
type faltering struct {
	*ledger.Store
	down atomic.Bool
}

// Append keeps the decision, or says that it can't.
func (f *faltering) Append(ctx context.Context, e ledger.Entry) (ledger.Receipt, bool, error) {
	if f.down.Load() {
		return ledger.Receipt{}, false, ledger.ErrUnavailable
	}
	return f.Store.Append(ctx, e)
}

// loadSites reads the built-in site, lets the origins use it, and makes the others of it.
func loadSites(origins ...string) ([]*policy.Site, error) {
	files, err := fs.Sub(assets.Files, "sites")
	if err != nil {
		return nil, err
	}
	site, err := load.Site(files, siteID)
	if err != nil {
		return nil, err
	}
	plain := *site
	plain.Origins = append(slices.Clone(site.Origins), origins...)
	plain.Interface = append(slices.Clone(site.Interface), "ar") // is written from right to left

	rich := plain
	rich.ID = richSite
	current := *site.CurrentPolicy()
	current.Purposes = slices.Clone(current.Purposes)
	for i := range current.Purposes {
		p := &current.Purposes[i]
		if p.ID == "analytics" || p.ID == "beacons" {
			p.Storage = append(slices.Clone(p.Storage), policy.StoredItem{Name: "of-both", Area: policy.AreaLocal})
		}
		if p.ID == "analytics" {
			p.Storage = append(p.Storage,
				policy.StoredItem{Name: "stats-session", Area: policy.AreaSession},
				policy.StoredItem{Name: "stats-*", Area: policy.AreaIndexedDB},
				policy.StoredItem{Name: "stats-cache", Area: policy.AreaCache})
		}
	}
	rich.Policies = []*policy.Policy{&current}

	gated := plain
	gated.ID = gateSite
	second := *site.CurrentPolicy()
	second.Purposes = slices.Clone(second.Purposes)
	for i := range second.Purposes {
		switch p := &second.Purposes[i]; p.ID {
		case "analytics":
			p.Hosts = []string{"*.collector.localhost"}
		case "functional":
			p.Hosts = []string{"help.collector.localhost"}
		}
	}
	gated.Policies = []*policy.Policy{&second}

	holding := gated
	holding.ID = holdSite
	third := second
	third.Purposes = slices.Clone(second.Purposes)
	for i := range third.Purposes {
		third.Purposes[i].Hold = third.Purposes[i].ID == "analytics"
	}
	holding.Policies = []*policy.Policy{&third}

	telling := gated
	telling.ID = tellSite
	telling.Adapters = []policy.Adapter{
		{Name: policy.AdapterConsentMode, WaitForUpdate: 500, Signals: map[string][]string{
			"analytics_storage": {"analytics"}, "ad_storage": {"analytics", "beacons"}, "functionality_storage": {"functional"},
			"security_storage": {"necessary"},
		}, Regions: []policy.AdapterRegion{{In: []string{"US", "US-CA"}, Granted: []string{"analytics_storage"}}}},
		{Name: policy.AdapterDataLayer, Variable: "layer"},
		{Name: policy.AdapterMatomo, Purposes: []string{"analytics"}},
		{Name: policy.AdapterClarity, Purposes: []string{"analytics"}},
	}

	tidy := gated
	tidy.ID = tidySite
	tidy.Strict = true

	home := plain
	home.ID = homeSite
	home.Cookie.Domain = "yzj.localhost"
	return []*policy.Site{&plain, &rich, &gated, &holding, &telling, &tidy, &home}, nil
}

func (s *Stage) close() {
	s.consent.stop()
	s.host.stop()
	s.sink.stop()
	s.Ledger.Close()
}

// Page is a page of somebody else's. The zero value has the tag and nothing else.
type Page struct {
	Origin string // where it is; "" for Host
	Site   string // "" for siteID
	Lang   string // of the banner; "" for "en"
	Tag    string // in place of the usual tag
	Before string // HTML before the tag
	Head   string // HTML after the tag
	Body   string
	CSP    string // Content-Security-Policy
	Path   string // "" for one of its own
	Cached bool   // browsers may keep it
}

// Address serves the page, and says where.
func (s *Stage) Address(p Page) string {
	s.made++
	origin, path := p.Origin, p.Path
	if origin == "" {
		origin = s.Host
	}
	if path == "" {
		path = fmt.Sprintf("/pages/%d", s.made)
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
		if p.CSP != "" {
			w.Header().Set("Content-Security-Policy", p.CSP)
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

// File serves a file beside the pages, with CORS for all, and gives its path.
func (s *Stage) File(contentType, content string) string {
	s.made++
	path := fmt.Sprintf("/files/%d", s.made)
	s.pages.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cache-Control", "no-store")
		io.WriteString(w, content)
	})
	return path
}
