package main

import (
	"slices"
	"time"

	"github.com/nod-consent/nod/app/policy"
)

// sitesWithTwoVersions makes sites with two versions of the built-in policy. The second took effect ten days ago, or
// takes effect in twenty.
func sitesWithTwoVersions(site *policy.Site) []*policy.Site {
	days := func(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }
	var sites []*policy.Site
	for _, v := range []struct {
		id        string
		effective string
		edit      func(*policy.Policy)
	}{
		{"announced", days(20), changeAddress},
		{"minor", days(-10), func(p *policy.Policy) {
			p.Notice.Rights = policy.Text{"zh-CN": "您可以随时改变选择，也可以联系我们。",
				"en": "You can change your choice at any time, or write to us."}
		}},
		{"material", days(-10), changeAddress},
		{"asked", days(-10), func(p *policy.Policy) {
			changeAddress(p)
			for i := range p.Purposes {
				if q := &p.Purposes[i]; q.ID == "analytics" {
					q.Retention = policy.Text{"zh-CN": "自收集之日起十二个月。", "en": "Twelve months from collection."}
				}
			}
		}},
		{"reduced", days(-10), func(p *policy.Policy) {
			p.Revision = policy.Revision{Class: policy.Material, Reduces: true, Summary: policy.Text{
				"zh-CN": "注销账号改为三十天内完成。", "en": "Closing an account now takes up to thirty days."}}
		}},
		{"required", days(-10), func(p *policy.Policy) {
			for i := range p.Purposes {
				if q := &p.Purposes[i]; q.ID == "functional" {
					q.Required = true
				}
			}
		}},
	} {
		made, first, second := *site, *site.CurrentPolicy(), *site.CurrentPolicy()
		made.ID, made.Published = v.id, ""
		first.Version, first.Effective = "2020-01-01", "2020-01-01"
		second.Version, second.Effective = v.effective, v.effective
		second.Purposes = slices.Clone(second.Purposes)
		v.edit(&second)
		made.Policies = []*policy.Policy{&first, &second}
		sites = append(sites, made.At(time.Now()))
	}
	return sites
}

func changeAddress(p *policy.Policy) {
	p.Controller.Address = policy.Text{"zh-CN": "北京市海淀区新街一号", "en": "1 New Street, Haidian District, Beijing"}
}

// longAgo moves the last decision a hundred days back, and drops its answer on analytics where that is asked again.
const longAgo = `{
	let [name, version, id, ...rest] = document.cookie.split(/[=.]/);
	const bytes = Uint8Array.from(atob(id.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
	for (let i = 5, ms = Date.now() - 864e7; i >= 0; i--, ms = Math.floor(ms / 256)) bytes[i] = ms % 256;
	id = btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
	if (location.search.includes("asked")) rest = rest.filter((r) => !r.startsWith("analytics"));
	if (sessionStorage.refused) rest.push(sessionStorage.refused);
	document.cookie = "nod=" + [version, id, ...rest].join(".") + ";path=/";
	localStorage.clear();
	location.reload();
}`

// refusedBefore stores a refusal of the purpose that is now required, with its hash from before.
const refusedBefore = `fetch(document.querySelector("script[src*=consent]").src).then((r) => r.text()).then((text) => {
	const [, now] = /id:"functional",hash:"([^"]+)"/.exec(text);
	const [, before] = RegExp('"([^"]+)":"' + now + '"').exec(text.slice(text.indexOf('equivalents:{')));
	sessionStorage.refused = "functional:d" + before;
})`

// requiredAfterRefusal is the preferences of a visitor whose refusal holds after the purpose became required.
func requiredAfterRefusal() state {
	s := newVersion("required")
	s.steps = append([]string{"nod.rejectAll()", refusedBefore}, s.steps[1:]...)
	s.steps = append(s.steps, `document.getElementById("nod").shadowRoot.getElementById("nod-keep").click()`, "",
		"nod.preferences()", "", "", "")
	return s
}

// newVersion shows a site's new version to a visitor who decided under the previous one.
func newVersion(site string) state {
	steps := []string{"nod.acceptAll()", longPause, longAgo, "", "", "", "", "", "", ""} // the mark appears late
	return state{"version " + site, "/demo/elsewhere?site=" + site + "&lang={lang}", steps}
}
