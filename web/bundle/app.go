package bundle

import (
	"context"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/pages"
	"github.com/nod-consent/nod/web/site"
)

// ForApp makes what an app needs to ask at its first launch without a network: the pages of one platform in every
// language, with their styles, scripts and the WebAssembly program. All addresses in them are relative, except the
// server's.
//
// The files, by path, are {site}/{language}/first-launch.html, policy.html, lists/*.html and preferences.html, what
// they load in assets/, native.json for a first layer that the app draws by itself, manifest.json with the size and the
// integrity (W3C Subresource Integrity, SHA-384) of each,
// and manifest.sig, the Ed25519 signature (RFC 8032) of manifest.json as base64. An app that knows the key rejects a
// package that is not complete.
func ForApp(
	ctx context.Context, loaded *policy.Site, platform policy.Platform, server string, key *proof.Key,
) (map[string][]byte, error) {
	made, assets, err := buildOffline(ctx, loaded, server)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	p := newAppPackage(made, assets, server)
	for l, loc := range made.Localized {
		for _, page := range p.paths {
			renderer := p.rendererOf(page)
			path := p.pathOf(l, page)
			if files[path], err = renderPage(renderer, made, loc, platform, page); err != nil {
				return nil, err
			}
		}
		files[nativePath(made, l)] = loc.FirstLaunches[platform].Native
	}
	for file := range p.loaded {
		if files["assets/"+file], err = assets.Content(file); err != nil {
			return nil, err
		}
	}
	if files["manifest.json"], err = marshalManifest(made.Site, files, platform); err != nil {
		return nil, err
	}
	signature := base64.StdEncoding.EncodeToString(key.Sign(files["manifest.json"]))
	files["manifest.sig"] = []byte(signature + "\n")
	return files, nil
}

func renderPage(
	r pages.Renderer, s *site.Site, loc *site.Localized, platform policy.Platform, page string,
) ([]byte, error) {
	switch page {
	case "first-launch":
		return r.FirstLaunch(s, loc, platform)
	case "preferences":
		return r.Preferences(s, loc, platform)
	case "policy":
		return r.Policy(s, loc)
	}
	return r.List(s, loc, strings.TrimPrefix(page, "lists/"))
}

// appPackage knows which pages are in an app's package, and learns which files they load.
type appPackage struct {
	site   *site.Site
	assets *site.Assets
	server site.ServedAddresses
	csp    string
	paths  []string        // of pages, as in site.PageLink
	loaded map[string]bool // files of assets
}

func newAppPackage(s *site.Site, assets *site.Assets, server string) *appPackage {
	p := &appPackage{
		site: s, assets: assets, server: site.ServedAddresses(strings.TrimSuffix(server, "/")),
		paths: []string{"first-launch", "preferences", "policy"}, loaded: map[string]bool{},
	}
	for _, id := range widget.FindLists(s.CurrentPolicy()) {
		p.paths = append(p.paths, "lists/"+id)
	}
	u, _ := url.Parse(server) // buildOffline checked it
	p.csp = "default-src 'none'; base-uri 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
		"img-src 'self'; connect-src 'self' " + u.Scheme + "://" + u.Host + "; frame-src 'self'; form-action 'none'; " +
		"require-trusted-types-for 'script'; trusted-types nod"
	return p
}

// pathOf returns the path of a page in the package.
func (p *appPackage) pathOf(language, page string) string {
	return p.site.ID + "/" + language + "/" + page + ".html"
}

// nativePath returns the path of what an app draws its own first layer from.
func nativePath(s *site.Site, language string) string { return s.ID + "/" + language + "/native.json" }

// rendererOf returns the renderer of a page: with addresses relative to it, and with a Content-Security-Policy of its
// own, because no header brings one.
func (p *appPackage) rendererOf(page string) pages.Renderer {
	up := strings.Repeat("../", strings.Count(p.pathOf("", page), "/"))
	return pages.Renderer{
		Links: site.Links{Addresses: relativeAddresses{p, up}, Assets: p.assets},
		CSP:   p.csp, Details: "lists/purposes.html",
	}
}

// relativeAddresses are those in one page of an app's package.
type relativeAddresses struct {
	*appPackage
	up string // leads from the page to the root of the package
}

// Asset implements site.Addresses.
func (a relativeAddresses) Asset(file string) string {
	a.loaded[file] = true
	return a.up + "assets/" + file
}

// Page implements site.Addresses. A page that is not in the package is on the server.
func (a relativeAddresses) Page(l site.PageLink) string {
	if l.Site != a.site.ID || !slices.Contains(a.paths, l.Path) {
		return a.server.Page(l)
	}
	address := a.up + a.pathOf(l.Language, l.Path)
	if l.Fragment != "" {
		address += "#" + l.Fragment
	}
	return address
}

// Server implements site.Addresses.
func (a relativeAddresses) Server(path string) string { return a.server.Server(path) }

// AppPlatforms are those that have packages.
var AppPlatforms = slices.DeleteFunc(slices.Clone(policy.Platforms), func(p policy.Platform) bool {
	return p == policy.Web
})
