//go:build !js

package main

import (
	"io"
	"log"
	"log/slog"
	"regexp"
	"strings"

	"github.com/nod-consent/nod/web/httpx"
)

// clientAddress matches an address as net/http writes it. One of IPv6 must have a port: in the text of a panic, "[::5]"
// is part of a slice.
var clientAddress = regexp.MustCompile(`\b\d{1,3}(\.\d{1,3}){3}(:\d+)?|\[[0-9a-fA-F:.]+(%[^\]]*)?\]:\d+`)

// newLog makes the program's log. No error in it names the id of a decision, a subject or a request.
func newLog(to io.Writer, isVerbose bool) *slog.Logger {
	level := slog.LevelInfo
	if isVerbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: level, ReplaceAttr: redactError}))
}

// redactError takes the ids out of an error that is logged, wherever it was made.
func redactError(_ []string, a slog.Attr) slog.Attr {
	if err, ok := a.Value.Any().(error); ok {
		a.Value = slog.StringValue(httpx.RedactIDs(err))
	}
	return a
}

// newServerLog makes the log that http.Server writes to, without the addresses of clients: they are personal data.
// Most lines are noise of broken connections. A panic is not, and a listener that accepts no connections is not.
func newServerLog(to *slog.Logger) *log.Logger {
	return log.New(serverLogWriter{to}, "", 0)
}

type serverLogWriter struct{ to *slog.Logger }

func (l serverLogWriter) Write(line []byte) (int, error) {
	text := clientAddress.ReplaceAllString(strings.TrimSpace(string(line)), "…")
	switch {
	case strings.HasPrefix(text, "http: panic serving"), strings.HasPrefix(text, "http2: panic serving"):
		l.to.Error("a request caused a panic", "error", text)
	case strings.HasPrefix(text, "http: Accept error"):
		l.to.Error("the server accepts no connections", "error", text)
	default:
		l.to.Debug("connection", "error", text)
	}
	return len(line), nil
}
