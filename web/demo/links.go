package demo

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/site"
)

var functions = template.FuncMap{
	"strokes": func(icon string) template.HTMLAttr { return template.HTMLAttr(widget.IconStrokes(policy.Icon(icon))) },
}

// demoLink leads to a page of the demo, or to one that the site has.
type demoLink struct {
	Address, Name string
	IsHere        bool
}

// languageLink leads to the same page in another language.
type languageLink struct {
	Address, Tag, Name string
	IsHere             bool
}

// addLinks adds the links that every page of the demo begins with.
func (h *Handler) addLinks(r *http.Request, p *page, s *site.Site) {
	pick := func(chinese, english string) string {
		if p.IsChinese {
			return chinese
		}
		return english
	}
	query := "?lang=" + url.QueryEscape(p.Lang)
	here := strings.TrimPrefix(r.URL.Path, h.BasePath)
	for _, d := range []struct{ origin, path, name string }{
		{h.BasePath, "/demo/", pick("门户", "Portal")},
		{h.BasePath, "/demo/trackers", pick("追踪请求", "Trackers")},
		{h.otherOrigin(r) + h.BasePath, "/demo/elsewhere", pick("另一个来源", "Another origin")},
		{h.BasePath, "/demo/app", pick("应用首次启动", "First launch")},
		{h.BasePath, "/demo/themes", pick("主题与布局", "Themes")},
		{h.BasePath, "/" + s.ID + "/", pick("隐私中心", "Privacy home")},
		{h.BasePath, "/" + s.ID + "/policy", pick("隐私政策", "Policy")},
		{h.BasePath, "/docs/", pick("文档", "Docs")},
	} {
		address := d.origin + d.path + query
		if d.path == "/docs/" { // in English only
			address = d.origin + d.path
		}
		p.Demos = append(p.Demos, demoLink{address, d.name, d.path == here})
	}
	for _, tag := range s.Offered() {
		p.Languages = append(p.Languages, languageLink{
			"?lang=" + url.QueryEscape(tag), tag, s.Localized[tag].View.Words.LanguageName, tag == p.Lang,
		})
	}
}
