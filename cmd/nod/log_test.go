//go:build !js

package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"
)

var serverLines = []struct{ line, want string }{
	{
		"http: TLS handshake error from 203.0.113.7:40001: EOF",
		`level=DEBUG msg=connection error="http: TLS handshake error from …: EOF"`,
	},
	{
		"http: TLS handshake error from [2001:db8::7]:40001: remote error",
		`level=DEBUG msg=connection error="http: TLS handshake error from …: remote error"`,
	},
	{
		"http: TLS handshake error from [fe80::7%eth0]:40001: bad certificate",
		`level=DEBUG msg=connection error="http: TLS handshake error from …: bad certificate"`,
	},
	{
		"http: TLS handshake error from 203.0.113.7:40001: " +
			"read tcp [2001:db8::1]:443->[2001:db8::7]:40001: connection reset",
		`error="http: TLS handshake error from …: read tcp …->…: connection reset"`,
	},
	{
		"http2: server connection error from [2001:db8::7]:40001: PROTOCOL_ERROR",
		`level=DEBUG msg=connection error="http2: server connection error from …: PROTOCOL_ERROR"`,
	},
	{
		"http: Accept error: accept tcp 203.0.113.1:443: too many open files; retrying in 1s",
		`level=ERROR msg="the server accepts no connections" error="http: Accept error: accept tcp …: too many`,
	},
	{
		"http2: panic serving [2001:db8::7]:40001: oops",
		`level=ERROR msg="a request caused a panic" error="http2: panic serving …: oops"`,
	},
	{
		"http: panic serving 203.0.113.7:40001: runtime error: slice bounds out of range [::5] with capacity 3",
		"panic serving …: runtime error: slice bounds out of range [::5] with capacity 3",
	},
	{
		"http: panic serving 203.0.113.8:40001: runtime error: index out of range [5] with length 3",
		"panic serving …: runtime error: index out of range [5] with length 3",
	},
	{
		"http: panic serving 203.0.113.7:40001: oops",
		`level=ERROR msg="a request caused a panic" error="http: panic serving …: oops"`,
	},
}

// C-47
func TestTheServersOwnLinesCarryNoAddress(t *testing.T) {
	for _, test := range serverLines {
		var out bytes.Buffer
		to := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
		newServerLog(to).Print(test.line)
		if got := out.String(); !strings.Contains(got, test.want) {
			t.Errorf("%s\nis logged as %s\nexpected %s", test.line, got, test.want)
		}
	}
}

// C-47
func TestNoErrorInTheLogNamesAnId(t *testing.T) {
	id := uuid.NewString()
	for name, err := range map[string]error{
		"an error that wraps another": fmt.Errorf("change request %s: %w", id, errors.New("it has changed")),
		"several errors at once":      errors.Join(errors.New("webhooks"), fmt.Errorf("store message %s: disk full", id)),
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			newLog(&out, false).With("site", "shop").Error("trying again", "error", err, "last", nil)
			if got := out.String(); strings.Contains(got, id) || !strings.Contains(got, "…: ") {
				t.Errorf("logged %s", got)
			}
		})
	}
}

// lines are the logged lines, which can come after the response.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}

func TestAPanicIsLoggedAsAnError(t *testing.T) {
	for name, begin := range map[string]func(*httptest.Server){
		"HTTP/1.1": (*httptest.Server).Start,
		"HTTP/2":   (*httptest.Server).StartTLS,
	} {
		t.Run(name, func(t *testing.T) {
			lines, spoken := make(lines, 10), make(chan string, 10)
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				spoken <- fmt.Sprintf("HTTP/%d", r.ProtoMajor)
				panic("oops")
			}))
			s.EnableHTTP2 = true
			s.Config.ErrorLog = newServerLog(slog.New(slog.NewTextHandler(lines, nil)))
			begin(s)
			s.Client().Get(s.URL)
			got := <-lines
			isError := strings.Contains(got, "level=ERROR") && strings.Contains(got, "oops")
			if !isError || strings.Contains(got, "127.0.0.1") {
				t.Errorf("logged %q", got)
			}
			s.Close()
			if spoken := <-spoken; !strings.HasPrefix(name, spoken) {
				t.Errorf("the request came by %s", spoken)
			}
		})
	}
}
