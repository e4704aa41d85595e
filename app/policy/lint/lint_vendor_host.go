//go:build !js

package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// knownVendors are vendors that count visits or show adverts on many sites, by the domains of their hosts. Those of
// videos and maps are not here: a placeholder names their host to the visitor.
var knownVendors = []knownVendor{
	{
		[]string{"googletagmanager.com", "google-analytics.com", "analytics.google.com", "googleadservices.com",
			"googlesyndication.com", "doubleclick.net"},
		[]string{"Google"},
	},
	{[]string{"hm.baidu.com"}, []string{"Baidu", "百度"}},
	{[]string{"cnzz.com", "umeng.com"}, []string{"Umeng", "友盟"}},
	{[]string{"sensorsdata.cn"}, []string{"Sensors Data", "神策"}},
	{[]string{"growingio.com"}, []string{"GrowingIO"}},
	{[]string{"facebook.com", "facebook.net"}, []string{"Meta", "Facebook"}},
	{[]string{"clarity.ms", "bat.bing.com"}, []string{"Microsoft"}},
	{[]string{"analytics.tiktok.com"}, []string{"TikTok"}},
	{[]string{"licdn.com"}, []string{"LinkedIn"}},
	{[]string{"hotjar.com"}, []string{"Hotjar"}},
}

type knownVendor struct{ domains, names []string }

// has reports whether a host or pattern is of the vendor.
func (v knownVendor) has(pattern string) bool {
	host := strings.TrimPrefix(pattern, "*.")
	return slices.ContainsFunc(v.domains, func(domain string) bool {
		return host == domain || strings.HasSuffix(host, "."+domain)
	})
}

// lintVendorHosts finds a vendor that a purpose names by its hosts alone. Hosts change without a question, so a visitor
// who agreed before the vendor came would not be asked.
func (l *linter) lintVendorHosts(at string, p *policy.Purpose) {
	var named strings.Builder
	for _, r := range p.Recipients {
		named.WriteString(l.original(r) + "\n")
	}
	for i := range p.Services {
		named.WriteString(l.original(p.Services[i].Name) + "\n" + l.original(p.Services[i].Provider) + "\n")
	}
	for _, v := range knownVendors {
		i := slices.IndexFunc(p.Hosts, v.has)
		isNamed := slices.ContainsFunc(v.names, func(name string) bool { return strings.Contains(named.String(), name) })
		if i >= 0 && !isNamed {
			l.note(load.RuleNotice, fmt.Sprintf("%s.hosts[%d]", at, i),
				fmt.Sprintf("%q is of %s, which is no recipient or service of purpose %s: visitors who agreed before are not asked",
					p.Hosts[i], v.names[0], p.ID),
				"Move the host to a service with name and provider, and add the recipient")
		}
	}
}
