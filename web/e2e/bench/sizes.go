package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"

	"github.com/andybalholm/brotli"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/loader"
	"github.com/nod-consent/nod/web/wasm"
)

// loadBuiltInSite loads the built-in site.
func loadBuiltInSite() ([]*policy.Site, error) {
	files, err := fs.Sub(assets.Files, "sites")
	if err != nil {
		return nil, err
	}
	site, err := load.Site(files, "yunzhijia")
	return []*policy.Site{site}, err
}

// openLedgerIn opens a ledger in a folder. The folder gets a key if it has none.
func openLedgerIn(dir string) (*ledger.Store, error) {
	file := filepath.Join(dir, "nod.key")
	key, err := proof.ReadKey(file)
	if errors.Is(err, fs.ErrNotExist) {
		if key, err = proof.NewKey("bench"); err == nil {
			err = proof.WriteKey(file, key)
		}
	}
	if err != nil {
		return nil, err
	}
	return ledger.Open(context.Background(), ledger.Options{DSN: databaseIn(dir), Key: key, Log: silentLog})
}

// openLedger opens a ledger in a folder of its own; close removes it.
func openLedger() (store *ledger.Store, close func(), err error) {
	dir, err := os.MkdirTemp("", "nod-bench-")
	if err != nil {
		return nil, nil, err
	}
	if store, err = openLedgerIn(dir); err != nil {
		os.RemoveAll(dir)
		return nil, nil, err
	}
	return store, func() { store.Close(); os.RemoveAll(dir) }, nil
}

// open loads the built-in site and opens a ledger for it.
func open() (sites []*policy.Site, store *ledger.Store, close func(), err error) {
	if sites, err = loadBuiltInSite(); err != nil {
		return nil, nil, nil, err
	}
	store, close, err = openLedger()
	return sites, store, close, err
}

var silentLog = slog.New(slog.NewTextHandler(io.Discard, nil))

func measureSizes() error {
	sites, store, done, err := open()
	if err != nil {
		return err
	}
	defer done()
	s, err := web.New(context.Background(), web.Options{
		Sites: sites, Ledger: store, Log: silentLog, BrotliQuality: brotli.BestCompression,
	})
	if err != nil {
		return err
	}
	get := func(path, coding string) string {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", coding)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Body.String()
	}
	length := func(path string) float64 { return float64(len(get(path, "br"))) }
	half := regexp.MustCompile(`\bmore:"([^"]+)"`)
	for _, l := range []string{"zh-CN", "en"} {
		script := "/yunzhijia/consent.js?lang=" + l
		printFigure("consent.js, "+l+", brotli", length(script), "bytes", fmt.Sprint("at most ", loader.MaxConsent))
		more := "/" + half.FindStringSubmatch(get(script, ""))[1]
		printFigure("more.js, "+l+", brotli", length(more), "bytes", fmt.Sprint("at most ", loader.MaxMore))
		printFigure("preferences, "+l+", brotli", length("/yunzhijia/preferences?lang="+l), "bytes",
			fmt.Sprint("at most ", loader.MaxPreferences))
	}
	if !wasm.Built() {
		return fmt.Errorf("app.wasm is not built: make wasm")
	}
	for _, f := range wasm.Files() {
		content, err := f.Open("br")
		if err != nil {
			return err
		}
		n, err := io.Copy(io.Discard, content)
		if err != nil {
			return err
		}
		limit := ""
		if f.Name == wasm.Program {
			limit = fmt.Sprint("at most ", wasm.MaxProgram)
		}
		printFigure(f.Name+", brotli", float64(n), "bytes", limit)
	}
	return nil
}
