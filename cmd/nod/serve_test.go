//go:build !js

package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

func post(t *testing.T, address string, body []byte) (status int, answer []byte) {
	t.Helper()
	r, err := http.Post(address, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	answer, err = io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, answer
}

// newRejection returns the body of a first decision of a subject, which rejects everything.
func newRejection(t *testing.T, subject string) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]any{
		"id": uuid.Must(uuid.NewV7()), "previous": nil,
		"subject": subject, "secret": base64.RawURLEncoding.EncodeToString(make([]byte, 32)),
		"policy": "2023-11-23", "language": "zh-CN", "platform": "web",
		"action": "reject_all", "answers": map[string]string{"analytics": "denied"},
		"decided_at": time.Now(), "presentation": "custom", "gpc": false,
	})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestADecisionOutlivesTheProgram(t *testing.T) {
	dir := t.TempDir()
	subject := uuid.NewString()
	body := newRejection(t, subject)
	first := serveIn(t, dir)
	status, receipt := post(t, first.address+"/v1/yunzhijia/decisions", body)
	if status != http.StatusCreated {
		t.Fatalf("status %d: %s", status, receipt)
	}
	first.stop(t, syscall.SIGTERM)

	// The key that was created on the first start signed the receipt.
	if v, err := ledger.Verify(receipt, readSiteVerifier(t, dir)); err != nil || v.Record.Subject.String() != subject {
		t.Errorf("receipt of %s: error %v", v.Record.Subject, err)
	}

	// A second start finds it all again.
	second := serveIn(t, dir)
	status, same := post(t, second.address+"/v1/yunzhijia/decisions", body)
	if status != http.StatusOK || !bytes.Equal(same, receipt) {
		t.Errorf("status %d, receipt\n%s\nwant 200 and\n%s", status, same, receipt)
	}
	second.stop(t, os.Interrupt)

	without := serveWithoutTheSite(t, dir)
	for warning, line := range map[string]string{
		"never expire":        `never expire.* site=yunzhijia records=1\n`, // its records are left behind
		"no proxy is trusted": `no proxy is trusted.* site=example\n`,      // location headers do not count
	} {
		if !regexp.MustCompile(line).Match(without.log.Bytes()) || strings.Contains(second.log.String(), warning) {
			t.Errorf("without the site the log says\n%s\nand with it\n%s", without.log, second.log)
		}
	}

	// C-47.
	for _, p := range []*program{first, second} {
		for _, secret := range []string{subject, "127.0.0.1\"", "Go-http-client"} {
			if strings.Contains(p.log.String(), secret) {
				t.Errorf("the log holds %q:\n%s", secret, p.log)
			}
		}
	}
}

// readSiteVerifier returns the site's verifier of the key that the program created.
func readSiteVerifier(t *testing.T, dir string) note.Verifier {
	t.Helper()
	key, err := proof.ReadKey(filepath.Join(dir, "nod.key"))
	if err != nil {
		t.Fatal(err)
	}
	siteKey, err := proof.SiteVerifier(key.Verifier(), "yunzhijia")
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(siteKey)
	if err != nil {
		t.Fatal(err)
	}
	return verifier
}

// serveWithoutTheSite starts and stops the program with another site, which reads the visitor's country from a header.
func serveWithoutTheSite(t *testing.T, dir string) *program {
	t.Helper()
	files := filepath.Join(dir, "sites", "example")
	if err := os.CopyFS(files, os.DirFS("../../assets/sites/example")); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(files, "site.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString("\nlocation: {country: X-Country}\n")
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	p := serveIn(t, dir, "--sites", "sites")
	p.stop(t, os.Interrupt)
	return p
}

func TestMetricsAreServedOnAnAddressOfTheirOwn(t *testing.T) {
	p := serveIn(t, t.TempDir(), "--metrics-addr", "127.0.0.1:0")
	if r, err := http.Get(p.address + "/metrics"); err != nil || r.StatusCode != http.StatusNotFound {
		t.Errorf("beside the pages: %v, error %v", r.Status, err)
	}
	if p.metrics == "" {
		t.Fatal("the log does not say where the metrics are")
	}
	status, answer := post(t, p.address+"/v1/yunzhijia/decisions", newRejection(t, uuid.NewString()))
	if status != http.StatusCreated {
		t.Fatalf("status %d: %s", status, answer)
	}
	const counted = `nod_decisions_total{action="reject_all",repeated="false",site="yunzhijia"} 1` + "\n"
	for path, want := range map[string]int{
		"/metrics": http.StatusOK, "/": http.StatusNotFound, "/yunzhijia/policy": http.StatusNotFound,
	} {
		r, err := http.Get(p.metrics + path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil || r.StatusCode != want {
			t.Errorf("%s: %s, error %v", path, r.Status, err)
		}
		for _, line := range []string{counted, "nod_store_up 1\n"} {
			if path == "/metrics" && !bytes.Contains(text, []byte(line)) {
				t.Errorf("one decision was stored, and the metrics lack %s:\n%s", line, text)
			}
		}
	}
	p.stop(t, syscall.SIGTERM)
}

func TestATakenPortIsReportedBeforeAnyFileIsWritten(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, flag := range []string{"--addr", "--metrics-addr"} {
		dir := t.TempDir()
		_, err := startProgram(dir, flag, taken.Addr().String())
		if err == nil || !strings.Contains(err.Error(), "Choose another address with "+flag) {
			t.Errorf("%s with a taken port: error %v", flag, err)
		}
		files, err := os.ReadDir(dir)
		if err != nil || len(files) > 0 {
			t.Errorf("%s with a taken port left %d files, error %v", flag, len(files), err)
		}
	}
}

func TestServeDoesWhatItsFlagsSay(t *testing.T) {
	p := serveIn(t, t.TempDir(), "--base-path", "/consent", "--demo", "--rate", "1", "--db", "sqlite:other.db")
	for path, want := range map[string]int{
		"/consent/yunzhijia/consent.js": http.StatusOK,
		"/consent/healthz":              http.StatusOK,
		"/consent/readyz":               http.StatusOK,
		"/consent/demo/":                http.StatusOK,
		"/yunzhijia/consent.js":         http.StatusNotFound,
	} {
		r, err := http.Get(p.address + path)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != want {
			t.Errorf("%s: status %d; want %d", path, r.StatusCode, want)
		}
	}
	for i, want := range []int{http.StatusBadRequest, http.StatusTooManyRequests} {
		if status, _ := post(t, p.address+"/consent/v1/yunzhijia/decisions", []byte("{}")); status != want {
			t.Errorf("decision %d: status %d; want %d", i, status, want)
		}
	}
	for _, file := range []string{"other.db", "nod.key"} {
		if _, err := os.Stat(filepath.Join(p.Dir, file)); err != nil {
			t.Error(err)
		}
	}
	p.stop(t, syscall.SIGTERM)
	if !strings.Contains(p.log.String(), "/consent/demo/") {
		t.Errorf("the log does not say where the demo is:\n%s", p.log)
	}
}
