//go:build !js

package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestTheServersOwnLinesCarryNoAddress(t *testing.T) { // C-47
	for line, want := range map[string]string{
		"http: TLS handshake error from 203.0.113.7:40001: EOF":                "level=DEBUG msg=connection error=\"http: TLS handshake error from …: EOF\"",
		"http: TLS handshake error from [2001:db8::7]:40001: remote error":     "level=DEBUG msg=connection error=\"http: TLS handshake error from …: remote error\"",
		"http: TLS handshake error from [fe80::7%eth0]:40001: bad certificate": "level=DEBUG msg=connection error=\"http: TLS handshake error from …: bad certificate\"",
		"http: panic serving 203.0.113.7:40001: oops":                          "level=ERROR msg=\"a request made the program panic\" error=\"http: panic serving …: oops\"",
	} {
		var out bytes.Buffer
		serverLog(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))).Print(line)
		if got := out.String(); !strings.Contains(got, want) {
			t.Errorf("%s\nis logged as %s\nwant %s", line, got, want)
		}
	}
}

func TestAPanicIsLoggedAsAnError(t *testing.T) {
	var out bytes.Buffer
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oops") }))
	s.Config.ErrorLog = serverLog(slog.New(slog.NewTextHandler(&out, nil)))
	s.Start()
	http.Get(s.URL)
	s.Close()
	if got := out.String(); !strings.Contains(got, "level=ERROR") || !strings.Contains(got, "oops") || strings.Contains(got, "127.0.0.1") {
		t.Errorf("logged %q", got)
	}
}

func TestAKeyThatOthersCanReadIsWarnedOf(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have other permissions there")
	}
	file := filepath.Join(t.TempDir(), "nod.key")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	if warnOfKey(log, file); out.Len() > 0 {
		t.Errorf("a warning for nothing: %s", out.String())
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	warnOfKey(log, file)
	for _, want := range []string{"level=WARN", file, "-rw-r-----", "chmod 600"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in %s", want, out.String())
		}
	}
}
