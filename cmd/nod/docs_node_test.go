//go:build !js

package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nod-consent/nod/web/docstest"
)

// The code for back ends that the documentation gives, in both languages, against a real server (C-21).
func TestTheBackEndOfTheDocumentationReadsConsent(t *testing.T) { // C-21
	p := serveShop(t, t.TempDir(), "https://a.example")
	version := time.Now().Format(time.DateOnly) // of the new site's policy
	found := 0
	for page, blocks := range readDocs(t) {
		for _, b := range blocks {
			if b.Options["file"] != "consent.mjs" {
				continue
			}
			found++
			if printed, err := runBackEnd(t, b, p.address, version); err != nil {
				t.Errorf("%s:%d: %v\n%s", page, b.Line, err, printed)
			}
		}
	}
	if found != 2 {
		t.Errorf("%d pages have the code", found)
	}
}

// A server that does not answer grants nothing.
func TestTheBackEndOfTheDocumentationDeniesWithoutAServer(t *testing.T) { // C-40
	blocks, err := docstest.Read(repository, "assets/docs/guides/back-end.md")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "consent.mjs")
	for _, b := range blocks {
		if b.Options["file"] == "consent.mjs" {
			text := strings.ReplaceAll(b.Text, "http://localhost:8080", "http://127.0.0.1:1") +
				"const cookie = 'nod=1.AaIKK564etabIRhnICOiGw.obrk7Z8MRBSvHXmsu6IQOw';\n" +
				"process.exit(await hasConsent({headers: {cookie}}, 'statistics') ? 1 : 0);\n"
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if printed, err := exec.Command("node", file).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, printed)
	}
}

func runBackEnd(t *testing.T, b docstest.Block, address, version string) (printed []byte, err error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "consent.mjs")
	text := strings.ReplaceAll(b.Text, "http://localhost:8080", address)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return exec.Command("node", "testdata/backend.mjs", file, address, version).CombinedOutput()
}

// The alert on a store that is down needs the metric at the address that the guide names.
func TestTheMetricsOfTheDocumentationAreServed(t *testing.T) {
	dir := t.TempDir()
	serveShop(t, dir, "https://a.example")
	p := serveIn(t, t.TempDir(), "--sites", filepath.Join(dir, "sites"), "--metrics-addr", "127.0.0.1:0")
	answer, err := http.Get(p.metrics + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body := new(strings.Builder)
	if err := answer.Write(body); err != nil || !strings.Contains(body.String(), "nod_store_up 1") {
		t.Errorf("error %v, metrics %.300s", err, body)
	}
}
