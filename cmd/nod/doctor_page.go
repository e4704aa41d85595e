//go:build !js

package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// examinedPage is a page as a browser gets it, before any script runs.
type examinedPage struct {
	address  *url.URL // after redirects
	base     *url.URL // of relative addresses
	headers  http.Header
	policies []contentPolicy // Content-Security-Policy of headers and meta elements
	elements []pageElement   // that load something or are tagged, in the order of the page
}

// pageElement is an element that loads something, or that is tagged for Nod.
type pageElement struct {
	name       string // script, iframe, img, …
	attributes map[string]string
	source     *url.URL // what it loads at once; nil if nothing
	isInHead   bool
	isInline   bool // a script without a source that runs
	tagError   bool // it is tagged, and starts at once all the same
}

func (e pageElement) isTagged() bool { _, ok := e.attributes["data-category"]; return ok }

func (d doctor) readPage(ctx context.Context, address *url.URL) (*examinedPage, error) {
	response, body, err := d.get(ctx, address.String(), map[string]string{"Accept": "text/html"})
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read: %w. Check the address, and that this machine can reach it", address, err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: the answer is %s. Give a page that anyone can open", address, response.Status)
	}
	if kind := response.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/html") {
		return nil, fmt.Errorf("%s: is %q, not a page of HTML", address, kind)
	}
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	page := &examinedPage{address: response.Request.URL, base: response.Request.URL, headers: response.Header}
	page.policies = parseContentPolicies(response.Header.Values("Content-Security-Policy"))
	page.collect(root, false)
	return page, nil
}

// collect walks over the elements in the order of the page. What is in a template loads nothing.
func (p *examinedPage) collect(n *html.Node, isInHead bool) {
	if n.Type == html.ElementNode {
		isInHead = isInHead || n.DataAtom == atom.Head
		p.collectElement(n, isInHead)
	}
	if n.DataAtom == atom.Template || n.DataAtom == atom.Noscript {
		return
	}
	for child := range n.ChildNodes() {
		p.collect(child, isInHead)
	}
}

func (p *examinedPage) collectElement(n *html.Node, isInHead bool) {
	e := pageElement{name: n.Data, attributes: map[string]string{}, isInHead: isInHead}
	for _, a := range n.Attr {
		e.attributes[a.Key] = a.Val
	}
	switch n.DataAtom {
	case atom.Base:
		if u, err := p.address.Parse(e.attributes["href"]); err == nil && e.attributes["href"] != "" {
			p.base = u
		}
		return
	case atom.Meta:
		if strings.EqualFold(e.attributes["http-equiv"], "Content-Security-Policy") {
			p.policies = append(p.policies, parseContentPolicies([]string{e.attributes["content"]})...)
		}
		return
	case atom.Script:
		if !runsAsScript(e.attributes["type"]) { // tagged, or data
			delete(e.attributes, "src")
			break
		}
		e.isInline = e.attributes["src"] == ""
	}
	if from := sourceAttribute(n.DataAtom, e.attributes); from != "" {
		if u, err := p.base.Parse(strings.TrimSpace(e.attributes[from])); err == nil && strings.HasPrefix(u.Scheme, "http") {
			e.source = u
		}
	}
	e.tagError = e.isTagged() && (e.source != nil || e.isInline)
	if e.source != nil || e.isInline || e.isTagged() {
		p.elements = append(p.elements, e)
	}
}

// sourceAttribute returns the attribute whose address an element loads at once, or "".
func sourceAttribute(name atom.Atom, attributes map[string]string) string {
	switch name {
	case atom.Script, atom.Iframe, atom.Img, atom.Video, atom.Audio, atom.Source, atom.Embed, atom.Track:
		if attributes["src"] != "" {
			return "src"
		}
	case atom.Object:
		if attributes["data"] != "" {
			return "data"
		}
	case atom.Link:
		loads := []string{"stylesheet", "preload", "modulepreload", "prefetch", "icon"}
		for _, rel := range strings.Fields(strings.ToLower(attributes["rel"])) {
			if slices.Contains(loads, rel) && attributes["href"] != "" {
				return "href"
			}
		}
	}
	return ""
}

// runsAsScript says whether a browser runs a script of this type.
func runsAsScript(kind string) bool {
	kind = strings.ToLower(strings.TrimSpace(kind))
	return kind == "" || kind == "module" || strings.HasSuffix(kind, "javascript") || strings.HasSuffix(kind, "ecmascript")
}

// pageTag is the tag of Nod on a page.
type pageTag struct {
	pageElement
	position int      // in the page's elements
	site     string   // its name
	server   *url.URL // address below which the server is, with "/" at its end
}

// tagPath is the address of the script of a site; in a bundle the language comes before the extension.
var tagPath = regexp.MustCompile(`^(.*/)([a-z][a-z0-9-]{0,31})/consent(\.[A-Za-z0-9-]+)?\.js$`)

// checkTag finds the tag. Without one there is nothing more to look at.
func (e *examination) checkTag(p *examinedPage) (tag pageTag, ok bool) {
	var sites []string
	for i, element := range p.elements {
		if element.name != "script" || element.source == nil {
			continue
		}
		m := tagPath.FindStringSubmatch(element.source.Path)
		if m == nil {
			continue
		}
		if sites = append(sites, m[2]); len(sites) == 1 {
			server := *element.source
			server.Path, server.RawPath, server.RawQuery, server.Fragment = m[1], "", "", ""
			tag = pageTag{element, i, m[2], &server}
		}
	}
	switch {
	case len(sites) == 0:
		e.problem("tag", `Add <script src="https://YOUR-NOD-SERVER/SITE/consent.js" crossorigin></script> first in the `+
			"head. If a script adds the tag later, write it into the page instead.",
			"the page has no tag of Nod, so nothing waits for consent")
		return tag, false
	case len(sites) > 1:
		e.problem("tag", "Keep one of them.", "the page has %d tags of Nod (%s). The first one counts, the others do nothing",
			len(sites), strings.Join(sites, ", "))
	default:
		e.fine("tag", "the page has one tag, for the site %s", tag.site)
	}
	return tag, true
}

// checkPlace checks that the tag runs before what it has to stop.
func (e *examination) checkPlace(p *examinedPage, tag pageTag) {
	const fix = "Put the tag first in the head, without async and defer."
	before := e.count(levelProblem)
	for _, name := range []string{"async", "defer"} {
		if _, has := tag.attributes[name]; has {
			e.problem("place", fix, "the tag has %s, so scripts can run and send before it", name)
		}
	}
	if strings.EqualFold(tag.attributes["type"], "module") {
		e.problem("place", `Remove type="module".`, "the tag is a module, so it runs after the page is parsed")
	}
	var hosts []string
	inline := 0
	for _, element := range p.elements[:tag.position] {
		switch {
		case element.isTagged():
		case element.isInline:
			inline++
		case element.source.Host != p.address.Host && element.name != "link":
			hosts = append(hosts, fmt.Sprintf("%s (%s)", element.source.Host, element.name))
		}
	}
	if len(hosts) > 0 {
		slices.Sort(hosts)
		e.problem("place", fix, "the tag is late: before it the page loads %s", strings.Join(slices.Compact(hosts), ", "))
	}
	if !tag.isInHead {
		e.problem("place", fix, "the tag is not in the head, so the banner is late, and so is the gate")
	}
	if inline > 0 {
		e.note("place", "Check that they send nothing and set no cookie.", "inline scripts run before the tag: %d", inline)
	}
	if e.count(levelProblem) == before {
		e.fine("place", "the tag runs before other hosts are asked")
	}
}

// checkSecurity checks what HTTPS needs.
func (e *examination) checkSecurity(p *examinedPage, tag pageTag) {
	host := p.address.Hostname()
	isLocal := host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
	switch {
	case p.address.Scheme == "https" && tag.source.Scheme == "http":
		e.problem("mixed content", "Serve Nod over HTTPS, and write https:// into the tag.",
			"the page is HTTPS and the tag is HTTP, so browsers block it")
	case p.address.Scheme == "http" && !isLocal:
		e.note("https", "Serve the page over HTTPS.", "the page is HTTP: anyone on the way can change it and its cookie")
	default:
		e.fine("mixed content", "page and tag fit together")
	}
	if _, has := tag.attributes["crossorigin"]; !has && originOf(p.address) != originOf(tag.source) {
		e.note("errors", "Add crossorigin to the tag.", "the tag is of another origin: errors of the page that pass "+
			`through Nod are reported as "Script error.", and rejected promises not at all`)
	}
	if _, has := tag.attributes["data-cfasync"]; !has && strings.EqualFold(p.headers.Get("Server"), "cloudflare") {
		e.note("optimiser", `Add data-cfasync="false" to the tag.`,
			"the page comes through Cloudflare, whose Rocket Loader could delay the tag")
	}
}
