package web

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/loader"
)

// ErrAddress says of Bundle's server that it is none.
var ErrAddress = errors.New("no address of a server")

// Bundle is what pages need of a site to be served from elsewhere, such as one's own content delivery network: then the
// banner, the gate and the preferences' switches do not depend on this server. Decisions are sent to the server, which
// wants to run the same version of this program with the same site, and the preference centre's frame comes from there.
//
// The files, by path, are {site}/consent.js in the site's first language, {site}/consent.{language}.js, what they load in
// assets/, nod.d.ts, and manifest.json with the size and the integrity (W3C Subresource Integrity, SHA-384) of each.
// server is the server's address, "https://consent.example.com" or with a path.
func Bundle(ctx context.Context, loaded *policy.Site, server string) (map[string][]byte, error) {
	s, _, err := elsewhere(ctx, loaded, server, Options{})
	if err != nil {
		return nil, err
	}
	parts := map[string]*resource{}
	anybody := audience{terms: loaded.TermsIn(policy.Jurisdiction{})}
	for l, loc := range s.sites[loaded.ID].languages {
		parts[loaded.ID+"/consent."+l+".js"] = loc.scripts[anybody] // the browser tells of its signal itself
	}
	parts[loaded.ID+"/consent.js"] = parts[loaded.ID+"/consent."+loaded.Language()+".js"]
	for name, r := range s.static.resources {
		if hosted(name) {
			parts[path.Join("assets", name)] = r
		}
	}
	files, err := contents(parts)
	if err != nil {
		return nil, err
	}
	files["nod.d.ts"] = loader.Types()
	files["manifest.json"], err = manifest(loaded, files, "")
	return files, err
}

// elsewhere is a server for files that are served elsewhere, and its address with "/" at its end.
func elsewhere(ctx context.Context, loaded *policy.Site, server string, o Options) (*Server, string, error) {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, "", fmt.Errorf("%q is %w; want one such as https://consent.example.com", server, ErrAddress)
	}
	o.Sites, o.Ledger, o.server = []*policy.Site{loaded}, noLedger{}, strings.TrimSuffix(server, "/")+"/"
	s, err := New(ctx, o)
	return s, o.server, err
}

func contents(parts map[string]*resource) (map[string][]byte, error) {
	files := map[string][]byte{}
	for name, r := range parts {
		p, err := r.packed()
		if err != nil {
			return nil, err
		}
		if files[name], err = p.unpacked(); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// Manifest lists what is in a package (manifest.json).
type Manifest struct {
	Site   string `json:"site"`
	Policy string `json:"policy"`

	Platform  policy.Platform `json:"platform,omitempty"`
	Languages []string        `json:"languages,omitempty"` // of an app's pages, the default first
	Files     []ManifestFile  `json:"files"`
}

// ManifestFile is a file with its size in bytes and its W3C Subresource Integrity (SHA-384).
type ManifestFile struct {
	Path      string `json:"path"`
	Bytes     int    `json:"bytes"`
	Integrity string `json:"integrity"`
}

func integrity(content []byte) string {
	sum := sha512.Sum384(content)
	return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
}

func manifest(site *policy.Site, files map[string][]byte, platform policy.Platform) ([]byte, error) {
	list := Manifest{Site: site.ID, Policy: site.Current, Platform: platform}
	if platform != "" {
		list.Languages = slices.Concat(site.Languages, site.Interface)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		list.Files = append(list.Files, ManifestFile{name, len(files[name]), integrity(files[name])})
	}
	return json.MarshalIndent(list, "", "  ")
}

// noLedger stands where nothing is kept: what is shown is recorded by the server that takes the decisions.
type noLedger struct{ Ledger }

func (noLedger) PutPresentation(context.Context, ledger.Presentation) error { return nil }
