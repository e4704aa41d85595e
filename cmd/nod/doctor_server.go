//go:build !js

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// examinedConfig is what of the script's configuration the checks need (Config in web/loader/src/core/config.ts).
type examinedConfig struct {
	Domain string `json:"domain"`
	Server string `json:"server"`
	Strict bool   `json:"strict"`
	Form   struct {
		Purposes []examinedItem `json:"purposes"`
	} `json:"form"`
}

type examinedItem struct {
	ID       string         `json:"id"`
	Required bool           `json:"required"`
	Hosts    []string       `json:"hosts"`
	Services []examinedItem `json:"services"`
}

var configBegin = []byte("const __NOD__=")

// checkScript reads consent.js and the configuration in it.
func (d doctor) checkScript(
	ctx context.Context, e *examination, p *examinedPage, tag pageTag,
) (config examinedConfig, ok bool) {
	origin := originOf(p.address)
	response, body, err := d.get(ctx, tag.source.String(), map[string]string{"Origin": origin})
	if err != nil {
		e.problem("server", "Start the server, and check its address and certificate.",
			"%s cannot be loaded: %v", tag.source, err)
		return config, false
	}
	if response.StatusCode != http.StatusOK {
		fix := "Look at the server's log."
		if response.StatusCode == http.StatusNotFound {
			fix = "Check the name of the site: " + tag.server.String() + " lists them."
		}
		e.problem("server", fix, "%s answers %s", tag.source, response.Status)
		return config, false
	}
	_, literal, found := bytes.Cut(body, configBegin)
	literal, _, hasEnd := bytes.Cut(literal, []byte(";\n"))
	if !found || !hasEnd || json.Unmarshal(jsonOfLiteral(literal), &config) != nil {
		e.problem("server", "Check the address. If an optimiser changes scripts, exclude this one.",
			"%s is not a script of Nod, or something on the way has changed it", tag.source)
		return config, false
	}
	e.fine("server", "consent.js is loaded")
	allowed := response.Header.Get("Access-Control-Allow-Origin")
	if _, has := tag.attributes["crossorigin"]; has && origin != originOf(tag.source) &&
		allowed != "*" && allowed != origin {
		e.problem("server", "Let the proxy or the host of the files send Access-Control-Allow-Origin: * with it.",
			"browsers do not run %s: the tag has crossorigin, and the header that allows it is missing", tag.source)
	}
	d.checkClock(e, response)
	if isShared := response.Header.Get("Age") != "" || response.Header.Get("CF-Cache-Status") == "HIT"; isShared &&
		!tag.source.Query().Has("lang") {
		e.problem("cache", "Add ?lang= to the tag, or let the cache obey Cache-Control.",
			"a shared cache answers for consent.js without ?lang=, so visitors get the language of others")
	}
	return config, true
}

const maxClockDifference = 2 * time.Minute

// checkClock compares the clocks. The server refuses grants that are dated more than a day ahead of its clock.
func (d doctor) checkClock(e *examination, response *http.Response) {
	there, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return
	}
	if difference := there.Sub(d.now()).Round(time.Second); difference.Abs() > maxClockDifference {
		e.problem("clock", "Set both clocks by NTP.", "the server's clock differs from this machine's by %s", difference)
		return
	}
	e.fine("clock", "the server's clock is that of this machine")
}

// checkOrigin asks the server as a script of the page would.
func (d doctor) checkOrigin(ctx context.Context, e *examination, p *examinedPage, tag pageTag) {
	origin := originOf(p.address)
	response, _, err := d.get(ctx, tag.server.String()+"v1/"+tag.site+"/policy", map[string]string{"Origin": origin})
	switch {
	case err != nil:
		e.problem("origin", "Look at the server's log.", "the API of the site cannot be reached: %v", err)
	case response.StatusCode == http.StatusForbidden:
		e.problem("origin", "Add it to origins in site.yaml, exactly so.",
			"%s is not among the origins of the site %s: decisions hold in the browser, and no record is stored",
			origin, tag.site)
	case response.StatusCode != http.StatusOK:
		e.problem("origin", "Let the proxy pass on /v1/ too.", "the API of the site answers %s", response.Status)
	default:
		e.fine("origin", "%s may use the site", origin)
	}
}

// checkCookieDomain checks that the cookie's domain covers the page.
func (e *examination) checkCookieDomain(p *examinedPage, config examinedConfig) {
	host := p.address.Hostname()
	if config.Domain == "" {
		e.fine("cookie domain", "the cookie is for %s alone", host)
		return
	}
	domain := strings.TrimPrefix(config.Domain, ".")
	if host != domain && !strings.HasSuffix(host, "."+domain) {
		e.problem("cookie domain", "Correct cookie.domain in site.yaml, or use another site for this host.",
			"cookie.domain is %s, which does not cover %s", config.Domain, host)
		return
	}
	e.fine("cookie domain", "%s covers %s", config.Domain, host)
}

// checkNames checks the names in tagged elements.
func (e *examination) checkNames(p *examinedPage, config examinedConfig) {
	known := map[string]bool{}
	for _, purpose := range config.Form.Purposes {
		known[purpose.ID] = true
		for _, service := range purpose.Services {
			known[service.ID] = true
		}
	}
	var unknown []string
	tagged := 0
	for _, element := range p.elements {
		if !element.isTagged() {
			continue
		}
		tagged++
		if element.tagError {
			e.problem("names", tagFix(element),
				"a tagged <%s> starts before consent, because it is written as usual", element.name)
		}
		named := element.attributes["data-category"] + " " + element.attributes["data-service"]
		for _, name := range strings.Fields(named) {
			if !known[name] && !slices.Contains(unknown, name) {
				unknown = append(unknown, name)
			}
		}
	}
	if len(unknown) > 0 {
		e.problem("names", "Use the names of the policy: "+strings.Join(sortedKeys(known), ", ")+".",
			"tags name what the policy does not have, and never start: %s", strings.Join(unknown, ", "))
		return
	}
	e.fine("names", "tagged elements: %d, with names that the policy has", tagged)
}

// tagFix says how a tagged element is written.
func tagFix(e pageElement) string {
	switch e.name {
	case "script":
		return `Write type="text/plain", and data-src instead of src.`
	case "link":
		return "Write data-href instead of href."
	}
	return "Write data-src instead of src."
}

// checkHosts finds what loads before consent: elements that are not tagged, from hosts other than the page's and Nod's.
func (e *examination) checkHosts(p *examinedPage, tag pageTag, config examinedConfig) {
	before := len(e.Findings)
	seen := map[string]bool{}
	for _, element := range p.elements {
		if element.source == nil || element.source.Host == p.address.Host || element.source.Host == tag.source.Host {
			continue
		}
		host := element.source.Hostname()
		key := element.name + " " + host
		if element.isTagged() || seen[key] {
			continue
		}
		seen[key] = true
		purpose, isKnown := findPurpose(config, host)
		switch {
		case !isKnown:
			e.problem("hosts",
				"Tag it, and list the host under that purpose. If it needs no consent, list it under a required one.",
				"%s is loaded before consent by <%s>, and no purpose of the policy names it", host, element.name)
		case !purpose.Required:
			e.problem("hosts", fmt.Sprintf("Add data-category=%q. %s", purpose.ID, tagFix(element)),
				"%s is loaded before consent by <%s>, but needs the purpose %s", host, element.name, purpose.ID)
		}
	}
	if len(e.Findings) == before {
		e.fine("hosts", "the page's HTML loads nothing from other hosts before consent")
	}
}

// findPurpose returns the purpose that has a host, by itself or in a service.
func findPurpose(config examinedConfig, host string) (examinedItem, bool) {
	matches := func(list []string) bool {
		return slices.ContainsFunc(list, func(pattern string) bool {
			parent, isWildcard := strings.CutPrefix(pattern, "*.")
			return pattern == host || isWildcard && strings.HasSuffix(host, "."+parent)
		})
	}
	for _, purpose := range config.Form.Purposes {
		if matches(purpose.Hosts) {
			return purpose, true
		}
		for _, service := range purpose.Services {
			if matches(service.Hosts) {
				return purpose, true
			}
		}
	}
	return examinedItem{}, false
}

var generator = regexp.MustCompile(`<meta name="generator" content="Nod ([^"]+)">`)

// checkServer checks the server's health and its version.
func (d doctor) checkServer(ctx context.Context, e *examination, tag pageTag) {
	for _, check := range []struct{ path, bad string }{
		{"readyz", "the server is not ready"}, {"readyz?check=store", "decisions cannot be stored"},
	} {
		response, _, err := d.get(ctx, tag.server.String()+check.path, nil)
		switch {
		case err != nil:
			e.problem("server", "Look at the server's log.", "%s: %v", check.bad, err)
		case response.StatusCode == http.StatusNotFound:
			e.note("server", "Let the proxy pass it on.", "%s%s is not there, so its health is unknown", tag.server, check.path)
		case response.StatusCode != http.StatusOK:
			e.problem("server", "Look at the server's log and the database.", "%s: %s", check.bad, response.Status)
		default:
			e.fine("server", "%s is fine", check.path)
		}
	}
	_, body, err := d.get(ctx, tag.server.String(), nil)
	m := generator.FindSubmatch(body)
	switch {
	case err != nil || m == nil:
		e.note("version", "", "the server does not say its version")
	case string(m[1]) != d.version:
		e.note("version", "Use the same version, so that messages and documentation fit.",
			"the server is Nod %s, and this program %s", m[1], d.version)
	default:
		e.fine("version", "the server is Nod %s, as this program", m[1])
	}
}
