package demo

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"github.com/nod-consent/nod/web/httpx"
)

// trackerDomain is what the hosts of the demo's trackers end in, after the purpose. All are this machine.
const trackerDomain = ".tracker.localhost"

// heldPurpose is the demo's purpose whose requests wait for the answer.
const heldPurpose = "functional"

// maxArrivals is how many of the last arrivals the demo remembers.
const maxArrivals = 500

// trackers collect what the page "trackers" sends, and list what arrived.
type trackers struct {
	mu      sync.Mutex
	arrived []arrival
}

type arrival struct {
	Run string `json:"-"` // of a page
	ID  string `json:"id"`
}

// serveCollect takes whatever is sent to a tracker.
func (t *trackers) serveCollect(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "no-store")
	switch r.URL.Query().Get("as") {
	case "script":
		h.Set("Content-Type", "text/javascript; charset=utf-8")
	case "frame":
		h.Set("Content-Type", "text/html; charset=utf-8")
	default:
		h.Set("Content-Type", "text/plain; charset=utf-8")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.arrived = append(t.arrived, arrival{Run: shorten(r.URL.Query().Get("run")), ID: shorten(r.URL.Query().Get("id"))})
	t.arrived = t.arrived[max(0, len(t.arrived)-maxArrivals):]
}

// serveCollected lists what arrived of one page.
func (t *trackers) serveCollected(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	list := []arrival{}
	for _, a := range t.arrived {
		if a.Run == r.URL.Query().Get("run") {
			list = append(list, a)
		}
	}
	t.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(list)
}

// shorten returns as much of a page's text as is remembered.
func shorten(s string) string { return s[:min(len(s), 64)] }

// serveTrackers serves a page that tries to send to a tracker of each purpose in every way, and shows what happens.
func (h *Handler) serveTrackers(w http.ResponseWriter, r *http.Request) {
	p := h.newPage(r)
	p.Script = h.BasePath + "/demo/consent.js?site=" + url.QueryEscape(p.Site) + "&lang=" + url.QueryEscape(p.Lang)
	p.Trackers = trackerDomain
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		p.Trackers += ":" + port
	}
	from := "http://*" + p.Trackers
	h.execute(w, r, "trackers.html", p, "script-src 'self' "+from+"; style-src 'self'; img-src 'self' blob: "+from+
		"; connect-src 'self' blob: "+from+" ws://*"+p.Trackers+"; frame-src 'self' "+from+
		"; require-trusted-types-for 'script'; trusted-types nod demo; frame-ancestors 'none'")
}

// serveScript serves a site's consent.js whose purposes have the demo's trackers for hosts.
func (h *Handler) serveScript(w http.ResponseWriter, r *http.Request) {
	s := h.Sites[r.URL.Query().Get("site")]
	if s == nil {
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-site", "There is no site of this name.")
		return
	}
	purposes := slices.Clone(s.CurrentPolicy().Purposes)
	for i := range purposes {
		p := &purposes[i]
		p.Hosts = []string{p.ID + trackerDomain}
		p.Hold = p.ID == heldPurpose
		p.Services = slices.Clone(p.Services)
		for j := range p.Services {
			p.Services[j].Hosts = nil
		}
	}
	script, err := s.MakeScriptWith(r, purposes)
	if err != nil {
		h.Responder.Fail(w, r, "make the demo's script", err)
		return
	}
	w.Header().Set("Cache-Control", "private, no-cache")
	script.ServeHTTP(w, r)
}
