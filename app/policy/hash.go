//go:build !js

package policy

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"
)

// Asker is the site and controller that ask. An answer to one does not count for another, even if the words are the
// same and a cookie reaches both.
type Asker struct {
	Site       string // id
	Controller string // name, in the original language
	Language   string // of the original
}

// Asker returns who asks in this version of the site's policy.
func (s *Site) Asker(p *Policy) Asker {
	return Asker{Site: s.ID, Controller: p.Controller.Name.In(s.Language()), Language: s.Language()}
}

// Hash returns the purpose's content hash. It covers who asks, and what a person decides about, in the language of the
// original: use, data, recipients, services, retention, basis, cost of refusing, and for a sensitive purpose its
// necessity, effect and alternative. Cookie names, hosts and translations can be corrected without asking again. A new
// or changed service changes the hash: otherwise it would inherit a grant that was given without it.
func (p *Purpose) Hash(by Asker) Hash {
	original := by.Language
	fields := []string{
		"purpose", by.Site, by.Controller, p.ID, string(p.Kind),
		strconv.FormatBool(p.Required), strconv.FormatBool(p.Separate),
		p.Name.In(original), p.Summary.In(original), p.Refusal.In(original), p.Basis.Law, p.Retention.In(original),
	}
	fields = append(fields, "data", strconv.Itoa(len(p.Data)))
	for _, d := range p.Data {
		fields = append(fields, d.In(original))
	}
	fields = append(fields, "recipients", strconv.Itoa(len(p.Recipients)))
	for _, r := range p.Recipients {
		fields = append(fields, r.In(original))
	}
	fields = append(fields, "services", strconv.Itoa(len(p.Services)))
	for _, s := range p.Services {
		fields = append(fields, s.ID, s.Name.In(original), s.Provider.In(original), s.Summary.In(original))
	}
	if p.ReaskSince != "" {
		fields = append(fields, "anew", p.ReaskSince)
	}
	if p.PerCase {
		fields = append(fields, "per case")
	}
	for _, t := range []Text{p.Necessity, p.Effect, p.Instead} {
		if len(t) > 0 {
			fields = append(fields, "sensitive", t.In(original))
		}
	}
	return hashOf(fields)
}

// Hash returns the service's content hash: its id and the hash of its purpose, which covers the service's content.
func (s *Service) Hash(of *Purpose, by Asker) Hash {
	return of.Hash(by).OfService(s.ID)
}

// OfService returns the hash of a service whose purpose has this hash.
func (h Hash) OfService(id string) Hash { return hashOf([]string{"service", string(h), id}) }

// Renew returns the hash of a content from a version on that asks for it again. Answers to the content before do not
// count any more.
func (h Hash) Renew(version string) Hash {
	return hashOf([]string{"anew", string(h), version}) // a different word would ask everybody again
}

// hashOf hashes fields with their lengths, so that no two lists of fields run into each other.
func hashOf(fields []string) Hash {
	var b strings.Builder
	for _, f := range fields {
		b.WriteString(strconv.Itoa(len(f)))
		b.WriteByte(':')
		b.WriteString(f)
	}
	sum := sha256.Sum256([]byte(b.String()))
	for {
		text := base64.RawURLEncoding.EncodeToString(sum[:])
		for ; len(text) >= HashLen; text = text[1:] {
			if h := text[:HashLen]; !looksHostile.MatchString(h) {
				return Hash(h)
			}
		}
		sum = sha256.Sum256(sum[:])
	}
}

// looksHostile matches what firewalls with the OWASP core rule set take for an attack in a cookie: two hyphens in a
// row, and, after the ".g" or ".d" that stands before a hash, how the names of hidden files go on (.git…, .gemrc,
// .google…, .docker…, .ds_store, .dbshell, .digrc). Case does not matter to them.
var looksHostile = regexp.MustCompile(`(?i)--|^(?:it|em|oo|oc|s_|bs|ig)`)
