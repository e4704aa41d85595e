// Package demo is pages like those of other people: a portal, a page of another origin with the same tag, an app,
// and a page that tries to send to trackers. The program itself serves them, and they reach it as any page would.
package demo

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
	"github.com/nod-consent/nod/web/site"
)

//go:embed *.html *.js *.css
var files embed.FS

var templates = template.Must(template.New("").Funcs(functions).ParseFS(files, "*.html"))

// Options is what the demo needs.
type Options struct {
	Sites     site.Sites
	First     string // id of the site that is shown if the portal's is not served
	Origins   []string
	BasePath  string
	Links     site.Links
	Responder *httpx.Responder
	Proxies   httpx.TrustedProxies
}

// Handler serves the demo.
type Handler struct {
	Options
	trackers trackers
}

// New returns the demo.
func New(o Options) *Handler { return &Handler{Options: o} }

// Register registers the addresses below /demo/.
func (h *Handler) Register(router *httpx.Router) {
	router.HandleFunc("GET /demo/{$}", h.servePortal)
	router.HandleFunc("GET /demo/elsewhere", h.serveOtherOrigin)
	router.HandleFunc("GET /demo/chat", h.serveChat)
	router.HandleFunc("GET /demo/themes", h.serveThemes)
	router.HandleFunc("GET /demo/app", h.serveApp)
	router.HandleFunc("GET /demo/trackers", h.serveTrackers)
	router.HandleFunc("GET /demo/consent.js", h.serveScript)
	router.HandleFunc("GET /demo/collect", h.trackers.serveCollect)
	router.HandleFunc("POST /demo/collect", h.trackers.serveCollect) // sendBeacon
	router.HandleFunc("GET /demo/collected", h.trackers.serveCollected)
	router.HandleFunc("GET /demo/looks/{file}", h.serveThemedStyle)
	router.HandleFunc("GET /demo/pixel.gif", servePixel)
	router.HandleFunc("GET /demo/{file}", serveFile)
}

// Address is where the demo begins: an address at its first origin, or a path if it has none.
func Address(origins []string, basePath string) string {
	if len(origins) == 0 {
		return basePath + "/demo/"
	}
	return origins[0] + basePath + "/demo/"
}

// page is what the demo's pages take.
type page struct {
	IsChinese bool
	Lang      string
	TextLang  string // of the page's own texts, which are in Chinese or in English
	Demos     []demoLink
	Languages []languageLink
	Icon      string
	Script    string // address of the site's consent.js
	Site      string
	Base      string
	Names     string // of the purposes, JSON by id
	Required  string // ids of the purposes that are always on, each after a space
	AlwaysOn  string // the words for that
	Trackers  string // what the hosts of the trackers end in
}

// portalSite is the site whose portal the demo shows. If it is not served, the demo shows the first site.
const portalSite = "yunzhijia"

// newPage returns what a request for a page of the demo asks to see.
func (h *Handler) newPage(r *http.Request) page {
	p := page{Icon: h.Links.File("nod.svg"), Site: h.First, Base: h.BasePath}
	for _, id := range []string{portalSite, r.URL.Query().Get("site")} {
		if h.Sites[id] != nil {
			p.Site = id
		}
	}
	loc := h.Sites[p.Site].LocalizedFor(r)
	p.Lang = loc.View.Language
	p.IsChinese = strings.HasPrefix(p.Lang, "zh")
	if p.TextLang = "en"; p.IsChinese {
		p.TextLang = p.Lang
	}
	h.addLinks(r, &p, h.Sites[p.Site])
	names := map[string]string{}
	p.AlwaysOn = loc.View.Words.Required
	for _, u := range loc.View.Purposes {
		names[u.ID] = u.Name
		if u.Required {
			p.Required += " " + u.ID
		}
	}
	data, _ := json.Marshal(names) // texts always are JSON
	p.Names = string(data)
	return p
}

func (h *Handler) servePortal(w http.ResponseWriter, r *http.Request) {
	own := h.Proxies.OwnOrigin(r)
	p := h.newHostPage(r, own)
	h.servePageOf(w, r, "portal.html", newPortalPage(p), own)
}

func (h *Handler) serveOtherOrigin(w http.ResponseWriter, r *http.Request) {
	other := h.otherOrigin(r)
	p := h.newHostPage(r, other)
	h.servePageOf(w, r, "elsewhere.html", p, other)
}

// newHostPage returns a page that loads consent.js from an origin.
func (h *Handler) newHostPage(r *http.Request, origin string) page {
	p := h.newPage(r)
	p.Script = origin + h.BasePath + "/" + p.Site + "/consent.js"
	if r.URL.Query().Get("lang") != "" {
		p.Script += "?lang=" + url.QueryEscape(p.Lang)
	}
	return p
}

// otherOrigin returns the demo's origin that is not the request's, or the request's if it has only that.
func (h *Handler) otherOrigin(r *http.Request) string {
	own := h.Proxies.OwnOrigin(r)
	if i := slices.IndexFunc(h.Origins, func(o string) bool { return o != own }); i >= 0 {
		return h.Origins[i]
	}
	return own
}

// servePageOf serves a page that loads consent.js from an origin.
func (h *Handler) servePageOf(w http.ResponseWriter, r *http.Request, name string, p any, origin string) {
	h.execute(w, r, name, p, "script-src 'self' "+origin+"; style-src 'self'; img-src 'self'; connect-src 'self' "+origin+
		"; frame-src 'self' "+origin+"; require-trusted-types-for 'script'; trusted-types nod; frame-ancestors 'none'")
}

// serveChat serves what the portal's frame shows.
func (h *Handler) serveChat(w http.ResponseWriter, r *http.Request) {
	h.execute(w, r, "chat.html", h.newPage(r), "style-src 'self'; img-src 'self'; frame-ancestors 'self'")
}

// serveApp serves a page that plays an app around the first launch.
func (h *Handler) serveApp(w http.ResponseWriter, r *http.Request) {
	h.execute(w, r, "app.html", h.newPage(r),
		"script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; frame-ancestors 'none'")
}

func (h *Handler) execute(w http.ResponseWriter, r *http.Request, name string, p any, csp string) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, p); err != nil {
		h.Responder.Fail(w, r, "draw a page of the demo", err)
		return
	}
	header := w.Header()
	httpx.SetSecurityHeaders(header, csp)
	header.Set("Cache-Control", "private, no-cache")
	header.Set("Vary", "Accept-Language")
	httpx.WriteHTML(w, http.StatusOK, b.Bytes())
}

func servePixel(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "image/gif")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	w.Header().Set("Cache-Control", "no-store")
	w.Write([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00," +
		"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"))
}

func serveFile(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	data, err := fs.ReadFile(files, name)
	types := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
	contentType, isKnown := types[path.Ext(name)]
	if err != nil || !isKnown {
		writeUnknownFile(w, "The demo has no page of this name.")
		return
	}
	if name == "demo.css" { // it has the colours of everything else
		tokens, err := site.ReadStyles("colours.css", "shades.css")
		if err != nil {
			writeUnknownFile(w, "The demo has no colours.")
			return
		}
		data = append([]byte(tokens), data...)
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Write(data)
}

func writeUnknownFile(w http.ResponseWriter, detail string) {
	httpx.WriteProblem(w, http.StatusNotFound, "unknown-file", detail+" It begins at /demo/.")
}
