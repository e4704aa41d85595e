package web

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/httpx"
)

// trackerDomain is what the hosts of the demo's trackers end in; in front stands the purpose. All are this machine.
const trackerDomain = ".tracker.localhost"

// heldPurpose is the demo's purpose whose requests wait for the answer.
const heldPurpose = "functional"

// maxArrivals is how many of the last arrivals the demo remembers.
const maxArrivals = 500

// trackers are the collectors that the page "trackers" sends to: they tell what arrived.
type trackers struct {
	mu      sync.Mutex
	arrived []arrival
}

type arrival struct {
	Run string `json:"-"` // of a page
	ID  string `json:"id"`
}

// collect takes whatever is sent to a tracker.
func (t *trackers) collect(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
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
	t.arrived = append(t.arrived, arrival{Run: short(r.URL.Query().Get("run")), ID: short(r.URL.Query().Get("id"))})
	t.arrived = t.arrived[max(0, len(t.arrived)-maxArrivals):]
}

// tell says what arrived of one page.
func (t *trackers) tell(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	mine := []arrival{}
	for _, a := range t.arrived {
		if a.Run == r.URL.Query().Get("run") {
			mine = append(mine, a)
		}
	}
	t.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(mine)
}

// short is as much of what a page says as is remembered.
func short(s string) string { return s[:min(len(s), 64)] }

// demoTrackers is a page that tries to send to a tracker of each purpose in every way, and shows what becomes of it.
func (s *Server) demoTrackers(w http.ResponseWriter, r *http.Request) {
	page := s.demoPageOf(r)
	page.Script = s.base + "/demo/consent.js?site=" + url.QueryEscape(page.Site) + "&lang=" + url.QueryEscape(page.Lang)
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		page.Trackers = trackerDomain + ":" + port
	} else {
		page.Trackers = trackerDomain
	}
	from := "http://*" + page.Trackers
	s.showDemo(w, r, "trackers.html", page, "script-src 'self' "+from+"; style-src 'self'; img-src 'self' blob: "+from+"; connect-src 'self' blob: "+from+" ws://*"+page.Trackers+"; frame-src 'self' "+from+
		"; require-trusted-types-for 'script'; trusted-types nod demo; frame-ancestors 'none'")
}

// demoScript is a site's consent.js whose purposes have the demo's trackers for hosts.
func (s *Server) demoScript(w http.ResponseWriter, r *http.Request) {
	site := s.sites[r.URL.Query().Get("site")]
	if site == nil {
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-site", "There is no such site.")
		return
	}
	current := *site.CurrentPolicy()
	current.Purposes = slices.Clone(current.Purposes)
	for i := range current.Purposes {
		p := &current.Purposes[i]
		p.Hosts = []string{p.ID + trackerDomain}
		p.Hold = p.ID == heldPurpose
		p.Services = slices.Clone(p.Services)
		for j := range p.Services {
			p.Services[j].Hosts = nil
		}
	}
	with := *site.Site
	with.Policies = []*policy.Policy{&current}
	changed := *site
	changed.Site = &with
	loc := site.languages[site.language(r)]
	script, err := s.makeScript(&changed, loc.view, loc.parts, loc.banner, loc.more, nil, audience{httpx.HasGPC(r), s.terms(r, site)})
	if err != nil {
		s.responder.Fail(w, r, "make the demo's script", err)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	script.ServeHTTP(w, r)
}
