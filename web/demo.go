package web

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/nod-consent/nod/web/httpx"
)

//go:embed demo
var demoFiles embed.FS

var demoPages = template.Must(template.ParseFS(demoFiles, "demo/*.html"))

// demoPage is what the demo's pages take.
type demoPage struct {
	Chinese   bool
	Lang      string
	Icon      string
	Script    string // address of the site's consent.js
	Site      string
	Base      string
	Elsewhere string // the same demo under its other origin
	Foreign   bool
	Names     string // of the purposes, JSON by id
	Trackers  string // what the hosts of the trackers end in
}

// demo serves pages that stand for other people's: a portal, and a page of another origin with the same tag. They are
// served by the program itself, and reach it as any page would.
func (s *Server) demo() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc(s.at("GET /demo/{$}"), func(w http.ResponseWriter, r *http.Request) { s.demoPage(w, r, "portal.html") })
	mux.HandleFunc(s.at("GET /demo/elsewhere"), func(w http.ResponseWriter, r *http.Request) { s.demoPage(w, r, "elsewhere.html") })
	mux.HandleFunc(s.at("GET /demo/chat"), func(w http.ResponseWriter, r *http.Request) { // what the portal's frame shows
		s.showDemo(w, r, "chat.html", s.demoPageOf(r), "style-src 'self'; img-src 'self'; frame-ancestors 'self'")
	})
	mux.HandleFunc(s.at("GET /demo/themes"), s.demoThemes)
	mux.HandleFunc(s.at("GET /demo/app"), func(w http.ResponseWriter, r *http.Request) { // plays an app around the first launch
		s.showDemo(w, r, "app.html", s.demoPageOf(r), "script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; frame-ancestors 'none'")
	})
	t := &trackers{}
	mux.HandleFunc(s.at("GET /demo/trackers"), s.demoTrackers)
	mux.HandleFunc(s.at("GET /demo/consent.js"), s.demoScript)
	mux.HandleFunc(s.at("GET /demo/collect"), t.collect)
	mux.HandleFunc(s.at("POST /demo/collect"), t.collect) // sendBeacon
	mux.HandleFunc(s.at("GET /demo/collected"), t.tell)
	mux.HandleFunc(s.at("GET /demo/looks/{file}"), s.demoLook)
	mux.HandleFunc(s.at("GET /demo/pixel.gif"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/gif")
		w.Header().Set("Cache-Control", "no-store")
		w.Write([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"))
	})
	mux.HandleFunc(s.at("GET /demo/{file}"), func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("file")
		data, err := fs.ReadFile(demoFiles, path.Join("demo", name))
		types := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
		contentType, known := types[path.Ext(name)]
		if err != nil || !known {
			httpx.WriteProblem(w, http.StatusNotFound, "unknown-file", "There is no such page in the demo. It begins at /demo/.")
			return
		}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "no-cache")
		w.Write(data)
	})
	return mux
}

// portalSite is the site whose portal the demo's page stands for. Where it is not served, the first site is shown.
const portalSite = "yunzhijia"

// demoPageOf is what a request for a page of the demo wants to see.
func (s *Server) demoPageOf(r *http.Request) demoPage {
	page := demoPage{Icon: s.static.address["nod.svg"], Site: s.options.Sites[0].ID, Base: s.base}
	for _, id := range []string{portalSite, r.URL.Query().Get("site")} {
		if s.sites[id] != nil {
			page.Site = id
		}
	}
	page.Lang = s.sites[page.Site].language(r)
	page.Chinese = strings.HasPrefix(page.Lang, "zh")
	names := map[string]string{}
	for _, u := range s.sites[page.Site].languages[page.Lang].view.Purposes {
		names[u.ID] = u.Name
	}
	data, _ := json.Marshal(names) // of texts it always is JSON
	page.Names = string(data)
	return page
}

func (s *Server) demoPage(w http.ResponseWriter, r *http.Request, name string) {
	own := s.proxies.OwnOrigin(r)
	other := own
	if i := slices.IndexFunc(s.options.DemoOrigins, func(o string) bool { return o != own }); i >= 0 {
		other = s.options.DemoOrigins[i]
	}
	page := s.demoPageOf(r)
	page.Elsewhere = other + s.base
	from := own
	if name == "elsewhere.html" {
		from, page.Foreign = other, true
	}
	page.Script = from + s.base + "/" + page.Site + "/consent.js"
	if l := r.URL.Query().Get("lang"); l != "" {
		page.Script += "?lang=" + url.QueryEscape(page.Lang)
	}
	s.showDemo(w, r, name, page, "script-src 'self' "+from+"; style-src 'self'; img-src 'self'; connect-src 'self' "+from+"; frame-src 'self' "+from+"; require-trusted-types-for 'script'; trusted-types nod; frame-ancestors 'none'")
}

func (s *Server) showDemo(w http.ResponseWriter, r *http.Request, name string, page any, csp string) {
	var b bytes.Buffer
	if err := demoPages.ExecuteTemplate(&b, name, page); err != nil {
		s.responder.Fail(w, r, "draw a page of the demo", err)
		return
	}
	h := w.Header()
	httpx.SetSecureHeaders(h, csp)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Language")
	w.Write(b.Bytes())
}

// DemoAddress is where the demo begins.
func (s *Server) DemoAddress() string {
	if len(s.options.DemoOrigins) == 0 {
		return s.base + "/demo/"
	}
	return s.options.DemoOrigins[0] + s.base + "/demo/"
}
