package policy

import "slices"

// maxID is the length of the longest id of a purpose, service or site, in bytes.
const maxID = 32

// ValidID reports whether s can be the id of a purpose, a service or a site: a-z first, then a-z, 0-9 and "-", at most
// 32.
func ValidID(s string) bool {
	if s == "" || len(s) > maxID || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// ReservedSiteIDs are the site names that would hide the program's own pages.
var ReservedSiteIDs = []string{
	"v1", "admin", "demo", "docs", "sdk", "schema", "healthz", "readyz", "metrics", "assets", "static", ".well-known",
}

// ValidSiteID reports whether a site can have this name.
func ValidSiteID(id string) bool { return ValidID(id) && !slices.Contains(ReservedSiteIDs, id) }

// Hash identifies a purpose or a service as it was shown: the first 36 bits of a SHA-256 over its content, as six
// characters of base64url. An answer counts for the hash it was given to: a purpose is asked again only if its hash
// changes. 36 bits are enough for the versions of one policy. They do not protect against forgery, and need not:
// visitors can only forge their own answers.
type Hash string

// HashLen is the length of a Hash in characters.
const HashLen = 6
