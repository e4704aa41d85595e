// Package bundle makes packages of a site's files: what pages load of it, to be served by another host, and what an app
// needs to ask at its first launch without a network. Decisions are sent to a server, which has to run the same version
// of this program with the same site.
package bundle

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
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/andybalholm/brotli"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/loader"
	"github.com/nod-consent/nod/web/site"
)

// ErrAddress is of a server's address that is not one.
var ErrAddress = errors.New("not the address of a server")

// ForWeb makes what pages need of a site, to be served by another host, such as your own content delivery network. Then
// the banner, the gate and the preferences' switches do not depend on the server. The preference centre's frame comes
// from there.
//
// The files, by path, are {site}/consent.js in the site's first language, {site}/consent.{language}.js, what they load
// in assets/, {site}/{language}/native.json for the first layer of a mini program, nod.d.ts, and manifest.json with the
// size and the integrity (W3C Subresource Integrity, SHA-384) of each.
// server is the server's address, "https://consent.example.com" or with a path.
func ForWeb(ctx context.Context, loaded *policy.Site, server string) (map[string][]byte, error) {
	made, assets, err := buildOffline(ctx, loaded, server)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"nod.d.ts": loader.Types()}
	for l := range made.Localized {
		if files[made.ID+"/consent."+l+".js"], err = made.WebScript(l).Content(); err != nil {
			return nil, err
		}
		files[nativePath(made, l)] = made.Localized[l].FirstLaunches[policy.Web].Native
	}
	files[made.ID+"/consent.js"] = files[made.ID+"/consent."+made.Language()+".js"]
	for file, r := range assets.ImportedFiles() {
		if files[path.Join("assets", file)], err = r.Content(); err != nil {
			return nil, err
		}
	}
	files["manifest.json"], err = marshalManifest(made.Site, files, "")
	return files, err
}

// serverHost matches a name, or an address with its colons.
var serverHost = regexp.MustCompile(`^[\w.:-]+$`)

func isPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// buildOffline makes the site for files that another host serves.
func buildOffline(ctx context.Context, loaded *policy.Site, server string) (*site.Site, *site.Assets, error) {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || !serverHost.MatchString(u.Hostname()) ||
		!isPort(u.Port()) || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, nil, fmt.Errorf("%q: %w. Give one such as https://consent.example.com", server, ErrAddress)
	}
	cache := httpx.NewResourceCache(brotli.BestSpeed, nil) // what is written is not compressed
	assets, err := site.NewAssets(cache, loader.Scripts{})
	if err != nil {
		return nil, nil, err
	}
	builder := &site.Builder{
		Assets: assets, Presentations: noStore{}, Now: time.Now, Server: strings.TrimSuffix(server, "/") + "/",
	}
	made, err := builder.Build(ctx, loaded.At(time.Now()).Served())
	if err != nil {
		return nil, nil, fmt.Errorf("site %s: %w", loaded.ID, err)
	}
	return made, assets, nil
}

// noStore stores no presentations: the server that takes the decisions records what is shown.
type noStore struct{}

func (noStore) PutPresentations(context.Context, ...ledger.Presentation) error { return nil }

func (noStore) Presentation(context.Context, string, string) (ledger.Presentation, error) {
	return ledger.Presentation{}, ledger.ErrNotFound
}

// Announce returns the current time: a package has no store that could know the time of an earlier package.
func (noStore) Announce(context.Context, string, *policy.Policy) (time.Time, error) {
	return time.Now(), nil
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

func integrityOf(content []byte) string {
	sum := sha512.Sum384(content)
	return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
}

func marshalManifest(site *policy.Site, files map[string][]byte, platform policy.Platform) ([]byte, error) {
	list := Manifest{Site: site.ID, Policy: site.Current, Platform: platform}
	if platform != "" {
		list.Languages = slices.Concat(site.Languages, site.Interface)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		list.Files = append(list.Files, ManifestFile{name, len(files[name]), integrityOf(files[name])})
	}
	return json.MarshalIndent(list, "", "  ")
}
