package pages

import (
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// rootWords are the words of the page that a person finds at the server's address.
type rootWords struct {
	Title, Intro                       string
	Sites, NoSites                     string
	Copy, Origins, NoOrigins, Version  string
	Home, Preferences, Policy          string
	Next, QuickStart, Guides, Problems string
	Status, Alive, Ready, Store        string
	Missing, MissingSites              string
	Documentation                      string
	SkipToText                         string
}

// rootLanguages are its languages; the first one is the default.
var rootLanguages = []string{"en", "zh-CN"}

var rootMatcher = language.NewMatcher([]language.Tag{language.English, language.SimplifiedChinese})

var rootTexts = map[string]rootWords{
	"en": {
		Title: "This is a Nod server",
		Intro: "Nod asks visitors of your pages for consent, stores each decision and can prove it. " +
			"Only a person sees this page; your pages load the script of a site.",
		Sites: "Sites", NoSites: "This server has no site yet.",
		Copy:    "Copy this tag into the head of your pages, before everything else:",
		Origins: "Pages that may use it: ", NoOrigins: "No page may use it yet: list origins in site.yaml.",
		Version: "Policy in force: ",
		Home:    "Privacy centre", Preferences: "Preferences", Policy: "Policy",
		Next: "Next steps", QuickStart: "Quick start: block and release a vendor",
		Guides: "Guides: one task a page", Problems: "Troubleshooting: message, cause, fix",
		Status: "Status", Alive: "The program runs", Ready: "Scripts and pages can be served",
		Store:   "Decisions can be stored",
		Missing: "This page does not exist", MissingSites: "The privacy pages of this server:",
		Documentation: "Documentation of Nod", SkipToText: "Skip to the text",
	},
	"zh-CN": {
		Title: "这是一台 Nod 服务器",
		Intro: "Nod 向您网页的访客征求同意，保存每次选择，并且能够证明。这个页面只给人看，您的网页加载的是站点的脚本。",
		Sites: "站点", NoSites: "这台服务器还没有站点。",
		Copy:    "把这个标签复制到网页的 head 里，排在其他内容之前：",
		Origins: "可以使用它的页面：", NoOrigins: "还没有页面可以使用它：请在 site.yaml 里写上 origins。",
		Version: "现行政策版本：",
		Home:    "隐私中心", Preferences: "隐私设置", Policy: "隐私政策",
		Next: "下一步", QuickStart: "快速开始：拦住一家供应商，再放行",
		Guides: "操作指南：一页讲一件事", Problems: "排查问题：提示、原因、办法",
		Status: "状态", Alive: "程序正在运行", Ready: "可以提供脚本和页面",
		Store:   "可以保存选择",
		Missing: "没有这个页面", MissingSites: "这台服务器上的隐私页面：",
		Documentation: "Nod 的文档", SkipToText: "跳到正文",
	},
}

// rootPage is what root.html takes.
type rootPage struct {
	site.PageHead
	Words     rootWords
	Version   string // of the program; "" if it is unknown
	Here      string // address of this page
	Languages []languageLink
	Sites     []rootSite
	Server    string // address of the server, with "/" at its end
	Docs      string // address of the documentation in the page's language
}

// rootSite is one site on that page.
type rootSite struct {
	ID, Name, Language string
	Tag                string // the snippet to copy
	Origins            []string
	Policy             string // version in force
	Address            string // of its pages, with "/" at its end
}

// RegisterRoot registers the page at the server's own address.
func (h *Handler) RegisterRoot(router *httpx.Router) {
	router.HandleFunc("GET /{$}", h.serveRoot)
}

// serveRoot serves a page for people: what this server is, its sites, and where to go on. It is made for each request,
// because the snippet names the address under which the person sees the server.
func (h *Handler) serveRoot(w http.ResponseWriter, r *http.Request) {
	h.writeRootPage(w, r, "root.html", http.StatusOK)
}

// ExplainMissing shows a browser that meets nothing at an address of no site a page with the sites that there are.
// Programs get the problem document, and so do frames, which such a page does not let frame it.
func (h *Handler) ExplainMissing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !wantsPage(r) || r.Header.Get("Sec-Fetch-Dest") == "iframe" {
			next.ServeHTTP(w, r)
			return
		}
		held := &problemWriter{ResponseWriter: w}
		next.ServeHTTP(held, r)
		if held.status == http.StatusNotFound {
			h.writeRootPage(w, r, "missing.html", held.status)
		} else if held.status != 0 {
			held.release()
		}
	})
}

func (h *Handler) writeRootPage(w http.ResponseWriter, r *http.Request, template string, status int) {
	tag := chooseRootLanguage(r)
	page := rootPage{
		PageHead: site.PageHead{
			Language: tag, Direction: "ltr", Title: rootTexts[tag].Title, CSS: h.Links.Asset(h.docs.style),
			Icon: h.Links.File("nod.svg"),
		},
		Words: rootTexts[tag], Version: h.Version, Here: h.Links.Server(""), Server: h.Links.Server(""),
		Docs: h.Links.Server("docs/" + nameIn(tag, "")),
	}
	if status == http.StatusNotFound {
		page.Title = page.Words.Missing
	} else {
		page.Languages = h.listRootLanguages(tag)
	}
	origin := h.Proxies.OwnOrigin(r)
	for _, s := range h.Sites {
		page.Sites = append(page.Sites, h.describeSite(s, tag, origin))
	}
	slices.SortFunc(page.Sites, func(a, b rootSite) int { return strings.Compare(a.ID, b.ID) })
	html, err := execute(template, page)
	if err != nil {
		h.Responder.Fail(w, r, "render "+template, err)
		return
	}
	head := w.Header()
	httpx.SetSecurityHeaders(head, "style-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors 'none'")
	head.Set("Vary", "Accept, Accept-Language")
	httpx.WriteHTML(w, status, html)
}

func (h *Handler) listRootLanguages(here string) (links []languageLink) {
	for _, l := range rootLanguages {
		links = append(links, languageLink{h.Links.Server("?lang=" + l), l, docsLanguages[l].Name, l == here})
	}
	return links
}

func (h *Handler) describeSite(s *site.Site, tag, origin string) rootSite {
	name := policyLanguage(s, tag)
	return rootSite{
		ID: s.ID, Name: s.Name.In(name, s.Language()), Language: name,
		Tag:     `<script src="` + origin + h.Links.Server(s.ID+"/consent.js") + `" crossorigin></script>`,
		Origins: s.PageOrigins, Policy: s.CurrentPolicy().Version, Address: h.Links.Server(s.ID + "/"),
	}
}

// policyLanguage returns the language in which a site's name is shown to readers of a language.
func policyLanguage(s *site.Site, tag string) string {
	if slices.Contains(s.Languages, tag) {
		return tag
	}
	return s.Language()
}

// chooseRootLanguage returns the language of ?lang=, else of Accept-Language, else English.
func chooseRootLanguage(r *http.Request) string {
	if l := r.URL.Query().Get("lang"); slices.Contains(rootLanguages, l) {
		return l
	}
	requested, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return rootLanguages[0]
	}
	_, i, confidence := rootMatcher.Match(requested...)
	if confidence == language.No {
		return rootLanguages[0]
	}
	return rootLanguages[i]
}
