package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"html"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/httpx"
)

// BundleApp is what an app needs to ask at its first launch without a network: the pages of one platform in every language, with their
// styles, scripts and the WebAssembly program. All addresses in them are relative, but for the server's, to which decisions are sent, and which
// wants to run the same version of this program with the same site.
//
// The files, by path, are {site}/{language}/first-launch.html, policy.html, lists/*.html and preferences.html, what they load in assets/, manifest.json with the size and the integrity (W3C Subresource Integrity, SHA-384) of each, and manifest.sig, the Ed25519 signature
// (RFC 8032) of manifest.json as base64: an app that knows the key refuses a package that is not whole.
func BundleApp(ctx context.Context, loaded *policy.Site, platform policy.Platform, server string, key *proof.Key) (map[string][]byte, error) {
	s, server, err := elsewhere(ctx, loaded, server, Options{BasePath: bundleBase, app: true})
	if err != nil {
		return nil, err
	}
	made := s.sites[loaded.ID]
	parts := map[string]*httpx.Resource{}
	for l, loc := range made.languages {
		dir := loaded.ID + "/" + l + "/"
		parts[dir+"first-launch.html"] = loc.launches[platform].page
		parts[dir+"preferences.html"] = loc.centres[platform].page
		parts[dir+"policy.html"] = loc.policies[made.Current]
		for id, page := range loc.lists {
			if widget.HasList(made.CurrentPolicy(), id) {
				parts[dir+"lists/"+id+".html"] = page
			}
		}
	}
	files, err := contents(parts)
	if err != nil {
		return nil, err
	}
	m := mover{site: loaded.ID, server: server, pages: files, assets: map[string]bool{}}
	for name, page := range files {
		files[name] = m.moved(name, page)
	}
	for name := range m.assets {
		if files["assets/"+name], err = s.static.content(name); err != nil {
			return nil, err
		}
	}
	if files["manifest.json"], err = manifest(loaded, files, platform); err != nil {
		return nil, err
	}
	files["manifest.sig"] = []byte(base64.StdEncoding.EncodeToString(key.Sign(files["manifest.json"])) + "\n")
	return files, nil
}

// bundleBase stands before every address of ours in the pages of a package, so that they are found.
const bundleBase = "/nod-in-a-package"

// bundled finds them, as they stand in attributes and in JSON.
var bundled = regexp.MustCompile(bundleBase + `(/[^"'\s<>?#]*)((?:\?[^"'\s<>#]*)?)((?:#[^"'\s<>]*)?)`)

// mover gives pages the addresses that files have in a package.
type mover struct {
	site, server string
	pages        map[string][]byte // of the package
	assets       map[string]bool   // that the pages load
}

// moved is a page as it stands in the package: with relative addresses, and a Content-Security-Policy of its own, for no header brings one.
// What is not in the package is on the server.
func (m mover) moved(name string, page []byte) []byte {
	up := strings.Repeat("../", strings.Count(name, "/"))
	page = bundled.ReplaceAllFunc(page, func(found []byte) []byte {
		part := bundled.FindSubmatch(found)
		address, query, fragment := string(part[1]), string(part[2]), string(part[3])
		if file, ok := strings.CutPrefix(address, "/assets/"); ok {
			m.assets[file] = true
			return []byte(up + "assets/" + file)
		}
		asked, _ := url.ParseQuery(strings.TrimPrefix(strings.ReplaceAll(html.UnescapeString(query), `\u0026`, "&"), "?"))
		place, _ := strings.CutPrefix(address, "/"+m.site+"/")
		if file := path.Join(m.site, asked.Get("lang"), place+".html"); m.pages[file] != nil {
			return []byte(up + file + fragment)
		}
		return []byte(strings.TrimSuffix(m.server, "/") + address + query + fragment)
	})
	u, _ := url.Parse(m.server) // which elsewhere checked
	csp := "default-src 'none'; base-uri 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self' " + u.Scheme + "://" + u.Host +
		"; frame-src 'self'; form-action 'none'; require-trusted-types-for 'script'; trusted-types nod"
	return bytes.Replace(page, []byte("<head>\n"), []byte("<head>\n<meta http-equiv=\"Content-Security-Policy\" content=\""+csp+"\">\n"), 1)
}

// AppPlatforms are those that have packages.
var AppPlatforms = slices.DeleteFunc(slices.Clone(policy.Platforms), func(p policy.Platform) bool { return p == policy.Web })
