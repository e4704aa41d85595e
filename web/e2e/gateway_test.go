package e2e

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// gateway is a listener before a handler, which sees every request, may answer in the handler's place, and can be taken
// down.
type gateway struct {
	next http.Handler

	mu       sync.Mutex
	received []string // "METHOD /path?query"
	override func(http.ResponseWriter, *http.Request) bool
	server   *httptest.Server
}

func newGateway() (*gateway, error) {
	g := &gateway{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	g.listen(l)
	return g, nil
}

func (g *gateway) listen(l net.Listener) {
	server := httptest.NewUnstartedServer(g)
	server.Listener.Close()
	server.Listener = l
	server.Start()
	g.mu.Lock()
	g.server = server
	g.mu.Unlock()
}

func (g *gateway) port() string {
	_, port, _ := net.SplitHostPort(g.server.Listener.Addr().String())
	return port
}

func (g *gateway) stop() {
	g.server.CloseClientConnections()
	g.server.Close()
}

// start listens again where it did before.
func (g *gateway) start(t testing.TB) {
	t.Helper()
	address := g.server.Listener.Addr().String()
	for end := time.Now().Add(timeout); ; {
		l, err := net.Listen("tcp", address)
		if err == nil {
			g.listen(l)
			return
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
		time.Sleep(pollInterval)
	}
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	g.received = append(g.received, r.Method+" "+r.URL.RequestURI())
	instead := g.override
	g.mu.Unlock()
	if instead == nil || !instead(w, r) {
		g.next.ServeHTTP(w, r)
	}
}

// overrideWith lets f answer the requests that it says true to, until the test ends.
func (g *gateway) overrideWith(t testing.TB, f func(http.ResponseWriter, *http.Request) bool) {
	g.setOverride(f)
	t.Cleanup(func() { g.setOverride(nil) })
}

func (g *gateway) setOverride(f func(http.ResponseWriter, *http.Request) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.override = f
}

// requests are those seen that contain the text.
func (g *gateway) requests(text string) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var some []string
	for _, r := range g.received {
		if strings.Contains(r, text) {
			some = append(some, r)
		}
	}
	return some
}

func (g *gateway) clearRequests() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.received = nil
}

// latch holds requests back until it opens.
type latch struct {
	opened chan struct{}
	once   sync.Once
}

func newLatch() *latch { return &latch{opened: make(chan struct{})} }

func (l *latch) open() { l.once.Do(func() { close(l.opened) }) }

// holdRequests is for gateway.answer: the requests wait, and go their way then.
func (l *latch) holdRequests(text string) func(http.ResponseWriter, *http.Request) bool {
	return func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, text) {
			select {
			case <-l.opened:
			case <-r.Context().Done():
			}
		}
		return false
	}
}

// answerNotFound is for gateway.answer: there is nothing at addresses with the text.
func answerNotFound(text string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		is := strings.Contains(r.URL.Path, text)
		if is {
			http.Error(w, "not found", http.StatusNotFound)
		}
		return is
	}
}
