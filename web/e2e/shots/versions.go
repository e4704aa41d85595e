package main

import (
	"slices"
	"time"

	"github.com/nod-consent/nod/app/policy"
)

// changed are sites with two versions of the built-in policy: the second took effect ten days ago, or will in twenty.
func changed(site *policy.Site) []*policy.Site {
	days := func(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }
	var sites []*policy.Site
	for _, v := range []struct {
		id        string
		effective string
		edit      func(*policy.Policy)
	}{
		{"announced", days(20), moved},
		{"noted", days(-10), func(p *policy.Policy) {
			p.Notice.Rights = policy.Text{"zh-CN": "您可以随时改变选择，也可以联系我们。",
				"en": "You can change your choice at any time, or write to us."}
		}},
		{"told", days(-10), moved},
		{"asked", days(-10), func(p *policy.Policy) {
			moved(p)
			for i := range p.Purposes {
				if q := &p.Purposes[i]; q.ID == "analytics" {
					q.Retention = policy.Text{"zh-CN": "自收集之日起十二个月。", "en": "Twelve months from collection."}
				}
			}
		}},
		{"reduced", days(-10), func(p *policy.Policy) {
			p.Revision = policy.Revision{Class: policy.Material, Reduces: true, Summary: policy.Text{"zh-CN": "注销账号改为三十天内完成。",
				"en": "Closing an account now takes up to thirty days."}}
		}},
		{"kept", days(-10), func(p *policy.Policy) {
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

func moved(p *policy.Policy) {
	p.Controller.Address = policy.Text{"zh-CN": "北京市海淀区新街一号", "en": "1 New Street, Haidian District, Beijing"}
}

// longAgo has the last choice made a hundred days ago, with no answer on analytics where that is asked again.
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

// refusedBefore notes a refusal of what is required since, as it was asked before.
const refusedBefore = `fetch(document.querySelector("script[src*=consent]").src).then((r) => r.text()).then((text) => {
	const [, now] = /id:"functional",hash:"([^"]+)"/.exec(text);
	const [, before] = RegExp('"([^"]+)":"' + now + '"').exec(text.slice(text.indexOf('equivalents:{')));
	sessionStorage.refused = "functional:d" + before;
})`

// kept is the preferences of somebody who refused what is required since, and kept it so.
func kept() state {
	s := after("kept")
	s.do = append([]string{"nod.rejectAll()", refusedBefore}, s.do[1:]...)
	s.do = append(s.do, `document.getElementById("nod").shadowRoot.getElementById("nod-keep").click()`, "",
		"nod.preferences()", "", "", "")
	return s
}

// after is what is seen of a site's new version by somebody who decided under the one before.
func after(site string) state {
	// the mark takes its time
	do := []string{"nod.acceptAll()", "new Promise((ok) => setTimeout(ok, 800))", longAgo, "", "", "", "", "", "", ""}
	return state{"version " + site, "/demo/elsewhere?site=" + site + "&lang={lang}", do}
}
