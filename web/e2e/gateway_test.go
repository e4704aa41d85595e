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

// gateway is a listener in front of a handler. It records every request, can answer instead of the handler, and can be
// taken down.
type gateway struct {
	next http.Handler

	mu       sync.Mutex
	received []string                                      // "METHOD /path?query"
	override func(http.ResponseWriter, *http.Request) bool // answers requests for which it returns true
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

// start listens again at the same address.
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

// takeDown stops the gateway until restart or the end of the test.
func (g *gateway) takeDown(t testing.TB) (restart func()) {
	g.stop()
	restart = sync.OnceFunc(func() { g.start(t) })
	t.Cleanup(restart)
	return restart
}

// overrideWith lets f answer requests until the test ends. The handler answers those for which f returns false.
func (g *gateway) overrideWith(t testing.TB, f func(http.ResponseWriter, *http.Request) bool) {
	g.setOverride(f)
	t.Cleanup(func() { g.setOverride(nil) })
}

func (g *gateway) setOverride(f func(http.ResponseWriter, *http.Request) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.override = f
}

// requests lists the requests so far that contain the text.
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

// holdRequests is for gateway.overrideWith: requests with the text in their path wait until the latch opens.
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

// answerNotFound is for gateway.overrideWith: requests with the text in their path get a 404.
func answerNotFound(text string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, text) {
			return false
		}
		http.Error(w, "not found", http.StatusNotFound)
		return true
	}
}
