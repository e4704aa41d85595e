package web_test

import (
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
	"github.com/nod-consent/nod/web"
)

// Site acme has what the built-in site has not: a separate purpose, a second version, a right-to-left language. Site
// hostile is the same with every text an attack; site native is the same for an app, whose pages have no origin.
const (
	acmeVersion = "2026-01-01"
	acmeBefore  = "2025-01-01"
)

var acmeOrigins = []string{"https://www.acme.example", "https://shop.acme.example:8443"}

// attack breaks out of whatever forgets to escape: an attribute, an element, a script, a string, a template, a line,
// the direction of writing.
const attack = `"><img src=x onerror=alert(1)></script><script>'` + "`{{\u2028\u200f"

// hostileText is a text that names its field, so that each can be looked for.
func hostileText(field string) string { return field + attack }

func plainText(field string) string { return field }

var loaded = sync.OnceValues(func() (map[string]*policy.Site, error) {
	sites := map[string]*policy.Site{}
	for id, text := range map[string]func(string) string{"acme": plainText, "hostile": hostileText, "native": plainText} {
		site, err := loadTestSite(id, text)
		if err != nil {
			return nil, err
		}
		sites[id] = site
	}
	return sites, nil
})

// sites makes the server serve these sites.
func sites(t testing.TB, ids ...string) func(*web.Options) {
	t.Helper()
	made, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return func(o *web.Options) {
		o.Sites = nil
		for _, id := range ids {
			if site, ok := made[id]; ok {
				o.Sites = append(o.Sites, site)
			} else {
				o.Sites = append(o.Sites, loadtest.BuiltIn(t, id))
			}
		}
	}
}

// madeSite is the site as it is written into its files.
func madeSite(id string, text func(string) string) *policy.Site {
	in := func(field string) policy.Text { return policy.Text{"en": text(field), "ar": text(field + " ar")} }
	kept := func(name string) []policy.StoredItem {
		return []policy.StoredItem{{Name: name, Area: policy.AreaCookie, Lifetime: in("cookie lifetime"),
			Use: in("cookie use")}}
	}
	stored := []policy.StoredItem{{Name: "entry*", Area: policy.AreaLocal, Lifetime: in("entry lifetime"),
		Use: in("entry use")}}
	purpose := func(id string) policy.Purpose {
		return policy.Purpose{
			ID: id, Kind: policy.KindCookie, Name: in(id + " name"), Summary: in(id + " summary"), Refusal: in(id + " refusal"),
			Basis: policy.Basis{Law: "law 1", Text: in(id + " basis")}, Data: []policy.Text{in(id + " data")},
			Retention: in(id + " retention"), Recipients: []policy.Text{in(id + " recipient")},
			Cookies: kept("_" + id), Storage: stored, Hosts: []string{"*." + id + ".example"},
		}
	}
	version := func(v string) *policy.Policy {
		p := &policy.Policy{
			Version: v, Updated: v, Effective: v, Title: in("title"), Source: text("source"),
			Controller: policy.Controller{Name: in("controller"), Phone: text("phone"), Address: in("address"),
				Email: "privacy@acme.example"},
			Notice: policy.Notice{Title: in("notice title"), Text: in("notice text"), Retention: in("notice retention"),
				Rights: in("notice rights")},
			Sections: []policy.Section{{ID: "second", Title: in("section title"), Summary: in("section summary")}},
			FullText: map[string]string{"en": fullText},
		}
		necessary, analytics := purpose("necessary"), purpose("analytics")
		beacons, transfer := purpose("beacons"), purpose("transfer")
		necessary.Required, analytics.GPC, beacons.GPC, transfer.Separate = true, true, true, true
		necessary.Services = []policy.Service{{ID: "login", Name: in("login name"), Provider: in("login provider"),
			Summary: in("login summary")}}
		for _, service := range []string{"heatmap", "counter"} {
			analytics.Services = append(analytics.Services, policy.Service{
				ID: service, Name: in(service + " name"), Provider: in(service + " provider"), Summary: in(service + " summary"),
				URL: "https://" + service + ".example/privacy", Cookies: kept(service + "*"), Hosts: []string{service + ".example"},
			})
		}
		transfer.Kind = policy.KindSharing
		transfer.Necessity, transfer.Effect = in("transfer necessity"), in("transfer effect")
		transfer.Instead = in("transfer instead")
		transfer.Services = []policy.Service{{ID: "partner", Name: in("partner name"), Provider: in("partner provider"),
			Summary: in("partner summary")}}
		p.Purposes = []policy.Purpose{necessary, analytics, beacons, transfer}
		register(p, text, in)
		addRules(p, in)
		return p
	}
	before := version(acmeBefore)
	before.Purposes = append(before.Purposes, purpose("former"))
	site := &policy.Site{
		ID: id, Name: in("site"), Origins: acmeOrigins, Languages: []string{"en", "ar"}, Published: acmeVersion,
		Cookie: policy.Cookie{Days: 30}, Ask: policy.Ask{GrantedDays: 365, DeniedDays: 184,
			PermissionHours: 48}, Layout: policy.LayoutBox,
		Evidence:    policy.Evidence{Years: 3, Erasure: policy.ErasureErase},
		FirstLaunch: policy.FirstLaunch{Tenants: []string{"acme-42", "kingdee"}},
		Policies:    []*policy.Policy{before, version(acmeVersion)},
	}
	switch id {
	case "hostile":
		site.Cookie.Domain = "acme.example"
	case "native":
		site.Origins = []string{"null"}
	}
	return site
}

// register adds what the policy lists beside its purposes.
func register(p *policy.Policy, text func(string) string, in func(string) policy.Text) {
	p.DataKinds = []policy.DataKind{{ID: "traces", Name: in("kind name"), Words: []string{"collected data"}},
		{ID: "unused", Name: in("kind unused"), Words: []string{"nowhere"}}}
	p.Collected = []policy.Collected{{
		ID: "visit", Name: in("collected name"), Data: []policy.Text{in("collected data")}, Use: in(
			"collected use"), Refusal: in("collected refusal"),
		Sensitive: true, Enterprise: true, Purpose: "analytics", Section: "second",
	}}
	p.Permissions = []policy.Permission{{
		ID: "camera", Name: in("permission name"), Use: in("permission use"), Refusal: in("permission refusal"), Claimed: in(
			"permission said"),
		Data: []policy.Text{in("permission data")}, Purpose: "transfer", Platforms: []policy.Platform{policy.Android},
	}}
	p.SDKs = []policy.SDK{
		{
			ID: "meter", Platform: policy.Android, Name: in("sdk name"), Provider: in("sdk provider"), Data: in(
				"sdk data"), Use: in("sdk use"),
			Scene: in("sdk scene"), Collection: in(
				"sdk collection"), Policy: "https://meter.example/privacy?a=1&b=2", Home: "https://meter.example/",
			Purpose: "analytics",
		},
		{ID: "meter", Platform: policy.IOS, Name: in("sdk name"), Purpose: "analytics"}, // and nothing else
	}
	p.Recipients = []policy.Recipient{{
		ID: "partner", Name: in("recipient name"), Kind: policy.Independent, Data: []policy.Text{
			in("recipient data")}, Use: in("recipient use"),
		Condition: in("recipient condition"), Purpose: "transfer", Section: "second",
	}}
}

// addRules adds what the policy says of rights, storage and its own terms.
func addRules(p *policy.Policy, in func(string) policy.Text) {
	p.Rights = []policy.Right{{ID: "access", Name: in("right name"), How: in("right how")}}
	p.Requests = policy.Requests{
		Channels: []policy.Channel{{ID: "form", Name: in("channel name"), To: in("channel to")}},
		Identity: in("request identity"), AnswerDays: 15, Fee: in("request fee"), Refusal: in("request refusal"),
		Unanswerable: []policy.Text{in("request unanswerable")},
	}
	p.Keeping = policy.Keeping{
		Place: in("keeping place"), Abroad: in("keeping abroad"), Term: in("keeping term"), Security: in("keeping security"),
		Certificates: []policy.Text{in("keeping certificate")}, Incident: in("keeping incident"), IncidentDays: 30,
		Closure: in("keeping closure"), ClosureDays: 60,
	}
	p.Definitions = []policy.Definition{{Term: in("definition term"), Text: in("definition text")}}
	p.Exceptions = []policy.Text{in("exception")}
	p.Changes = []policy.Change{{Kind: policy.ChangeRisk, Text: in("change text")}}
}

func loadTestSite(id string, text func(string) string) (*policy.Site, error) {
	return loadWritten(madeSite(id, text))
}

// loadWritten writes the site into files, and loads those.
func loadWritten(made *policy.Site) (*policy.Site, error) {
	id := made.ID
	files := fstest.MapFS{}
	write := func(name string, v any) error {
		data, err := yaml.MarshalWithOptions(v, yaml.JSON())
		files[id+"/"+name] = &fstest.MapFile{Data: data}
		return err
	}
	if err := write("site.yaml", made); err != nil {
		return nil, err
	}
	for _, p := range made.Policies {
		if err := write("policy/"+p.Version+".yaml", p); err != nil {
			return nil, err
		}
		for l, text := range p.FullText {
			files[id+"/policy/"+p.Version+"."+l+".md"] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return load.Site(files, id)
}

// The attacks are in the site, and not lost in YAML.
func TestTheHostileSiteIsLoadedAsItWasWritten(t *testing.T) {
	sites, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	for id, text := range map[string]func(string) string{"acme": plainText, "hostile": hostileText} {
		if diff := cmp.Diff(madeSite(id, text).At(time.Now()), sites[id], emptyIsNil); diff != "" {
			t.Errorf("site %s (-written +loaded):\n%s", id, diff)
		}
	}
}

// emptyIsNil compares slices and maps without elements as equal.
var emptyIsNil = cmp.FilterValues(func(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	return x.IsValid() && y.IsValid() && (x.Kind() == reflect.Slice || x.Kind() == reflect.Map) && x.Len() == 0 &&
		y.Len() == 0
}, cmp.Comparer(func(a, b any) bool { return true }))

// readableTexts are the hostile texts of the current version that a visitor may read on a page, in English.
var readableTexts = sync.OnceValue(func() map[string][]string {
	all := map[string][]string{}
	add := func(page, of string, fields ...string) {
		for _, field := range fields {
			all[page] = append(all[page], hostileText(strings.TrimSpace(of+" "+field)))
		}
	}
	for _, purpose := range []string{"necessary", "analytics", "beacons", "transfer"} {
		add("preferences", purpose, "name", "summary")
		add("lists/purposes", purpose, "name", "summary", "refusal", "basis", "data", "retention", "recipient")
	}
	for _, service := range []string{"login", "heatmap", "counter", "partner"} {
		add("preferences", service, "name", "summary")
		add("lists/purposes", service, "name", "provider", "summary")
	}
	add("lists/purposes", "transfer", "necessity", "effect", "instead")
	add("lists/purposes", "", "cookie lifetime", "cookie use", "entry lifetime", "entry use")
	add("preferences", "", "controller", "phone")
	add("policy", "", "section title", "section summary")
	add("lists/collected", "collected", "name", "data", "use", "refusal")
	add("lists/collected", "", "kind name")
	add("lists/permissions", "permission", "name", "use", "refusal", "said", "data")
	add("lists/sdks", "sdk", "name", "provider", "data", "use", "scene", "collection")
	add("lists/shared", "recipient", "name", "data", "use", "condition")
	add("preferences", "transfer", "necessity", "effect")
	add("lists/rights", "right", "name", "how")
	add("lists/rights", "channel", "name", "to")
	add("lists/rights", "request", "identity", "fee", "refusal", "unanswerable")
	add("lists/rights", "", "controller", "address")
	add("lists/keeping", "keeping", "place", "abroad", "term", "security", "certificate", "incident", "closure")
	add("lists/terms", "", "definition term", "definition text", "exception", "change text")
	return all
})

// fullText is a policy whose author is not to be trusted.
var fullText = strings.Join([]string{
	"# The policy {#policy onclick=\"alert(1)\"}",
	"The text of the policy, with a [good link](https://acme.example/more) and **stress**.",
	"## Second {#second}",
	`<script>alert(1)</script> <img src=x onerror=alert(1)> <a href="javascript:alert(1)" onclick="alert(1)">raw</a>`,
	`<div style="position:fixed">raw</div><iframe src="https://evil.example"></iframe><base href="https://evil.example/">`,
	`[bad](javascript:alert(1)) [worse](JaVaScRiPt&colon;alert(1)) [worst](<java` + "\t" +
		`script:alert(1)>) [data](data:text/html;base64,PHNjcmlwdD4=) [vb](vbscript:x)`,
	`![picture](javascript:alert(1)) ![x" onerror="alert(1)](x.png) <javascript:alert(1)>`,
	"<meta http-equiv=refresh content='0;url=https://evil.example'> <form action=https://evil.example>" +
		"<input name=q></form> " +
		"<style>*{display:none}</style>",
	"`<script>alert(2)</script>` " + attack,
	"| a | b |\n|---|---|\n| <svg onload=alert(1)> | </article></main><h1>Not ours</h1> |",
}, "\n\n")
