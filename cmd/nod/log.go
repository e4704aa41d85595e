//go:build !js

package main

import (
	"log"
	"log/slog"
	"regexp"
	"strings"
)

// anyAddress is an address as net/http writes it: of IPv6 always with a port, for in a panic "[::5]" is part of a slice.
var anyAddress = regexp.MustCompile(`\b\d{1,3}(\.\d{1,3}){3}(:\d+)?|\[[0-9a-fA-F:.]+(%[^\]]*)?\]:\d+`)

// serverLog takes what http.Server has to say, without the addresses of clients: they are personal data. Most of it is
// noise of broken connections. A panic is not, nor a listener that takes nobody any more.
func serverLog(to *slog.Logger) *log.Logger {
	return log.New(serverLines{to}, "", 0)
}

type serverLines struct{ to *slog.Logger }

func (l serverLines) Write(line []byte) (int, error) {
	text := anyAddress.ReplaceAllString(strings.TrimSpace(string(line)), "…")
	switch {
	case strings.HasPrefix(text, "http: panic serving"), strings.HasPrefix(text, "http2: panic serving"):
		l.to.Error("a request made the program panic", "error", text)
	case strings.HasPrefix(text, "http: Accept error"):
		l.to.Error("no connection is taken", "error", text)
	default:
		l.to.Debug("connection", "error", text)
	}
	return len(line), nil
}
