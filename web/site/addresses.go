package site

import (
	"net/url"

	"github.com/nod-consent/nod/app/policy"
)

// Addresses gives the addresses that pages link to. A server has one implementation, and an app's package another.
type Addresses interface {
	// Asset is where a file of Assets is, by its name there.
	Asset(file string) string
	// Page is where a page of a site is.
	Page(PageLink) string
	// Server is where the server has something that is not a page of a site, such as "v1/acme/log/keys".
	Server(path string) string
}

// PageLink names a page of a site.
type PageLink struct {
	Site     string
	Path     string // such as "policy" or "lists/sdks"
	Language string
	Platform policy.Platform // "" where the page is the same for all
	Fragment string          // id of an element on the page, or ""
}

// ServedAddresses are those of a server: an address or a path that everything is below, without "/" at its end.
type ServedAddresses string

// Asset implements Addresses.
func (a ServedAddresses) Asset(file string) string { return a.Server("assets/" + file) }

// Page implements Addresses.
func (a ServedAddresses) Page(l PageLink) string {
	address := a.Server(l.Site+"/"+l.Path) + "?lang=" + url.QueryEscape(l.Language)
	if l.Platform != "" {
		address += "&platform=" + url.QueryEscape(string(l.Platform))
	}
	if l.Fragment != "" {
		address += "#" + l.Fragment
	}
	return address
}

// Server implements Addresses.
func (a ServedAddresses) Server(path string) string { return string(a) + "/" + path }

// Links finds the addresses of pages, and of files by their plain names.
type Links struct {
	Addresses
	Assets *Assets
}

// File returns the address of a file of Assets by its plain name, or "" if it is missing.
func (l Links) File(name string) string {
	file := l.Assets.File(name)
	if file == "" {
		return ""
	}
	return l.Asset(file)
}
