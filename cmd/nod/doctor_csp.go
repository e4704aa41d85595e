//go:build !js

package main

import (
	"net/url"
	"slices"
	"strings"
)

// contentPolicy is one Content-Security-Policy: what each directive allows.
type contentPolicy map[string][]string

// parseContentPolicies parses headers. One header can have several policies, with commas between; all of them count.
func parseContentPolicies(headers []string) (policies []contentPolicy) {
	for _, header := range headers {
		for _, text := range strings.Split(header, ",") {
			policy := contentPolicy{}
			for _, directive := range strings.Split(text, ";") {
				words := strings.Fields(directive)
				if len(words) == 0 {
					continue
				}
				name := strings.ToLower(words[0])
				if _, isRepeated := policy[name]; !isRepeated {
					policy[name] = words[1:]
				}
			}
			if len(policy) > 0 {
				policies = append(policies, policy)
			}
		}
	}
	return policies
}

// find returns the sources of the first of these directives that the policy has.
func (p contentPolicy) find(directives ...string) (name string, sources []string, ok bool) {
	for _, name := range directives {
		if sources, ok := p[name]; ok {
			return name, sources, true
		}
	}
	return "", nil, false
}

// allowsScript says whether a script element with this nonce may load the address.
func allowsScript(sources []string, page, address *url.URL, nonce string) bool {
	if nonce != "" && slices.Contains(sources, "'nonce-"+nonce+"'") {
		return true
	}
	if slices.Contains(sources, "'strict-dynamic'") {
		return false // hosts do not count then
	}
	return allowsAddress(sources, page, address)
}

// allowsAddress says whether one of the sources stands for the address (Content Security Policy Level 3, 6.7.2).
func allowsAddress(sources []string, page, address *url.URL) bool {
	return slices.ContainsFunc(sources, func(source string) bool {
		lower := strings.ToLower(source)
		switch {
		case lower == "*":
			return true
		case lower == "'self'":
			return page.Host == address.Host && fitsScheme(page.Scheme, address.Scheme)
		case strings.HasPrefix(lower, "'"):
			return false
		case strings.HasSuffix(lower, ":") && !strings.Contains(lower, "/"):
			return fitsScheme(strings.TrimSuffix(lower, ":"), address.Scheme)
		}
		return matchesHostSource(source, page, address)
	})
}

// fitsScheme says whether an address has the scheme, or its safe form.
func fitsScheme(source, address string) bool {
	return source == address || source == "http" && address == "https" || source == "ws" && address == "wss"
}

func matchesHostSource(source string, page, address *url.URL) bool {
	scheme, rest, hasScheme := strings.Cut(source, "://")
	if !hasScheme {
		scheme, rest = page.Scheme, source
	}
	if !fitsScheme(strings.ToLower(scheme), address.Scheme) {
		return false
	}
	hostPort, path, hasPath := strings.Cut(rest, "/")
	host, port, hasPort := strings.Cut(strings.ToLower(hostPort), ":")
	name := address.Hostname()
	if parent, isWildcard := strings.CutPrefix(host, "*."); isWildcard {
		if !strings.HasSuffix(name, "."+parent) {
			return false
		}
	} else if host != "*" && host != name {
		return false
	}
	usual := map[string]string{"http": "80", "https": "443"}
	actual := address.Port()
	if actual == "" {
		actual = usual[address.Scheme]
	}
	if hasPort && port != "*" && port != actual || !hasPort && actual != usual[address.Scheme] {
		return false
	}
	if !hasPath || path == "" {
		return true
	}
	if strings.HasSuffix(path, "/") {
		return strings.HasPrefix(address.Path, "/"+path)
	}
	return address.Path == "/"+path
}

// checkCSP checks that each policy of the page allows what Nod needs.
func (e *examination) checkCSP(p *examinedPage, tag pageTag) {
	before := len(e.Findings)
	for _, policy := range p.policies {
		name, sources, ok := policy.find("script-src-elem", "script-src", "default-src")
		if ok && !allowsScript(sources, p.address, tag.source, tag.attributes["nonce"]) {
			e.problem("csp", "Add "+originOf(tag.server)+" to "+name+", or a nonce to the tag.",
				"the Content-Security-Policy blocks consent.js (%s)", name)
		}
		name, sources, ok = policy.find("connect-src", "default-src")
		if ok && !allowsAddress(sources, p.address, tag.server) {
			e.problem("csp", "Add "+originOf(tag.server)+" to connect-src.",
				"the Content-Security-Policy keeps decisions from the server (%s): they hold in the browser only", name)
		}
		name, sources, ok = policy.find("frame-src", "child-src", "default-src")
		if ok && !allowsAddress(sources, p.address, tag.server) {
			e.note("csp", "Add "+originOf(tag.server)+" to frame-src.",
				"the Content-Security-Policy blocks the preference centre's frame (%s): it opens in a window", name)
		}
		types, hasTypes := policy["trusted-types"]
		if _, isRequired := policy["require-trusted-types-for"]; isRequired && hasTypes &&
			!slices.Contains(types, "nod") && !slices.Contains(types, "*") {
			e.problem("csp", "Add nod to trusted-types.", "the Content-Security-Policy keeps the banner away (trusted-types)")
		}
	}
	if len(e.Findings) == before {
		text := "the Content-Security-Policy allows Nod"
		if len(p.policies) == 0 {
			text = "the page has no Content-Security-Policy"
		}
		e.fine("csp", "%s", text)
	}
}

// originOf returns the origin of an address, as a policy names it.
func originOf(u *url.URL) string { return u.Scheme + "://" + u.Host }
